/**
 * An LMDB file as rows under string keys: reads from a held snapshot, writes in synced
 * transactions.
 */
import { closeSync, fsyncSync, openSync } from "node:fs";
import { open } from "lmdb";
import type { Database, Transaction } from "lmdb";
import { checkFormat, FIRST_KEY, FORMAT_KEY, FORMAT_VERSION, JOURNAL_KEY } from "./format.ts";
import type { JournalBatch, JournalRow } from "./journal.ts";
import { bucketOf, isBucket, LONG, memberOf, membersOf, storedKey } from "./long-keys.ts";
import { storedRange, storedWrites } from "./long-keys.ts";
import type { Bucket } from "./long-keys.ts";
import { decodeRow, encodeRow } from "./rows.ts";
import type { Entry, Key, KeyRange, Value } from "./store.ts";

export type LmdbFile = Database<Buffer, Key>;

/** A snapshot of the file, shared by those who look at it until the file has moved on. */
export interface FileView {
  readonly file: LmdbFile;
  readonly transaction: Transaction;
  users: number;
  outdated: boolean;
  closed: boolean;
}

/**
 * Every transaction is written and synced before its promise resolves (`overlappingSync` would
 * resolve before; waiting for its `flushed` measured the same). What belongs together is a batch of
 * ours: LMDB need not gather what comes in one turn, and then it makes no promise of its own that
 * would be rejected unheard. No compression: rows are small, answers must be quick.
 */
export function openFile(path: string): LmdbFile {
  const file: LmdbFile = open<Buffer, Key>({
    path,
    encoding: "binary",
    keyEncoder: { writeKey, readKey },
    compression: false,
    overlappingSync: false,
    eventTurnBatching: false,
    noMemInit: true,
  });
  return undoneOnFailure(
    () => closeUnread(file),
    () => {
      // Processes that were killed have left their places in the table of readers.
      file.readerCheck();
      const format = file.get(FORMAT_KEY);
      checkFormat(format === undefined ? undefined : decodeRow(format), path);
      if (format === undefined) {
        file.putSync(FORMAT_KEY, encodeRow(FORMAT_VERSION));
      }
      return file;
    },
  );
}

/** A file that cannot be used. */
export function closeUnread(file: LmdbFile): void {
  file.close().catch(() => undefined);
}

/** What `go` gives; what was opened before it is closed where it throws. */
export function undoneOnFailure<T>(close: () => void, go: () => T): T {
  try {
    return go();
  } catch (error) {
    close();
    throw error;
  }
}

/** A file's name is durable when its folder is. Windows cannot sync folders, and need not. */
export function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  fsyncSync(folder);
  closeSync(folder);
}

export function viewOf(file: LmdbFile): FileView {
  return { file, transaction: file.useReadTransaction(), users: 0, outdated: false, closed: false };
}

/**
 * After this, `viewOf` shows what has been written since. Those who look at the old view look on.
 */
export function outdate(view: FileView): void {
  view.outdated = true;
  if (view.users === 0) view.transaction.done();
  view.file.resetReadTxn();
}

export function leaveView(view: FileView): void {
  view.users -= 1;
  if (view.users === 0 && view.outdated) view.transaction.done();
}

/** `keep` is told of each row that is read, and of its size; not of those of long keys. */
export function getFrom(view: FileView, key: Key, keep?: Keep): Value {
  checkOpen(view);
  const stored = storedKey(key);
  const bytes = bytesOf(view, stored);
  if (bytes === undefined) return undefined;
  const value = decodeRow(bytes);
  if (isBucket(stored)) return memberOf(bucketOf(value), key);
  keep?.keep(key, value, bytes.length);
  return value;
}

interface Keep {
  keep(key: Key, value: Value, rowBytes: number): void;
}

function getStored(view: FileView, stored: Key): Value {
  const bytes = bytesOf(view, stored);
  return bytes === undefined ? undefined : decodeRow(bytes);
}

const bytesOf = ({ file, transaction }: FileView, stored: Key) => file.get(stored, { transaction });

const PAGE_FIRST = 16;
const PAGE_MAX = 512;

/**
 * Reads page by page and leaves no cursor open in between: a reader may stop at any place and never
 * say so. Rows are decoded when they are reached.
 */
export function* scanFrom(view: FileView, range: KeyRange): Iterable<Entry> {
  const reverse = range.reverse === true;
  let { from, to } = storedRange(range);
  if (from < FIRST_KEY) from = FIRST_KEY;
  let limit = Math.min(PAGE_MAX, Math.max(1, range.expected ?? PAGE_FIRST));
  while (from < to) {
    const page = readPage(view, { from, to, reverse }, limit);
    for (const { key: stored, value } of page) {
      if (isBucket(stored)) yield* membersOf(stored, bucketOf(decodeRow(value)), range);
      else yield [stored, decodeRow(value)];
    }
    const last = page.at(-1);
    if (page.length < limit || last === undefined) return;
    if (reverse) to = last.key;
    else from = `${last.key}\0`;
    limit = Math.min(PAGE_MAX, Math.max(PAGE_FIRST, limit * 4));
  }
}

