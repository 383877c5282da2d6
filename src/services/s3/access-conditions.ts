/** The condition keys of S3, and where their values come from. */
import type { S3 } from "./api.ts";
import type { Bucket, StoredObject } from "./state.ts";

type Input = Readonly<Record<string, unknown>>;
type Conditions = Readonly<Record<string, string | readonly string[]>>;

/** Condition key by input member. */
const MEMBERS: Readonly<Record<string, string>> = {
  ACL: "s3:x-amz-acl",
  CopySource: "s3:x-amz-copy-source",
  GrantFullControl: "s3:x-amz-grant-full-control",
  GrantRead: "s3:x-amz-grant-read",
  GrantReadACP: "s3:x-amz-grant-read-acp",
  GrantWrite: "s3:x-amz-grant-write",
  GrantWriteACP: "s3:x-amz-grant-write-acp",
  IfMatch: "s3:if-match",
  IfNoneMatch: "s3:if-none-match",
  MetadataDirective: "s3:x-amz-metadata-directive",
  ObjectLockLegalHoldStatus: "s3:object-lock-legal-hold",
  ObjectLockMode: "s3:object-lock-mode",
  ObjectOwnership: "s3:x-amz-object-ownership",
  SSECustomerAlgorithm: "s3:x-amz-server-side-encryption-customer-algorithm",
  SSEKMSKeyId: "s3:x-amz-server-side-encryption-aws-kms-key-id",
  ServerSideEncryption: "s3:x-amz-server-side-encryption",
  StorageClass: "s3:x-amz-storage-class",
  VersionId: "s3:VersionId",
  WebsiteRedirectLocation: "s3:x-amz-website-redirect-location",
};

const LISTINGS = new Set(["ListObjects", "ListObjectsV2", "ListObjectVersions"]);

export function conditionsOf(operation: string, input: Input, s3: S3, bucket?: Bucket): Conditions {
  const conditions: Record<string, string | readonly string[]> = {
    ...requestConditions(s3, bucket),
  };
  for (const member in MEMBERS) {
    const value = input[member];
    const key = MEMBERS[member];
    if (typeof value === "string" && key !== undefined) conditions[key] = value;
  }
  if (LISTINGS.has(operation)) addListing(input, conditions);
  if (operation === "CreateBucket") {
    const place: unknown = memberOf(input["CreateBucketConfiguration"], "LocationConstraint");
    if (typeof place === "string") conditions["s3:locationconstraint"] = place;
  }
  addTags(input, conditions);
  addRetention(input, s3.now, conditions);
  return conditions;
}

function addListing(input: Input, conditions: Record<string, string | readonly string[]>): void {
  const { Prefix, Delimiter, MaxKeys } = input;
  // AWS: a listing without a prefix is one with an empty prefix.
  conditions["s3:prefix"] = typeof Prefix === "string" ? Prefix : "";
  if (typeof Delimiter === "string") conditions["s3:delimiter"] = Delimiter;
  if (typeof MaxKeys === "number") conditions["s3:max-keys"] = String(MaxKeys);
}

/** For how long a request would lock a version: in headers, or in a document of its own. */
function addRetention(
  input: Input,
  now: number,
  conditions: Record<string, string | readonly string[]>,
): void {
  const document: unknown = input["Retention"];
  const until = input["ObjectLockRetainUntilDate"] ?? memberOf(document, "RetainUntilDate");
  const mode: unknown = memberOf(document, "Mode");
  const hold: unknown = memberOf(input["LegalHold"], "Status");
  if (typeof mode === "string") conditions["s3:object-lock-mode"] = mode;
  if (typeof hold === "string") conditions["s3:object-lock-legal-hold"] = hold;
  if (!(until instanceof Date)) return;
  conditions["s3:object-lock-retain-until-date"] = until.toISOString();
  const days = Math.ceil((until.getTime() - now) / DAY_MS);
  conditions["s3:object-lock-remaining-retention-days"] = String(days);
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The tags that a request would put on an object: in a header, or in the document of
 * PutObjectTagging.
 */
function addTags(input: Input, conditions: Record<string, string | readonly string[]>): void {
  const { Tagging, Key } = input;
  if (typeof Key !== "string" || Tagging === undefined) return;
  const keys: string[] = [];
  for (const [key, value] of tagPairs(Tagging)) {
    keys.push(key);
    conditions[`s3:RequestObjectTag/${key}`] = value;
  }
  conditions["s3:RequestObjectTagKeys"] = keys;
}

function tagPairs(tagging: unknown): (readonly [string, string])[] {
  if (typeof tagging === "string") return [...new URLSearchParams(tagging)];
  const set: unknown = memberOf(tagging, "TagSet");
  if (!Array.isArray(set)) return [];
  return set.map((tag: unknown) => [textOf(tag, "Key"), textOf(tag, "Value")]);
}

function textOf(tag: unknown, name: string): string {
  const value: unknown = memberOf(tag, name);
  return typeof value === "string" ? value : "";
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

/** What every request has; of a bucket that is there, whose it is. */
export function requestConditions(s3: S3, bucket?: Bucket): Conditions {
  const account = bucket === undefined ? {} : { "s3:ResourceAccount": bucket.accountId };
  return { ...account, ...signatureConditions(s3) };
}

function signatureConditions({ request, caller, now }: S3): Conditions {
  if (caller.kind === "anonymous" || caller.kind === "service") return {};
  const { headers, query, method } = request;
  const signed = headers["authorization"];
  const presigned = signed === undefined && /X-Amz-Signature=/i.test(query);
  const form = signed === undefined && !presigned && method === "POST";
  const hash = headers["x-amz-content-sha256"];
  return {
    "s3:authType": presigned ? "REST-QUERY-STRING" : form ? "POST" : "REST-HEADER",
    "s3:signatureversion": "AWS4-HMAC-SHA256",
    ...(hash === undefined ? {} : { "s3:x-amz-content-sha256": hash }),
    ...(presigned
      ? signatureAge(
          parameterIn(query, "X-Amz-Date"),
          Number(parameterIn(query, "X-Amz-Expires")),
          now,
        )
      : signatureAge(headers["x-amz-date"], SKEW_SECONDS_MAX, now)),
  };
}

const parameterIn = (query: string, name: string): string | undefined =>
  new RegExp(`(?:^|[?&])${name}=(\\w+)`, "i").exec(query)?.[1];

const SKEW_SECONDS_MAX = 15 * 60;

/**
 * In milliseconds, by the cloud's clock. A signature that does not hold by this clock holds by the
 * machine's, which nobody here can see: it counts as just made.
 */
function signatureAge(date: string | undefined, validSeconds: number, now: number): Conditions {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date ?? "");
  if (parts === null) return {};
  const [, year, month, day, hour, minute, second] = parts;
  const ageMs = now - Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const holds = ageMs >= 0 && ageMs <= validSeconds * 1000;
  return { "s3:signatureAge": holds ? String(ageMs) : "0" };
}

export function existingTagConditions(object: StoredObject | undefined): Conditions {
  const conditions: Record<string, string> = {};
  for (const [key, value] of Object.entries(object?.tags ?? {})) {
    conditions[`s3:ExistingObjectTag/${key}`] = value;
  }
  return conditions;
}
