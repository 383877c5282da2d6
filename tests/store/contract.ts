/** What every store keeps to. Each implementation runs all of it. */
import { expect, test } from "vitest";
import { encodeKey, prefixRange } from "../../src/kernel/store/key.ts";
import type { KeyPart } from "../../src/kernel/store/key.ts";
import { Conflict } from "../../src/kernel/store/store.ts";
import type { Entry, KeyRange, Store, Value } from "../../src/kernel/store/store.ts";
import { commit, put, readAll, reading as during, suspending, transact } from "./driver.ts";
import { serialisableHistories } from "./serialisable.ts";
import { randomHistories } from "./histories.ts";

export interface Subject {
  /** An empty store. */
  readonly open: () => Promise<Store>;
}

export function storeContract({ open }: Subject): void {
  reading(open);
  scanning(open);
  transactions(open);
  longKeys(open);
  randomHistories(open);
  serialisableHistories(open);
}

type Open = Subject["open"];

const k = (...parts: KeyPart[]) => encodeKey(parts);

const ROWS: Value[] = [
  null,
  true,
  0,
  -1.5,
  2 ** 40,
  "",
  "é\u{1f600}",
  [],
  [1, [2, { three: 3 }]],
  {},
  { a: 1, b: { c: ["d", null, false] } },
  { "odd name": 1, "0": 2, long: "x".repeat(70_000) },
  JSON.parse('{"__proto__": {"own": 1}, "constructor": 2}'),
];

function reading(open: Open): void {
  test("a row comes back as it was put", async () => {
    const store = await open();
    await put(
      store,
      ROWS.map((row, at) => [k("row", at), row]),
    );
    const read = await readAll(store, prefixRange(["row"]));
    expect(read).toEqual(ROWS.map((row, at) => [k("row", at), row]));
    expect(JSON.stringify(read.at(-1))).toContain('{"__proto__":{"own":1},"constructor":2}');
    await store.close();
  });

  test("bytes come back as bytes, members that are undefined do not come back", async () => {
    const store = await open();
    const bytes = Uint8Array.from({ length: 300 }, (_, at) => at % 256);
    await put(store, [[k("row"), { bytes, gone: undefined, inner: { gone: undefined } }]]);
    const row = await suspending(store, (transaction) => transaction.get(k("row")));
    const back = Object(row).bytes;
    expect(back instanceof Uint8Array && Buffer.from(back).equals(bytes)).toBe(true);
    expect(Object.keys(Object(row))).toEqual(["bytes", "inner"]);
    expect(Object.keys(Object(row).inner)).toEqual([]);
    await store.close();
  });

  test("what was never put, or was removed, is undefined", async () => {
    const store = await open();
    await put(store, [[k("a"), 1]]);
    await put(store, [
      [k("a"), undefined],
      [k("never"), undefined],
    ]);
    const read = await suspending(store, (transaction) => [
      transaction.get(k("a")),
      transaction.get(k("never")),
    ]);
    expect(read).toEqual([undefined, undefined]);
    await store.close();
  });

  test("a row of three megabytes comes back whole", async () => {
    const store = await open();
    const text = "0123456789abcdef".repeat(200_000);
    await put(store, [[k("large"), { text }]]);
    await store.flushed();
    const row = await suspending(store, (transaction) => transaction.get(k("large")));
    expect(Object(row).text === text).toBe(true);
    await store.close();
  });

  test("clear removes every row and the store goes on", async () => {
    const store = await open();
    await put(store, numbered(50));
    const clearing = store.clear();
    await clearing;
    expect(await readAll(store, prefixRange([]))).toEqual([]);
    await put(store, [[k("after"), 1]]);
    expect(await readAll(store, prefixRange([]))).toEqual([[k("after"), 1]]);
    await store.close();
  });

  test("export gives every entry in key order, as it was when it began", async () => {
    const store = await open();
    await put(store, numbered(300));
    const exported: Entry[] = [];
    for await (const entry of store.export()) {
      if (exported.length === 3)
        await put(store, [
          [k("n", 200), "changed"],
          [k("n", 999), "new"],
        ]);
      exported.push(entry);
    }
    expect(exported).toEqual(numbered(300));
    await store.close();
  });
}

const numbered = (count: number): Entry[] =>
  Array.from({ length: count }, (_, at) => [k("n", at), { at }] as const);

function scanning(open: Open): void {
  test("keys scan in the order of their tuples, both ways", async () => {
    const store = await open();
    const tuples: KeyPart[][] = [
      [null],
      [false],
      [true],
      [-Number.MAX_VALUE],
      [-1],
      [0],
      [0.5],
      [1],
      [10],
      ["", "b"],
      ["a"],
      ["a", null],
      ["a", "b"],
      ["a\0"],
      ["ab"],
      ["b"],
      ["é"],
      ["\u{ffff}"],
      ["\u{10000}"],
      [Uint8Array.of(0)],
      [Uint8Array.of(0, 0)],
      [Uint8Array.of(255)],
    ];
    const entries = tuples.map((tuple, at): Entry => [encodeKey(tuple), at]);
    await put(store, entries.toReversed());
    expect(await readAll(store, prefixRange([]))).toEqual(entries);
    expect(await readAll(store, { ...prefixRange([]), reverse: true })).toEqual(
      entries.toReversed(),
    );
    await store.close();
  });

  const ranges: [string, Omit<KeyRange, "from" | "to">, (all: Entry[]) => Entry[]][] = [
    ["forwards", {}, (all) => all],
    ["backwards", { reverse: true }, (all) => all.toReversed()],
    ["forwards with a hint", { expected: 3 }, (all) => all],
    ["backwards with a hint", { reverse: true, expected: 1 }, (all) => all.toReversed()],
  ];
  test.for(ranges)("a range of 1,500 rows is read %s, whole or in part", async ([, how, order]) => {
    const store = await open();
    await put(store, numbered(2000));
    await store.flushed();
    const range = { from: k("n", 250), to: k("n", 1750), ...how };
    const expected = order(numbered(2000).slice(250, 1750));
    expect(await readAll(store, range)).toEqual(expected);
    const part = await suspending(store, (transaction) => take(transaction.scan(range), 7));
    expect(part).toEqual(expected.slice(0, 7));
    await store.close();
  });

  test("a range without rows gives none", async () => {
    const store = await open();
    await put(store, numbered(10));
    expect(await readAll(store, { from: k("n", 5.1), to: k("n", 5.9) })).toEqual([]);
    expect(await readAll(store, { from: k("n", 9), to: k("n", 2) })).toEqual([]);
    await store.close();
  });
}

