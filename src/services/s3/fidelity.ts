/** What of S3 is accepted and not acted on, by input member. */
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
  BlockedEncryptionTypes: ["PutBucketEncryption"],
  // The checksum itself is checked, whatever this says beside it. AWS looks at it as little.
  ChecksumAlgorithm: [...DOCUMENTS, "PutObject", "UploadPart", "DeleteObjects"],
  ConfirmRemoveSelfBucketAccess: ["PutBucketPolicy"],
  // The server has compared them with the body.
  ContentLength: ["PutObject", "UploadPart"],
  ContentMD5: DOCUMENTS,
  // Of lists that are empty.
  ContinuationToken: [
    "ListBucketAnalyticsConfigurations",
    "ListBucketIntelligentTieringConfigurations",
    "ListBucketInventoryConfigurations",
    "ListBucketMetricsConfigurations",
  ],
  Id: [
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

function byOperation(): Record<string, string[]> {
  const ignores: Record<string, string[]> = {};
  for (const [member, operations] of Object.entries(IGNORED)) {
    for (const operation of operations) (ignores[operation] ??= []).push(member);
  }
  return ignores;
}

export const fidelity: Fidelity = { ignores: byOperation() };
