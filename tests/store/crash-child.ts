/**
 * What the crash test kills: many concurrent commits that move value between accounts. Every movement also
 * writes a row that says what it moved; its number is printed once the commit is durable, and not before.
 */
import { writeSync } from "node:fs";
import { encodeKey } from "../../src/kernel/store/key.ts";
import { lmdbStore } from "../../src/kernel/store/lmdb.ts";

const [path = "", accounts = "0", seed = "0", journalBytes = "0"] = process.argv.slice(2);
const COMMITTERS = 32;

const store = lmdbStore({ path, journalBytes: Number(journalBytes) });
let chance = Number(seed);
let movements = 0;

/** A number below the bound; the same sequence for the same seed. */
function draw(bound: number): number {
  chance = (Math.imul(chance, 1664525) + 1013904223) >>> 0;
  return Math.floor((chance / 2 ** 32) * bound);
}

async function moveForever(): Promise<never> {
  for (;;) {
    const number = (movements += 1);
    const from = draw(Number(accounts));
    const to = draw(Number(accounts));
    const amount = draw(100);
    const transaction = store.begin();
    const writes = new Map<string, unknown>();
    for (const [account, change] of [
      [from, -amount],
      [to, amount],
    ] as const) {
      const key = encodeKey(["account", account]);
      const before = Number(writes.get(key) ?? transaction.get(key) ?? 0);
      writes.set(key, before + change);
    }
    writes.set(encodeKey(["movement", number]), { from, to, amount, text: "x".repeat(draw(400)) });
    await transaction.commit(writes);
    writeSync(1, `${number}\n`);
  }
}

await Promise.all(Array.from({ length: COMMITTERS }, moveForever));
