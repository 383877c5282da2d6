/** The source of a copy: how it is named, which conditions it must meet, which key opens it. */
import type { S3 } from "./api.ts";
import { checkSourceNotArchived } from "./archives.ts";
import { isBucketName } from "./bucket-names.ts";
import { findBucketAnywhere } from "./buckets.ts";
import { checkSource } from "./conditions.ts";
import { checkKeyToRead, customerKey, type CustomerKey } from "./encryption.ts";
import { openSeal } from "./kms-encryption.ts";
import { invalidArgument, invalidRequest, invalidVersionId, notBuilt } from "./errors.ts";
import type { Bucket, StoredObject } from "./state.ts";
import { findVersion, isDeleteMarker, isVersionId, NULL_VERSION } from "./versions.ts";

export interface CopySourceRequest {
  readonly CopySource: string;
  readonly CopySourceIfMatch?: string | undefined;
  readonly CopySourceIfNoneMatch?: string | undefined;
  readonly CopySourceIfModifiedSince?: Date | undefined;
  readonly CopySourceIfUnmodifiedSince?: Date | undefined;
  readonly CopySourceSSECustomerAlgorithm?: string | undefined;
  readonly CopySourceSSECustomerKey?: string | undefined;
  readonly CopySourceSSECustomerKeyMD5?: string | undefined;
  readonly ExpectedSourceBucketOwner?: string | undefined;
}

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
  readonly customerKey: CustomerKey | undefined;
}

/** Throws InvalidArgument where it is not "bucket/key", perhaps with "?versionId=…" behind. */
export function sourceOf(input: CopySourceRequest): CopySource {
  return {
    ...readCopySource(input.CopySource),
    customerKey: customerKey({
      algorithm: input.CopySourceSSECustomerAlgorithm,
      key: input.CopySourceSSECustomerKey,
      md5: input.CopySourceSSECustomerKeyMD5,
    }),
  };
}

/** The bucket and key may be percent-encoded. */
export function readCopySource(header: string): Omit<CopySource, "customerKey"> {
  const mark = header.lastIndexOf("?versionId=");
  const name = mark === -1 ? header : header.slice(0, mark);
  const versionId = mark === -1 ? undefined : header.slice(mark + "?versionId=".length);
  const path = decoded(name).replace(/^\//, "");
  if (path.startsWith("arn:")) throw notBuilt("access points");
  const slash = path.indexOf("/");
  if (slash <= 0 || slash === path.length - 1) throw invalidSource("object key");
  const bucket = path.slice(0, slash);
  if (!isBucketName(bucket)) throw invalidSource("bucket name");
  return { bucket, key: path.slice(slash + 1), versionId };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidSource("encoding");
  }
}

const invalidSource = (what: string) =>
  invalidArgument(`Invalid copy source ${what}`, {
    ArgumentName: "x-amz-copy-source",
    ArgumentValue: "x-amz-copy-source",
  });

/** What opens the source's bytes, if they are encrypted. */
export function sourceKeyOf({ object }: FoundSource, source: CopySource, s3: S3) {
  return object.kms === undefined ? source.customerKey?.key : openSeal(object.kms, object, s3);
}

/** AWS: the "null" version of a source goes without its name. */
export const sourceVersionMember = ({ object }: FoundSource) =>
  object.versionId === NULL_VERSION ? {} : { CopySourceVersionId: object.versionId };

export interface FoundSource {
  readonly bucket: Bucket;
  readonly object: StoredObject;
}

/** AWS: of a source S3 speaks in other words than of an object that is read. */
function sourceObject(bucket: Bucket, { key, versionId }: CopySource, s3: S3): StoredObject {
  if (versionId !== undefined) {
    if (!isVersionId(versionId)) throw invalidVersionId(versionId, "x-amz-copy-source");
    if (isDeleteMarker(bucket.name, key, versionId, s3)) {
      throw invalidRequest(
        "The source of a copy request may not specifically refer to a delete marker by version id.",
      );
    }
  }
  return findVersion(bucket, key, versionId, s3);
}

/** The object, when it meets the conditions. */
export function sourceVersion(input: CopySourceRequest, source: CopySource, s3: S3): FoundSource {
  const bucket = findBucketAnywhere(
    { Bucket: source.bucket, ExpectedBucketOwner: input.ExpectedSourceBucketOwner },
    s3,
  );
  const object = sourceObject(bucket, source, s3);
  checkSourceNotArchived(object);
  checkKeyToRead(object.customerKeyMd5, source.customerKey);
  checkSource(
    object,
    {
      ifMatch: input.CopySourceIfMatch,
      ifNoneMatch: input.CopySourceIfNoneMatch,
      ifModifiedSince: input.CopySourceIfModifiedSince,
      ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    s3.now,
  );
  return { bucket, object };
}
