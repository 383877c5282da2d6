/** The forms that a resource may have. Whether it exists is nobody's question. */
import { type Check, LEGACY, missingField, texts } from "./check.ts";
import { type Json, toList } from "./json.ts";

const PARTITIONS = /^(aws|aws-[a-z-]+|\*)$/;
const VARIABLE = /^\$\{[^}]*\}$/;
const ACCOUNT = /^(\d{12}|aws|[\d*?]*)$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d+$/;
/** What S3 has in regions. */
const REGIONAL: ReadonlySet<string> = new Set([
  "access-grants",
  "accesspoint",
  "async-request",
  "job",
  "storage-lens",
  "storage-lens-group",
]);

/** What IAM itself has. */
const IAM_PATHS = [
  "user/",
  "federated-user/",
  "role/",
  "group/",
  "instance-profile/",
  "mfa/",
  "server-certificate/",
  "policy/",
  "sms-mfa/",
  "saml-provider/",
  "oidc-provider/",
  "report/",
  "access-report/",
];

export function validateResources(statement: Json, check: Check): void {
  const element = statement["Resource"] ?? statement["NotResource"];
  if (check.kind === "trust") {
    if (element === undefined) return;
    throw check.refuse(
      `Has prohibited field ${statement["Resource"] === undefined ? "NotResource" : "Resource"}`,
    );
  }
  if (element === undefined) {
    if (check.kind === "resource" && check.options.resourceOptional === true) return;
    throw missingField("Resource", "Policy statement must contain resources.", check);
  }
  if (check.kind === "identity" && toList(element).length === 0) {
    throw check.refuse("Policy statement must contain resources.");
  }
  for (const resource of texts(element, check)) {
    if (resource === "*") continue;
    if (!resource.startsWith("arn:")) {
      if (check.kind === "resource") continue;
      throw noArn(resource, check);
    }
    validateArn(resource, check);
  }
}

/** AWS: whatever stands before the first colon is taken for "arn". */
function noArn(resource: string, check: Check) {
  const [, ...rest] = resource.split(":");
  const [partition] = rest;
  return partition === undefined || isPartition(partition, check)
    ? check.refuse(`Resource ${resource} must be in ARN format or "*".`)
    : wrongPartition(partition, ["arn", ...rest], check);
}

const isPartition = (text: string, { options }: Check) =>
  PARTITIONS.test(text) || (options.keptAs === undefined && VARIABLE.test(text));

/** AWS: the resource is named with a star for each part that is not there. */
function wrongPartition(partition: string, parts: readonly string[], check: Check) {
  const stars = Array.from({ length: Math.max(0, PARTS - parts.length) }, () => "*");
  const inFull = [...parts, ...stars].join(":");
  return check.refuse(`Partition "${partition}" is not valid for resource "${inFull}".`);
}

const PARTS = 6;

function validateArn(arn: string, check: Check): void {
  const parts = arn.split(":");
  const [, partition = "", vendor, region = "", account = "", ...rest] = parts;
  if (!isPartition(partition, check)) throw wrongPartition(partition, parts, check);
  if (check.kind !== "identity") {
    if (vendor !== undefined && vendor !== "") return;
    throw check.refuse(`Resource ${arn} must be in ARN format or "*".`);
  }
  const kept = check.options.keptAs !== undefined;
  // AWS: nor may a variable stand for an account.
  if (kept && !ACCOUNT.test(account)) throw check.refuse(LEGACY);
  if (vendor === undefined || vendor === "" || (kept && /[*?$]/.test(vendor))) {
    throw check.refuse("Resource vendor must be fully qualified and cannot contain regexes.");
  }
  const [resource = ""] = rest;
  if (REGION.test(region)) refuseRegion(arn, vendor, resource, check);
  if (kept && vendor === "iam") validateIamPath(rest.join(":"), check);
}

function validateIamPath(resource: string, check: Check): void {
  if (["", "*", "root"].includes(resource)) return;
  if (IAM_PATHS.some((path) => resource.startsWith(path))) return;
  const paths = IAM_PATHS.join(", ");
  throw check.refuse(`IAM resource path must either be "*", root, or start with ${paths}.`);
}

/**
 * AWS: resources of S3 and IAM have no region, apart from a few of S3's. What IAM says of a region
 * of wildcards, or of an account in a bucket's ARN, is recorded nowhere: these are taken.
 */
function refuseRegion(arn: string, vendor: string, resource: string, check: Check): void {
  if (vendor === "iam") {
    throw check.refuse(`IAM resource ${arn} cannot contain region information.`);
  }
  const [type = ""] = resource.split("/");
  if (vendor === "s3" && !REGIONAL.has(type) && !/[*?$]/.test(type)) {
    throw check.refuse(`Resource ${arn} can not contain region information.`);
  }
}
