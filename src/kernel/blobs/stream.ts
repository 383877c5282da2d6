/**
 * Streams to and from files, near the speed of the disk: large steps, and the next one under way
 * meanwhile.
 */
import type { FileHandle } from "node:fs/promises";

const STEP_BYTES = 1024 * 1024;
/** Some systems refuse to write more pieces than this in one call. */
const PIECES_MAX = 512;

/** Where the steps of a stream go, one at a time. Whoever opened the file lets this close it. */
export interface StepTarget {
  append(pieces: readonly Uint8Array[], sizeBytes: number): Promise<void>;
  /** After the last step. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** Gives the size. One step is written while the next is gathered: memory stays at two steps. */
export async function writeStream(
  target: StepTarget,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<number> {
  let sizeBytes = 0;
  let pieces: Uint8Array[] = [];
  let gatheredBytes = 0;
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      if (chunk.byteLength === 0) continue;
      pieces.push(chunk);
      gatheredBytes += chunk.byteLength;
      sizeBytes += chunk.byteLength;
      if (gatheredBytes < STEP_BYTES && pieces.length < PIECES_MAX) continue;
      await writing;
      writing = target.append(pieces, gatheredBytes);
      // The loop awaits it later; an error in between must not count as unhandled.
      writing.catch(() => undefined);
      pieces = [];
      gatheredBytes = 0;
    }
    signal?.throwIfAborted();
  } finally {
    await writing;
  }
  if (gatheredBytes > 0) await target.append(pieces, gatheredBytes);
  await target.finish();
  return sizeBytes;
}

/** Through the system's cache. */
export function cachedTarget(file: FileHandle): StepTarget {
  return {
    append: async (pieces, sizeBytes) => {
      const { bytesWritten } = await file.writev(pieces);
      if (bytesWritten === sizeBytes) return;
      await writeAt(file, Buffer.concat(pieces).subarray(bytesWritten));
    },
    finish: async () => undefined,
    close: () => file.close(),
  };
}

/** All of it, in as many steps as the system wants. Without `at`: where the last write ended. */
export async function writeAt(file: FileHandle, bytes: Uint8Array, at?: number): Promise<void> {
  for (let from = 0; from < bytes.length;) {
    const position = at === undefined ? undefined : at + from;
    from += (await file.write(bytes, from, bytes.length - from, position)).bytesWritten;
  }
}

/** Where a stream comes from. Fewer bytes than were wanted may come; none only at the end. */
export interface StepSource {
  read(at: number, wantedBytes: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Reads ahead by one step. Closes the source at the end, also when the reader stops early. */
export async function* readStream(
  source: StepSource,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncGenerator<Uint8Array> {
  let ahead: Promise<Uint8Array> | undefined;
  const step = (at: number) => source.read(at, Math.min(STEP_BYTES, end - at));
  try {
    for (let at = start; at < end;) {
      const chunk = await (ahead ?? step(at));
      if (chunk.byteLength === 0) return;
      at += chunk.byteLength;
      ahead = at < end ? step(at) : undefined;
      ahead?.catch(() => undefined);
      yield chunk;
    }
  } finally {
    await ahead?.catch(() => undefined);
    await source.close();
  }
}

/** Through the system's cache. */
export function cachedSource(file: FileHandle): StepSource {
  return {
    read: async (at, wantedBytes) => {
      const buffer = Buffer.allocUnsafeSlow(wantedBytes);
      const { bytesRead } = await file.read(buffer, 0, wantedBytes, at);
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}
