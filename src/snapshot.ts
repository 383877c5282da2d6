/**
 * A world in one portable file: a header line, then frames. A frame is a kind (one byte), a length
 * (four bytes, big endian) and that many bytes. Rows come last, so that no row is loaded before the
 * blobs that it names.
 */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { once } from "node:events";
import { dirname } from "node:path";
import { Packr } from "msgpackr";
import type { Kernel } from "./kernel/kernel.ts";
import type { Entry, Key } from "./kernel/store/store.ts";

const MAGIC = "snowglobe snapshot";
/** Files of a newer format are refused, never misread. */
const FORMAT = 1;
const FRAME = { blob: 1, chunk: 2, row: 3, end: 4 } as const;
const ROWS_A_TRANSACTION = 1000;
const FRAME_HEAD_BYTES = 5;
const FRAME_BYTES_MAX = 256 * 1024 * 1024;

const packr = new Packr({ useRecords: false, copyBuffers: true });

/** Why a file cannot be loaded, in one sentence. */
export class SnapshotUnreadable extends Error {
  override readonly name = "SnapshotUnreadable";
}

export async function saveWorld(kernel: Kernel, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const partial = `${file}.partial`;
  const out = createWriteStream(partial);
  const write = async (kind: number, payload: Uint8Array) => {
    const head = Buffer.alloc(FRAME_HEAD_BYTES);
    head.writeUInt8(kind, 0);
    head.writeUInt32BE(payload.length, 1);
    out.write(head);
    if (!out.write(payload)) await once(out, "drain");
  };
  out.write(`${JSON.stringify({ is: MAGIC, format: FORMAT, savedAt: kernel.clock.now() })}\n`);
  // The rows are read first, from one snapshot: every blob that they name is still there.
  const rows: Entry[] = [];
  for await (const entry of kernel.store.export()) rows.push(entry);
  for await (const id of kernel.blobs.list()) {
    await write(FRAME.blob, Buffer.from(id));
    for await (const chunk of kernel.blobs.read(id)) await write(FRAME.chunk, chunk);
  }
  for (const [key, value] of rows) {
    await write(FRAME.row, packr.pack([Buffer.from(key, "latin1"), value]));
  }
  await write(FRAME.end, Buffer.alloc(0));
  out.end();
  await once(out, "finish");
  await rename(partial, file);
}

/**
 * Replaces what the kernel holds by what the file holds. A file that cannot be read whole changes
 * nothing.
 */
export async function loadWorld(kernel: Kernel, file: string): Promise<void> {
  for await (const _frame of frames(file)) {
    // Read once before anything is changed: a damaged file throws here.
  }
  await kernel.store.clear();
  const reader = frames(file);
  let frame = await reader.next();
  while (frame.done !== true && frame.value.kind === FRAME.blob) {
    const id = frame.value.payload.toString();
    const first = await reader.next();
    const source = chunksOf(reader, first);
    await kernel.blobs.write(id, source.chunks);
    frame = source.next();
  }
  const rows: (readonly [Key, unknown])[] = [];
  while (frame.done !== true && frame.value.kind === FRAME.row) {
    const [key, value] = packr.unpack(frame.value.payload) as [Buffer, unknown];
    rows.push([key.toString("latin1"), value]);
    if (rows.length === ROWS_A_TRANSACTION) await putRows(kernel, rows.splice(0));
    frame = await reader.next();
  }
  await putRows(kernel, rows);
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

async function* frames(file: string): AsyncGenerator<Frame, void> {
  let buffer: Buffer = Buffer.alloc(0);
  let headRead = false;
  let ended = false;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
    if (!headRead) {
      const newline = buffer.indexOf("\n");
      if (newline < 0) continue;
      checkHeader(buffer.subarray(0, newline).toString(), file);
      buffer = buffer.subarray(newline + 1);
      headRead = true;
    }
    while (buffer.length >= FRAME_HEAD_BYTES) {
      const kind = buffer.readUInt8(0);
      const length = buffer.readUInt32BE(1);
      if (length > FRAME_BYTES_MAX) throw new SnapshotUnreadable(`${file} is damaged.`);
      if (buffer.length < FRAME_HEAD_BYTES + length) break;
      const payload = buffer.subarray(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + length);
      buffer = buffer.subarray(FRAME_HEAD_BYTES + length);
      if (kind === FRAME.end) ended = true;
      else yield { kind, payload };
    }
  }
  if (!ended) throw new SnapshotUnreadable(`${file} ends in the middle: it was not saved whole.`);
}

function checkHeader(line: string, file: string): void {
  let header: { is?: unknown; format?: unknown };
  try {
    header = JSON.parse(line) as typeof header;
  } catch {
    header = {};
  }
  if (header.is !== MAGIC) throw new SnapshotUnreadable(`${file} is not a snapshot.`);
  if (typeof header.format !== "number" || header.format > FORMAT) {
    throw new SnapshotUnreadable(
      `${file} was saved by a newer Snowglobe; this one reads up to format ${FORMAT}.`,
    );
  }
}
