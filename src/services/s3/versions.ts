/**
 * Writing, finding and deleting the versions of a key. Without versioning there is one, "null",
 * and it is replaced in place:
 * `versions` is touched only in buckets that have had versioning on.
 */
import { hash } from "node:crypto";
import type { S3 } from "./api.ts";
import { invalidVersionId, methodNotAllowed, noSuchKey, noSuchVersion } from "./errors.ts";
import { checkKey } from "./object-keys.ts";
import type { Bucket, StoredObject, Version } from "./state.ts";

export const NULL_VERSION = "null";

export type ObjectDraft = Omit<StoredObject, "versionId" | "sequence">;

/** Makes it the current version. The draft is the writer's own and becomes the row. */
export function writeObject(bucket: Bucket, draft: ObjectDraft, s3: S3): StoredObject {
  const there = s3.objects.get(bucket.name, draft.key);
  if (bucket.versioning === undefined) {
    const sequence = there?.sequence ?? 1;
    return s3.objects.put(Object.assign(draft, { versionId: NULL_VERSION, sequence }));
  }
  const sequence = newestSequence(there, draft.key, bucket, s3) + 1;
  const versionId = makeRoom(bucket, draft.key, there, s3);
  return s3.objects.put(Object.assign(draft, { versionId, sequence }));
}

/**
 * Puts what is current now among the older ones, and gives the id of the version that takes its
 * place.
 */
