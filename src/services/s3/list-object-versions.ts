/** The listing of all versions and delete markers. */
import { ownerOf } from "./access-lists.ts";
import type { Operation, S3 } from "./api.ts";
import { findBucket } from "./buckets.ts";
import { ownerId } from "./grants.ts";
import { invalidArgument } from "./errors.ts";
import { comparePoints, toSecond, walk } from "./listing.ts";
import { beginAfter, limitOf, listed, textFor } from "./list-objects.ts";
import type { StoredObject } from "./state.ts";
import { isVersionId } from "./versions.ts";

/** A line of the listing: a version, or (without an object) a delete marker. */
interface Line {
  readonly key: string;
  readonly versionId: string;
  readonly object: StoredObject | undefined;
  readonly modifiedAt: number;
  readonly isLatest: boolean;
}

export const ListObjectVersions: Operation<"ListObjectVersions"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const { Prefix: prefix = "", Delimiter: delimiter = "", KeyMarker: keyMarker = "" } = input;
  // AWS: of several mistakes these are told in this order.
  const limit = limitOf(input.MaxKeys);
  checkVersionMarker(input.VersionIdMarker, keyMarker);
  const text = textFor(input.EncodingType);
  const { VersionIdMarker: versionMarker = "" } = input;
  const begin = beginAfter(keyMarker, prefix, delimiter);
  const page = walk(
    (from) => linesFrom(bucket.name, from, s3),
    { prefix, delimiter, limit, from: begin.from },
    skipper(begin.after, versionMarker),
  );
  const ownerIn = ({ object }: Line) => ownerId(ownerOf(object ?? {}, bucket));
  const toText = (line: Line) => ({
    Key: text(line.key),
    Owner: { ID: ownerIn(line) },
    ...toWire(line),
  });
  const versions = page.rows.filter((line) => line.object !== undefined);
  const markers = page.rows.filter((line) => line.object === undefined);
  return {
    Name: bucket.name,
    Prefix: text(prefix),
    KeyMarker: text(keyMarker),
    VersionIdMarker: versionMarker,
    ...(delimiter === "" ? {} : { Delimiter: text(delimiter) }),
    MaxKeys: limit,
    IsTruncated: page.last !== undefined,
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    ...nextMarkers(page.last, text),
    ...(versions.length === 0
      ? {}
      : { Versions: versions.map((line) => ({ ...listedIn(line), ...toText(line) })) }),
    ...(markers.length === 0 ? {} : { DeleteMarkers: markers.map(toText) }),
    ...(page.prefixes.length === 0
      ? {}
      : { CommonPrefixes: page.prefixes.map((common) => ({ Prefix: text(common) })) }),
  };
};

function checkVersionMarker(marker: string | undefined, keyMarker: string): void {
  if (marker === undefined) return;
  const refused = (sentence: string) =>
    invalidArgument(sentence, { ArgumentName: "version-id-marker", ArgumentValue: marker });
  if (keyMarker === "") {
    throw refused("A version-id marker cannot be specified without a key marker.");
  }
  if (marker === "") throw refused("A version-id marker cannot be empty.");
  if (!isVersionId(marker)) throw refused("Invalid version id specified");
}

const toWire = ({ versionId, modifiedAt, isLatest }: Line) => ({
  VersionId: versionId,
  IsLatest: isLatest,
  LastModified: toSecond(modifiedAt),
});

const listedIn = ({ object }: Line) => (object === undefined ? {} : listed(object));

function nextMarkers(
  last: { readonly row: Line } | { readonly prefix: string } | undefined,
  text: (text: string) => string,
) {
  if (last === undefined) return {};
  if ("prefix" in last) return { NextKeyMarker: text(last.prefix) };
  return { NextKeyMarker: text(last.row.key), NextVersionIdMarker: last.row.versionId };
}

/** Skips the marker's key: all of it, or its versions up to the one that is named. */
function skipper(key: string | undefined, versionId: string): (line: Line) => boolean {
  if (key === undefined) return () => false;
  if (versionId === "") return (line) => line.key === key;
  let passed = false;
  return (line) => {
    if (passed || line.key !== key) return false;
    passed = line.versionId === versionId;
    return true;
  };
}

/** Current objects and older versions, key by key, the newest first. */
function* linesFrom(bucket: string, from: string | undefined, s3: S3): Generator<Line> {
  const bounds = from === undefined ? {} : { from };
  const objects = s3.objects.scan([bucket], bounds)[Symbol.iterator]();
  const versions = s3.versions.scan([bucket], bounds)[Symbol.iterator]();
  let object = objects.next();
  let version = versions.next();
  let latestOf: string | undefined;
  while (object.done !== true || version.done !== true) {
    const first =
      version.done === true ||
      (object.done !== true && comparePoints(object.value.key, version.value.key) <= 0);
    if (first && object.done !== true) {
      const { key, versionId, modifiedAt } = object.value;
      latestOf = key;
      yield { key, versionId, object: object.value, modifiedAt, isLatest: true };
      object = objects.next();
    } else if (version.done !== true) {
      const { key, versionId, object: older, modifiedAt } = version.value;
      yield { key, versionId, object: older, modifiedAt, isLatest: latestOf !== key };
      latestOf = key;
      version = versions.next();
    }
  }
}
