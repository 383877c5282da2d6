/**
 * The rows of S3. Bucket names are one name space over all accounts, so every table lies in the
 * partition.
 *
 * `objects` holds what a listing shows: the current version of each key, unless that is a delete
 * marker. Older versions
 * and delete markers lie in `versions`, the newest first. So a listing costs its page, however
 * many keys were deleted.
 */
import { table } from "../../kernel/table.ts";

export type Strings = Readonly<Record<string, string>>;

export interface Bucket {
  name: string;
  /** The owner. */
  accountId: string;
  region: string;
  /** As it was asked for: "EU" is another name for eu-west-1. */
  locationConstraint?: string;
  createdAt: number;
  versioning?: "Enabled" | "Suspended";
  /** Absent once the owner has deleted the controls. */
  ownership?: ObjectOwnership;
  publicAccessBlock?: PublicAccessBlock;
  /** Its access list, where that says more or less than that the owner has full control. */
  acl?: readonly Grant[];
  /** As text, as it was put. */
  policy?: string;
  tags?: Strings;
  cors?: readonly CorsRule[];
  /** Versions may be locked in it; what new ones get, if anything. */
  objectLock?: DefaultRetention;
  /** The default for new objects, where it is KMS; absent: SSE-S3. */
  encryption?: { keyId?: string; bucketKey: boolean };
  /** Where the default is SSE-S3: objects that ask for KMS themselves share a key. */
  bucketKey?: boolean;
  /** What a write may not ask for; "NONE": nothing is kept from it. */
  blockedEncryption?: readonly ("NONE" | "SSE-C")[];
}

export interface DefaultRetention {
  mode?: Retention["mode"];
  /** Either days or years. */
  days?: number;
  years?: number;
}

/** A version that stays until an instant; governance can be lifted by a right of its own. */
export interface Retention {
  mode: "GOVERNANCE" | "COMPLIANCE";
  until: number;
}

export type ObjectOwnership = "BucketOwnerEnforced" | "BucketOwnerPreferred" | "ObjectWriter";

export type Permission = "FULL_CONTROL" | "READ" | "WRITE" | "READ_ACP" | "WRITE_ACP";

/** An entry of an access list: to an account, by its canonical id, or to a group, by its URI. */
export interface Grant {
  id?: string;
  group?: string;
  permission: Permission;
}

export interface PublicAccessBlock {
  BlockPublicAcls: boolean;
  IgnorePublicAcls: boolean;
  BlockPublicPolicy: boolean;
  RestrictPublicBuckets: boolean;
}

export interface CorsRule {
  ID?: string;
  AllowedHeaders?: readonly string[];
  AllowedMethods: readonly string[];
  AllowedOrigins: readonly string[];
  ExposeHeaders?: readonly string[];
  MaxAgeSeconds?: number;
}

/** What objects and uploads have in common: everything that the writer says besides the bytes. */
export interface Description {
  /** `x-amz-meta-…`, names in lower case. */
  metadata: Strings;
  /** Content-Type and its like, by the member's name. */
  headers: Strings;
  tags?: Strings;
  storageClass: string;
  websiteRedirectLocation?: string;
  /** The MD5 of the customer's key (base64), when the bytes are encrypted with it. */
  customerKeyMd5?: string;
  /** The data key, when the bytes are encrypted with one of KMS's. */
  kms?: KmsSeal;
  /** The access list, where that says more or less than that the owner has full control. */
  acl?: readonly Grant[];
  retention?: Retention;
  legalHold?: "ON" | "OFF";
  /** Who wrote it, where that is not the bucket's owner; empty: nobody who signed. */
  ownerAccountId?: string;
}

export interface KmsSeal {
  keyArn: string;
  /** As KMS sealed it. */
  dataKey: Uint8Array;
  /** Base64, as the writer gave it. */
  context?: string;
  bucketKey: boolean;
}

/** One contiguous piece of the bytes as they are stored. */
export interface Piece {
  sizeBytes: number;
  /** Small pieces lie in the row. */
  bytes?: Uint8Array;
  blob?: string;
  /** The initial counter of AES-256-CTR, when encrypted. */
  counter?: Uint8Array;
}

export interface Checksum {
  algorithm: string;
  type: "FULL_OBJECT" | "COMPOSITE";
  /** Base64; of a composite one without the "-<parts>" behind it. */
  value: string;
}

export interface PartOfObject {
  number: number;
  sizeBytes: number;
  /** Base64; the algorithm is the object's. */
  checksum?: string;
}

export interface StoredObject extends Description {
  bucket: string;
  key: string;
  /** "null" when it was written without versioning. */
  versionId: string;
  /** Grows with each version of a key. */
  sequence: number;
  sizeBytes: number;
  /** Without the quotes. */
  etag: string;
  modifiedAt: number;
  checksum: Checksum;
  pieces: readonly Piece[];
  /** Of an object that came in parts. */
  parts?: readonly PartOfObject[];
  /** The upload that it came from: completing it again gives the same answer. */
  uploadId?: string;
}

export interface DeleteMarker {
  bucket: string;
  key: string;
  versionId: string;
  sequence: number;
  modifiedAt: number;
}

/** An older version, or a delete marker. */
export interface Version {
  bucket: string;
  key: string;
  /** The sequence turned around: the newest version of a key comes first. */
  rank: number;
  versionId: string;
  /** Absent: a delete marker. */
  object?: StoredObject;
  modifiedAt: number;
}

export interface Upload extends Description {
  uploadId: string;
  bucket: string;
  key: string;
  initiatedAt: number;
  /** The initiator. */
  accountId: string;
  initiatorArn: string;
  /** Absent: each part may bring what it likes, and the object gets CRC64NVME. */
  algorithm?: string;
  checksumType?: "FULL_OBJECT" | "COMPOSITE";
}

export interface Part {
  uploadId: string;
  number: number;
  sizeBytes: number;
  etag: string;
  modifiedAt: number;
  /** In the upload's algorithm, or in CRC64NVME when it has none. Base64. */
  checksum: string;
  piece: Piece;
}

const blobsIn = (pieces: readonly Piece[]) =>
  pieces.flatMap(({ blob }) => (blob === undefined ? [] : [blob]));

export const state = {
  buckets: table<Bucket>().key("name").index("byOwner", "accountId").in("partition"),
  objects: table<StoredObject>()
    .key("bucket", "key")
    .in("partition")
    .blobs(({ pieces }) => blobsIn(pieces)),
  versions: table<Version>()
    .key("bucket", "key", "rank")
    .index("byVersionId", "bucket", "key", "versionId")
    .in("partition")
    .blobs(({ object }) => blobsIn(object?.pieces ?? [])),
  uploads: table<Upload>()
    .key("uploadId")
    .index("byKey", "bucket", "key", "initiatedAt")
    .in("partition"),
  parts: table<Part>()
    .key("uploadId", "number")
    .in("partition")
    .blobs(({ piece }) => blobsIn([piece])),
};
