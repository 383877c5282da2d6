/** Every operation of S3 that is built. */
export { GetBucketAcl, GetObjectAcl, PutBucketAcl, PutObjectAcl } from "./access-lists.ts";
export {
  DeleteBucketEncryption,
  GetBucketEncryption,
  PutBucketEncryption,
} from "./bucket-encryption.ts";
export * from "./bucket-policy.ts";
export * from "./bucket-settings.ts";
export {
  CreateBucket,
  DeleteBucket,
  GetBucketLocation,
  HeadBucket,
  ListBuckets,
} from "./bucket.ts";
export { CompleteMultipartUpload } from "./complete-multipart.ts";
export { CopyObject } from "./copy-object.ts";
export { DeleteBucketCors, GetBucketCors, PutBucketCors } from "./cors.ts";
export { DeleteObject, DeleteObjects } from "./delete-object.ts";
export { GetObject, HeadObject } from "./get-object.ts";
export { ListObjectVersions } from "./list-object-versions.ts";
export { ListObjects, ListObjectsV2 } from "./list-objects.ts";
export {
  AbortMultipartUpload,
  CreateMultipartUpload,
  ListMultipartUploads,
} from "./multipart-upload.ts";
export { GetObjectAttributes } from "./object-attributes.ts";
export {
  DeleteBucketOwnershipControls,
  DeletePublicAccessBlock,
  GetBucketOwnershipControls,
  GetPublicAccessBlock,
  PutBucketOwnershipControls,
  PutPublicAccessBlock,
} from "./ownership.ts";
export { GetObjectLockConfiguration, PutObjectLockConfiguration } from "./object-lock.ts";
export { PutObject } from "./put-object.ts";
export {
  GetObjectLegalHold,
  GetObjectRetention,
  PutObjectLegalHold,
  PutObjectRetention,
} from "./retention.ts";
export * from "./tagging.ts";
export { ListParts, UploadPart, UploadPartCopy } from "./upload-part.ts";