function makeRoom(bucket: Bucket, key: string, there: StoredObject | undefined, s3: S3): string {
  const suspended = bucket.versioning === "Suspended";
  if (suspended) {
    const old = versionById(bucket.name, key, NULL_VERSION, s3);
    if (old !== undefined) s3.versions.remove(old);
  }
  if (there !== undefined && !(suspended && there.versionId === NULL_VERSION)) {
    s3.versions.insert({
      bucket: bucket.name,
      key,
      rank: -there.sequence,
      versionId: there.versionId,
      object: there,
      modifiedAt: there.modifiedAt,
    });
  }
  return suspended ? NULL_VERSION : newVersionId(s3);
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
const RANDOM_LENGTH = 26;

function newVersionId(s3: S3): string {
  const random = s3.ids.text(ALPHABET, RANDOM_LENGTH);
  return random + sealOf(random);
}

/**
 * AWS tells an id that it once gave from one that it never gave. The last six characters do that
 * here.
 */
const sealOf = (random: string) =>
  hash("md5", random, "base64url").replace(/[-_]/g, "x").slice(0, 6);

export const isVersionId = (id: string): boolean =>
  id === NULL_VERSION ||
  (id.length === 32 && sealOf(id.slice(0, RANDOM_LENGTH)) === id.slice(RANDOM_LENGTH));

const newestOf = (bucket: string, key: string, s3: S3): Version | undefined =>
  s3.versions.list([bucket, key], { limit: 1 })[0];

function newestSequence(
  there: StoredObject | undefined,
  key: string,
  bucket: Bucket,
  s3: S3,
): number {
  return there?.sequence ?? -(newestOf(bucket.name, key, s3)?.rank ?? 0);
}

function versionById(bucket: string, key: string, id: string, s3: S3): Version | undefined {
  return s3.versions.range("byVersionId", [bucket, key, id], { limit: 1 })[0];
}

/**
 * The version asked for, or the current one. Throws what S3 answers where there is none, or only
 * a delete marker.
 */
export function findVersion(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  s3: S3,
): StoredObject {
  const current = s3.objects.get(bucket.name, key);
  if (versionId === undefined) return current ?? missing(bucket, key, s3);
  if (!isVersionId(versionId)) throw invalidVersionId(versionId);
  if (current?.versionId === versionId) return current;
  const version = versionById(bucket.name, key, versionId, s3);
  if (version === undefined) throw noSuchVersion(key, versionId);
  if (version.object !== undefined) return version.object;
  throw methodNotAllowed(s3.request.method, "DeleteMarker", {
    ...markerHeaders(version),
    "last-modified": new Date(version.modifiedAt).toUTCString(),
    allow: "DELETE",
  });
}

export function isDeleteMarker(bucket: string, key: string, id: string, s3: S3): boolean {
  const version = versionById(bucket, key, id, s3);
  return version !== undefined && version.object === undefined;
}

/** The same, where nobody is to be told why there is none. */
export function versionIfThere(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  s3: S3,
): StoredObject | undefined {
  const current = s3.objects.get(bucket.name, key);
  if (versionId === undefined || current?.versionId === versionId) return current;
  return versionById(bucket.name, key, versionId, s3)?.object;
}

function missing(bucket: Bucket, key: string, s3: S3): never {
  checkKey(key);
  const newest = bucket.versioning === undefined ? undefined : newestOf(bucket.name, key, s3);
  throw noSuchKey(key, newest === undefined ? {} : markerHeaders(newest));
}

const markerHeaders = ({ versionId }: Version) => ({
  "x-amz-delete-marker": "true",
  "x-amz-version-id": versionId,
});

export interface Deletion {
  /** A delete marker was made, or the version that was deleted was one. */
  readonly deleteMarker?: boolean;
  readonly versionId?: string;
}

/** Deletes a key: for good without versioning, otherwise by laying a delete marker over it. */
export function deleteKey(bucket: Bucket, key: string, s3: S3): Deletion {
  const there = s3.objects.get(bucket.name, key);
  if (bucket.versioning === undefined) {
    if (there !== undefined) s3.objects.remove(there);
    return {};
  }
  const sequence = newestSequence(there, key, bucket, s3) + 1;
  const versionId = makeRoom(bucket, key, there, s3);
  if (there !== undefined) s3.objects.remove(there);
  s3.versions.insert({
    bucket: bucket.name,
    key,
    rank: -sequence,
    versionId,
    modifiedAt: s3.now,
  });
  return { deleteMarker: true, versionId };
}

/** Deletes one version for good. Undefined: there is no such version. */
export function deleteVersion(
  bucket: Bucket,
  key: string,
  versionId: string,
  s3: S3,
): Deletion | undefined {
  const current = s3.objects.get(bucket.name, key);
  if (current?.versionId === versionId) {
    s3.objects.remove(current);
    promote(bucket, key, s3);
    return { versionId };
  }
  const version = versionById(bucket.name, key, versionId, s3);
  if (version === undefined) return undefined;
  s3.versions.remove(version);
  if (current === undefined) promote(bucket, key, s3);
  return { versionId, ...(version.object === undefined ? { deleteMarker: true } : {}) };
}

/** The newest of the older versions becomes current again, unless it is a delete marker. */
function promote(bucket: Bucket, key: string, s3: S3): void {
  const newest = newestOf(bucket.name, key, s3);
  if (newest?.object === undefined) return;
  s3.objects.put(newest.object);
  s3.versions.remove(newest);
}

/** Rewrites a version in place: its tags. */
export function replaceVersion(changed: StoredObject, s3: S3): void {
  const current = s3.objects.get(changed.bucket, changed.key);
  if (current?.versionId === changed.versionId) {
    s3.objects.put(changed);
    return;
  }
  const version = versionById(changed.bucket, changed.key, changed.versionId, s3);
  if (version !== undefined) s3.versions.update(version, { object: changed });
}

/** How outputs name a version: not at all where there never was versioning. */
export const versionMember = (bucket: Bucket, { versionId }: { versionId: string }) =>
  bucket.versioning === undefined ? {} : { VersionId: versionId };

/** AWS: a write into a bucket whose versioning is suspended does not tell of its "null". */
export const writtenVersion = (
  bucket: Bucket,
  { versionId }: { versionId: string },
): string | undefined => (bucket.versioning === "Enabled" ? versionId : undefined);
