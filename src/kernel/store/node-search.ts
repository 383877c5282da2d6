/**
 * Searching among the keys of one node of the tree.
 *
 * A lookup among a million rows waits for memory: every key that it compares is a text that lies
 * anywhere. So a node has heads, too: of each key six bytes as a number, those from where its keys
 * begin to differ, side by side. They only guide: a key that does not belong below the node may be
 * sent anywhere, for they do not say what the keys begin with.
 */
import type { Key } from "./store.ts";

export interface Searched extends Heads {
  /** Ascending. */
  keys: Key[];
}

export interface Heads {
  /** Of each key; absent until lookups come while the keys stay as they are. */
  heads: readonly number[] | undefined;
  /** How many characters the keys have in common, where there are heads. */
  skip: number;
  /** Lookups since the keys changed, until there are heads. */
  looks: number;
}

const HEADED_SIZE_MIN = 8;
/** Making heads costs a microsecond: too much for a leaf that grows between its lookups. */
const LOOKS_MIN = 2;

export const NO_HEADS: Readonly<Heads> = { heads: undefined, skip: 0, looks: 0 };

/** To be called wherever the keys of a node change. */
export function forgetHeads(node: Searched): void {
  node.heads = undefined;
  node.looks = 0;
}

/** The first index whose key is not below this one. */
export function lowerBound(keys: readonly Key[], key: Key): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (item(keys, middle) < key) low = middle + 1;
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

/** The same for a key that is below this node; for another one it may be any index. */
export function guidedSlotOf(node: Searched, key: Key): number {
  const { keys } = node;
  const heads = node.heads ?? makeHeads(node);
  if (heads === undefined) return slotOf(keys, key);
  const head = headOf(key, node.skip);
  let low = 1;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = item(heads, middle);
    if (there < head || (there === head && item(keys, middle) <= key)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Whether a key stands between the one at an index and the next. */
export const isAfter = (keys: readonly Key[], at: number, key: Key): boolean =>
  at + 1 < keys.length && item(keys, at) < key && key < item(keys, at + 1);

function makeHeads(node: Searched): readonly number[] | undefined {
  const { keys } = node;
  if (keys.length < HEADED_SIZE_MIN) return undefined;
  node.looks += 1;
  if (node.looks < LOOKS_MIN) return undefined;
  const skip = commonLength(item(keys, 0), item(keys, keys.length - 1));
  node.skip = skip;
  node.heads = keys.map((key) => headOf(key, skip));
  return node.heads;
}

function commonLength(left: Key, right: Key): number {
  let at = 0;
  while (at < left.length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1;
  return at;
}

/** In the order of the keys, where these have the first `skip` characters in common. */
const headOf = (key: Key, skip: number): number =>
  threeBytes(key, skip) * 0x1000000 + threeBytes(key, skip + 3);

/** Beyond the end there is NaN, which is 0 here. */
const threeBytes = (key: Key, at: number): number =>
  (key.charCodeAt(at) << 16) | (key.charCodeAt(at + 1) << 8) | key.charCodeAt(at + 2);

/** What is at an index that is known to be inside. */
export function item<T>(list: readonly T[], index: number): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a check costs a third of a
  // lookup
  return list[index] as T;
}
