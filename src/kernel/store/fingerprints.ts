/**
 * Finding one key among those of a leaf.
 *
 * A lookup among a million rows waits for memory: every key that it compares is a text that lies
 * anywhere. So a leaf has of each key a hash of one byte, side by side in one string: among these
 * the key is sought, and only where its own stands is a key compared.
 */
import { type Entries, keyAt, lowerBound, sizeOf, valueAt } from "./node-search.ts";
import type { Key } from "./store.ts";

export interface Fingerprinted<V> {
  entries: Entries<V>;
  /** One character for each key, in their order; absent until lookups come and no changes. */
  fingerprints: string | undefined;
  /** Lookups since the keys changed, until there are fingerprints. */
  looks: number;
}

/** With fewer keys comparing them is as quick. */
const SIZE_MIN = 8;
/** Making them costs as much as some lookups save: too much for a leaf that is written, too. */
const LOOKS_MIN = 8;
/** Keys that end alike have one fingerprint: then the order of the keys finds it sooner. */
const CANDIDATES_MAX = 4;

/**
 * Where the key stands; -1 where it does not. What is looked at here sooner than it is needed comes
 * from memory while other things do: the list with the fingerprints, a value with its key.
 */
export function placeOf<V>(leaf: Fingerprinted<V>, key: Key): number {
  const { entries, fingerprints } = leaf;
  if (entries.length % 2 !== 0) throw new Error("a leaf with a key that has no value");
  if (fingerprints === undefined) return placeByOrder(entries, key);
  const own = fingerprintOf(key);
  let at = fingerprints.indexOf(own);
  for (let candidates = 0; at !== -1; candidates++) {
    if (isThere(valueAt(entries, at)) && keyAt(entries, at) === key) return at;
    if (candidates === CANDIDATES_MAX) return placeByOrder(entries, key);
    at = fingerprints.indexOf(own, at + 1);
  }
  return -1;
}

const isThere = (value: unknown): boolean => typeof value !== "undefined";

function placeByOrder<V>(entries: Entries<V>, key: Key): number {
  const at = lowerBound(entries, key);
  return entries[2 * at] === key ? at : -1;
}

/** To be called wherever the keys of a leaf change. */
export function forgetFingerprints<V>(leaf: Fingerprinted<V>): void {
  leaf.fingerprints = undefined;
  leaf.looks = 0;
}

/** To be asked at every lookup. */
export function wantsFingerprints<V>(leaf: Fingerprinted<V>): boolean {
  if (leaf.fingerprints !== undefined || sizeOf(leaf.entries) < SIZE_MIN) return false;
  leaf.looks += 1;
  return leaf.looks >= LOOKS_MIN;
}

export function fingerprintsOf<V>(entries: Entries<V>): string {
  const of = (_unused: unknown, at: number) => fingerprintOf(keyAt(entries, at));
  return Array.from({ length: sizeOf(entries) }, of).join("");
}

/** Keys that follow one another begin alike: what tells them apart is among their last bytes. */
const LAST_BYTES = 32;
/** Of these every fourth is enough, but for the last. */
const WHOLE_BYTES = 8;

function fingerprintOf(key: Key): string {
  const { length } = key;
  let hash = 0;
  let at = Math.max(0, length - LAST_BYTES);
  for (; at < length - WHOLE_BYTES; at += 4) hash = Math.imul(hash, 31) + key.charCodeAt(at);
  for (; at < length; at++) hash = Math.imul(hash, 31) + key.charCodeAt(at);
  return String.fromCharCode((hash ^ (hash >>> 8) ^ (hash >>> 16)) & 0xff);
}
