/** Random histories of commits and reads, beside a plain map that does the same. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { encodeKey, prefixRange } from "../../src/kernel/store/key.ts";
import type { Entry, Key, KeyRange, Store, Value } from "../../src/kernel/store/store.ts";
import { commit, put, readAll, suspending } from "./driver.ts";

const part = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 40 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom("", "a", "a\0", "é", "z".repeat(1880), "z".repeat(1890)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("z".repeat(1900), "z".repeat(4000), `${"z".repeat(1910)}y`),
  },
  { weight: 1, arbitrary: fc.constantFrom(null, true, Uint8Array.of(0, 255)) },
);
const key = fc.array(part, { minLength: 1, maxLength: 2 }).map(encodeKey);
const value = fc.oneof(
  fc.integer(),
  fc.string({ maxLength: 20 }),
  fc.record({ a: fc.integer(), b: fc.array(fc.boolean(), { maxLength: 3 }) }),
);

const step = fc.oneof(
  { weight: 4, arbitrary: writesStep() },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("get" as const), key }) },
  { weight: 4, arbitrary: scanStep() },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("flush" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("bulk" as const), from: fc.nat(900) }) },
);

function writesStep() {
  const write = fc.tuple(key, fc.option(value, { nil: undefined, freq: 3 }));
  return fc.record({
    kind: fc.constant("write" as const),
    writes: fc.array(write, { minLength: 1, maxLength: 12 }),
    given: fc.constantFrom("committed", "committed", "committed", "given up"),
  });
}

function scanStep() {
  return fc.record({
    kind: fc.constant("scan" as const),
    bounds: fc.tuple(key, key),
    reverse: fc.boolean(),
    expected: fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 200 }),
  });
}

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

export function randomHistories(open: () => Promise<Store>): void {
  test("random histories give what a plain map gives", { timeout: 60_000 }, async () => {
    const store = await open();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await store.clear();
        const model = new Map<Key, Value>();
        for (const one of steps) await run(one, store, model);
        expect(await readAll(store, prefixRange([]))).toEqual(sorted(model));
      }),
      { seed: 11, numRuns: 60, endOnFailure: true },
    );
    await store.close();
  });
}

async function run(one: Step, store: Store, model: Map<Key, Value>): Promise<void> {
  if (one.kind === "flush") return store.flushed();
  if (one.kind === "bulk") {
    const rows = Array.from({ length: 300 }, (_, at) => [encodeKey([at + one.from]), at] as const);
    for (const [at, row] of rows) model.set(at, row);
    return put(store, rows);
  }
  if (one.kind === "write") {
    if (one.given === "given up") return store.begin().rollback();
    for (const [at, row] of one.writes) {
      if (row === undefined) model.delete(at);
      else model.set(at, row);
    }
    return commit(store.begin(), one.writes);
  }
  if (one.kind === "get") {
    const read = await suspending(store, (transaction) => transaction.get(one.key));
    expect(read).toEqual(model.get(one.key));
    return undefined;
  }
  const [a, b] = one.bounds;
  const [from, to] = a < b ? [a, b] : [b, a];
  const range = { from, to, reverse: one.reverse, ...hint(one.expected) };
  const read = await suspending(store, (transaction) => {
    const entries: Entry[] = [];
    for (const entry of transaction.scan(range)) if (entries.push(entry) === one.limit) break;
    return entries;
  });
  expect(read).toEqual(within(model, range).slice(0, one.limit));
  return undefined;
}

const hint = (expected: number | undefined) => (expected === undefined ? {} : { expected });

function within(model: Map<Key, Value>, { from, to, reverse }: KeyRange): Entry[] {
  const entries = sorted(model).filter(([at]) => from <= at && at < to);
  return reverse === true ? entries.toReversed() : entries;
}

const sorted = (model: Map<Key, Value>): Entry[] =>
  [...model].toSorted(([x], [y]) => (x < y ? -1 : 1));
