import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openJournal, type Journal } from "../../src/kernel/store/journal.ts";
import { encodeKey, prefixRange } from "../../src/kernel/store/key.ts";
import { lmdbStore } from "../../src/kernel/store/lmdb.ts";
import { storeContract } from "./contract.ts";
import { put, readAll } from "./driver.ts";

const root = mkdtempSync(join(tmpdir(), "snowglobe-lmdb-"));
let directories = 0;
const newDirectory = () => join(root, `${(directories += 1)}`);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const k = (...parts: (string | number)[]) => encodeKey(parts);

/** Of this process, below a directory. Only Linux tells. */
function openFilesIn(path: string): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      const file = readlinkSync(join("/proc/self/fd", descriptor));
      return file.startsWith(path) ? [file] : [];
    } catch {
      // The one that the listing itself had open.
      return [];
    }
  });
}

describe("lmdb", () => {
  storeContract({ open: () => Promise.resolve(lmdbStore({ path: newDirectory() })) });

  describe("with a journal that is emptied after every batch", () => {
    const open = () => Promise.resolve(lmdbStore({ path: newDirectory(), journalBytes: 0 }));
    storeContract({ open });
  });

  test("what was committed is there when the store is opened again", async () => {
    const path = newDirectory();
    const store = lmdbStore({ path });
    const rows = Array.from({ length: 3000 }, (_, at) => [k("n", at), { at }] as const);
    await put(store, rows);
    void store.begin().commit(new Map([[k("late"), 1]]));
    await store.close();
    const again = lmdbStore({ path });
    expect(await readAll(again, prefixRange([]))).toEqual([[k("late"), 1], ...rows]);
    await again.close();
  });

  test("a commit is visible at once; who saw it waits until it is durable, who did not does not", async () => {
    const store = lmdbStore({ path: newDirectory() });
    await put(store, [[k("old"), 1]]);
    const order: string[] = [];
    const committed = store.begin().commit(new Map([[k("new"), 2]]));
    void committed?.then(() => order.push("committed"));
    const reader = store.begin();
    expect(reader.get(k("new"))).toBe(2);
    const read = reader.commit(new Map());
    void read?.then(() => order.push("read"));
    const other = store.begin();
    expect(other.get(k("old"))).toBe(1);
    expect(other.commit(new Map())).toBe(undefined);
    await read;
    expect(order).toEqual(["committed", "read"]);
    await store.close();
  });

  test("a reader that finds a row gone waits until its removal is durable", async () => {
    const store = lmdbStore({ path: newDirectory() });
    await put(store, [
      [k("n", 1), 1],
      [k("n", 2), 2],
      [k("n", 3), 3],
    ]);
    let durable = false;
    const removed = store.begin().commit(new Map([[k("n", 2), undefined]]));
    void removed?.then(() => (durable = true));
    const [whole, part] = [store.begin(), store.begin()];
    expect([...whole.scan(prefixRange(["n"]))]).toEqual([
      [k("n", 1), 1],
      [k("n", 3), 3],
    ]);
    for (const [key] of part.scan({ ...prefixRange(["n"]), expected: 1 })) {
      if (key === k("n", 1)) break;
    }
    expect(part.commit(new Map())).toBe(undefined);
    await whole.commit(new Map());
    expect(durable).toBe(true);
    await store.close();
  });

  test("what was committed before a clear is gone after it is opened again, what came after stays", async () => {
    const path = newDirectory();
    const store = lmdbStore({ path });
    await put(store, [[k("durable"), 1]]);
    void store.begin().commit(new Map([[k("gathering"), 1]]));
    const cleared = store.clear();
    void store.begin().commit(new Map([[k("after"), 1]]));
    expect(await readAll(store, prefixRange([]))).toEqual([[k("after"), 1]]);
    await cleared;
    await store.close();
    const again = lmdbStore({ path });
    expect(await readAll(again, prefixRange([]))).toEqual([[k("after"), 1]]);
    await again.close();
  });

  test("a directory that is open is refused with the pid of who has it", async () => {
    const path = newDirectory();
    const store = lmdbStore({ path });
    expect(() => lmdbStore({ path })).toThrow(
      `${path} is in use by process ${process.pid}. Stop that process, or use another directory.`,
    );
    await store.close();
    await lmdbStore({ path }).close();
  });

  test("the lock of a process that is no more is taken over", async () => {
    const path = newDirectory();
    await lmdbStore({ path }).close();
    for (const text of [
      `{"pid":${process.pid},"born":"another boot 1"}`,
      `{"pid":999999999}`,
      "",
    ]) {
      writeFileSync(join(path, "lock"), text);
      await lmdbStore({ path }).close();
    }
  });

  test.each([
    [
      99,
      "a newer Snowglobe: its format is 99, " +
        "this version knows formats up to 3. Update Snowglobe, or use another place.",
    ],
    [
      1,
      "an older Snowglobe: its format is 1, this version knows format 3 only. Use another place.",
    ],
  ])("format %i is refused in one clear sentence", async (format, by) => {
    const path = newDirectory();
    const store = lmdbStore({ path });
    await put(store, [["\x01format", format]]);
    await store.close();
    expect(() => lmdbStore({ path })).toThrow(`${join(path, "state.lmdb")} was written by ${by}`);
    expect(openFilesIn(path)).toEqual([]);
  });

  test("a journal that cannot be read leaves nothing open", () => {
    const path = newDirectory();
    const journal = (directory: string): Journal => ({
      ...openJournal(directory),
      read: () => {
        throw new Error("unreadable");
      },
    });
    expect(() => lmdbStore({ path, journal })).toThrow("unreadable");
    expect(openFilesIn(path)).toEqual([]);
  });

  test("a snapshot held open survives the growth of the file", { timeout: 60_000 }, async () => {
    const store = lmdbStore({ path: newDirectory() });
    await put(store, [[k("held"), "before"]]);
    const held = store.begin();
    expect(held.get(k("held"))).toBe("before");
    const large = Buffer.alloc(1024 * 1024, 7);
    for (let at = 0; at < 60; at++) await put(store, [[k("large", at), { large }]]);
    await put(store, [[k("held"), "after"]]);
    expect(held.get(k("held"))).toBe("before");
    expect([...held.scan(prefixRange(["large"]))]).toEqual([]);
    held.rollback();
    expect(await readAll(store, prefixRange(["held"]))).toEqual([[k("held"), "after"]]);
    await store.close();
  });
});
