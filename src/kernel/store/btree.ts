/**
 * A persistent B+ tree. Every node carries the mark of who may change it in place; a node with
 * another mark is copied first. So a snapshot or a fork is: remember the root, and go on with a new
 * mark.
 */
import { fingerprintsOf, forgetFingerprints, placeOf, wantsFingerprints } from "./fingerprints.ts";
import type { Fingerprinted } from "./fingerprints.ts";
import {
  checkedSlotOf,
  forgetHeads,
  guidedSlotOf,
  item,
  keyAt,
  lowerBound,
  NO_HEADS,
  sizeOf,
  slotOf,
  valueAt,
} from "./node-search.ts";
import type { Entries, Heads, Searched } from "./node-search.ts";
import type { Extent } from "./readings.ts";
import type { Key, KeyRange } from "./store.ts";

/** Compared by identity. */
export type Mark = object;

interface Leaf<V> extends Fingerprinted<V> {
  readonly mark: Mark;
  /** Where the last key was inserted. */
  insertedAt: number;
  readonly children?: undefined;
}

/**
 * `keys[i]` is at most the first key under `children[i]`, and above every key under `children[i -
 * 1]`.
 */
interface Branch<V> extends Searched {
  readonly mark: Mark;
  children: Tree<V>[];
  insertedAt: number;
}

export type Tree<V> = Leaf<V> | Branch<V>;

const SIZE_MAX = 128;
const SIZE_POOR = 32;
const SIZE_MERGED_MAX = 96;

export function emptyTree<V>(mark: Mark): Tree<V> {
  return leafOf(mark, []);
}

export const isEmptyTree = <V>(tree: Tree<V>): boolean => sizeOfNode(tree) === 0;

export function getIn<V>(tree: Tree<V>, key: Key): V | undefined {
  let node = tree;
  let parent: Branch<V> | undefined;
  let slot = 0;
  while (node.children !== undefined) {
    const { children } = node;
    parent = node;
    slot = guidedSlotOf(node, key, children.length);
    node = item(children, slot);
  }
  if (wantsFingerprints(node)) node = giveFingerprints(node, parent, slot);
  const at = placeOf(node, key);
  if (at !== -1) return valueAt(node.entries, at);
  // Between two keys of the leaf it would be nowhere else; otherwise the heads may have led astray.
  const { entries } = node;
  const last = sizeOf(entries) - 1;
  const isBetween = last > 0 && keyAt(entries, 0) < key && key < keyAt(entries, last);
  return isBetween ? undefined : getUnguided(tree, key);
}

/** A child is copied: so what a lookup needs of it lies side by side in memory. */
function giveFingerprints<V>(leaf: Leaf<V>, parent: Branch<V> | undefined, slot: number): Leaf<V> {
  const { entries, mark, looks, insertedAt } = leaf;
  const fingerprints = fingerprintsOf(entries);
  if (parent === undefined) {
    leaf.fingerprints = fingerprints;
    return leaf;
  }
  const copy = leafOf<V>(mark, entries.slice(), { fingerprints, looks, insertedAt });
  parent.children[slot] = copy;
  return copy;
}

function getUnguided<V>(tree: Tree<V>, key: Key): V | undefined {
  let node = tree;
  while (node.children !== undefined) node = childAt(node, slotOf(node.keys, key));
  const at = lowerBound(node.entries, key);
  return node.entries[2 * at] === key ? valueAt(node.entries, at) : undefined;
}

/**
 * The new root. The old one still shows the old tree, unless the mark allowed changing it in place.
 */
export function putIn<V>(tree: Tree<V>, key: Key, value: V, mark: Mark): Tree<V> {
  const root = own(tree, mark);
  const right = putBelow(root, key, value, mark);
  if (right === undefined) return root;
  return branchOf(mark, [firstKey(root), firstKey(right)], [root, right]);
}

/** The new root; the same tree when the key was not there. */
export function removeIn<V>(tree: Tree<V>, key: Key, mark: Mark): Tree<V> {
  if (getIn(tree, key) === undefined) return tree;
  let root = own(tree, mark);
  removeBelow(root, key, mark);
  while (root.children !== undefined && root.children.length === 1) root = childAt(root, 0);
  return root.children !== undefined && root.children.length === 0 ? emptyTree(mark) : root;
}

/** Entries in key order. Where an extent is given, it is told how far the reader went. */
export function scanIn<V>(
  tree: Tree<V>,
  range: KeyRange,
  extent?: Extent,
): IterableIterator<readonly [Key, V]> {
  return range.reverse === true ? backward(tree, range, extent) : forward(tree, range, extent);
}

