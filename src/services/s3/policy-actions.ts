/** Which actions a bucket policy may speak of, and of what each: the bucket, or what is in it. */

/** From the service authorisation reference. */
const ON_OBJECTS = `
  AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectAnnotation
  DeleteObjectTagging DeleteObjectVersion DeleteObjectVersionAnnotation
  DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAnnotation GetObjectAttributes
  GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersion
  GetObjectVersionAcl GetObjectVersionAnnotation GetObjectVersionAnnotationForReplication
  GetObjectVersionAttributes GetObjectVersionForReplication GetObjectVersionTagging
  GetObjectVersionTorrent InitiateReplication ListMultipartUploadParts ListObjectAnnotations
  ListObjectVersionAnnotations ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl
  PutObjectAnnotation PutObjectLegalHold PutObjectRetention PutObjectTagging
  PutObjectVersionAcl PutObjectVersionAnnotation PutObjectVersionTagging ReplicateDelete
  ReplicateObject ReplicateObjectAnnotation ReplicateTags RestoreObject UpdateObjectEncryption
`;
const ON_THE_BUCKET = `
  AllowVendedLogDeliveryForResource CreateBucket CreateBucketMetadataTableConfiguration
  DeleteBucket DeleteBucketMetadataTableConfiguration DeleteBucketPolicy DeleteBucketWebsite
  GetAccelerateConfiguration GetAnalyticsConfiguration GetBucketAbac GetBucketAcl
  GetBucketCORS GetBucketLocation GetBucketLogging GetBucketMetadataTableConfiguration
  GetBucketNotification GetBucketObjectLockConfiguration GetBucketOwnershipControls
  GetBucketPolicy GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketRequestPayment
  GetBucketTagging GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration
  GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration
  GetMetricsConfiguration GetReplicationConfiguration ListBucket ListBucketMultipartUploads
  ListBucketVersions ListTagsForResource PauseReplication PutAccelerateConfiguration
  PutAnalyticsConfiguration PutBucketAbac PutBucketAcl PutBucketCORS PutBucketLogging
  PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls
  PutBucketPolicy PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketTagging
  PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration
  PutIntelligentTieringConfiguration PutInventoryConfiguration PutLifecycleConfiguration
  PutMetricsConfiguration PutReplicationConfiguration TagResource UntagResource
  UpdateBucketMetadataAnnotationTableConfiguration
  UpdateBucketMetadataInventoryTableConfiguration
  UpdateBucketMetadataJournalTableConfiguration
`;

const namesIn = (list: string): readonly string[] => list.trim().split(/\s+/);

/** S3's sentence of refusal for an action and the resources beside it, or undefined. */
export function actionProblem(
  action: string,
  resources: readonly string[],
  bucketArn: string,
): string | undefined {
  // Policies of other kinds of buckets have prefixes of their own.
  const [, name] = /^(?:\*|s3:(.+))$/i.exec(action) ?? [];
  if (name === undefined) return undefined;
  const pattern = wildcards(name, "i");
  const object = namesIn(ON_OBJECTS).some((known) => pattern.test(known));
  const bucket = namesIn(ON_THE_BUCKET).some((known) => pattern.test(known));
  if (!object && !bucket) return "Policy has invalid action";
  const applies = resources.some(
    (resource) =>
      (object && mayBeObject(resource)) || (bucket && wildcards(resource).test(bucketArn)),
  );
  return applies ? undefined : "Action does not apply to any resource(s) in statement";
}

const mayBeObject = (resource: string) => resource.includes("/") || resource.endsWith("*");

/** A policy's pattern: "*" is any text, "?" any character. */
export const wildcards = (pattern: string, flags = ""): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[\\^$.|()[\]{}+]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    flags,
  );
