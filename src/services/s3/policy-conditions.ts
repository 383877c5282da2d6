/** Which conditions a bucket policy may set: operators, and keys of S3's own. */

/** S3's sentence of refusal, or undefined. */
export function conditionProblem(condition: unknown): string | undefined {
  if (typeof condition !== "object" || condition === null) return undefined;
  for (const [operator, keys] of Object.entries(condition)) {
    if (!isOperator(operator)) return `Invalid Condition type : ${operator}`;
    if (!Object.keys(Object(keys)).every(isKey)) return "Policy has an invalid condition key";
  }
  return undefined;
}

const OPERATORS = new Set(
  [
    "StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase",
    "StringLike StringNotLike ArnEquals ArnNotEquals ArnLike ArnNotLike",
    "NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals",
    "NumericGreaterThan NumericGreaterThanEquals DateEquals DateNotEquals DateLessThan",
    "DateLessThanEquals DateGreaterThan DateGreaterThanEquals",
    "Bool BinaryEquals IpAddress NotIpAddress Null",
  ].flatMap((line) => line.toLowerCase().split(" ")),
);

const isOperator = (name: string) =>
  OPERATORS.has(
    name
      .toLowerCase()
      .replace(/^for(?:anyvalue|allvalues):/, "")
      .replace(/ifexists$/, ""),
  );

/** From the service authorisation reference. */
const KEYS = new Set(
  `
  AccessGrantScope AccessGrantsInstanceArn AccessGrantsLocationScope AccessPointNetworkOrigin
  annotation-prefix authType DataAccessPointAccount DataAccessPointArn delimiter deliverySourceArn
  destinationRegion ExistingJobOperation ExistingJobPriority if-match if-none-match
  InventoryAccessibleOptionalFields isReplicationPauseRequest JobSuspendedCause locationconstraint
  logType max-annotation-results max-keys object-lock-event-hold
  object-lock-event-hold-duration-days object-lock-legal-hold object-lock-mode
  object-lock-remaining-retention-days object-lock-retain-until-date ObjectCreationOperation prefix
  RequestJobOperation RequestJobPriority RequestObjectTagKeys ResourceAccount
  resourceArnBeingAuthorized signatureAge signatureversion TlsVersion versionid x-amz-acl
  x-amz-bucket-namespace x-amz-content-sha256 x-amz-copy-source x-amz-grant-full-control
  x-amz-grant-read x-amz-grant-read-acp x-amz-grant-write x-amz-grant-write-acp
  x-amz-metadata-directive x-amz-object-annotation-directive x-amz-object-if-match
  x-amz-object-ownership x-amz-server-side-encryption
  x-amz-server-side-encryption-aws-kms-key-id
  x-amz-server-side-encryption-customer-algorithm x-amz-storage-class
  x-amz-website-redirect-location
`
    .toLowerCase()
    .trim()
    .split(/\s+/),
);
const TAGS = /^(?:accesspointtag|buckettag|existingobjecttag|requestobjecttag)\/./;

/** AWS: of keys that are not S3's own it asks nothing. */
function isKey(key: string): boolean {
  const name = key.toLowerCase();
  if (!name.startsWith("s3:")) return name.includes(":");
  return KEYS.has(name.slice(3)) || TAGS.test(name.slice(3));
}
