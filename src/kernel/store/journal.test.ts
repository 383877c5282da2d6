import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openJournal } from "./journal.ts";
import type { Journal, JournalBatch } from "./journal.ts";

const root = mkdtempSync(join(tmpdir(), "snowglobe-journal-"));
const newDirectory = () => mkdtempSync(join(root, "j"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const MEGABYTE = 1024 * 1024;

const batchOf = (number: number, text = `row ${number}`): JournalBatch => ({
  number,
  clearFirst: number % 3 === 0,
  rows: [
    { key: `key\xff\0${number}`, bytes: Buffer.from(text) },
    { key: "gone", bytes: undefined },
    { key: "empty", bytes: Buffer.alloc(0) },
  ],
});

const append = (journal: Journal, batch: JournalBatch) =>
  new Promise<void>((resolve, reject) => {
    journal.append(batch, (error) => (error === null ? resolve() : reject(error)));
  });

async function appendAll(journal: Journal, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number++) await append(journal, batchOf(number));
}

/** What a later run finds. */
function readAgain(directory: string, after: number): JournalBatch[] {
  const journal = openJournal(directory);
  try {
    return journal.read(after);
  } finally {
    journal.close();
  }
}

const numbers = (batches: readonly JournalBatch[]) => batches.map(({ number }) => number);

test("batches come back as they were written, unless the file has them all", async () => {
  const directory = newDirectory();
  const journal = openJournal(directory);
  await appendAll(journal, 1, 5);
  journal.close();
  expect(readAgain(directory, 0)).toEqual([1, 2, 3, 4, 5].map((number) => batchOf(number)));
  expect(readAgain(directory, 5)).toEqual([]);
});

test("the files take turns; what is left of earlier turns does not come back", async () => {
  const directory = newDirectory();
  const journal = openJournal(directory);
  await appendAll(journal, 1, 9);
  journal.turn();
  await appendAll(journal, 10, 12);
  expect(numbers(journal.read(0))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  journal.turn();
  await appendAll(journal, 13, 14);
  expect(numbers(journal.read(9))).toEqual([10, 11, 12, 13, 14]);
  journal.close();
  expect(numbers(readAgain(directory, 9))).toEqual([10, 11, 12, 13, 14]);
});

test("a batch that was cut, wherever, is not there", async () => {
  const directory = newDirectory();
  const journal = openJournal(directory);
  await appendAll(journal, 1, 2);
  const before = journal.sizeBytes;
  await appendAll(journal, 3, 3);
  const after = journal.sizeBytes;
  journal.close();
  const path = join(directory, "journal-1");
  const whole = readFileSync(path);
  for (let at = before; at < after; at++) {
    const torn = Buffer.from(whole);
    torn.fill(0, at, after);
    // Zeros at its end may be what was there.
    if (torn.equals(whole)) continue;
    writeFileSync(path, torn);
    expect(numbers(readAgain(directory, 0))).toEqual([1, 2]);
  }
  writeFileSync(path, whole.subarray(0, after - 1));
  expect(numbers(readAgain(directory, 0))).toEqual([1, 2]);
});

test("a journal that has lost a batch in its middle is refused", async () => {
  const directory = newDirectory();
  const journal = openJournal(directory);
  await appendAll(journal, 1, 3);
  journal.turn();
  await appendAll(journal, 4, 5);
  journal.close();
  const path = join(directory, "journal-1");
  const bytes = readFileSync(path);
  bytes.write("other", bytes.indexOf("row 2"));
  writeFileSync(path, bytes);
  expect(() => readAgain(directory, 0)).toThrow(
    `the journal in ${directory} is damaged: batch 2 is missing`,
  );
});

test("a file that one turn has made large is cut when its next turn begins", async () => {
  const directory = newDirectory();
  const journal = openJournal(directory);
  const size = () => statSync(join(directory, "journal-1")).size;
  await append(journal, batchOf(1));
  expect(size()).toBe(MEGABYTE / 8);
  await append(journal, batchOf(2, "x".repeat(9 * MEGABYTE)));
  expect(size()).toBeGreaterThan(9 * MEGABYTE);
  journal.turn();
  journal.turn();
  expect(size()).toBe(8 * MEGABYTE);
  journal.close();
});
