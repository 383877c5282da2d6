/** Forking and resetting a cloud in memory that holds 100,000 rows. */
import { encodeKey } from "../../src/kernel/store/key.ts";
import { memoryStore } from "../../src/kernel/store/memory.ts";
import { print } from "../report.ts";

const ROWS = 100_000;
const LIMIT_MS = 10;

export async function fork(): Promise<void> {
  const store = memoryStore();
  const writes = new Map<string, unknown>();
  for (let at = 0; at < ROWS; at++) writes.set(encodeKey(["bench.rows", at]), { at });
  void store.begin().commit(writes);
  const beside = `${ROWS} rows`;
  const forkedMs = performance.now();
  const copy = store.fork();
  void copy.begin().commit(new Map([[encodeKey(["bench.rows", 0]), { at: 1 }]]));
  const forkMs = performance.now() - forkedMs;
  print({ what: "fork", measured: forkMs, unit: "ms", limit: LIMIT_MS, wanted: "at most", beside });
  const clearedMs = performance.now();
  await store.clear();
  const resetMs = performance.now() - clearedMs;
  print({
    what: "reset",
    measured: resetMs,
    unit: "ms",
    limit: LIMIT_MS,
    wanted: "at most",
    beside,
  });
}
