/**
 * Direct I/O: a very long stream goes to the disk and comes from it past the system's cache. It would
 * push out of it all that is read again and again, and copying it there costs more than all else.
 */
import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { codeOf } from "../error-code.ts";
import { cachedSource, cachedTarget, writeAt, type StepSource, type StepTarget } from "./stream.ts";

const SLOT_BYTES = 1024 * 1024;
/** Streams at once; others go through the cache. */
const SLOTS_MAX = 4;
/** A multiple of every block size there is. */
const BLOCK_BYTES = 4096;
const WASM_PAGE_BYTES = 64 * 1024;

// What is needed of the global that Node has and its types lack.
declare const WebAssembly: {
  readonly Memory: new (pages: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
};

/** Those that nobody uses now. Each reserves gigabytes of addresses: they are few, and used again. */
const idleSlots: Uint8Array[] = [];
let slotsMade = 0;

/** Memory that begins where a page begins, as direct I/O wants it: WebAssembly's does. */
function takeSlot(): Uint8Array | undefined {
  const idle = idleSlots.pop();
  if (idle !== undefined || slotsMade >= SLOTS_MAX) return idle;
  slotsMade += 1;
  return new Uint8Array(new WebAssembly.Memory({ initial: SLOT_BYTES / WASM_PAGE_BYTES }).buffer);
}

/** A file opened once more, for direct I/O, and memory for it. Closing closes both. */
export interface DirectWay {
  readonly direct: FileHandle;
  readonly slot: Uint8Array;
  readonly close: () => Promise<void>;
}

/** Undefined: not on this system, or not now. The cache is always a way. */
export async function openDirect(file: FileHandle, access: number): Promise<DirectWay | undefined> {
  const flag: number | undefined = constants.O_DIRECT;
  if (flag === undefined) return undefined;
  const direct = await open(`/proc/self/fd/${file.fd}`, access | flag).catch(() => undefined);
  if (direct === undefined) return undefined;
  const slot = takeSlot();
  if (slot === undefined) {
    await direct.close();
    return undefined;
  }
  const close = async () => {
    idleSlots.push(slot);
    await Promise.all([direct.close(), file.close()]);
  };
  return { direct, slot, close };
}

/** Undefined where the file system refuses: some open a file for direct I/O, and know no more of it. */
async function unlessRefused<T>(moving: Promise<T>): Promise<T | undefined> {
  try {
    return await moving;
  } catch (error) {
    if (codeOf(error) === "EINVAL") return undefined;
    throw error;
  }
}

/** `file` is empty. */
export async function directTarget(file: FileHandle): Promise<StepTarget> {
  const way = await openDirect(file, constants.O_WRONLY);
  return way === undefined ? cachedTarget(file) : targetBy(way, file);
}

/** What does not go directly, as the end seldom does, goes through the cache. */
export function targetBy({ direct, slot, close }: DirectWay, file: FileHandle): StepTarget {
  let filledBytes = 0;
  let at = 0;

  async function finishSlot(writtenBytes: number): Promise<void> {
    await writeAt(file, slot.subarray(writtenBytes, filledBytes), at + writtenBytes);
    at += filledBytes;
    filledBytes = 0;
  }

  return {
    append: async (pieces) => {
      for (const piece of pieces) {
        for (let from = 0; from < piece.length;) {
          const part = piece.subarray(from, from + slot.length - filledBytes);
          slot.set(part, filledBytes);
          filledBytes += part.length;
          from += part.length;
          if (filledBytes < slot.length) continue;
          const done = await unlessRefused(direct.write(slot, 0, slot.length, at));
          await finishSlot(done?.bytesWritten ?? 0);
        }
      }
    },
    finish: () => finishSlot(0),
    close,
  };
}

export async function directSource(file: FileHandle): Promise<StepSource> {
  const way = await openDirect(file, constants.O_RDONLY);
  return way === undefined ? cachedSource(file) : sourceBy(way, file);
}

export function sourceBy({ direct, slot, close }: DirectWay, file: FileHandle): StepSource {
  const cached = cachedSource(file);
  return {
    read: async (at, wantedBytes) => {
      const before = at % BLOCK_BYTES;
      const blocks = Math.ceil((before + wantedBytes) / BLOCK_BYTES);
      const bytes = Math.min(slot.length, blocks * BLOCK_BYTES);
      const done = await unlessRefused(direct.read(slot, 0, bytes, at - before));
      if (done === undefined) return cached.read(at, wantedBytes);
      return slot.slice(before, Math.min(done.bytesRead, before + wantedBytes));
    },
    close,
  };
}
