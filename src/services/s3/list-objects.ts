/** The two listings of objects. */
import { ownerOf } from "./access-lists.ts";
import type { Operation, S3 } from "./api.ts";
import { findBucket } from "./buckets.ts";
import { invalidArgument } from "./errors.ts";
import { ownerId } from "./grants.ts";
import {
  commonPrefix,
  successor,
  toSecond,
  urlEncoded,
  walk,
  type Page,
  type Walk,
} from "./listing.ts";
import type { Bucket, StoredObject } from "./state.ts";

const KEYS_MAX = 1000;

export const ListObjectsV2: Operation<"ListObjectsV2"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const text = textFor(input.EncodingType);
  const { Prefix: prefix = "", Delimiter: delimiter = "", StartAfter, ContinuationToken } = input;
  const limit = limitOf(input.MaxKeys);
  const begin =
    ContinuationToken === undefined
      ? { from: StartAfter, after: StartAfter }
      : readToken(ContinuationToken);
  const page = walkObjects(bucket, { prefix, delimiter, limit, from: begin.from }, begin.after, s3);
  const owner = input.FetchOwner === true ? shownOwner(bucket) : () => ({});
  return {
    Name: bucket.name,
    Prefix: text(prefix),
    ...(delimiter === "" ? {} : { Delimiter: text(delimiter) }),
    MaxKeys: limit,
    KeyCount: page.rows.length + page.prefixes.length,
    IsTruncated: page.last !== undefined,
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    ...(StartAfter === undefined ? {} : { StartAfter: text(StartAfter) }),
    ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
    ...(page.last === undefined ? {} : { NextContinuationToken: writeToken(page.last) }),
    ...contentsOf(page, text, owner),
  };
};

export const ListObjects: Operation<"ListObjects"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const text = textFor(input.EncodingType);
  const { Prefix: prefix = "", Delimiter: delimiter = "", Marker: marker = "" } = input;
  const limit = limitOf(input.MaxKeys);
  const begin = beginAfter(marker, prefix, delimiter);
  const page = walkObjects(bucket, { prefix, delimiter, limit, from: begin.from }, begin.after, s3);
  const owner = shownOwner(bucket);
  const { last } = page;
  // AWS: without a delimiter the caller is to go on behind the last key that it got.
  const next = last === undefined || delimiter === "" ? undefined : nameOf(last);
  return {
    Name: bucket.name,
    Prefix: text(prefix),
    Marker: text(marker),
    ...(delimiter === "" ? {} : { Delimiter: text(delimiter) }),
    MaxKeys: limit,
    IsTruncated: last !== undefined,
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    ...(next === undefined ? {} : { NextMarker: text(next) }),
    ...contentsOf(page, text, owner),
  };
};

export function limitOf(asked: number | undefined, parameter = "max-keys"): number {
  return asked === undefined ? KEYS_MAX : Math.min(countIn(asked, parameter), KEYS_MAX);
}

const INTEGER_MAX = 2 ** 31 - 1;

/** Throws InvalidArgument unless it is one of S3's counts. AWS: max-keys alone has two spellings. */
export function countIn(asked: number, parameter: string): number {
  if (asked > INTEGER_MAX) {
    throw invalidArgument(`Provided ${parameter} not an integer or within integer range`, {
      ArgumentName: parameter,
      ArgumentValue: asked,
    });
  }
  if (asked >= 0) return asked;
  const name = parameter === "max-keys" ? "maxKeys" : parameter;
  throw invalidArgument(`Argument ${name} must be an integer between 0 and ${INTEGER_MAX}`, {
    ArgumentName: name,
    ArgumentValue: asked,
  });
}

/** How names are spelled in the answer. */
export function textFor(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text;
  if (encodingType === "url") return urlEncoded;
  throw invalidArgument("Invalid Encoding Method specified in Request", {
    ArgumentName: "encoding-type",
    ArgumentValue: encodingType,
  });
}

export interface Begin {
  readonly from?: string | undefined;
  /** This very key was on the page before. */
  readonly after?: string | undefined;
}

/** A marker that is a common prefix stands for all that is rolled up into it. */
export function beginAfter(marker: string, prefix: string, delimiter: string): Begin {
  if (marker === "") return {};
  if (marker.startsWith(prefix) && commonPrefix(marker, prefix, delimiter) === marker) {
    return { from: successor(marker) ?? marker };
  }
  return { from: marker, after: marker };
}

function walkObjects(bucket: Bucket, asked: Walk, after: string | undefined, s3: S3) {
  const expected = asked.delimiter === "" ? { limit: asked.limit + 2 } : {};
  return walk(
    (from) =>
      s3.objects.scan([bucket.name], { ...(from === undefined ? {} : { from }), ...expected }),
    asked,
    after === undefined ? undefined : (row) => row.key === after,
  );
}

/** Opaque to the caller: the kind of the last entry, and its name. */
function writeToken(last: NonNullable<Page<StoredObject>["last"]>): string {
  const kind = "prefix" in last ? "p" : "k";
  return Buffer.from(`1${kind}${nameOf(last)}`).toString("base64");
}

function nameOf(last: NonNullable<Page<StoredObject>["last"]>): string {
  return "prefix" in last ? last.prefix : last.row.key;
}

function readToken(token: string): Begin {
  const text = Buffer.from(token, "base64").toString("utf8");
  const name = text.slice(2);
  if (text.startsWith("1p")) return { from: successor(name) ?? name };
  if (text.startsWith("1k")) return { from: name, after: name };
  throw invalidArgument("The continuation token provided is incorrect", {
    ArgumentName: "continuation-token",
  });
}

/** How a listing says whose an object is. */
const shownOwner = (bucket: Bucket) => (object: StoredObject) => ({
  Owner: { ID: ownerId(ownerOf(object, bucket)) },
});

function contentsOf(
  page: Page<StoredObject>,
  text: (text: string) => string,
  owner: (object: StoredObject) => object,
) {
  const { rows, prefixes } = page;
  return {
    ...(rows.length === 0
      ? {}
      : { Contents: rows.map((row) => ({ ...listed(row), Key: text(row.key), ...owner(row) })) }),
    ...(prefixes.length === 0
      ? {}
      : { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: text(prefix) })) }),
  };
}

/** What listings say of an object. */
export function listed(object: StoredObject) {
  const { checksum } = object;
  return {
    Key: object.key,
    LastModified: toSecond(object.modifiedAt),
    ETag: `"${object.etag}"`,
    ChecksumAlgorithm: [checksum.algorithm as "CRC32"],
    ChecksumType: checksum.type,
    Size: object.sizeBytes,
    StorageClass: object.storageClass as "STANDARD",
  };
}