function readPage(view: FileView, range: KeyRange, limit: number) {
  checkOpen(view);
  const { file, transaction } = view;
  const { from, to } = range;
  const where =
    range.reverse === true
      ? { start: to, end: from, reverse: true, exclusiveStart: true, inclusiveEnd: true }
      : { start: from, end: to };
  return Array.from(file.getRange({ ...where, limit, transaction }));
}

export interface Drained {
  readonly rows: readonly JournalRow[];
  readonly clearFirst: boolean;
  /** The journal's last batch that these rows come from. */
  readonly upTo: number;
  /** What has to be in the journal before the file may say that it holds them. */
  readonly until: Promise<void> | undefined;
}

/**
 * Puts rows of the journal into the file, many small transactions long: until the last of them the
 * journal still has them all. The view is of the file before.
 */
export async function drainInto(view: FileView, drained: Drained): Promise<void> {
  const { file } = view;
  const { clearFirst, upTo } = drained;
  const rows = storedRows(drained.rows, (key) =>
    clearFirst ? [] : bucketOf(getStored(view, key) ?? []),
  );
  if (clearFirst) {
    const before = drainedUpTo(file);
    await inOneTransaction(file, () => [
      file.clearAsync(),
      file.put(FORMAT_KEY, encodeRow(FORMAT_VERSION)),
      file.put(JOURNAL_KEY, encodeRow(before)),
    ]);
  }
  const count = Math.max(ROWS_AT_ONCE, Math.ceil(rows.length / TRANSACTIONS_MAX));
  for (let at = 0; at < rows.length; at += count) {
    const some = rows.slice(at, at + count);
    await inOneTransaction(file, () =>
      some.map(({ key, bytes }) => (bytes === undefined ? file.remove(key) : file.put(key, bytes))),
    );
  }
  await drained.until;
  await inOneTransaction(file, () => [file.put(JOURNAL_KEY, encodeRow(upTo))]);
}

/** So few that those who ask meanwhile hardly notice. */
const ROWS_AT_ONCE = 256;
/** Each is synced: who has fallen behind takes more rows at once, and so comes after. */
const TRANSACTIONS_MAX = 32;

async function inOneTransaction(file: LmdbFile, write: () => Promise<unknown>[]): Promise<void> {
  // LMDB gives the same promise for most of them.
  const results = new Set<Promise<unknown>>();
  const whole = file.batch(() => {
    for (const result of write()) results.add(result);
  });
  try {
    await Promise.all([whole, ...results]);
  } catch (error) {
    throw await reasonOf(error);
  }
}

/** The number of the journal's last batch that the file holds. */
export function drainedUpTo(file: LmdbFile): number {
  const bytes = file.get(JOURNAL_KEY);
  return bytes === undefined ? 0 : Number(decodeRow(bytes));
}

/** What the journal has of an earlier run, before anybody reads. */
export function recover(file: LmdbFile, batches: readonly JournalBatch[]): void {
  const last = batches.at(-1);
  if (last === undefined) return;
  const bucketNow = (key: Key) => {
    const bytes = file.get(key);
    return bytes === undefined ? [] : bucketOf(decodeRow(bytes));
  };
  file.transactionSync(() => {
    for (const { clearFirst, rows } of batches) {
      if (clearFirst) {
        file.clearSync();
        file.putSync(FORMAT_KEY, encodeRow(FORMAT_VERSION));
      }
      for (const { key, bytes } of storedRows(rows, bucketNow)) {
        if (bytes === undefined) file.removeSync(key);
        else file.putSync(key, bytes);
      }
    }
    file.putSync(JOURNAL_KEY, encodeRow(last.number));
  });
}

/** Rows as the file has them: those of long keys in their buckets. */
function storedRows(
  rows: readonly JournalRow[],
  read: (stored: Key) => Bucket,
): readonly JournalRow[] {
  const long = rows.filter(({ key }) => key.length >= LONG);
  if (long.length === 0) return rows;
  const writes = long.map(({ key, bytes }): Entry => [key, bytes && decodeRow(bytes)]);
  const buckets = Array.from(storedWrites(writes, read), ([key, value]) => ({
    key,
    bytes: value === undefined ? undefined : encodeRow(value),
  }));
  return [...rows.filter(({ key }) => key.length < LONG), ...buckets];
}

/** LMDB gives the reason of a failed commit as a promise that rejects with it. */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !("commitError" in error)) return error;
  try {
    await error.commitError;
    return error;
  } catch (reason) {
    return reason;
  }
}

/** LMDB itself would not survive a read through a closed file. */
function checkOpen({ closed }: FileView): void {
  if (closed) throw new Error("the store is closed");
}

/**
 * A key is written where LMDB wants it: no buffer of its own in between. Where everything is cleared
 * LMDB gives an empty one of its own, which is no text.
 */
function writeKey(key: Key, target: Buffer, start: number): number {
  if (key.length === 0) return start;
  const end = start + target.write(key, start, "latin1");
  if (end - start < key.length) throw new RangeError("there is no room for the key");
  return end;
}

const readKey = (source: Buffer, start: number, end: number): Key =>
  source.toString("latin1", start, end);
