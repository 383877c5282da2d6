/**
 * A process that writes under load is killed at random moments, again and again. Nothing that was answered
 * is lost, and nothing half done is ever seen. (A kill does not take the operating system's cache with it:
 * that commits are synced is seen in the calls of the process, not here.)
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { decodeKey, encodeKey, prefixRange } from "../../src/kernel/store/key.ts";
import { lmdbStore } from "../../src/kernel/store/lmdb.ts";
import type { Value } from "../../src/kernel/store/store.ts";
import { put, readAll } from "./driver.ts";

const KILLS = Number(process.env.SNOWGLOBE_TEST_KILLS ?? 25);
const ACCOUNTS = 20;
const BALANCE_FIRST = 1000;
const ALIVE_MILLISECONDS_MAX = 100;
/** Emptied after every batch, now and then, and not before the kill. */
const JOURNAL_BYTES = [0, 20_000, 10_000_000];

const TIMEOUT = 10_000 + KILLS * 2000;

test(`${KILLS} kills under load lose nothing that was answered`, { timeout: TIMEOUT }, async () => {
  // Inside the checkout, so that the child finds the packages.
  const root = mkdtempSync(resolve("node_modules/.snowglobe-crash-"));
  try {
    const child = await bundledChild(root);
    const path = join(root, "state");
    let balances = Array.from({ length: ACCOUNTS }, () => BALANCE_FIRST);
    await startOver(path, balances);
    const answered: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const acknowledged = await runAndKill(child, path, kill);
      answered.push(acknowledged.length);
      balances = await check(path, balances, acknowledged);
      await startOver(path, balances);
    }
    expect(answered.filter((count) => count > 0).length).toBe(KILLS);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});

test("a second process is refused with the pid of the first", async () => {
  const root = mkdtempSync(resolve("node_modules/.snowglobe-crash-"));
  const path = join(root, "state");
  const store = lmdbStore({ path });
  try {
    const second = spawn(process.execPath, [await bundledChild(root), path, "2", "1"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    second.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await new Promise((end) => second.once("close", end));
    expect(second.exitCode).toBe(1);
    expect(said).toContain(
      `StateInUse: ${path} is in use by process ${process.pid}. Stop that process,`,
    );
  } finally {
    await store.close();
    rmSync(root, { recursive: true, force: true });
  }
});

async function bundledChild(root: string): Promise<string> {
  const child = join(root, "child.mjs");
  await build({
    entryPoints: [resolve("tests/store/crash-child.ts")],
    outfile: child,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "silent",
  });
  return child;
}

/** No movements, these balances. */
async function startOver(path: string, balances: readonly number[]): Promise<void> {
  const store = lmdbStore({ path });
  void store.clear();
  await put(
    store,
    balances.map((balance, account) => [encodeKey(["account", account]), balance] as const),
  );
  await store.close();
}

/** The numbers of the movements that the child says are durable. */
async function runAndKill(child: string, path: string, kill: number): Promise<number[]> {
  const seed = (Math.imul(kill + 1, 2654435761) >>> 0) % 100_000;
  const journalBytes = JOURNAL_BYTES[kill % JOURNAL_BYTES.length];
  const words = [child, path, `${ACCOUNTS}`, `${seed}`, `${journalBytes}`];
  const running = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((end) => running.once("close", end));
  let text = "";
  running.stdout.on("data", (chunk: Buffer) => {
    if (text === "") setTimeout(() => running.kill("SIGKILL"), seed % ALIVE_MILLISECONDS_MAX);
    text += chunk.toString();
  });
  await ended;
  expect(running.signalCode).toBe("SIGKILL");
  // The last line may have been cut by the kill.
  return text.split("\n").slice(0, -1).map(Number);
}

/** The balances after the movements that are there; each must be there with all that it changed. */
async function check(path: string, before: readonly number[], acknowledged: readonly number[]) {
  const store = lmdbStore({ path });
  const movements = new Map<number, Value>();
  for (const [key, movement] of await readAll(store, prefixRange(["movement"]))) {
    movements.set(Number(decodeKey(key)[1]), movement);
  }
  const lost = acknowledged.filter((number) => !movements.has(number));
  expect(lost).toEqual([]);

  const expected = [...before];
  for (const { from, to, amount } of [...movements.values()].map(movementOf)) {
    expected[from] = (expected[from] ?? 0) - amount;
    expected[to] = (expected[to] ?? 0) + amount;
  }
  const accounts = await readAll(store, prefixRange(["account"]));
  await store.close();
  const balances = accounts.map(([, balance]) => Number(balance));
  expect(balances).toEqual(expected);
  expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(ACCOUNTS * BALANCE_FIRST);
  return balances;
}

function movementOf(row: Value): { from: number; to: number; amount: number } {
  const { from, to, amount } = Object(row);
  return { from: Number(from), to: Number(to), amount: Number(amount) };
}
