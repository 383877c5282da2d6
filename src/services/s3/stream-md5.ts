/**
 * MD5 of a stream. A long one is hashed on a thread of its own: MD5 is one chain from the first byte
 * to the last, half of what it costs to take an object in, and the rest can go on meanwhile.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** Below this, starting the thread takes as long as hashing without it. */
export const THREAD_BYTES_MIN = 32 * 1024 * 1024;
/** One processor is left to everything else. */
const THREADS_MAX = Math.min(4, availableParallelism() - 1);
const SLOT_BYTES = 256 * 1024;
const SLOTS = 8;
/** The engine would else set memory aside as for a process of its own. */
const MEMORY_MB = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };

export interface StreamMd5 {
  /** To be awaited before the next one. The chunk may change once the promise has resolved. */
  update(chunk: Uint8Array): Promise<void>;
  /** Hexadecimal. */
  digest(): Promise<string>;
  /** Always to be called, also when the stream broke off. */
  close(): Promise<void>;
}

/** `sizeBytes`: as announced. Undefined: it is not known. */
export function streamMd5(sizeBytes: number | undefined): StreamMd5 {
  const isLong = sizeBytes !== undefined && sizeBytes >= THREAD_BYTES_MIN;
  return isLong && threads < THREADS_MAX ? threadedMd5() : md5Here();
}

function md5Here(): StreamMd5 {
  const hash = createHash("md5");
  return {
    update: async (chunk) => void hash.update(chunk),
    digest: async () => hash.digest("hex"),
    close: async () => undefined,
  };
}

/** In the whole process: its clouds share the processors. */
let threads = 0;

interface Filled {
  readonly slot: Uint8Array<ArrayBuffer>;
  readonly sizeBytes: number;
}

/**
 * Bytes are copied into slots; a full one goes to the thread, and comes back. (Shared memory is no
 * shorter way: where source and target are not aligned alike, V8 copies into it byte by byte.)
 */
export function threadedMd5(): StreamMd5 {
  const thread = new Worker(`(${hashSlots.toString()})()`, {
    eval: true,
    execArgv: [],
    resourceLimits: MEMORY_MB,
  });
  threads += 1;
  // A process may end while a stream is stuck: the thread holds it only where it is waited for.
  thread.unref();
  /** The first of them is being filled. */
  const free = Array.from({ length: SLOTS }, () => new Uint8Array(SLOT_BYTES));
  let filledBytes = 0;
  const outcome: { digest?: string; failure?: Error } = {};
  thread.on("message", (answer: Uint8Array<ArrayBuffer> | string) => {
    if (typeof answer === "string") outcome.digest = answer;
    else free.push(answer);
  });
  thread.on("error", (error: Error) => {
    outcome.failure = error;
  });

  async function answered(): Promise<void> {
    if (outcome.failure !== undefined) throw outcome.failure;
    thread.ref();
    await once(thread, "message");
    thread.unref();
  }

  function handOver(): void {
    const slot = free.shift();
    if (slot === undefined) return;
    thread.postMessage({ slot, sizeBytes: filledBytes } satisfies Filled, [slot.buffer]);
    filledBytes = 0;
  }

  return {
    update: async (chunk) => {
      for (let from = 0; from < chunk.length;) {
        const [slot] = free;
        if (slot === undefined) {
          await answered();
          continue;
        }
        const piece = chunk.subarray(from, from + SLOT_BYTES - filledBytes);
        slot.set(piece, filledBytes);
        filledBytes += piece.length;
        from += piece.length;
        if (filledBytes === SLOT_BYTES) handOver();
      }
    },
    digest: async () => {
      if (filledBytes > 0) handOver();
      thread.postMessage(undefined);
      while (outcome.digest === undefined) await answered();
      return outcome.digest;
    },
    close: async () => {
      threads -= 1;
      await thread.terminate();
    },
  };
}

/** What the thread does. It becomes a text: nothing outside it can be named here. */
function hashSlots(): void {
  const { createHash: startHash } = process.getBuiltinModule("node:crypto");
  const { parentPort } = process.getBuiltinModule("node:worker_threads");
  const hash = startHash("md5");
  parentPort?.on("message", (filled: Filled | undefined) => {
    if (filled === undefined) {
      parentPort.postMessage(hash.digest("hex"));
      return;
    }
    const { slot, sizeBytes } = filled;
    hash.update(slot.subarray(0, sizeBytes));
    parentPort.postMessage(slot, [slot.buffer]);
  });
}
