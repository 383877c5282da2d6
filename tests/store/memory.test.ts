import { describe, expect, test } from "vitest";
import { encodeKey, prefixRange } from "../../src/kernel/store/key.ts";
import { memoryStore } from "../../src/kernel/store/memory.ts";
import { storeContract } from "./contract.ts";
import { put, readAll } from "./driver.ts";

describe("memory", () => {
  storeContract({ open: () => Promise.resolve(memoryStore()) });

  test("a commit has nothing to wait for", () => {
    const store = memoryStore();
    expect(store.begin().commit(new Map([[encodeKey(["a"]), 1]]))).toBe(undefined);
  });

  test("a fork and its origin see nothing of each other's later commits", async () => {
    const store = memoryStore();
    const rows = Array.from({ length: 5000 }, (_, at) => [encodeKey([at]), at] as const);
    await put(store, rows);
    const fork = store.fork();
    await put(store, [
      [encodeKey([10]), "origin"],
      [encodeKey([4000]), undefined],
    ]);
    await put(fork, [
      [encodeKey([10]), "fork"],
      [encodeKey([9999]), "fork"],
    ]);
    const all = prefixRange([]);
    expect(await readAll(store, all)).toEqual(
      rows.flatMap(([key, at]) => (at === 4000 ? [] : [[key, at === 10 ? "origin" : at]])),
    );
    expect(await readAll(fork, all)).toEqual([
      ...rows.map(([key, at]) => [key, at === 10 ? "fork" : at]),
      [encodeKey([9999]), "fork"],
    ]);
  });
});
