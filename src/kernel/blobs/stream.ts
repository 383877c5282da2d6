/**
 * Streams to and from files, near the speed of the disk: large steps, and the next one under way
 * meanwhile.
 */
import type { FileHandle } from "node:fs/promises";
import type { ByteRange, WriteOptions } from "./blobs.ts";

const STEP_BYTES = 1024 * 1024;
/** Some systems refuse to write more pieces than this in one call. */
const PIECES_MAX = 512;

/** Gives the size. One step is written while the next is gathered: memory stays at two steps. */
export async function writeStream(
  file: FileHandle,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { onChunk, signal }: WriteOptions,
): Promise<number> {
  let sizeBytes = 0;
  let pieces: Uint8Array[] = [];
  let gatheredBytes = 0;
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      if (chunk.byteLength === 0) continue;
      onChunk?.(chunk);
      pieces.push(chunk);
      gatheredBytes += chunk.byteLength;
      sizeBytes += chunk.byteLength;
      if (gatheredBytes < STEP_BYTES && pieces.length < PIECES_MAX) continue;
      await writing;
      writing = writeAll(file, pieces, gatheredBytes);
      // The loop awaits it later; an error in between must not count as unhandled.
      writing.catch(() => undefined);
      pieces = [];
      gatheredBytes = 0;
    }
    signal?.throwIfAborted();
  } finally {
    await writing;
  }
  if (gatheredBytes > 0) await writeAll(file, pieces, gatheredBytes);
  return sizeBytes;
}

async function writeAll(file: FileHandle, pieces: Uint8Array[], sizeBytes: number): Promise<void> {
  const { bytesWritten } = await file.writev(pieces);
  if (bytesWritten === sizeBytes) return;
  let rest = Buffer.concat(pieces).subarray(bytesWritten);
  while (rest.byteLength > 0) {
    const step = await file.write(rest);
    rest = rest.subarray(step.bytesWritten);
  }
}

/** Reads ahead by one step. Closes the file at the end, also when the reader stops early. */
export async function* readStream(
  file: FileHandle,
  range: ByteRange | undefined,
): AsyncGenerator<Uint8Array> {
  let ahead: Promise<Uint8Array> | undefined;
  try {
    const { size } = await file.stat();
    let at = range?.start ?? 0;
    const end = range === undefined ? size : Math.min(size, range.endInclusive + 1);
    while (at < end) {
      const chunk = await (ahead ?? readStep(file, at, end));
      if (chunk.byteLength === 0) return;
      at += chunk.byteLength;
      ahead = at < end ? readStep(file, at, end) : undefined;
      ahead?.catch(() => undefined);
      yield chunk;
    }
  } finally {
    await ahead?.catch(() => undefined);
    await file.close();
  }
}

async function readStep(file: FileHandle, at: number, end: number): Promise<Uint8Array> {
  const wantedBytes = Math.min(STEP_BYTES, end - at);
  const buffer = Buffer.allocUnsafeSlow(wantedBytes);
  const { bytesRead } = await file.read(buffer, 0, wantedBytes, at);
  return buffer.subarray(0, bytesRead);
}
