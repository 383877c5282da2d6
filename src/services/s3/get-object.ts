/** Reading objects: whole, in ranges, by part, or only their head. */
import type { AsyncOperation, Operation, S3, S3Async } from "./api.ts";
import { checkNotArchived } from "./archives.ts";
import { readPieces, type Span } from "./body.ts";
import { findBucket } from "./buckets.ts";
import { checksumMembers, partChecksumMember } from "./checksums.ts";
import { checkRead } from "./conditions.ts";
import { hasOverrides, keyOf, overridden, type Overrides } from "./description.ts";
import { checkKeyToRead, encryptionMembers } from "./encryption.ts";
import { openSeal } from "./kms-encryption.ts";
import { invalidArgument, invalidPartNumber, invalidRequest } from "./errors.ts";
import { lockMembers } from "./retention.ts";
import { checkPartNumber, spanOf } from "./ranges.ts";
import type { Bucket, StoredObject } from "./state.ts";
import { findVersion } from "./versions.ts";

export const GetObject: AsyncOperation<"GetObject"> = {
  atOnce(input, s3) {
    const { object, span, members } = findToRead(input, s3);
    checkNotArchived(object);
    const Body = object.kms === undefined ? inlineBytes(object, span) : undefined;
    return Body === undefined ? undefined : Object.assign(members, { Body });
  },
  asynchronous: async (input, s3) => {
    for (;;) {
      const { object, span, members, opened } = await s3.transact((step) =>
        openToRead(input, step),
      );
      const Body = await storedBytes(object, span, keyOf(input)?.key ?? opened, s3);
      if (Body !== undefined) return Object.assign(members, { Body });
    }
  },
};

function openToRead(input: ReadRequest, s3: S3) {
  const { object, span, members } = findToRead(input, s3);
  const { kms } = object;
  checkNotArchived(object);
  return { object, span, members, opened: kms && openSeal(kms, object, s3) };
}

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
  checkReadConditions(input, object, s3);
  const span = spanAsked(input, object);
  const members = membersOf(input, bucket, object, span);
  if (bucket.objectLock !== undefined) Object.assign(members, lockMembers(object, bucket, s3));
  return { object, span, members };
}

function checkReadConditions(input: ReadRequest, object: StoredObject, s3: S3): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = input;
  if ((IfMatch ?? IfNoneMatch ?? IfModifiedSince ?? IfUnmodifiedSince) === undefined) return;
  checkRead(
    object,
    {
      ifMatch: IfMatch,
      ifNoneMatch: IfNoneMatch,
      ifModifiedSince: IfModifiedSince,
      ifUnmodifiedSince: IfUnmodifiedSince,
    },
    s3.now,
    () => unchangedHeaders(object),
  );
}

/** One literal, whatever is absent: putting it together from pieces costs more than all else here. */
function membersOf(
  input: ReadRequest,
  bucket: Bucket,
  object: StoredObject,
  span: Span | undefined,
) {
  const { sizeBytes, storageClass, tags, customerKeyMd5, kms, parts } = object;
  const headers = hasOverrides(input) ? overridden(object.headers, input) : object.headers;
  const expires = headers["Expires"];
  const tagCount = tags === undefined ? 0 : Object.keys(tags).length;
  const plain = customerKeyMd5 === undefined && kms === undefined;
  const members = {
    AcceptRanges: "bytes",
    LastModified: new Date(object.modifiedAt),
    ContentLength: span === undefined ? sizeBytes : span.endInclusive - span.start + 1,
    ETag: `"${object.etag}"`,
    VersionId: bucket.versioning === undefined ? undefined : object.versionId,
    CacheControl: headers["CacheControl"],
    ContentDisposition: headers["ContentDisposition"],
    ContentEncoding: headers["ContentEncoding"],
    ContentLanguage: headers["ContentLanguage"],
    ContentRange:
      span === undefined ? undefined : `bytes ${span.start}-${span.endInclusive}/${sizeBytes}`,
    ContentType: headers["ContentType"],
    Expires: expires === undefined ? undefined : new Date(expires),
    WebsiteRedirectLocation: object.websiteRedirectLocation,
    ServerSideEncryption: plain ? ("AES256" as const) : undefined,
    Metadata: object.metadata,
    StorageClass: storageClass === "STANDARD" ? undefined : (storageClass as "STANDARD"),
    PartsCount: input.PartNumber === undefined ? undefined : parts?.length,
    TagCount: tagCount === 0 ? undefined : tagCount,
  };
  const checksum = input.ChecksumMode?.toUpperCase() === "ENABLED";
  if (plain && !checksum) return members;
  return {
    ...members,
    ...encryptionMembers(object),
    ...(checksum ? checksumOfSpan(object, input.PartNumber, span) : {}),
  };
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
  checkPartNumber(input.PartNumber);
  return spanOfPart(object, input.PartNumber);
}

/** Parts are counted from 1 in their order, whatever number they were uploaded under. */
function spanOfPart({ parts, sizeBytes }: StoredObject, number: number): Span | undefined {
  const count = parts?.length ?? 1;
  if (number > count) throw invalidPartNumber(number, count);
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

/** The bytes where they lie in the row as they are. */
function inlineBytes({ pieces }: StoredObject, span: Span | undefined): Uint8Array | undefined {
  const [only] = pieces;
  if (only === undefined) return new Uint8Array(0);
  const { bytes, counter } = only;
  if (pieces.length > 1 || bytes === undefined || counter !== undefined) return undefined;
  return span === undefined ? bytes : bytes.subarray(span.start, span.endInclusive + 1);
}

/**
 * The bytes; undefined when they have just been replaced, and the object has to be looked up
 * again.
 */
async function storedBytes(
  object: StoredObject,
  span: Span | undefined,
  key: Buffer | undefined,
  s3: S3Async,
): Promise<AsyncIterable<Uint8Array> | undefined> {
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
