/**
 * Concurrent transactions, each holding its snapshot over awaits, interleaved at random; what they saw and
 * what is left must be what some order of running them one after the other gives.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { encodeKey, prefixRange } from "../../src/kernel/store/key.ts";
import { Conflict } from "../../src/kernel/store/store.ts";
import type { Entry, Key, Store } from "../../src/kernel/store/store.ts";
import { commit, put, reading, readAll } from "./driver.ts";

/** Reads some rows (or counts them all), then writes what it read, marked as its own, to others. */
interface Program {
  readonly reads: readonly number[];
  readonly scans: boolean;
  readonly writes: readonly number[];
  readonly removes: boolean;
}

const row = fc.integer({ min: 0, max: 3 });
const program: fc.Arbitrary<Program> = fc.record({
  reads: fc.uniqueArray(row, { maxLength: 2 }),
  scans: fc.boolean(),
  writes: fc.uniqueArray(row, { maxLength: 2 }),
  removes: fc.boolean(),
});

interface Outcome {
  readonly seen: string;
  readonly committed: boolean;
}

type Rows = Map<number, string>;

export function serialisableHistories(open: () => Promise<Store>): void {
  test("concurrent histories are what some serial order gives", { timeout: 60_000 }, async () => {
    const store = await open();
    const programs = fc.array(program, { minLength: 2, maxLength: 4 });
    const turns = fc.array(fc.nat(3), { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(programs, turns, async (all, order) => {
        await store.clear();
        await put(
          store,
          [0, 1].map((at) => [keyOf(at), `start ${at}`]),
        );
        const outcomes = await interleave(store, all, order);
        const left = await readAll(store, prefixRange(["r"]));
        expect(someOrderGives(all, outcomes, left)).toBe(true);
      }),
      { seed: 23, numRuns: 150, endOnFailure: true },
    );
    await store.close();
  });
}

const keyOf = (at: number): Key => encodeKey(["r", at]);

/** Lets the programs go on one read or commit at a time, in the given order. */
async function interleave(store: Store, all: readonly Program[], order: readonly number[]) {
  const runs = all.map((one, at) => stepwise(store, one, at));
  const outcomes: Outcome[] = [];
  const advance = async (at: number) => {
    const next = await runs[at]?.next();
    if (next?.done === true && next.value !== undefined) outcomes[at] = next.value;
  };
  for (const turn of order) await advance(turn % all.length);
  for (let at = 0; at < all.length; at++) while (outcomes[at] === undefined) await advance(at);
  return outcomes;
}

async function* stepwise(store: Store, one: Program, name: number): AsyncGenerator<void, Outcome> {
  const transaction = store.begin();
  const rows: Rows = new Map();
  try {
    for (const at of one.reads) {
      const read = await reading(() => transaction.get(keyOf(at)));
      if (typeof read === "string") rows.set(at, read);
      yield;
    }
    if (one.scans) {
      const entries = await reading(() => [...transaction.scan(prefixRange(["r"]))]);
      for (const [key, value] of entries) rows.set(numberOf(key), textOf(value));
      yield;
    }
    const seen = JSON.stringify([...rows]);
    await commit(transaction, writesOf(one, name, seen));
    return { seen, committed: true };
  } catch (thrown) {
    if (!(thrown instanceof Conflict)) throw thrown;
    return { seen: "", committed: false };
  } finally {
    transaction.rollback();
  }
}

function writesOf(one: Program, name: number, seen: string): [Key, string | undefined][] {
  const text = `${name} after ${seen}`.slice(0, 200);
  return one.writes.map((at, n) => [keyOf(at), one.removes && n === 0 ? undefined : text]);
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
const KEYS = [0, 1, 2, 3].map(keyOf);
const numberOf = (key: Key): number => KEYS.indexOf(key);

function someOrderGives(all: readonly Program[], outcomes: readonly Outcome[], left: Entry[]) {
  const committed = all.flatMap((_, at) => (outcomes[at]?.committed === true ? [at] : []));
  return permutations(committed).some((order) => {
    const state: Rows = new Map([0, 1].map((at) => [at, `start ${at}`]));
    for (const at of order) if (!replay(all[at]!, at, outcomes[at]!, state)) return false;
    const entries = [...state].toSorted(([a], [b]) => a - b).map(([at, text]) => [keyOf(at), text]);
    return JSON.stringify(entries) === JSON.stringify(left);
  });
}

/** False when, run at this place, it would have seen something else. */
function replay(one: Program, name: number, outcome: Outcome, state: Rows): boolean {
  const rows: Rows = new Map();
  for (const at of one.reads) {
    const text = state.get(at);
    if (text !== undefined) rows.set(at, text);
  }
  if (one.scans) {
    for (const [at, text] of [...state].toSorted(([a], [b]) => a - b)) rows.set(at, text);
  }
  if (JSON.stringify([...rows]) !== outcome.seen) return false;
  for (const [key, value] of writesOf(one, name, outcome.seen)) {
    if (value === undefined) state.delete(numberOf(key));
    else state.set(numberOf(key), value);
  }
  return true;
}

function permutations(list: readonly number[]): number[][] {
  if (list.length === 0) return [[]];
  return list.flatMap((first) =>
    permutations(list.filter((one) => one !== first)).map((rest) => [first, ...rest]),
  );
}
