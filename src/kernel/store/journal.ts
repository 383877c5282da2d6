/**
 * What was committed, one batch after the other, on its way into the file: a batch is durable as soon
 * as it is here, by one sequential write. Two files take turns. While the batches of one are put into
 * the file, new ones go to the other; then the first is written over from its beginning.
 *
 * A batch: its length, number and checksum (24 bytes), then its rows. Numbers have no gaps, and the
 * file knows the last that it holds: so what is left of earlier turns is told from what counts.
 */
import { hash } from "node:crypto";
import { closeSync, constants, fdatasync, ftruncateSync, fstatSync } from "node:fs";
import { openSync, readSync, write } from "node:fs";
import { join } from "node:path";
import type { Key } from "./store.ts";

export interface JournalRow {
  readonly key: Key;
  /** Encoded; undefined removes. */
  readonly bytes: Buffer | undefined;
}

export interface JournalBatch {
  /** From 1, each the next one. */
  readonly number: number;
  /** Everything that was there before is removed first. */
  readonly clearFirst: boolean;
  readonly rows: readonly JournalRow[];
}

export interface Journal {
  /** Of the batches since the last turn. */
  readonly sizeBytes: number;
  /** One at a time. Called back when the batch is on the disk, or cannot be put there. */
  append(batch: JournalBatch, done: (error: Error | null) => void): void;
  /** From here on the other file is used: nothing in it may be needed any more. */
  turn(): void;
  /** What the two files hold of batches after this number, in order. */
  read(after: number): JournalBatch[];
  close(): void;
}

const HEAD_BYTES = 24;
const CHECKSUM_BYTES = 12;
const ROW_HEAD_BYTES = 8;
const REMOVED = 0xffffffff;
/**
 * A file grows in such steps: a write within its size need not write the size, too, and takes a
 * third of the time.
 */
const STEP_BYTES = 128 * 1024;
/** A file that one turn has made larger is cut when its next turn begins. */
const KEPT_BYTES = 8 * 1024 * 1024;

/** Linux syncs what it writes in the same call; elsewhere a call of its own is asked for it. */
const SYNCED = process.platform === "linux" ? constants.O_DSYNC : 0;

interface JournalFile {
  readonly descriptor: number;
  sizeBytes: number;
}

/** Makes the files where they are not there. The caller syncs the directory. */
export function openJournal(directory: string): Journal {
  const files = ["journal-1", "journal-2"].map((name) => openFile(join(directory, name)));
  let [current, other] = files as [JournalFile, JournalFile];
  let at = 0;
  return {
    get sizeBytes() {
      return at;
    },
    append(batch, done) {
      const encoded = encodeBatch(batch);
      const from = at;
      const end = from + encoded.length;
      const bytes = end <= current.sizeBytes ? encoded : filledUp(encoded, from);
      writeSynced(current.descriptor, bytes, encoded.length, from, (error, written) => {
        if (error !== null) return done(error);
        at = end;
        current.sizeBytes = Math.max(current.sizeBytes, from + written);
        done(null);
      });
    },
    turn() {
      [current, other] = [other, current];
      at = 0;
      if (current.sizeBytes <= KEPT_BYTES) return;
      ftruncateSync(current.descriptor, KEPT_BYTES);
      current.sizeBytes = KEPT_BYTES;
    },
    read(after) {
      const found = [...readFile(current, after), ...readFile(other, after)];
      found.sort((left, right) => left.number - right.number);
      found.forEach(({ number }, index) => {
        if (number === after + 1 + index) return;
        throw new Error(
          `the journal in ${directory} is damaged: batch ${after + 1 + index} is missing`,
        );
      });
      return found;
    },
    close() {
      for (const { descriptor } of files) closeSync(descriptor);
    },
  };
}

function openFile(path: string): JournalFile {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT | SYNCED);
  return { descriptor, sizeBytes: fstatSync(descriptor).size };
}

/** With zeros up to the next step of the file's size. */
function filledUp(bytes: Buffer, at: number): Buffer {
  const sizeBytes = Math.ceil((at + bytes.length) / STEP_BYTES) * STEP_BYTES;
  const filled = Buffer.alloc(sizeBytes - at);
  bytes.copy(filled);
  return filled;
}

