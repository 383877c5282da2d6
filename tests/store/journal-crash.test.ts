/**
 * A machine that stops between a batch that is on the disk, and whose rows go into the file, and the next
 * one, which is not on the disk yet. Too short a moment for kills to meet: here it is held.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { encodeKey, prefixRange } from "../../src/kernel/store/key.ts";
import { openJournal } from "../../src/kernel/store/journal.ts";
import type { Journal } from "../../src/kernel/store/journal.ts";
import { lmdbStore } from "../../src/kernel/store/lmdb.ts";
import type { Store } from "../../src/kernel/store/store.ts";
import { put, readAll } from "./driver.ts";

/** Batches from this number on never get to the disk. */
const held = { from: Infinity };

function holding(directory: string): Journal {
  const journal = openJournal(directory);
  const append = journal.append.bind(journal);
  return Object.assign(journal, {
    append: (...[batch, done]: Parameters<typeof append>) => {
      if (batch.number < held.from) append(batch, done);
    },
  });
}

const root = mkdtempSync(join(tmpdir(), "snowglobe-journal-crash-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const k = (name: string) => encodeKey([name]);

/** What a later run finds on a copy of the disk as it is now. */
async function afterCrash(path: string): Promise<unknown[]> {
  const copy = `${path}-copy`;
  cpSync(path, copy, { recursive: true, filter: (file) => !file.endsWith("lock") });
  const store = lmdbStore({ path: copy });
  const rows = await readAll(store, prefixRange([]));
  await store.close();
  return rows;
}

/** Time for rows to go from the journal into the file. */
const DRAINED_MS = 300;

async function withHeld(steps: (store: Store) => Promise<void>): Promise<unknown[]> {
  const path = mkdtempSync(join(root, "state-"));
  held.from = Infinity;
  const store = lmdbStore({ path, journalBytes: 0, journal: holding });
  await steps(store);
  await delay(DRAINED_MS);
  return afterCrash(path);
}

const commit = (store: Store, rows: Readonly<Record<string, unknown>>) =>
  store.begin().commit(new Map(Object.entries(rows).map(([name, row]) => [k(name), row])));

test("of a batch that did not get to the disk nothing is in the file; of the one before, all", async () => {
  const rows = await withHeld(async (store) => {
    await put(store, [
      [k("a"), 1],
      [k("old"), 1],
    ]);
    await delay(DRAINED_MS);
    held.from = 3;
    const second = commit(store, { a: 2, b: 2, gone: 2 });
    // In the turn after the second has set out.
    await Promise.resolve();
    void commit(store, { a: 3, c: 3, gone: undefined, old: 3 });
    await second;
  });
  expect(rows).toEqual([
    [k("a"), 2],
    [k("b"), 2],
    [k("gone"), 2],
    [k("old"), 1],
  ]);
});

test("a clear that did not get to the disk has cleared nothing", async () => {
  const rows = await withHeld(async (store) => {
    await put(store, [[k("a"), 1]]);
    held.from = 3;
    const second = commit(store, { b: 2 });
    await Promise.resolve();
    void store.clear();
    void commit(store, { c: 3 });
    await second;
  });
  expect(rows).toEqual([
    [k("a"), 1],
    [k("b"), 2],
  ]);
});

test("a clear that is on the disk has cleared everything before it", async () => {
  const rows = await withHeld(async (store) => {
    for (const number of [1, 2, 3]) {
      await put(store, [[k("a"), number]]);
      await delay(DRAINED_MS);
    }
    held.from = 5;
    const cleared = store.clear();
    void commit(store, { b: 2 });
    await Promise.resolve();
    void commit(store, { c: 3 });
    await cleared;
  });
  expect(rows).toEqual([[k("b"), 2]]);
});
