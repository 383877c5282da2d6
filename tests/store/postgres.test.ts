import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeKey, prefixRange } from "../../src/kernel/store/key.ts";
import { postgresStore } from "../../src/kernel/store/postgres.ts";
import { findBinaries, INSTALL, startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";
import { storeContract } from "./contract.ts";
import { put, readAll, reading, suspending, transact } from "./driver.ts";

const binaries = findBinaries();
if (binaries === undefined) {
  process.stderr.write(`The tests of the PostgreSQL store are skipped. ${INSTALL}\n`);
}

let cluster: Cluster | undefined;
let tables = 0;
const place = () => ({ url: cluster?.url ?? "", table: `state_${(tables += 1)}` });

const k = (...parts: (string | number)[]) => encodeKey(parts);

describe.skipIf(binaries === undefined)("postgres", () => {
  beforeAll(async () => {
    cluster = await startCluster(binaries ?? "");
  }, 60_000);
  afterAll(async () => cluster?.stop());

  storeContract({ open: () => Promise.resolve(postgresStore(place())) });

  test("two nodes that start at the same moment are one cloud", async () => {
    const where = place();
    const nodes = [postgresStore(where), postgresStore(where)] as const;
    const count = (node: number) =>
      transact(nodes[node % 2 === 0 ? 0 : 1], (transaction) => {
        const before = Number(transaction.get(k("count")) ?? 0);
        return { result: before, writes: new Map([[k("count"), before + 1]]) };
      });
    const seen = await Promise.all(Array.from({ length: 16 }, (_, at) => count(at)));
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, at) => at));
    for (const node of nodes)
      expect(await readAll(node, prefixRange([]))).toEqual([[k("count"), 16]]);
    await Promise.all(nodes.map((node) => node.close()));
  });

  test("more transactions than connections wait their turn", async () => {
    const store = postgresStore({ ...place(), connectionsMax: 2 });
    await put(store, [[k("a"), 1]]);
    const reads = Array.from({ length: 30 }, () => suspending(store, (one) => one.get(k("a"))));
    expect(await Promise.all(reads)).toEqual(Array.from({ length: 30 }, () => 1));
    await store.close();
  });

  test("a connection that is lost is an error in words, and the next transaction has a new one", async () => {
    const store = postgresStore({ ...place(), connectionsMax: 1 });
    await put(store, [[k("a"), 1]]);
    const transaction = store.begin();
    const load = async () => {
      for (const key of [k("a"), k("b")]) {
        await suspending(
          { ...store, begin: () => ({ ...transaction, commit: () => undefined, rollback() {} }) },
          (one) => one.get(key),
        );
        if (key === k("a")) await killOthers();
      }
    };
    await expect(load()).rejects.toThrow(/^the connection to PostgreSQL failed/);
    transaction.rollback();
    expect(await suspending(store, (one) => one.get(k("a")))).toBe(1);
    await store.close();
  });

  test("readers that always overlap, without any writer, do not heap up predicate locks", async () => {
    const store = postgresStore(place());
    await put(store, [[k("a"), 1]]);
    let older = store.begin();
    for (let round = 0; round < 5; round++) {
      await reading(() => older.get(k("a")));
      const newer = store.begin();
      await reading(() => newer.get(k("a")));
      for (let n = 0; n < 200; n++) await suspending(store, (one) => one.get(k("a")));
      older.rollback();
      older = newer;
    }
    expect(await countPredicateLocks()).toBeLessThan(800);
    older.rollback();
    await store.close();
  });

  test("a format from the future is refused in one clear sentence", async () => {
    const where = place();
    const store = postgresStore(where);
    await put(store, [["\x01format", 99]]);
    await store.close();
    const again = postgresStore(where);
    await expect(readAll(again, prefixRange([]))).rejects.toThrow(
      `the table ${where.table} was written by a newer Snowglobe: its format is 99, ` +
        "this version knows formats up to 3. Update Snowglobe, or use another place.",
    );
    await again.close();
  });
});

async function killOthers(): Promise<void> {
  await ask(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'snowglobe'",
  );
}

async function countPredicateLocks(): Promise<number> {
  const [row] = await ask("SELECT count(*) AS count FROM pg_locks WHERE mode = 'SIReadLock'");
  return Number(row?.count);
}

async function ask(sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: cluster?.url ?? "" });
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(sql);
  await client.end();
  return rows;
}
