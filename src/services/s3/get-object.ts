/** Reading objects: whole, in ranges, by part, or only their head. */
import { AwsError } from "../../kernel/errors.ts";
import type { AsyncOperation, Operation, S3, S3Async } from "./api.ts";
import { readPieces, type Span } from "./body.ts";
import { findBucket } from "./buckets.ts";
import { checksumMembers, partChecksumMember } from "./checksums.ts";
import { checkRead } from "./conditions.ts";
import {
  headerMembers,
  hasOverrides,
  keyOf,
  objectMembers,
  type Overrides,
} from "./description.ts";
import { checkKeyToRead, encryptionMembers } from "./encryption.ts";
import { openSeal } from "./kms-encryption.ts";
import { invalidArgument, invalidPartNumber, invalidRequest } from "./errors.ts";
import { spanOf } from "./ranges.ts";
import type { StoredObject } from "./state.ts";
import { findVersion, versionMember } from "./versions.ts";

export const GetObject: AsyncOperation<"GetObject"> = {
  asynchronous: async (input, s3) => {
    const customerKey = keyOf(input);
    for (;;) {
      const { object, span, members, opened } = await s3.transact((step) => {
        const read = findToRead(input, step);
        const { storageClass, kms } = read.object;
        if (ARCHIVED.has(storageClass)) throw archived(storageClass);
        return {
          ...read,
          opened: kms === undefined ? undefined : openSeal(kms, read.object, step),
        };
      });
      const Body = await bytesOf(object, span, customerKey?.key ?? opened, s3);
      if (Body !== undefined) return { ...members, Body };
    }
  },
};

export const HeadObject: Operation<"HeadObject"> = (input, s3) => findToRead(input, s3).members;