function take<T>(all: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const one of all) if (taken.push(one) === count) break;
  return taken;
}

function transactions(open: Open): void {
  test("a transaction sees what it saw first, whatever is committed meanwhile", async () => {
    const store = await open();
    await put(store, numbered(20));
    const transaction = store.begin();
    const first = await during(() => transaction.get(k("n", 3)));
    await put(store, [
      [k("n", 3), "new"],
      [k("n", 4), "new"],
      [k("n", 5), undefined],
    ]);
    await store.flushed();
    await put(store, [[k("n", 4.5), "newer"]]);
    const again = await during(() => [
      first,
      transaction.get(k("n", 3)),
      transaction.get(k("n", 4)),
      ...take(transaction.scan({ from: k("n", 3), to: k("n", 7) }), 9),
    ]);
    const rows = numbered(20);
    expect(again).toEqual([{ at: 3 }, { at: 3 }, { at: 4 }, ...rows.slice(3, 7)]);
    transaction.rollback();
    await store.close();
  });

  test("a write whose read is no longer true is refused, and none of it happens", async () => {
    const store = await open();
    await put(store, numbered(3));
    const late = store.begin();
    await during(() => late.get(k("n", 1)));
    await put(store, [[k("n", 1), "first"]]);
    await expect(
      commit(late, [
        [k("n", 1), "late"],
        [k("n", 2), "late"],
      ]),
    ).rejects.toThrow(Conflict);
    expect(await readAll(store, prefixRange(["n"]))).toEqual([
      [k("n", 0), { at: 0 }],
      [k("n", 1), "first"],
      [k("n", 2), { at: 2 }],
    ]);
    await store.close();
  });

  test("two that each write where the other has looked do not both happen", async () => {
    const store = await open();
    await put(store, numbered(3));
    const [one, other] = [store.begin(), store.begin()];
    await during(() => [...one.scan(prefixRange(["n"]))]);
    await during(() => other.get(k("count")));
    await commit(other, [[k("n", 1.5), "a row that one has not seen"]]);
    await expect(commit(one, [[k("count"), 3]])).rejects.toThrow(Conflict);
    expect(await readAll(store, prefixRange(["count"]))).toEqual([]);
    await store.close();
  });

  test("a transaction that was given up has changed nothing, and can be given up again", async () => {
    const store = await open();
    const transaction = store.begin();
    await during(() => transaction.get(k("a")));
    transaction.rollback();
    transaction.rollback();
    const other = store.begin();
    await commit(other, [[k("a"), 1]]);
    other.rollback();
    expect(await readAll(store, prefixRange([]))).toEqual([[k("a"), 1]]);
    await store.close();
  });

  test("many counts of one row at the same time lose none", async () => {
    const store = await open();
    const count = () =>
      transact(store, (transaction) => {
        const before = Number(transaction.get(k("count")) ?? 0);
        return { result: before, writes: new Map([[k("count"), before + 1]]) };
      });
    const seen = await Promise.all(Array.from({ length: 20 }, count));
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at));
    await store.close();
  });
}

function longKeys(open: Open): void {
  test("keys far longer than an index takes are kept in order among the others", async () => {
    const store = await open();
    const stem = "x".repeat(1895);
    const tails = [
      "",
      "a",
      "ab",
      "abcdef",
      "abcdeg",
      "abcdeg\0",
      "b".repeat(3000),
      "c",
      "é".repeat(900),
    ];
    const entries = ["w", ...tails.map((tail) => stem + tail), `${stem}~`, "y"]
      .map((text): Entry => [k("long", text), text.length])
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    await put(store, entries);
    await store.flushed();
    expect(await readAll(store, prefixRange(["long"]))).toEqual(entries);
    const middle = { from: entries[3]![0], to: entries[8]![0], reverse: true };
    expect(await readAll(store, middle)).toEqual(entries.slice(3, 8).toReversed());
    const [key] = entries[6]!;
    await put(store, [
      [key, "changed"],
      [entries[5]![0], undefined],
    ]);
    await store.flushed();
    expect(await suspending(store, (one) => [one.get(key), one.get(entries[5]![0])])).toEqual([
      "changed",
      undefined,
    ]);
    await put(
      store,
      entries.map(([one]) => [one, undefined]),
    );
    expect(await readAll(store, prefixRange([]))).toEqual([]);
    await store.close();
  });
}