function* forward<V>(
  tree: Tree<V>,
  { from, to }: KeyRange,
  extent?: Extent,
): IterableIterator<readonly [Key, V]> {
  const path: Branch<V>[] = [];
  const slots: number[] = [];
  let node = tree;
  while (node.children !== undefined) {
    const slot = checkedSlotOf(node, from);
    path.push(node);
    slots.push(slot);
    node = childAt(node, slot);
  }
  let at = lowerBound(node.entries, from);
  for (;;) {
    const { entries } = node;
    const size = sizeOf(entries);
    const isWithin = size > 0 && keyAt(entries, size - 1) < to;
    for (; at < size; at++) {
      const key = keyAt(entries, at);
      if (!isWithin && key >= to) {
        if (extent !== undefined) extent.whole = true;
        return;
      }
      if (extent !== undefined) extent.last = key;
      yield [key, valueAt(entries, at)];
    }
    const next = nextLeaf(path, slots);
    if (next === undefined) break;
    node = next;
    at = 0;
  }
  if (extent !== undefined) extent.whole = true;
}

function nextLeaf<V>(path: Branch<V>[], slots: number[]): Leaf<V> | undefined {
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const branch = item(path, depth);
    const slot = item(slots, depth) + 1;
    if (slot >= branch.children.length) continue;
    slots[depth] = slot;
    let node = childAt(branch, slot);
    while (node.children !== undefined) {
      depth += 1;
      path[depth] = node;
      slots[depth] = 0;
      node = childAt(node, 0);
    }
    return node;
  }
  return undefined;
}

function* backward<V>(
  tree: Tree<V>,
  { from, to }: KeyRange,
  extent?: Extent,
): IterableIterator<readonly [Key, V]> {
  const path: Branch<V>[] = [];
  const slots: number[] = [];
  let node = tree;
  while (node.children !== undefined) {
    const slot = checkedSlotOf(node, to);
    path.push(node);
    slots.push(slot);
    node = childAt(node, slot);
  }
  let at = lowerBound(node.entries, to) - 1;
  for (;;) {
    const { entries } = node;
    const isWithin = at >= 0 && keyAt(entries, 0) >= from;
    for (; at >= 0; at--) {
      const key = keyAt(entries, at);
      if (!isWithin && key < from) {
        if (extent !== undefined) extent.whole = true;
        return;
      }
      if (extent !== undefined) extent.last = key;
      yield [key, valueAt(entries, at)];
    }
    const previous = previousLeaf(path, slots);
    if (previous === undefined) break;
    node = previous;
    at = sizeOf(node.entries) - 1;
  }
  if (extent !== undefined) extent.whole = true;
}

function previousLeaf<V>(path: Branch<V>[], slots: number[]): Leaf<V> | undefined {
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const branch = item(path, depth);
    const slot = item(slots, depth) - 1;
    if (slot < 0) continue;
    slots[depth] = slot;
    let node = childAt(branch, slot);
    while (node.children !== undefined) {
      const last = node.children.length - 1;
      depth += 1;
      path[depth] = node;
      slots[depth] = last;
      node = childAt(node, last);
    }
    return node;
  }
  return undefined;
}

/** Puts below a node that we own. Gives the new right half when the node had to be split. */
function putBelow<V>(node: Tree<V>, key: Key, value: V, mark: Mark): Tree<V> | undefined {
  if (node.children === undefined) {
    const { entries } = node;
    const size = sizeOf(entries);
    // Many are put at the end of what is there.
    const isLast = size > 0 && keyAt(entries, size - 1) < key;
    const at = isLast ? size : lowerBound(entries, key);
    if (entries[2 * at] === key) {
      entries[2 * at + 1] = value;
      return undefined;
    }
    if (at === size) entries.push(key, value);
    else entries.splice(2 * at, 0, key, value);
    forgetFingerprints(node);
    return splitIfFull(node, at, mark);
  }
  const slot = slotOf(node.keys, key);
  const child = ownChild(node, slot, mark);
  if (key < item(node.keys, slot)) {
    forgetHeads(node);
    node.keys[slot] = key;
  }
  const right = putBelow(child, key, value, mark);
  if (right === undefined) return undefined;
  forgetHeads(node);
  insertAt(node.keys, slot + 1, firstKey(right));
  insertAt(node.children, slot + 1, right);
  return splitIfFull(node, slot + 1, mark);
}

/** Gives the right part, where the last insertion has made the node too large. */
function splitIfFull<V>(node: Tree<V>, insertedAt: number, mark: Mark): Tree<V> | undefined {
  const size = sizeOfNode(node);
  if (size > SIZE_MAX) return split(node, placeToSplit(size, node.insertedAt, insertedAt), mark);
  node.insertedAt = insertedAt;
  return undefined;
}

