import { expect, test } from "vitest";
import { emptyTree, getIn, putIn, removeIn, scanIn } from "./btree.ts";
import type { Tree } from "./btree.ts";
import { encodeKey } from "./key.ts";

/** Numbers below the bound; always the same ones. */
function drawing(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const keyOf = (at: number) => encodeKey(["row", at]);
const EVERYTHING = { from: "", to: "\xff" };

function expectSame(tree: Tree<number>, model: ReadonlyMap<string, number>): void {
  const entries = [...model].toSorted(([a], [b]) => (a < b ? -1 : 1));
  expect([...scanIn(tree, EVERYTHING)]).toEqual(entries);
  expect([...scanIn(tree, { ...EVERYTHING, reverse: true })]).toEqual(entries.toReversed());
  for (const at of [0, 7, 4999, 19_999, 30_000]) {
    expect(getIn(tree, keyOf(at))).toBe(model.get(keyOf(at)));
  }
}

/** Grows and shrinks in waves, so that nodes of every depth are split, emptied and merged. */
test("a tree of many thousand rows stays what a map is, and old roots stay what they were", () => {
  const draw = drawing(5);
  const model = new Map<string, number>();
  let mark = {};
  let tree = emptyTree<number>(mark);
  const olds: [Tree<number>, Map<string, number>][] = [];
  for (const [changes, removals] of [
    [30_000, 10],
    [25_000, 85],
    [20_000, 30],
    [40_000, 97],
    [9000, 5],
  ] as const) {
    for (let change = 0; change < changes; change++) {
      const key = keyOf(draw(20_000));
      if (draw(100) < removals) {
        tree = removeIn(tree, key, mark);
        model.delete(key);
      } else {
        tree = putIn(tree, key, change, mark);
        model.set(key, change);
      }
    }
    expectSame(tree, model);
    olds.push([tree, new Map(model)]);
    mark = {};
  }
  for (const [old, was] of olds) expectSame(old, was);
});

test("rows added and removed at the ends, as a queue does, leave an empty tree", () => {
  const mark = {};
  let tree = emptyTree<number>(mark);
  for (let at = 0; at < 10_000; at++) tree = putIn(tree, keyOf(at), at, mark);
  for (let at = 0; at < 5000; at++) tree = removeIn(tree, keyOf(at), mark);
  expect(scanIn(tree, EVERYTHING).next().value).toEqual([keyOf(5000), 5000]);
  for (let at = 9999; at >= 5000; at--) tree = removeIn(tree, keyOf(at), mark);
  expect([...scanIn(tree, EVERYTHING)]).toEqual([]);
  expect([...scanIn(putIn(tree, keyOf(1), 1, mark), EVERYTHING)]).toEqual([[keyOf(1), 1]]);
});

test("every part of a large tree scans to its bounds, both ways", () => {
  const mark = {};
  let tree = emptyTree<number>(mark);
  for (let at = 0; at < 6000; at += 2) tree = putIn(tree, keyOf(at), at, mark);
  const draw = drawing(9);
  for (let n = 0; n < 300; n++) {
    const [first, last] = [draw(6100), draw(6100)];
    const range = { from: keyOf(first), to: keyOf(last) };
    const expected: number[] = [];
    for (let at = first + (first % 2); at < Math.min(last, 6000); at += 2) expected.push(at);
    expect(Array.from(scanIn(tree, range), ([, at]) => at)).toEqual(expected);
    const reversed = Array.from(scanIn(tree, { ...range, reverse: true }), ([, at]) => at);
    expect(reversed).toEqual(expected.toReversed());
  }
});

/** Keys of every length that begin alike, part again and again, and end in NULs or not. */
function tangledKeys(count: number): string[] {
  const draw = drawing(3);
  const starts = ["", "a", "table\0account\0", "table\0account\0\xff\xfe", "table\0b"];
  const keys = new Set<string>();
  while (keys.size < count) {
    let key = starts[draw(starts.length)] ?? "";
    for (let left = draw(12); left > 0; left--) key += ["\0", "\x01", "b", "\xff"][draw(4)] ?? "";
    keys.add(key);
  }
  return [...keys];
}

test("every key is found and every other one is not, while keys come and go between lookups", () => {
  const keys = tangledKeys(6000);
  const model = new Map<string, number>();
  const mark = {};
  let tree = emptyTree<number>(mark);
  const lookUpAll = () => {
    // Twice: what the first lookups leave behind guides the next.
    const wrong = [...keys, ...keys].filter((key) => getIn(tree, key) !== model.get(key));
    expect(wrong).toEqual([]);
  };
  for (const [at, key] of keys.entries()) {
    if (at % 3 === 0) continue;
    tree = putIn(tree, key, at, mark);
    model.set(key, at);
  }
  lookUpAll();
  for (const [at, key] of keys.entries()) {
    if (at % 3 === 0) {
      tree = putIn(tree, key, at, mark);
      model.set(key, at);
    } else if (at % 3 === 1) {
      tree = removeIn(tree, key, mark);
      model.delete(key);
    }
    if (at % 1000 === 0) lookUpAll();
  }
  lookUpAll();
});

/** Of one ending there are more than a leaf has room for, and they differ long before it. */
test("keys that end alike are told apart", () => {
  const mark = {};
  const ending = "x".repeat(40);
  const keys = Array.from({ length: 500 }, (_unused, at) => encodeKey(["row", at, ending]));
  let tree = emptyTree<number>(mark);
  for (const [at, key] of keys.entries()) if (at % 2 === 0) tree = putIn(tree, key, at, mark);
  for (let time = 0; time < 20; time++) {
    const found = keys.map((key) => getIn(tree, key));
    expect(found).toEqual(keys.map((_key, at) => (at % 2 === 0 ? at : undefined)));
  }
});

const leavesOf = (tree: Tree<number>): number =>
  tree.children?.reduce((sum, child) => sum + leavesOf(child), 0) ?? 1;

test("rows that come in order leave full leaves, also between others", () => {
  const mark = {};
  let tree = emptyTree<number>(mark);
  const groups = ["b", "a", "d", "c"].map((group) => groupOf(group, 5000));
  for (const key of groups.flat()) tree = putIn(tree, key, 0, mark);
  expect(leavesOf(tree)).toBeLessThan((20_000 / 128) * 1.1);
});

test.each([4000, 4040, 4080, 8140, 8180])(
  "where %d keys begin alike, the leaf that ends in others gives those, too",
  (alike) => {
    const mark = {};
    const keys = [...groupOf("a", alike), ...groupOf("b", 5000)];
    let tree = emptyTree<number>(mark);
    for (const [at, key] of keys.entries()) tree = putIn(tree, key, at, mark);
    for (let time = 0; time < 3; time++) {
      expect(keys.findIndex((key, at) => getIn(tree, key) !== at)).toBe(-1);
      const absent = keys.map((key) => `${key}\0`);
      expect(absent.findIndex((key) => getIn(tree, key) !== undefined)).toBe(-1);
    }
  },
);

const groupOf = (group: string, size: number): string[] =>
  Array.from({ length: size }, (_unused, at) => encodeKey([group, String(at).padStart(6, "0")]));
