/** Conditional requests: of reads, of copies' sources, and of writes. */
import { headerNotImplemented, noSuchKey, notModified, preconditionFailed } from "./errors.ts";
import type { StoredObject } from "./state.ts";

export interface ReadConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: Date | undefined;
  readonly ifUnmodifiedSince?: Date | undefined;
}

type Tagged = Pick<StoredObject, "etag" | "modifiedAt">;

/** Throws 412 or 304 where a condition does not hold. An ETag outranks a date, as in RFC 9110. */
export function checkRead(
  found: Tagged,
  asked: ReadConditions,
  now: number,
  unchanged: () => Readonly<Record<string, string>>,
): void {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = asked;
  if (ifMatch !== undefined) {
    if (!matches(found.etag, ifMatch)) throw preconditionFailed("If-Match");
  } else if (ifUnmodifiedSince !== undefined && seconds(found.modifiedAt) > at(ifUnmodifiedSince)) {
    throw preconditionFailed("If-Unmodified-Since");
  }
  if (ifNoneMatch !== undefined) {
    if (matches(found.etag, ifNoneMatch)) throw notModified(unchanged());
  } else if (ifModifiedSince !== undefined && at(ifModifiedSince) <= now) {
    if (seconds(found.modifiedAt) <= at(ifModifiedSince)) throw notModified(unchanged());
  }
}

/**
 * The conditions of a copy on its source: where a read would say "not modified", a copy has
 * failed.
 */
export function checkSource(found: Tagged, asked: ReadConditions, now: number): void {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = asked;
  const failed = (header: string) => preconditionFailed(`x-amz-copy-source-${header}`);
  if (ifMatch !== undefined) {
    if (!matches(found.etag, ifMatch)) throw failed("If-Match");
  } else if (ifUnmodifiedSince !== undefined && seconds(found.modifiedAt) > at(ifUnmodifiedSince)) {
    throw failed("If-Unmodified-Since");
  }
  if (ifNoneMatch !== undefined) {
    if (matches(found.etag, ifNoneMatch)) throw failed("If-None-Match");
  } else if (ifModifiedSince !== undefined && at(ifModifiedSince) <= now) {
    if (seconds(found.modifiedAt) <= at(ifModifiedSince)) throw failed("If-Modified-Since");
  }
}

export interface WriteConditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/**
 * Only "*" may follow If-None-Match on a write, only an ETag If-Match, and only one of the two is
 * taken.
 */
export function checkWriteHeaders({ ifMatch, ifNoneMatch }: WriteConditions): void {
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw headerNotImplemented(
      "If-Match,If-None-Match",
      "Multiple conditional request headers present in the request",
    );
  }
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") {
    throw headerNotImplemented(
      "If-None-Match",
      "We don't accept the provided value of If-None-Match header for this API",
    );
  }
  if (ifMatch === "*") {
    throw headerNotImplemented(
      "If-Match",
      "We don't accept the provided value of If-Match header for this API",
    );
  }
}

/** `there`: the current version under the key that is to be written. */
export function checkWrite(
  there: Tagged | undefined,
  key: string,
  { ifMatch, ifNoneMatch }: WriteConditions,
): void {
  if (ifNoneMatch !== undefined && there !== undefined) throw preconditionFailed("If-None-Match");
  if (ifMatch === undefined) return;
  if (there === undefined) throw noSuchKey(key);
  if (!matches(there.etag, ifMatch)) throw preconditionFailed("If-Match");
}

/** AWS: quotes may be missing, a weak tag counts as its strong one, and "*" is any. */
export function matches(etag: string, header: string): boolean {
  if (header.trim() === "*") return true;
  return header.split(",").some(
    (one) =>
      one
        .trim()
        .replace(/^W\//, "")
        .replace(/^"(.*)"$/, "$1") === etag,
  );
}

const at = (date: Date) => date.getTime();

/** HTTP's dates know no milliseconds. */
const seconds = (ms: number) => Math.floor(ms / 1000) * 1000;