/**
 * In the middle; but where keys come in ascending order, after them, so that they leave full nodes:
 * at the end of what is there, or of what begins like them.
 */
function placeToSplit(size: number, insertedBefore: number, insertedAt: number): number {
  if (insertedAt === size - 1) return insertedAt;
  return insertedAt === insertedBefore + 1 ? insertedAt + 1 : size >>> 1;
}

/** The left part keeps its lists: they lie beside it in memory, and a lookup finds them sooner. */
function split<V>(node: Tree<V>, place: number, mark: Mark): Tree<V> {
  if (node.children === undefined) {
    const entries = node.entries.slice(2 * place);
    node.entries.length = 2 * place;
    return leafOf(mark, entries);
  }
  const keys = node.keys.slice(place);
  node.keys.length = place;
  const children = node.children.slice(place);
  node.children.length = place;
  return branchOf(mark, keys, children);
}

/** Removes a key that is there, below a node that we own. */
function removeBelow<V>(node: Tree<V>, key: Key, mark: Mark): void {
  if (node.children === undefined) {
    node.entries.splice(2 * lowerBound(node.entries, key), 2);
    forgetFingerprints(node);
    return;
  }
  const slot = slotOf(node.keys, key);
  const child = ownChild(node, slot, mark);
  removeBelow(child, key, mark);
  const size = sizeOfNode(child);
  if (size === 0) {
    forgetHeads(node);
    node.keys.splice(slot, 1);
    node.children.splice(slot, 1);
  } else if (size < SIZE_POOR) {
    mergeWithNeighbour(node, slot, mark);
  }
}

function mergeWithNeighbour<V>(parent: Branch<V>, slot: number, mark: Mark): void {
  const left = slot > 0 ? slot - 1 : slot;
  if (left + 1 >= parent.children.length) return;
  const from = childAt(parent, left + 1);
  if (sizeOfNode(childAt(parent, left)) + sizeOfNode(from) > SIZE_MERGED_MAX) return;
  const into = ownChild(parent, left, mark);
  if (into.children === undefined && from.children === undefined) {
    into.entries.push(...from.entries);
    forgetFingerprints(into);
  }
  if (into.children !== undefined && from.children !== undefined) {
    into.keys.push(...from.keys);
    into.children.push(...from.children);
    forgetHeads(into);
  }
  forgetHeads(parent);
  parent.keys.splice(left + 1, 1);
  parent.children.splice(left + 1, 1);
}

function own<V>(node: Tree<V>, mark: Mark): Tree<V> {
  if (node.mark === mark) return node;
  if (node.children === undefined) return leafOf(mark, node.entries.slice(), node);
  return branchOf(mark, node.keys.slice(), node.children.slice(), node);
}

// Each written in one place, without a spread: so the engine knows one form of them.

function leafOf<V>(mark: Mark, entries: Entries<V>, known: LeafFacts = NEW_LEAF): Leaf<V> {
  const { fingerprints, looks, insertedAt } = known;
  return { fingerprints, entries, mark, looks, insertedAt };
}

type LeafFacts = Pick<Leaf<unknown>, "fingerprints" | "looks" | "insertedAt">;

const NOWHERE = -2;
const NEW_LEAF: LeafFacts = { fingerprints: undefined, looks: 0, insertedAt: NOWHERE };

function branchOf<V>(
  mark: Mark,
  keys: Key[],
  children: Tree<V>[],
  known: BranchFacts = NEW_BRANCH,
): Branch<V> {
  const { heads, near, far, looks, insertedAt } = known;
  return { heads, near, far, children, keys, mark, looks, insertedAt };
}

type BranchFacts = Heads & Pick<Branch<unknown>, "insertedAt">;

const NEW_BRANCH: BranchFacts = { ...NO_HEADS, insertedAt: NOWHERE };

function ownChild<V>(parent: Branch<V>, slot: number, mark: Mark): Tree<V> {
  const child = childAt(parent, slot);
  const owned = own(child, mark);
  if (owned !== child) parent.children[slot] = owned;
  return owned;
}

const sizeOfNode = <V>(node: Tree<V>): number =>
  node.children === undefined ? sizeOf(node.entries) : node.keys.length;

const firstKey = <V>(node: Tree<V>): Key =>
  node.children === undefined ? keyAt(node.entries, 0) : item(node.keys, 0);

const childAt = <V>(branch: Branch<V>, slot: number): Tree<V> => item(branch.children, slot);

function insertAt<T>(list: T[], at: number, one: T): void {
  if (at === list.length) list.push(one);
  else list.splice(at, 0, one);
}
