/** The forms that a resource may have. Whether it exists is nobody's question. */
import { type Check, missingField, texts } from "./check.ts";
import type { Json } from "./json.ts";

const PARTITIONS = /^(aws|aws-[a-z-]+|\*|\$\{[^}]*\})$/;
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
  for (const resource of texts(element, check)) {
    if (resource === "*") continue;
    if (!resource.startsWith("arn:")) {
      if (check.kind === "resource") continue;
      throw check.refuse(`Resource ${resource} must be in ARN format or "*".`);
    }
    validateArn(resource, check);
  }
}

function validateArn(arn: string, check: Check): void {
  const [, partition = "", vendor, region = "", , resource = ""] = arn.split(":");
  if (!PARTITIONS.test(partition)) {
    throw check.refuse(`Partition "${partition}" is not valid for resource "${arn}".`);
  }
  if (vendor === undefined || vendor === "") {
    throw check.refuse(`Resource ${arn} must be in ARN format or "*".`);
  }
  if (check.kind === "identity" && REGION.test(region)) refuseRegion(arn, vendor, resource, check);
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
