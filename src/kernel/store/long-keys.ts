/**
 * Keys longer than a store takes. A key of `LONG` bytes or more is kept, with all others that share
 * its first `LONG` bytes, in one row under those bytes: a bucket, sorted by what is left of each
 * key.
 *
 * Why order holds: a key shorter than `LONG` cannot begin with a bucket's `LONG` bytes. So it
 * either differs from them at some byte, and compares with every member as it does with the bucket;
 * or it is their beginning, and comes before all of them. Two buckets differ within their bytes,
 * and their members compare as they do.
 */
import type { Entry, Key, KeyRange, Value } from "./store.ts";

/** LMDB takes keys of up to 1,978 bytes. PostgreSQL's index takes about 2,700. */
export const LONG = 1900;

/**
 * What is left of each long key after its first `LONG` bytes, and its row; sorted. Never changed.
 */
export type Bucket = readonly (readonly [rest: string, value: Value])[];

/** The key of the stored row that holds this key's value. */
export const storedKey = (key: Key): Key => (key.length < LONG ? key : key.slice(0, LONG));

export const isBucket = (stored: Key): boolean => stored.length === LONG;

/** The stored rows in which the entries of a range are. */
export function storedRange(range: KeyRange): { from: Key; to: Key } {
  const to = range.to.length < LONG ? range.to : `${storedKey(range.to)}\0`;
  return { from: storedKey(range.from), to };
}

/** A stored row's value is a bucket exactly when `isBucket` says so of its key. */
export function bucketOf(value: Value): Bucket {
  if (!Array.isArray(value)) throw new Error("a row of long keys is damaged");
  return value;
}

export function memberOf(bucket: Bucket, key: Key): Value {
  const rest = key.slice(LONG);
  return bucket.find((member) => member[0] === rest)?.[1];
}

/** The members of a bucket within the range, in its order. */
export function* membersOf(stored: Key, bucket: Bucket, range: KeyRange): Iterable<Entry> {
  for (const [rest, value] of range.reverse === true ? bucket.toReversed() : bucket) {
    const key = stored + rest;
    if (range.from <= key && key < range.to) yield [key, value];
  }
}

/** The bucket after a write; `undefined` removes. */
export function withMember(bucket: Bucket, key: Key, value: Value): Bucket {
  const rest = key.slice(LONG);
  const others = bucket.filter((member) => member[0] !== rest);
  if (value === undefined) return others;
  const at = others.findIndex((member) => member[0] > rest);
  return at === -1 ? [...others, [rest, value]] : others.toSpliced(at, 0, [rest, value]);
}

/**
 * Writes as they are to be stored: long keys gathered into their buckets, empty buckets removed.
 * `read` gives a bucket as it is stored now.
 */
export function storedWrites(
  writes: readonly Entry[],
  read: (stored: Key) => Bucket,
): Iterable<Entry> {
  if (writes.every(([key]) => key.length < LONG)) return writes;
  const stored = new Map<Key, Value>();
  for (const [key, value] of writes) {
    if (key.length < LONG) {
      stored.set(key, value);
      continue;
    }
    const at = storedKey(key);
    const before = stored.has(at) ? bucketOf(stored.get(at) ?? []) : read(at);
    const after = withMember(before, key, value);
    stored.set(at, after.length === 0 ? undefined : after);
  }
  return stored;
}
