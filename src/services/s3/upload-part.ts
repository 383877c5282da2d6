/** The parts of an upload: sent, copied from objects, listed. */
import type { AsyncOperation, Operation, S3, S3Async } from "./api.ts";
import { declaredBytes, discard, readPieces, receive, type Body, type Received } from "./body.ts";
import { findBucket } from "./buckets.ts";
import {
  broughtChecksum,
  DEFAULT_ALGORITHM,
  partChecksumMember,
  type Brought,
} from "./checksums.ts";
import { sourceKeyOf, sourceOf, sourceVersion, sourceVersionMember } from "./copy-source.ts";
import { keyOf } from "./description.ts";
import { encryptionMembers, type CustomerKey } from "./encryption.ts";
import { entityTooLarge, invalidRequest, missingContentLength } from "./errors.ts";
import { openSeal } from "./kms-encryption.ts";
import { toSecond } from "./listing.ts";
import { checksumOf, findUpload, whoseUpload, type UploadRequest } from "./multipart-upload.ts";
import { comesInChunks, OBJECT_BYTES_MAX, trailerNames } from "./put-object.ts";
import { checkWriteAddress } from "./query-parameters.ts";
import { checkPartNumber, copySpanOf } from "./ranges.ts";
import type { Part, Upload } from "./state.ts";
import { countIn, limitOf } from "./list-objects.ts";

export const UploadPart: AsyncOperation<"UploadPart"> = {
  asynchronous: async (input, s3) => {
    checkWriteAddress(s3.request);
    checkPartNumber(input.PartNumber);
    const customerKey = keyOf(input);
    const announced = declaredBytes(input.Body);
    if (announced === undefined && comesInChunks(input.Body, s3)) throw missingContentLength();
    if (announced !== undefined && announced > OBJECT_BYTES_MAX) {
      throw entityTooLarge(announced, OBJECT_BYTES_MAX);
    }
    const brought = broughtChecksum(input, trailerNames(input.Body, s3));
    const { upload, key } = await s3.transact((step) => openUpload(input, customerKey, step));
    checkFamily(upload, brought);
    const how = {
      brought,
      algorithm: algorithmOf(upload),
      contentMd5: input.ContentMD5,
      key,
    };
    const received = await receive(input.Body, how, s3);
    const part = await keepPart(input, customerKey, received, s3);
    return {
      ETag: `"${part.etag}"`,
      ...shownChecksum(upload, brought, part),
      ...encryptionMembers(upload),
    };
  },
};

function uploadFor(input: UploadRequest, key: CustomerKey | undefined, s3: S3): Upload {
  findBucket(input, s3);
  const upload = findUpload(input, s3);
  if (upload.customerKeyMd5 === key?.md5) return upload;
  throw invalidRequest(
    upload.customerKeyMd5 !== undefined && key === undefined
      ? "The multipart upload initiate requested encryption. Subsequent part requests must include " +
          "the appropriate encryption parameters."
      : "The provided encryption parameters did not match the ones used originally.",
  );
}

/** The upload, and the key that its parts are encrypted with. */
function openUpload(input: UploadRequest, customerKey: CustomerKey | undefined, s3: S3) {
  const upload = uploadFor(input, customerKey, s3);
  const { kms } = upload;
  const key = kms === undefined ? customerKey?.key : openSeal(kms, upload, s3);
  return { upload, key };
}

const algorithmOf = (upload: Upload) => upload.algorithm ?? DEFAULT_ALGORITHM;

function checkFamily({ algorithm }: Upload, brought: Brought | undefined): void {
  if (algorithm === undefined || brought === undefined || brought.algorithm === algorithm) return;
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, ` +
      `actual checksum Type: ${brought.algorithm.toLowerCase()}`,
  );
}

/** The checksum in the upload's algorithm; where it has none, the one that the client has sent. */
function shownChecksum(upload: Upload, brought: Brought | undefined, part: Part) {
  if (upload.algorithm !== undefined) return partChecksumMember(upload.algorithm, part.checksum);
  if (brought?.value !== undefined) return partChecksumMember(brought.algorithm, brought.value);
  return partChecksumMember(DEFAULT_ALGORITHM, part.checksum);
}

async function keepPart(
  input: UploadRequest & { readonly PartNumber: number },
  key: CustomerKey | undefined,
  received: Received,
  s3: S3Async,
): Promise<Part> {
  try {
    return await s3.transact((step) => {
      const { uploadId } = uploadFor(input, key, step);
      const { sizeBytes, etag, checksum, piece } = received;
      const number = input.PartNumber;
      return step.parts.put({
        uploadId,
        number,
        sizeBytes,
        etag,
        checksum,
        piece,
        modifiedAt: step.now,
      });
    });
  } catch (error) {
    await discard(received, s3);
    throw error;
  }
}

export const UploadPartCopy: AsyncOperation<"UploadPartCopy"> = {
  asynchronous: async (input, s3) => {
    checkWriteAddress(s3.request);
    checkPartNumber(input.PartNumber);
    const customerKey = keyOf(input);
    const source = sourceOf(input);
    const { upload, key, found, sourceKey } = await s3.transact((step) => {
      const version = sourceVersion(input, source, step);
      return {
        ...openUpload(input, customerKey, step),
        found: version,
        sourceKey: sourceKeyOf(version, source, step),
      };
    });
    const span = copySpanOf(input.CopySourceRange, found.object.sizeBytes);
    const bytes = span.endInclusive - span.start + 1;
    if (bytes > OBJECT_BYTES_MAX) throw entityTooLarge(bytes, OBJECT_BYTES_MAX);
    const body: Body = readPieces(found.object.pieces, span, sourceKey, s3);
    const received = await receive(body, { algorithm: algorithmOf(upload), key }, s3);
    const part = await keepPart(input, customerKey, received, s3);
    return {
      ...sourceVersionMember(found),
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: toSecond(part.modifiedAt),
        ...(upload.algorithm === undefined
          ? {}
          : partChecksumMember(upload.algorithm, part.checksum)),
      },
      ...encryptionMembers(upload),
    };
  },
};

export const ListParts: Operation<"ListParts"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const upload = findUpload(input, s3);
  const limit = limitOf(input.MaxParts, "max-parts");
  const marker = countIn(Number(input.PartNumberMarker ?? 0), "part-number-marker");
  const found = s3.parts.list([upload.uploadId], { after: marker, limit: limit + 1 });
  const page = found.slice(0, limit);
  return {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.uploadId,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: limit,
    IsTruncated: found.length > limit,
    ...(page.length === 0 ? {} : { Parts: page.map((part) => listed(part, upload)) }),
    StorageClass: upload.storageClass as "STANDARD",
    ...whoseUpload(upload),
    ...checksumOf(upload),
  };
};

const listed = (part: Part, { algorithm }: Upload) => ({
  PartNumber: part.number,
  LastModified: toSecond(part.modifiedAt),
  ETag: `"${part.etag}"`,
  Size: part.sizeBytes,
  ...(algorithm === undefined ? {} : partChecksumMember(algorithm, part.checksum)),
});