/** Done when `needed` of the bytes are on the disk; a full disk may have no room for the zeros. */
function writeSynced(
  descriptor: number,
  bytes: Uint8Array,
  needed: number,
  from: number,
  done: (error: Error | null, written: number) => void,
): void {
  let written = 0;
  const go = () => {
    const left = bytes.length - written;
    write(descriptor, bytes, written, left, from + written, (error, more) => {
      if (error !== null) return done(error, written);
      written += more;
      if (written < needed) go();
      else if (SYNCED !== 0) done(null, written);
      else fdatasync(descriptor, (failure) => done(failure, written));
    });
  };
  go();
}

function encodeBatch({ number, clearFirst, rows }: JournalBatch): Buffer {
  let sizeBytes = HEAD_BYTES + 1;
  for (const { key, bytes } of rows) {
    sizeBytes += ROW_HEAD_BYTES + key.length + (bytes?.length ?? 0);
  }
  const encoded = Buffer.allocUnsafe(sizeBytes);
  encoded.writeUInt32LE(sizeBytes, 0);
  encoded.writeDoubleLE(number, 4);
  encoded[HEAD_BYTES] = clearFirst ? 1 : 0;
  let at = HEAD_BYTES + 1;
  for (const { key, bytes } of rows) {
    encoded.writeUInt32LE(key.length, at);
    encoded.writeUInt32LE(bytes?.length ?? REMOVED, at + 4);
    at += ROW_HEAD_BYTES;
    at += encoded.write(key, at, "latin1");
    if (bytes === undefined) continue;
    encoded.set(bytes, at);
    at += bytes.length;
  }
  encoded.write(checksumOf(encoded), 12, "latin1");
  return encoded;
}

/** Of the number and the rows: the first bytes of a SHA-256, one character each. */
function checksumOf(encoded: Buffer): string {
  const number = encoded.toString("latin1", 4, 12);
  const rows = hash("sha256", encoded.subarray(HEAD_BYTES), "hex");
  return hash("sha256", number + rows, "binary").slice(0, CHECKSUM_BYTES);
}

/**
 * The batches of its last turn, if they come after this number: it is never that of one of them but
 * the last. What follows is none, or of an earlier turn.
 */
function readFile(file: JournalFile, after: number): JournalBatch[] {
  const batches: JournalBatch[] = [];
  for (let at = 0; ;) {
    const head = readBytes(file, at, HEAD_BYTES);
    if (head === undefined) return batches;
    const number = head.readDoubleLE(4);
    const last = batches.at(-1)?.number;
    const isNext = last === undefined ? number > after : number === last + 1;
    const encoded = isNext ? readBytes(file, at, head.readUInt32LE(0)) : undefined;
    if (encoded === undefined || !isWhole(encoded)) return batches;
    batches.push(decodeBatch(encoded));
    at += encoded.length;
  }
}

function readBytes(file: JournalFile, at: number, count: number): Buffer | undefined {
  if (count < HEAD_BYTES || at + count > file.sizeBytes) return undefined;
  const bytes = Buffer.alloc(count);
  return readSync(file.descriptor, bytes, 0, count, at) < count ? undefined : bytes;
}

const isWhole = (encoded: Buffer): boolean =>
  encoded.toString("latin1", 12, HEAD_BYTES) === checksumOf(encoded);

function decodeBatch(encoded: Buffer): JournalBatch {
  const rows: JournalRow[] = [];
  let at = HEAD_BYTES + 1;
  while (at < encoded.length) {
    const keyEnd = at + ROW_HEAD_BYTES + encoded.readUInt32LE(at);
    const rowBytes = encoded.readUInt32LE(at + 4);
    const key = encoded.toString("latin1", at + ROW_HEAD_BYTES, keyEnd);
    const end = rowBytes === REMOVED ? keyEnd : keyEnd + rowBytes;
    rows.push({ key, bytes: rowBytes === REMOVED ? undefined : encoded.subarray(keyEnd, end) });
    at = end;
  }
  return { number: encoded.readDoubleLE(4), clearFirst: encoded[HEAD_BYTES] === 1, rows };
}
