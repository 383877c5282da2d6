/** Uploads in parts: begun, given up, listed. */
import { ownedBy } from "./access-lists.ts";
import type { Operation, S3 } from "./api.ts";
import { checkNotBlocked } from "./bucket-encryption.ts";
import { canonicalId, findBucket } from "./buckets.ts";
import { isAlgorithm, isJoinable, unsupportedAlgorithm } from "./checksums.ts";
import { describe } from "./description.ts";
import { encryptionMembers } from "./encryption.ts";
import { headerNotImplemented, invalidArgument, invalidRequest, noSuchUpload } from "./errors.ts";
import { sealFor } from "./kms-encryption.ts";
import { toSecond, walk } from "./listing.ts";
import { beginAfter, limitOf, textFor } from "./list-objects.ts";
import { checkHasLock, readLock } from "./object-lock.ts";
import type { Upload } from "./state.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

export const CreateMultipartUpload: Operation<"CreateMultipartUpload"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const { description } = describe(input);
  checkNotBlocked(bucket, input);
  const owned = ownedBy(input, bucket, s3);
  const lock = readLock(input, s3.now);
  if (lock !== undefined) checkHasLock(bucket);
  const checksum = checksumAsked(input.ChecksumAlgorithm, input.ChecksumType);
  const fresh = sealFor(input, bucket, input.Key, s3);
  const upload = s3.uploads.insert({
    ...description,
    ...(fresh === undefined ? {} : { kms: fresh.seal }),
    ...checksum,
    ...owned,
    ...lock,
    uploadId: s3.ids.text(ALPHABET, 128),
    bucket: bucket.name,
    key: input.Key,
    initiatedAt: s3.now,
    accountId: s3.accountId,
    initiatorArn: s3.caller.arn,
  });
  return {
    Bucket: bucket.name,
    Key: input.Key,
    UploadId: upload.uploadId,
    ...checksumOf(upload),
    ...encryptionMembers(upload),
  };
};

/** AWS: both names may be written in small letters. */
function checksumAsked(
  askedAlgorithm: string | undefined,
  type: string | undefined,
): Pick<Upload, "algorithm" | "checksumType"> {
  const algorithm = askedAlgorithm?.toUpperCase();
  if (algorithm === undefined) {
    if (type === undefined) return {};
    throw invalidRequest(
      "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    );
  }
  if (!isAlgorithm(algorithm)) throw unsupportedAlgorithm();
  const fallback = algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE";
  const asked = type?.toUpperCase() ?? fallback;
  if (asked !== "FULL_OBJECT" && asked !== "COMPOSITE") {
    throw invalidRequest("Value for x-amz-checksum-type header is invalid.");
  }
  if (asked === "FULL_OBJECT" ? !isJoinable(algorithm) : algorithm === "CRC64NVME") {
    throw invalidRequest(
      `The ${asked} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  }
  return { algorithm, checksumType: asked };
}

/** How outputs speak of an upload's checksum. */
export const checksumOf = ({ algorithm, checksumType }: Upload) => ({
  ...(algorithm === undefined ? {} : { ChecksumAlgorithm: algorithm as "CRC32" }),
  ...(checksumType === undefined ? {} : { ChecksumType: checksumType }),
});

export interface UploadRequest {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
  readonly ExpectedBucketOwner?: string | undefined;
}

/** An upload belongs to one key: under another it does not exist. */
export function findUpload(input: UploadRequest, s3: S3): Upload {
  const upload = s3.uploads.get(input.UploadId);
  if (upload === undefined || upload.bucket !== input.Bucket || upload.key !== input.Key) {
    throw noSuchUpload(input.UploadId);
  }
  return upload;
}

export const AbortMultipartUpload: Operation<"AbortMultipartUpload"> = (input, s3) => {
  findBucket(input, s3);
  if (input.IfMatchInitiatedTime !== undefined) {
    throw headerNotImplemented("x-amz-if-match-initiated-time");
  }
  const upload = findUpload(input, s3);
  for (const part of s3.parts.list([upload.uploadId])) s3.parts.remove(part);
  s3.uploads.remove(upload);
  return {};
};

export const ListMultipartUploads: Operation<"ListMultipartUploads"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const text = textFor(input.EncodingType);
  const { Prefix: prefix = "", Delimiter: delimiter = "", KeyMarker: keyMarker = "" } = input;
  const uploadMarker = keyMarker === "" ? "" : (input.UploadIdMarker ?? "");
  if (uploadMarker !== "" && s3.uploads.get(uploadMarker)?.key !== keyMarker) {
    throw invalidArgument("Invalid uploadId marker", {
      ArgumentName: "upload-id-marker",
      ArgumentValue: uploadMarker,
    });
  }
  const limit = limitOf(input.MaxUploads, "max-uploads");
  const begin = beginAfter(keyMarker, prefix, delimiter);
  const page = walk(
    (from) => s3.uploads.scanIndex("byKey", [bucket.name], from === undefined ? {} : { from }),
    { prefix, delimiter, limit, from: begin.from },
    skipper(begin.after, uploadMarker),
  );
  const last = page.last ?? lastOf(page.rows);
  return {
    Bucket: bucket.name,
    KeyMarker: text(keyMarker),
    UploadIdMarker: uploadMarker,
    NextKeyMarker: last === undefined ? "" : text("prefix" in last ? last.prefix : last.row.key),
    NextUploadIdMarker: last === undefined || "prefix" in last ? "" : last.row.uploadId,
    ...(prefix === "" ? {} : { Prefix: text(prefix) }),
    ...(delimiter === "" ? {} : { Delimiter: text(delimiter) }),
    MaxUploads: limit,
    IsTruncated: page.last !== undefined,
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    ...(page.rows.length === 0
      ? {}
      : { Uploads: page.rows.map((upload) => ({ ...listed(upload), Key: text(upload.key) })) }),
    ...(page.prefixes.length === 0
      ? {}
      : { CommonPrefixes: page.prefixes.map((common) => ({ Prefix: text(common) })) }),
  };
};

function lastOf(rows: readonly Upload[]): { readonly row: Upload } | undefined {
  const row = rows.at(-1);
  return row === undefined ? undefined : { row };
}

function skipper(key: string | undefined, uploadId: string): (upload: Upload) => boolean {
  if (key === undefined) return () => false;
  if (uploadId === "") return (upload) => upload.key === key;
  let passed = false;
  return (upload) => {
    if (passed || upload.key !== key) return false;
    passed = upload.uploadId === uploadId;
    return true;
  };
}

const listed = (upload: Upload) => ({
  UploadId: upload.uploadId,
  Initiated: toSecond(upload.initiatedAt),
  StorageClass: upload.storageClass as "STANDARD",
  ...whoseUpload(upload),
  ...checksumOf(upload),
});

/** AWS: the initiator is shown by ARN, or, when it is the account itself, by its canonical id. */
export function whoseUpload({ accountId, initiatorArn }: Upload) {
  const owner = { ID: canonicalId(accountId) };
  const isRoot = initiatorArn.endsWith(":root");
  const name = initiatorArn.slice(initiatorArn.indexOf("/") + 1);
  return {
    Owner: owner,
    Initiator: isRoot ? owner : { ID: initiatorArn, DisplayName: name },
  };
}
