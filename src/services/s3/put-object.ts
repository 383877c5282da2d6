/** Writing an object whole. */
import { ownedBy, type Owned } from "./access-lists.ts";
import type { AclRequest } from "./acl-request.ts";
import type { AsyncOperation, S3, S3Async } from "./api.ts";
import {
  declaredBytes,
  discard,
  INLINE_BYTES_MAX,
  receive,
  sealed,
  type Body,
  type Received,
} from "./body.ts";
import { checkNotBlocked } from "./bucket-encryption.ts";
import { findBucket } from "./buckets.ts";
import { broughtChecksum, checksumMembers, checksumsIn, DEFAULT_ALGORITHM } from "./checksums.ts";
import { checkWrite, checkWriteHeaders } from "./conditions.ts";
import { addRare, describe, type DescriptionRequest } from "./description.ts";
import { encryptionMembers } from "./encryption.ts";
import { entityTooLarge, missingContentLength, notBuilt } from "./errors.ts";
import { sealFor, takesDefault } from "./kms-encryption.ts";
import { checkDigestBrought, lockOfNew, readLock, type Lock } from "./object-lock.ts";
import { checkWriteAddress } from "./query-parameters.ts";
import type { Bucket, Description, StoredObject } from "./state.ts";
import { writeObject, writtenVersion, type ObjectDraft } from "./versions.ts";

export const OBJECT_BYTES_MAX = 5 * 1024 ** 3;

export const PutObject: AsyncOperation<"PutObject"> = {
  asynchronous: async (input, s3) => {
    const { bucket, object } = await putObject(input, s3);
    const { kms } = object;
    const output = {
      ETag: `"${object.etag}"`,
      VersionId: writtenVersion(bucket, object),
      SSEKMSEncryptionContext: kms?.context,
    };
    return Object.assign(output, checksumMembers(object.checksum), encryptionMembers(object));
  },
};

export interface PutRequest extends DescriptionRequest, AclRequest {
  readonly Bucket: string;
  readonly Body?: Body;
  readonly ContentMD5?: string | undefined;
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
  readonly WriteOffsetBytes?: number | undefined;
}

export interface Written {
  readonly bucket: Bucket;
  readonly object: StoredObject;
}

async function putObject(input: PutRequest, s3: S3Async): Promise<Written> {
  checkWriteAddress(s3.request);
  const { description, customerKey } = describe(input);
  checkWriteHeaders({ ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch });
  const announced = announcedBytes(input, s3);
  const brought = broughtChecksum(input, trailerNames(input.Body, s3));
  const sealNow = (step: S3) => {
    const { bucket } = findBucketToWrite(input, step);
    return sealFor(input, bucket, input.Key, step);
  };
  // Nobody likes to send gigabytes to a bucket that is not there.
  const large = announced === undefined || announced > INLINE_BYTES_MAX;
  const early = large || input.ServerSideEncryption === "aws:kms";
  let fresh = early ? await s3.transact(sealNow) : undefined;
  const algorithm = brought?.algorithm ?? DEFAULT_ALGORITHM;
  const key = customerKey?.key ?? fresh?.key;
  const how = { brought, algorithm, contentMd5: input.ContentMD5, key };
  let received = await receive(input.Body, how, s3);
  try {
    for (;;) {
      const said = fresh === undefined ? description : { ...description, kms: fresh.seal };
      const stored = { received, algorithm };
      const written = await s3.transact((step) => write(input, said, stored, step));
      if (written !== undefined) return written;
      fresh = await s3.transact(sealNow);
      if (fresh !== undefined) received = sealed(received, fresh.key, s3);
    }
  } catch (error) {
    await discard(received, s3);
    throw error;
  }
}

function announcedBytes(input: PutRequest, s3: S3Async): number | undefined {
  if (input.WriteOffsetBytes !== undefined) throw notBuilt("appending to objects");
  const announced = declaredBytes(input.Body);
  if (announced === undefined && comesInChunks(input.Body, s3)) throw missingContentLength();
  if (announced !== undefined && announced > OBJECT_BYTES_MAX) {
    throw entityTooLarge(announced, OBJECT_BYTES_MAX);
  }
  return announced;
}

/** The bucket, and what an object in it begins with: an owner, a list, a lock. */
function findBucketToWrite(input: PutRequest, s3: S3): { bucket: Bucket; begun: Owned & Lock } {
  const bucket = findBucket(input, s3);
  checkNotBlocked(bucket, input);
  const owned = ownedBy(input, bucket, s3);
  const asked = readLock(input, s3.now);
  if (asked === undefined && bucket.objectLock === undefined) return { bucket, begun: owned };
  const lock = lockOfNew(asked, bucket, s3.now);
  checkDigestBrought(lock, bringsDigest(input, s3));
  return { bucket, begun: { ...owned, ...lock } };
}

const bringsDigest = (input: PutRequest, { request }: S3): boolean =>
  input.ContentMD5 !== undefined ||
  request.headers["x-amz-trailer"]?.startsWith("x-amz-checksum-") === true ||
  checksumsIn(input).length > 0;

/** Undefined: the bucket encrypts by default with a key of KMS's, and this has not been done yet. */
function write(
  input: PutRequest,
  description: Description,
  { received, algorithm }: { readonly received: Received; readonly algorithm: string },
  s3: S3,
): Written | undefined {
  const { bucket, begun } = findBucketToWrite(input, s3);
  const small = received.piece.bytes !== undefined;
  const wantsSeal = bucket.encryption !== undefined && takesDefault(input);
  if (wantsSeal && small && description.kms === undefined) return undefined;
  const { IfMatch: ifMatch, IfNoneMatch: ifNoneMatch } = input;
  if (ifMatch !== undefined || ifNoneMatch !== undefined) {
    checkWrite(s3.objects.get(bucket.name, input.Key), input.Key, { ifMatch, ifNoneMatch });
  }
  const { sizeBytes, etag, checksum, piece } = received;
  const draft: ObjectDraft = {
    bucket: bucket.name,
    key: input.Key,
    sizeBytes,
    etag,
    modifiedAt: s3.now,
    checksum: { algorithm, type: "FULL_OBJECT", value: checksum },
    pieces: sizeBytes === 0 ? [] : [piece],
    metadata: description.metadata,
    headers: description.headers,
    storageClass: description.storageClass,
  };
  addRare(description, draft);
  Object.assign(draft, begun);
  return { bucket, object: writeObject(bucket, draft, s3) };
}

/** AWS: a body without an end that is known before is not taken. */
export const comesInChunks = (body: Body, { request }: S3Async): boolean =>
  typeof body === "object" &&
  "trailers" in body &&
  request.headers["transfer-encoding"] !== undefined;

/**
 * The names of the trailers, where this very body has some (and not a request around a call from
 * within).
 */
export function trailerNames(body: Body, s3: S3Async): string | undefined {
  const hasTrailers = typeof body === "object" && "trailers" in body;
  return hasTrailers ? s3.request.headers["x-amz-trailer"] : undefined;
}
