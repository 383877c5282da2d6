/**
 * A world in one portable file: a header line, then frames. A frame is a kind (one byte), a length
 * (four bytes, big endian) and that many bytes. Rows come last, so that no row is loaded before the
 * blobs that it names. The last frame holds the SHA-256 of all that came before it.
 */
import { createHash, type Hash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { Packr } from "msgpackr";
import { blobReferenced } from "./kernel/blobs/collector.ts";
import type { ClockState } from "./kernel/clock.ts";
import type { Kernel } from "./kernel/kernel.ts";
import { FORMAT_VERSION } from "./kernel/store/format.ts";
import type { Entry, Key } from "./kernel/store/store.ts";

const MAGIC = "snowglobe snapshot";
const FRAME = { blob: 1, chunk: 2, row: 3, end: 4 } as const;
const ROWS_A_TRANSACTION = 1000;
const FRAME_HEAD_BYTES = 5;
const FRAME_BYTES_MAX = 256 * 1024 * 1024;
const HEADER_BYTES_MAX = 64 * 1024;
/** Small frames travel together. */
const BATCH_BYTES = 64 * 1024;

const packr = new Packr({ useRecords: false, copyBuffers: true });

/** Why a file cannot be loaded, in one sentence. */
export class SnapshotUnreadable extends Error {
  override readonly name = "SnapshotUnreadable";
}

/** No blob may be collected meanwhile. */
export async function saveWorld(kernel: Kernel, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  try {
    await pipeline(written(kernel), createWriteStream(partial, { flush: true }));
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function* written(kernel: Kernel): AsyncGenerator<Buffer, void> {
  const hash = createHash("sha256");
  let batch: Buffer[] = [];
  let batchBytes = 0;
  for await (const piece of content(kernel)) {
    hash.update(piece);
    batch.push(piece);
    batchBytes += piece.length;
    if (batchBytes < BATCH_BYTES) continue;
    yield Buffer.concat(batch);
    batch = [];
    batchBytes = 0;
  }
  yield Buffer.concat([...batch, ...frame(FRAME.end, hash.digest())]);
}

async function* content(kernel: Kernel): AsyncGenerator<Buffer, void> {
  const clock = kernel.clock.state();
  const header = { is: MAGIC, format: FORMAT_VERSION, savedAt: kernel.clock.now(), clock };
  yield Buffer.from(`${JSON.stringify(header)}\n`);
  // The rows are read first, from one snapshot: every blob that they name is still there.
  const rows: Entry[] = [];
  const blobIds = new Set<string>();
  for await (const entry of kernel.store.export()) {
    rows.push(entry);
    const id = blobReferenced(entry[0]);
    if (id !== undefined) blobIds.add(id);
  }
  for (const id of blobIds) {
    yield* frame(FRAME.blob, Buffer.from(id));
    for await (const chunk of kernel.blobs.read(id)) yield* frame(FRAME.chunk, chunk);
  }
  for (const [key, value] of rows) {
    yield* frame(FRAME.row, packr.pack([Buffer.from(key, "latin1"), value]));
  }
}

function frame(kind: number, payload: Uint8Array): [head: Buffer, payload: Buffer] {
  const head = Buffer.alloc(FRAME_HEAD_BYTES);
  head.writeUInt8(kind, 0);
  head.writeUInt32BE(payload.length, 1);
  return [head, Buffer.from(payload.buffer, payload.byteOffset, payload.length)];
}

/**
 * Replaces what the kernel holds by what the file holds, and winds the clock to where it stood.
 * A file that cannot be read whole changes nothing.
 */
export async function loadWorld(kernel: Kernel, file: string): Promise<void> {
  let header: Header | undefined;
  for await (const { kind, payload } of frames(file, (read) => (header = read))) {
    // Read once before anything is changed: a damaged file throws here.
    if (kind === FRAME.row) toRow(payload, file);
  }
  await kernel.store.clear();
  const reader = frames(file);
  let next = await reader.next();
  while (next.done !== true && next.value.kind === FRAME.blob) {
    const id = next.value.payload.toString();
    const first = await reader.next();
    const source = chunksOf(reader, first);
    await kernel.blobs.write(id, source.chunks);
    next = source.next();
  }
  const rows: (readonly [Key, unknown])[] = [];
  while (next.done !== true && next.value.kind === FRAME.row) {
    rows.push(toRow(next.value.payload, file));
    if (rows.length === ROWS_A_TRANSACTION) await putRows(kernel, rows.splice(0));
    next = await reader.next();
  }
  await putRows(kernel, rows);
  if (header?.clock !== undefined) kernel.clock.adopt(header.clock);
}

function toRow(payload: Buffer, file: string): readonly [Key, unknown] {
  try {
    const [key, value] = packr.unpack(payload) as [Buffer, unknown];
    return [key.toString("latin1"), value];
  } catch {
    throw new SnapshotUnreadable(`${file} is damaged.`);
  }
}

interface Frame {
  readonly kind: number;
  readonly payload: Buffer;
}

/** The chunk frames from `first` on, and the frame that came after them. */
function chunksOf(reader: AsyncGenerator<Frame, void>, first: IteratorResult<Frame, void>) {
  let current = first;
  async function* chunks() {
    while (current.done !== true && current.value.kind === FRAME.chunk) {
      yield current.value.payload;
      current = await reader.next();
    }
  }
  return { chunks: chunks(), next: () => current };
}

function putRows(kernel: Kernel, rows: readonly (readonly [Key, unknown])[]): Promise<void> {
  return kernel.transact((transaction) => {
    for (const [key, value] of rows) transaction.put(key, value);
  });
}

async function* frames(
  file: string,
  onHeader?: (header: Header) => void,
): AsyncGenerator<Frame, void> {
  const hash = createHash("sha256");
  let buffer: Buffer = Buffer.alloc(0);
  let headRead = false;
  let ended = false;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    if (ended) throw new SnapshotUnreadable(`${file} is damaged: something follows its end.`);
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
    if (!headRead) {
      const newline = buffer.indexOf("\n");
      if (newline < 0 && buffer.length < HEADER_BYTES_MAX) continue;
      const line = buffer.subarray(0, newline + 1);
      onHeader?.(readHeader(line.toString(), file));
      hash.update(line);
      buffer = buffer.subarray(newline + 1);
      headRead = true;
    }
    for (let found = take(buffer, file); found !== undefined; found = take(buffer, file)) {
      const bytes = buffer.subarray(0, FRAME_HEAD_BYTES + found.payload.length);
      buffer = buffer.subarray(bytes.length);
      if (found.kind === FRAME.end) {
        checkEnd(hash, found.payload, buffer, file);
        ended = true;
        break;
      }
      hash.update(bytes);
      yield found;
    }
  }
  if (!headRead) readHeader(buffer.toString(), file);
  if (!ended) throw new SnapshotUnreadable(`${file} ends in the middle: it was not saved whole.`);
}

/** The frame that the buffer begins with; undefined when it is not all there yet. */
function take(buffer: Buffer, file: string): Frame | undefined {
  if (buffer.length < FRAME_HEAD_BYTES) return undefined;
  const length = buffer.readUInt32BE(1);
  if (length > FRAME_BYTES_MAX) throw new SnapshotUnreadable(`${file} is damaged.`);
  if (buffer.length < FRAME_HEAD_BYTES + length) return undefined;
  const payload = buffer.subarray(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + length);
  return { kind: buffer.readUInt8(0), payload };
}

function checkEnd(hash: Hash, digest: Buffer, rest: Buffer, file: string): void {
  if (rest.length > 0) {
    throw new SnapshotUnreadable(`${file} is damaged: something follows its end.`);
  }
  if (!hash.digest().equals(digest)) {
    throw new SnapshotUnreadable(`${file} is damaged: its checksum does not match.`);
  }
}

interface Header {
  readonly is?: unknown;
  readonly format?: unknown;
  readonly clock?: ClockState;
}

function readHeader(line: string, file: string): Header {
  let header: Header;
  try {
    header = JSON.parse(line) as Header;
  } catch {
    header = {};
  }
  if (header.is !== MAGIC) throw new SnapshotUnreadable(`${file} is not a snapshot.`);
  // Files of another format are refused, never misread.
  if (header.format !== FORMAT_VERSION) {
    const isOlder = typeof header.format === "number" && header.format < FORMAT_VERSION;
    throw new SnapshotUnreadable(
      `${file} was saved by ${isOlder ? "an older" : "a newer"} Snowglobe; ` +
        `this one reads format ${FORMAT_VERSION}.`,
    );
  }
  return header;
}
