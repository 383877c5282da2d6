/**
 * Making one object of the parts of an upload: no byte is copied, the object names the parts'
 * blobs.
 */
import { createHash } from "node:crypto";
import type { Operation, S3 } from "./api.ts";
import { findBucket, objectUrl } from "./buckets.ts";
import {
  checkComputable,
  checksumMembers,
  checksumsIn,
  DEFAULT_ALGORITHM,
  joinChecksums,
} from "./checksums.ts";
import { checkWrite, checkWriteHeaders, matches } from "./conditions.ts";
import { encryptionMembers } from "./encryption.ts";
import {
  badDigest,
  conditionalRequestConflict,
  entityTooSmall,
  invalidArgument,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
  malformedXml,
  noSuchUpload,
} from "./errors.ts";
import { findUpload, type UploadRequest } from "./multipart-upload.ts";
import { lockOfNew } from "./object-lock.ts";
import { lockOfUpload } from "./retention.ts";
import type { Bucket, Checksum, Part, StoredObject, Upload } from "./state.ts";
import { writeObject, writtenVersion } from "./versions.ts";

const PART_BYTES_MIN = 5 * 1024 ** 2;

export const CompleteMultipartUpload: Operation<"CompleteMultipartUpload"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const conditions = { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch };
  checkWriteHeaders(conditions);
  checkComputable(input);
  const asked = input.MultipartUpload?.Parts ?? [];
  // AWS: a list of no parts is no list, and told otherwise than a body that is not there.
  if (input.MultipartUpload !== undefined && asked.length === 0) throw malformedXml();
  const repeated = completedBefore(input, asked, s3);
  if (repeated !== undefined) return toOutput(bucket, repeated, s3);
  const upload = findUpload(input, s3);
  if (asked.length === 0) throw invalidRequest("You must specify at least one part");

  checkChecksumType(upload, input.ChecksumType);
  const parts = partsAsked(asked, upload, s3);
  const there = s3.objects.get(bucket.name, upload.key);
  checkWrite(there, upload.key, conditions);
  checkNotOvertaken(upload, there, input.IfMatch);
  const checksum = checksumAsked(upload, parts, input);
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== sizeBytes) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match ` +
        `what was computed: ${sizeBytes}`,
    );
  }
  const lock = lockOfNew(lockOfUpload(upload), bucket, s3.now);
  const draft = { ...assembled(upload, parts, checksum, sizeBytes, s3), ...lock };
  const object = writeObject(bucket, draft, s3);
  for (const part of s3.parts.list([upload.uploadId])) s3.parts.remove(part);
  s3.uploads.remove(upload);
  return toOutput(bucket, object, s3);
};

interface AskedPart {
  readonly PartNumber?: number | undefined;
  readonly ETag?: string | undefined;
}

/**
 * The upload is gone and its object is there: the first answer was lost on its way, and is given
 * again.
 */
function completedBefore(
  input: UploadRequest,
  asked: readonly AskedPart[],
  s3: S3,
): StoredObject | undefined {
  if (s3.uploads.has(input.UploadId)) return undefined;
  const object = s3.objects.get(input.Bucket, input.Key);
  if (object?.uploadId !== input.UploadId) throw noSuchUpload(input.UploadId);
  const numbers = object.parts?.map(({ number }) => number).join();
  const etag = etagOf(asked.map((part) => unquoted(part.ETag ?? "")));
  const same = numbers === asked.map((part) => part.PartNumber).join() && etag === object.etag;
  if (!same) throw noSuchUpload(input.UploadId);
  return object;
}

function partsAsked(asked: readonly AskedPart[], upload: Upload, s3: S3): Part[] {
  const { uploadId } = upload;
  const parts: Part[] = [];
  let before = 0;
  for (const one of asked) {
    if (one.PartNumber === undefined || one.ETag === undefined) throw malformedXml();
    if (one.PartNumber < 1) {
      throw invalidArgument("PartNumber must be >= 1", {
        ArgumentName: "PartNumber",
        ArgumentValue: one.PartNumber,
      });
    }
    if (one.PartNumber <= before) throw invalidPartOrder(uploadId);
    before = one.PartNumber;
  }
  for (const one of asked) {
    const number = one.PartNumber ?? 0;
    const etag = unquoted(one.ETag ?? "");
    const part = s3.parts.get(uploadId, number);
    if (part === undefined || !matches(part.etag, etag)) throw invalidPart(uploadId, number, etag);
    checkPartChecksum(one, part, upload);
    parts.push(part);
  }
  for (const part of parts.slice(0, -1)) {
    if (part.sizeBytes >= PART_BYTES_MIN) continue;
    throw entityTooSmall({
      ETag: part.etag,
      MinSizeAllowed: PART_BYTES_MIN,
      PartNumber: part.number,
      ProposedSize: part.sizeBytes,
    });
  }
  return parts;
}

const unquoted = (etag: string) => etag.replace(/^"(.*)"$/, "$1");

function checkPartChecksum(asked: AskedPart, part: Part, upload: Upload): void {
  const brought = checksumsIn(asked);
  const { algorithm, checksumType } = upload;
  for (const [family, value] of brought) {
    if (algorithm !== undefined && family !== algorithm) {
      throw badDigest(
        `The ${family.toLowerCase()} you specified for part ${part.number} did not match what we received.`,
      );
    }
    if (family !== algorithm || value !== part.checksum) {
      throw invalidPart(upload.uploadId, part.number, part.etag);
    }
  }
  if (brought.length === 0 && algorithm !== undefined && checksumType === "COMPOSITE") {
    throw invalidRequest(
      `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request ` +
        `must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
}

