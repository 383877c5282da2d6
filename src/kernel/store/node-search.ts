/**
 * Searching among the keys of one node of the tree, by their order.
 *
 * A lookup among a million rows waits for memory: every key that it compares is a text that lies
 * anywhere. So a branch has heads, too: of each key eight bytes, side by side in one string. They
 * only guide: a key that does not belong below the branch may be sent anywhere, and rarely one that
 * does, for the bytes between those that are compared are taken for the same.
 */
import type { Key } from "./store.ts";

export interface Searched extends Heads {
  /** Ascending. */
  keys: Key[];
  /** One for each key. */
  children: unknown[];
}

export interface Heads {
  /** Of each key four characters; absent until lookups come while the keys stay as they are. */
  heads: string | undefined;
  /** Where the keys begin to differ: three bytes from there are in a head. */
  near: number;
  /** Where those begin to differ that are alike so far: five bytes from there are in it, too. */
  far: number;
  /** Lookups since the keys changed, until there are heads. */
  looks: number;
}

const HEADED_SIZE_MIN = 8;
/** Making heads costs ten microseconds: too much for a branch that changes between its lookups. */
const LOOKS_MIN = 8;
const NEAR_BYTES = 3;

export const NO_HEADS: Readonly<Heads> = { heads: undefined, near: 0, far: 0, looks: 0 };

/** To be called wherever the keys of a branch change. */
export function forgetHeads(node: Heads): void {
  node.heads = undefined;
  node.looks = 0;
}

/** Keys, each with its value behind it. */
export type Entries<V> = (Key | V)[];

export const sizeOf = (entries: readonly unknown[]): number => entries.length >>> 1;

// oxlint-disable typescript/no-unsafe-type-assertion -- which is which is known by the place

export const keyAt = (entries: readonly unknown[], index: number): Key => entries[2 * index] as Key;

export const valueAt = <V>(entries: Entries<V>, index: number): V => entries[2 * index + 1] as V;

// oxlint-enable typescript/no-unsafe-type-assertion

/** The first entry whose key is not below this one. */
export function lowerBound(entries: readonly unknown[], key: Key): number {
  let low = 0;
  let high = sizeOf(entries);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyAt(entries, middle) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The last index whose key is not above this one, or the first: in a branch, the child that the key
 * belongs to.
 */
export function slotOf(keys: readonly Key[], key: Key): number {
  let low = 1;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (item(keys, middle) <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The same, guided by the heads: another index now and then. `size`: how many keys there are. */
export function guidedSlotOf(node: Searched, key: Key, size: number): number {
  const heads = node.heads ?? makeHeads(node);
  if (heads === undefined) return slotOf(node.keys, key);
  const { near, far } = node;
  const first = pair(key, near, near + 1);
  const second = pair(key, near + 2, far);
  const third = pair(key, far + 1, far + 2);
  const fourth = pair(key, far + 3, far + 4);
  let low = 1;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = middle * HEAD_LENGTH;
    let difference = heads.charCodeAt(at) - first;
    if (difference === 0) difference = heads.charCodeAt(at + 1) - second;
    if (difference === 0) difference = heads.charCodeAt(at + 2) - third;
    if (difference === 0) difference = heads.charCodeAt(at + 3) - fourth;
    if (difference < 0 || (difference === 0 && item(node.keys, middle) <= key)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The same as by the keys alone, but most of them are not looked at. */
export function checkedSlotOf(node: Searched, key: Key): number {
  const { keys } = node;
  const slot = guidedSlotOf(node, key, keys.length);
  const isAtMost = slot === 0 || item(keys, slot) <= key;
  const isLast = slot + 1 === keys.length || item(keys, slot + 1) > key;
  return isAtMost && isLast ? slot : slotOf(keys, key);
}

const HEAD_LENGTH = 4;

function makeHeads(node: Searched): string | undefined {
  const { keys } = node;
  if (keys.length < HEADED_SIZE_MIN) return undefined;
  node.looks += 1;
  if (node.looks < LOOKS_MIN) return undefined;
  const near = commonLength(item(keys, 0), item(keys, keys.length - 1), 0);
  const far = firstDifferenceFrom(near + NEAR_BYTES, keys, near);
  node.near = near;
  node.far = far;
  node.heads = keys.map((key) => headOf(key, near, far)).join("");
  // A copy that is made now lies beside them in memory: fewer pages for a lookup to wait for.
  node.children = node.children.slice();
  return node.heads;
}

/** Where neighbours begin to differ, at the earliest, of those that are alike up to a place. */
function firstDifferenceFrom(place: number, keys: readonly Key[], alike: number): number {
  let first = Infinity;
  for (let at = 1; at < keys.length; at++) {
    const length = commonLength(item(keys, at - 1), item(keys, at), alike);
    if (length >= place && length < first) first = length;
  }
  return first === Infinity ? place : first;
}

/** `alike`: so many characters are known to be the same. */
function commonLength(left: Key, right: Key, alike: number): number {
  let at = alike;
  while (at < left.length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  return at;
}

const headOf = (key: Key, near: number, far: number): string =>
  String.fromCharCode(
    pair(key, near, near + 1),
    pair(key, near + 2, far),
    pair(key, far + 1, far + 2),
    pair(key, far + 3, far + 4),
  );

/** Two bytes as one number. Beyond the end there is NaN, which is 0 here. */
const pair = (key: Key, first: number, second: number): number =>
  (key.charCodeAt(first) << 8) | key.charCodeAt(second);

/** What is at an index that is known to be inside. */
export function item<T>(list: readonly T[], index: number): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a check costs a third of a
  // lookup
  return list[index] as T;
}
