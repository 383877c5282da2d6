/** Runs that are answered with guesses: they save round trips, and never decide anything. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryBlobs } from "../../src/kernel/blobs/temporary.ts";
import { flowingClock } from "../../src/kernel/clock.ts";
import { seededChance } from "../../src/kernel/ids.ts";
import { Kernel } from "../../src/kernel/kernel.ts";
import { encodeKey, prefixRange } from "../../src/kernel/store/key.ts";
import { postgresStore } from "../../src/kernel/store/postgres.ts";
import type { Store, StoreTransaction } from "../../src/kernel/store/store.ts";
import type { Transaction } from "../../src/kernel/transaction.ts";
import { findBinaries, startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { put } from "./driver.ts";

const binaries = findBinaries();
const ACCOUNTS = 10;
const EACH = 100;

let cluster: Cluster | undefined;
let tables = 0;
const place = () => ({ url: cluster?.url ?? "", table: `guessed_${(tables += 1)}` });
const k = (...parts: (string | number)[]) => encodeKey(parts);

describe.skipIf(binaries === undefined)("guesses", () => {
  beforeAll(async () => {
    cluster = await startCluster(binaries ?? "");
  }, 60_000);
  afterAll(async () => cluster?.stop());

  test("one round trip brings all rows and pages that a run asked for", async () => {
    const store = await filled();
    const transaction = store.begin({ guessing: true });
    const read = () => ({
      rows: Array.from({ length: 25 }, (_, n) => transaction.get(k("row", n))),
      page: [...transaction.scan(prefixRange(["account"]))].map(([, value]) => value),
      last: firstOf(transaction.scan({ ...prefixRange(["row"]), reverse: true, expected: 1 })),
    });
    expect(read().rows.length).toBe(25);
    await transaction.guessed?.()?.load();
    expect(read()).toEqual({
      rows: Array.from({ length: 25 }, (_, n) => (n < 5 ? n : undefined)),
      page: Array.from({ length: ACCOUNTS }, () => EACH),
      last: [k("row", 4), 4],
    });
    expect(transaction.guessed?.()).toBe(undefined);
    await transaction.commit(new Map());
    await store.close();
  });

  test("a row is guessed to be what it was when it was last seen here", async () => {
    const [store, other] = await two();
    await put(store, [[k("seen"), "by us"]]);
    await put(other, [[k("seen"), "changed elsewhere"]]);
    const transaction = store.begin({ guessing: true });
    expect(transaction.get(k("seen"))).toBe("by us");
    await transaction.guessed?.()?.load();
    expect(transaction.get(k("seen"))).toBe("changed elsewhere");
    transaction.rollback();
    await Promise.all([store.close(), other.close()]);
  });

  test("what was only guessed cannot be committed", async () => {
    const store = await filled();
    const transaction = store.begin({ guessing: true });
    transaction.get(k("row", 1));
    expect(() => transaction.commit(new Map([[k("row", 1), 2]]))).toThrow(
      "what was only guessed cannot be committed",
    );
    transaction.rollback();
    await store.close();
  });

  test("a run that guesses lead astray comes to its end all the same", async () => {
    const store = await filled();
    const kernel = kernelOver(store);
    const found = await kernel.transact((transaction) => {
      for (let n = 0; ; n++) if (transaction.get(k("row", n % 5)) === 4) return n;
    });
    expect(found).toBe(4);
    await store.close();
  });

  test("money that two nodes move to and fro is neither made nor lost", async () => {
    const stores = await two();
    const kernels = stores.map(kernelOver);
    const sums = new Set<number>();
    const move = (seed: number) => (transaction: Transaction) => {
      const [from, to] = [k("account", seed % ACCOUNTS), k("account", (seed * 7 + 1) % ACCOUNTS)];
      const amount = Math.min(Number(transaction.get(from)), (seed % 9) + 1);
      transaction.put(from, Number(transaction.get(from)) - amount);
      transaction.put(to, Number(transaction.get(to)) + amount);
    };
    const workers = kernels.flatMap((kernel, node) =>
      Array.from({ length: 3 }, async (_, worker) => {
        for (let n = 0; n < 15; n++) {
          await kernel.transact(move(node * 31 + worker * 17 + n * 5));
          sums.add(await kernel.transact(sumOf));
        }
      }),
    );
    await Promise.all(workers);
    expect([...sums]).toEqual([ACCOUNTS * EACH]);
    await Promise.all(stores.map((store) => store.close()));
  });
});

function firstOf<T>(all: Iterable<T>): T | undefined {
  for (const one of all) return one;
  return undefined;
}

function sumOf(transaction: Pick<StoreTransaction, "scan">): number {
  let sum = 0;
  for (const [, value] of transaction.scan(prefixRange(["account"]))) sum += Number(value);
  return sum;
}

async function filled(where = place()): Promise<Store> {
  const store = postgresStore(where);
  await put(store, [
    ...Array.from({ length: ACCOUNTS }, (_, n) => [k("account", n), EACH] as const),
    ...Array.from({ length: 5 }, (_, n) => [k("row", n), n] as const),
  ]);
  return store;
}

async function two(): Promise<[Store, Store]> {
  const where = place();
  return [await filled(where), postgresStore(where)];
}

const kernelOver = (store: Store): Kernel =>
  new Kernel({ store, clock: flowingClock(), chance: seededChance(7), blobs: temporaryBlobs() });