interface ReadRequest extends Overrides {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string | undefined;
  readonly Range?: string | undefined;
  readonly PartNumber?: number | undefined;
  readonly IfMatch?: string | undefined;
  readonly IfNoneMatch?: string | undefined;
  readonly IfModifiedSince?: Date | undefined;
  readonly IfUnmodifiedSince?: Date | undefined;
  readonly ChecksumMode?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/**
 * The object, the span of it that was asked for, and all that the answer says besides the bytes.
 */
function findToRead(input: ReadRequest, s3: S3) {
  const bucket = findBucket(input, s3);
  if (s3.caller.kind === "anonymous" && hasOverrides(input)) throw overridesWantSignature();
  checkNoEncryptionAsked(s3);
  const object = findVersion(bucket, input.Key, input.VersionId, s3);
  checkKeyToRead(object.customerKeyMd5, keyOf(input));
  checkRead(
    object,
    {
      ifMatch: input.IfMatch,
      ifNoneMatch: input.IfNoneMatch,
      ifModifiedSince: input.IfModifiedSince,
      ifUnmodifiedSince: input.IfUnmodifiedSince,
    },
    s3.now,
    () => unchangedHeaders(object),
  );
  const span = spanAsked(input, object);
  const { sizeBytes } = object;
  const members = {
    ...objectMembers(object),
    ...headerMembers(object, input),
    ...encryptionMembers(object),
    ...versionMember(bucket, object),
    ...(input.ChecksumMode?.toUpperCase() === "ENABLED"
      ? checksumOfSpan(object, input.PartNumber, span)
      : {}),
    ...(input.PartNumber === undefined || object.parts === undefined
      ? {}
      : { PartsCount: object.parts.length }),
    ContentLength: span === undefined ? sizeBytes : span.endInclusive - span.start + 1,
    ...(span === undefined
      ? {}
      : { ContentRange: `bytes ${span.start}-${span.endInclusive}/${sizeBytes}` }),
  };
  return { object, span, members };
}

/** AWS: how an object is encrypted is nothing that a reader says. The model has no member for it. */
function checkNoEncryptionAsked({ request }: S3): void {
  const asked = request.headers["x-amz-server-side-encryption"];
  if (asked === undefined || (request.method !== "GET" && request.method !== "HEAD")) return;
  throw invalidArgument(
    "x-amz-server-side-encryption header is not supported for this operation.",
    {
      ArgumentName: "x-amz-server-side-encryption",
      ArgumentValue: asked,
    },
  );
}

const overridesWantSignature = () =>
  invalidRequest("Request specific response headers cannot be used for anonymous GET requests.");

/** What a 304 still says. */
function unchangedHeaders(object: StoredObject): Readonly<Record<string, string>> {
  const cacheControl = object.headers["CacheControl"];
  return {
    etag: `"${object.etag}"`,
    "last-modified": new Date(object.modifiedAt).toUTCString(),
    ...(cacheControl === undefined ? {} : { "cache-control": cacheControl }),
    ...(object.versionId === "null" ? {} : { "x-amz-version-id": object.versionId }),
  };
}

function spanAsked(input: ReadRequest, object: StoredObject): Span | undefined {
  if (input.PartNumber === undefined) return spanOf(input.Range, object.sizeBytes);
  if (input.Range !== undefined) {
    throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
  }
  return spanOfPart(object, input.PartNumber);
}

/** Parts are counted from 1 in their order, whatever number they were uploaded under. */
function spanOfPart({ parts, sizeBytes }: StoredObject, number: number): Span | undefined {
  const count = parts?.length ?? 1;
  if (number < 1 || number > count) throw invalidPartNumber(number, count);
  if (sizeBytes === 0) return undefined;
  if (parts === undefined) return { start: 0, endInclusive: sizeBytes - 1 };
  let start = 0;
  for (const part of parts.slice(0, number - 1)) start += part.sizeBytes;
  const partBytes = parts[number - 1]?.sizeBytes ?? 0;
  return { start, endInclusive: start + partBytes - 1 };
}

/** A checksum speaks of the whole object; or, in a composite one, of a part. */
function checksumOfSpan(object: StoredObject, partNumber: number | undefined, span?: Span) {
  const { checksum, parts, sizeBytes } = object;
  if (partNumber !== undefined && parts !== undefined) {
    const value = parts[partNumber - 1]?.checksum;
    if (checksum.type !== "COMPOSITE" || value === undefined) return {};
    return { ...partChecksumMember(checksum.algorithm, value), ChecksumType: checksum.type };
  }
  const whole = span === undefined || span.endInclusive - span.start + 1 === sizeBytes;
  return whole ? checksumMembers(checksum, parts?.length) : {};
}

const ARCHIVED = new Set(["GLACIER", "DEEP_ARCHIVE"]);

const archived = (storageClass: string) =>
  new AwsError("InvalidObjectState", "The operation is not valid for the object's storage class", {
    status: 403,
    members: { StorageClass: storageClass },
  });

/**
 * The bytes; undefined when they have just been replaced, and the object has to be looked up
 * again.
 */
async function bytesOf(
  object: StoredObject,
  span: Span | undefined,
  key: Buffer | undefined,
  s3: S3Async,
): Promise<Uint8Array | AsyncIterable<Uint8Array> | undefined> {
  const [only] = object.pieces;
  if (only === undefined) return new Uint8Array(0);
  if (object.pieces.length === 1 && only.bytes !== undefined && only.counter === undefined) {
    return span === undefined ? only.bytes : only.bytes.subarray(span.start, span.endInclusive + 1);
  }
  const all = span ?? { start: 0, endInclusive: object.sizeBytes - 1 };
  const bytes = readPieces(object.pieces, all, key, s3);
  try {
    return started(bytes, await bytes.next());
  } catch (error) {
    if (error instanceof Error && error.name === "BlobMissing" && (await isReplaced(object, s3))) {
      return undefined;
    }
    throw error;
  }
}

/**
 * The first chunk is here already: from now on the file is open, and stays readable whatever
 * happens to the object.
 * No generator: one that nobody has begun to read would not run its end, and would leave the file
 * open.
 */
function started(
  bytes: AsyncGenerator<Uint8Array>,
  first: IteratorResult<Uint8Array>,
): AsyncIterable<Uint8Array> {
  let ahead: IteratorResult<Uint8Array> | undefined = first;
  const iterator: AsyncIterator<Uint8Array> = {
    next: () => {
      if (ahead === undefined) return bytes.next();
      const given = ahead;
      ahead = undefined;
      return Promise.resolve(given);
    },
    return: () => bytes.return(undefined),
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

function isReplaced(object: StoredObject, s3: S3Async): Promise<boolean> {
  return s3.transact((step) => {
    const now = step.objects.get(object.bucket, object.key);
    return now?.versionId !== object.versionId || now.pieces[0]?.blob !== object.pieces[0]?.blob;
  });
}