function checkChecksumType({ checksumType }: Upload, asked: string | undefined): void {
  if (asked === undefined || asked === checksumType) return;
  throw invalidRequest(
    `The upload was created using the ${checksumType ?? "null"} checksum mode. The complete request ` +
      "must use the same checksum mode.",
  );
}

/** AWS: If-Match speaks of the object that was there when the upload began. */
function checkNotOvertaken(
  upload: Upload,
  there: StoredObject | undefined,
  ifMatch: string | undefined,
): void {
  if (ifMatch === undefined || there === undefined) return;
  if (there.modifiedAt > upload.initiatedAt) {
    throw conditionalRequestConflict("If-Match", upload.key);
  }
}

function checksumAsked(upload: Upload, parts: readonly Part[], input: object): Checksum {
  const algorithm = upload.algorithm ?? DEFAULT_ALGORITHM;
  const joined = joinChecksums(algorithm, upload.checksumType ?? "FULL_OBJECT", parts);
  for (const [family, value] of checksumsIn(input)) {
    const plain = value.replace(/-\d+$/, "");
    if (family === algorithm && plain === joined.value) continue;
    const named = upload.algorithm === undefined ? family : algorithm;
    throw badDigest(
      `The ${named.toLowerCase()} you specified did not match the calculated checksum.`,
    );
  }
  return joined;
}

/** The MD5 of the parts' MD5s, and how many they are. */
function etagOf(partEtags: readonly string[]): string {
  const md5 = createHash("md5");
  for (const etag of partEtags) md5.update(Buffer.from(etag, "hex"));
  return `${md5.digest("hex")}-${partEtags.length}`;
}

function assembled(
  upload: Upload,
  parts: readonly Part[],
  checksum: Checksum,
  sizeBytes: number,
  s3: S3,
) {
  const { metadata, headers, tags, storageClass, websiteRedirectLocation } = upload;
  const { customerKeyMd5, kms, acl, ownerAccountId } = upload;
  const kept = upload.checksumType === "COMPOSITE";
  return {
    bucket: upload.bucket,
    key: upload.key,
    metadata,
    headers,
    storageClass,
    ...(tags === undefined ? {} : { tags }),
    ...(websiteRedirectLocation === undefined ? {} : { websiteRedirectLocation }),
    ...(customerKeyMd5 === undefined ? {} : { customerKeyMd5 }),
    ...(kms === undefined ? {} : { kms }),
    ...(acl === undefined ? {} : { acl }),
    ...(ownerAccountId === undefined ? {} : { ownerAccountId }),
    sizeBytes,
    etag: etagOf(parts.map((part) => part.etag)),
    modifiedAt: s3.now,
    checksum,
    pieces: parts.filter((part) => part.sizeBytes > 0).map((part) => part.piece),
    parts: parts.map((part) => ({
      number: part.number,
      sizeBytes: part.sizeBytes,
      ...(kept ? { checksum: part.checksum } : {}),
    })),
    uploadId: upload.uploadId,
  };
}

function toOutput(bucket: Bucket, object: StoredObject, s3: S3) {
  return {
    Location: objectUrl(bucket.name, object.key, s3.request),
    Bucket: bucket.name,
    Key: object.key,
    ETag: `"${object.etag}"`,
    ...checksumMembers(object.checksum, object.parts?.length),
    ...encryptionMembers(object),
    VersionId: writtenVersion(bucket, object),
  };
}
