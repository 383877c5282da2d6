/**
 * Copying an object. Blobs never change, so a copy names those of its source; the bytes are read
 * only where something about
 * them has to be computed anew, and written only where they have to be encrypted otherwise.
 */
import { createHash } from "node:crypto";
import { ownedBy } from "./access-lists.ts";
import type { AsyncOperation, S3, S3Async } from "./api.ts";
import { discard, readPieces, receive, type Received } from "./body.ts";
import { checkNotBlocked } from "./bucket-encryption.ts";
import { findBucket } from "./buckets.ts";
import { base64, checksumMembers, hasher, isAlgorithm, unsupportedAlgorithm } from "./checksums.ts";
import { checkWrite, checkWriteHeaders } from "./conditions.ts";
import {
  sourceKeyOf,
  sourceOf,
  sourceVersion,
  sourceVersionMember,
  type CopySource,
  type FoundSource,
} from "./copy-source.ts";
import { describe, type Described } from "./description.ts";
import { encryptionMembers } from "./encryption.ts";
import { invalidArgument, invalidRequest } from "./errors.ts";
import { sealFor } from "./kms-encryption.ts";
import { toSecond } from "./listing.ts";
import { lockOfNew, readLock } from "./object-lock.ts";
import { OBJECT_BYTES_MAX } from "./put-object.ts";
import { checkWriteAddress } from "./query-parameters.ts";
import type { Bucket, Description, Piece, StoredObject } from "./state.ts";
import { versionMember, writeObject } from "./versions.ts";

type Input = Parameters<(typeof CopyObject)["asynchronous"]>[0];

export const CopyObject: AsyncOperation<"CopyObject"> = {
  asynchronous: async (input, s3) => {
    checkWriteAddress(s3.request);
    const described = describe(input);
    checkDirectives(input);
    const conditions = { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch };
    checkWriteHeaders(conditions);
    const source = sourceOf(input);
    for (;;) {
      const { found, keys, fresh } = await s3.transact((step) => {
        const bucket = findBucket(input, step);
        ownedBy(input, bucket, step);
        checkNotBlocked(bucket, input);
        lockOfNew(readLock(input, step.now), bucket, step.now);
        return openForCopy(input, source, described, bucket, step);
      });
      const bytes = await bytesFor(input, found.object, keys, s3);
      const done = await s3.transact((step) => {
        const bucket = findBucket(input, step);
        const now = sourceForCopy(input, source, step);
        if (!isSame(now.object, found.object)) return undefined;
        checkWrite(step.objects.get(bucket.name, input.Key), input.Key, conditions);
        const draft = {
          ...descriptionFor(input, described, found.object),
          ...(fresh === undefined ? {} : { kms: fresh.seal }),
          bucket: bucket.name,
          key: input.Key,
          modifiedAt: step.now,
          sizeBytes: found.object.sizeBytes,
          ...bytes.stored,
          ...ownedBy(input, bucket, step),
          ...lockOfNew(readLock(input, step.now), bucket, step.now),
        };
        return { bucket, object: writeObject(bucket, draft, step) };
      });
      if (done !== undefined) return toOutput(done, found);
      if (bytes.received !== undefined) await discard(bytes.received, s3);
    }
  },
};

function checkDirectives(input: Input): void {
  for (const [name, value] of [
    ["x-amz-metadata-directive", input.MetadataDirective],
    ["x-amz-tagging-directive", input.TaggingDirective],
  ] as const) {
    if (value === undefined || value === "COPY" || value === "REPLACE") continue;
    const what = name === "x-amz-metadata-directive" ? "metadata" : "tagging";
    throw invalidArgument(`Unknown ${what} directive.`, {
      ArgumentName: name,
      ArgumentValue: value,
    });
  }
}

interface Keys {
  readonly from: Buffer | undefined;
  readonly to: Buffer | undefined;
}

/** The source, what opens it, and what seals the copy. */
function openForCopy(
  input: Input,
  source: CopySource,
  { customerKey }: Described,
  bucket: Bucket,
  s3: S3,
) {
  const found = sourceForCopy(input, source, s3);
  const fresh = sealFor(input, bucket, input.Key, s3);
  const from = sourceKeyOf(found, source, s3);
  const keys: Keys = { from, to: customerKey?.key ?? fresh?.key };
  return { found, keys, fresh };
}

