/** Input members of S3 that no handler reads, and why. */
import type { Fidelity } from "../../kernel/service.ts";

/** Bodies that are documents: what the client says of their bytes is compared before they are read. */
const DOCUMENTS = [
  "PutBucketAcl",
  "PutBucketCors",
  "PutBucketEncryption",
  "PutBucketOwnershipControls",
  "PutBucketPolicy",
  "PutBucketTagging",
  "PutBucketVersioning",
  "PutObjectAcl",
  "PutObjectLegalHold",
  "PutObjectLockConfiguration",
  "PutObjectRetention",
  "PutObjectTagging",
  "PutPublicAccessBlock",
];

const LISTS = ["ListObjects", "ListObjectsV2", "ListObjectVersions"];

const IGNORED: Readonly<Record<string, readonly string[]>> = {
  ConfirmRemoveSelfBucketAccess: ["PutBucketPolicy"],
  // Of lists that are empty.
  ContinuationToken: [
    "ListBucketAnalyticsConfigurations",
    "ListBucketIntelligentTieringConfigurations",
    "ListBucketInventoryConfigurations",
    "ListBucketMetricsConfigurations",
  ],
  Id: [
    "DeleteBucketAnalyticsConfiguration",
    "DeleteBucketIntelligentTieringConfiguration",
    "DeleteBucketInventoryConfiguration",
    "DeleteBucketMetricsConfiguration",
    "GetBucketAnalyticsConfiguration",
    "GetBucketIntelligentTieringConfiguration",
    "GetBucketInventoryConfiguration",
    "GetBucketMetricsConfiguration",
  ],
  // MFA delete cannot be turned on.
  MFA: ["DeleteObject", "DeleteObjects"],
  OptionalObjectAttributes: LISTS,
  // No bucket makes requesters pay.
  RequestPayer: [
    "AbortMultipartUpload",
    "CompleteMultipartUpload",
    "CopyObject",
    "CreateMultipartUpload",
    "DeleteObject",
    "DeleteObjects",
    "GetBucketAccelerateConfiguration",
    "GetObject",
    "GetObjectAcl",
    "GetObjectAttributes",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "GetObjectTagging",
    "HeadObject",
    ...LISTS,
    "ListMultipartUploads",
    "ListParts",
    "PutObject",
    "PutObjectAcl",
    "PutObjectLegalHold",
    "PutObjectLockConfiguration",
    "PutObjectRetention",
    "PutObjectTagging",
    "UploadPart",
    "UploadPartCopy",
  ],
  // Buckets that were made without locks need no leave of AWS's support any more.
  Token: ["PutObjectLockConfiguration"],
  // The parts themselves are read with the key.
  SSECustomerAlgorithm: ["CompleteMultipartUpload", "ListParts"],
  SSECustomerKey: ["CompleteMultipartUpload", "ListParts"],
  SSECustomerKeyMD5: ["CompleteMultipartUpload", "ListParts"],
};

const ACTED_ON_BEFORE: Readonly<Record<string, readonly string[]>> = {
  // Read with the checksums that it announces.
  ChecksumAlgorithm: [...DOCUMENTS, "PutObject", "UploadPart", "DeleteObjects"],
  // The server has compared it with the body.
  ContentLength: ["PutObject", "UploadPart"],
  ContentMD5: DOCUMENTS,
};

function byOperation(
  byMember: Readonly<Record<string, readonly string[]>>,
): Record<string, string[]> {
  const members: Record<string, string[]> = {};
  for (const [member, operations] of Object.entries(byMember)) {
    for (const operation of operations) (members[operation] ??= []).push(member);
  }
  return members;
}

export const fidelity: Fidelity = {
  ignores: byOperation(IGNORED),
  actedOnBefore: byOperation(ACTED_ON_BEFORE),
};