function sourceForCopy(input: Input, source: CopySource, s3: S3): FoundSource {
  const found = sourceVersion(input, source, s3);
  if (found.object.sizeBytes > OBJECT_BYTES_MAX) {
    throw invalidRequest(
      "The specified copy source is larger than the maximum allowable size for a copy source: " +
        String(OBJECT_BYTES_MAX),
    );
  }
  const itself = source.bucket === input.Bucket && source.key === input.Key;
  if (itself && source.versionId === undefined && !changes(input, found)) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without " +
        "changing the object's metadata, storage class, website redirect location or encryption " +
        "attributes.",
    );
  }
  return found;
}

/** A bucket that encrypts with KMS encrypts anew what was written before it did. */
const changes = (input: Input, { bucket, object }: FoundSource): boolean =>
  input.MetadataDirective === "REPLACE" ||
  input.StorageClass !== undefined ||
  input.WebsiteRedirectLocation !== undefined ||
  input.ServerSideEncryption !== undefined ||
  input.SSECustomerKeyMD5 !== object.customerKeyMd5 ||
  (bucket.encryption !== undefined && object.kms === undefined);

const isSame = (left: StoredObject, right: StoredObject) =>
  left.versionId === right.versionId &&
  left.sequence === right.sequence &&
  left.etag === right.etag &&
  left.modifiedAt === right.modifiedAt &&
  left.pieces[0]?.blob === right.pieces[0]?.blob;

/**
 * Metadata and tags come from the source or from the request, each by its directive; the rest
 * always from the request.
 */
function descriptionFor(input: Input, { description }: Described, from: StoredObject): Description {
  const { tags: givenTags, ...given } = description;
  const tags = input.TaggingDirective === "REPLACE" ? givenTags : from.tags;
  const kept =
    input.MetadataDirective === "REPLACE" ? {} : { metadata: from.metadata, headers: from.headers };
  return { ...given, ...kept, ...(tags === undefined ? {} : { tags }) };
}

interface CopiedBytes {
  readonly stored: Pick<StoredObject, "etag" | "checksum" | "pieces">;
  readonly received?: Received;
}

async function bytesFor(
  input: Input,
  from: StoredObject,
  { from: fromKey, to: toKey }: Keys,
  s3: S3Async,
): Promise<CopiedBytes> {
  const algorithm = input.ChecksumAlgorithm?.toUpperCase() ?? from.checksum.algorithm;
  if (!isAlgorithm(algorithm)) throw unsupportedAlgorithm();
  const whole = { start: 0, endInclusive: from.sizeBytes - 1 };
  const bytes = () => readPieces(from.pieces, whole, fromKey, s3);
  const checksumOf = (value: string) => ({ algorithm, type: "FULL_OBJECT" as const, value });
  if (fromKey !== undefined || toKey !== undefined) {
    const received = await receive(bytes(), { algorithm, key: toKey }, s3);
    const pieces: Piece[] = received.sizeBytes === 0 ? [] : [received.piece];
    const { etag, checksum } = received;
    return { received, stored: { etag, pieces, checksum: checksumOf(checksum) } };
  }
  const { pieces, checksum } = from;
  if (from.parts === undefined && checksum.algorithm === algorithm) {
    return { stored: { etag: from.etag, checksum, pieces } };
  }
  const md5 = createHash("md5");
  const digest = hasher(algorithm);
  for await (const chunk of bytes()) {
    md5.update(chunk);
    digest.update(chunk);
  }
  const value = base64(digest.digest());
  return { stored: { etag: md5.digest("hex"), checksum: checksumOf(value), pieces } };
}

function toOutput({ bucket, object }: FoundSource, from: FoundSource) {
  return {
    CopyObjectResult: {
      ETag: `"${object.etag}"`,
      LastModified: toSecond(object.modifiedAt),
      ...checksumMembers(object.checksum),
    },
    ...sourceVersionMember(from),
    ...encryptionMembers(object),
    ...(object.kms?.context === undefined ? {} : { SSEKMSEncryptionContext: object.kms.context }),
    ...versionMember(bucket, object),
  };
}
