/**
 * Removes blobs that no row names any more: after the commit that let go of them is durable, and
 * what a crash left.
 */
import type { Kernel } from "../kernel.ts";
import { decodeKey, encodeKey, rangeUnder } from "../store/key.ts";
import { BLOB_REFERENCES } from "../bound-table.ts";
import type { Key } from "../store/store.ts";
import type { BlobId } from "./blobs.ts";

const REFERENCES = rangeUnder(encodeKey([BLOB_REFERENCES]));

export interface Collector {
  /** Nothing is collected while the work goes on: for those who read many blobs by their rows. */
  hold<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when what was released before is removed. */
  stop(): Promise<void>;
}

export function collectBlobs(kernel: Kernel): Collector {
  const released = new Set<BlobId>();
  let round: Promise<void> | undefined;
  const holders = new Set<object>();

  const collect = async () => {
    while (released.size > 0 && holders.size === 0) {
      const ids = [...released];
      released.clear();
      // A row that is durably gone must not come back to a blob that is not there.
      await kernel.store.flushed();
      await removeUnreferenced(kernel, ids);
    }
    round = undefined;
  };
  const begin = () => {
    round ??= collect().catch((reason: unknown) => {
      round = undefined;
      process.emitWarning(`blobs: ${String(reason)}`);
    });
  };
  kernel.onBlobReleased = (id) => {
    released.add(id);
    begin();
  };
  return {
    async hold(work) {
      const holder = {};
      holders.add(holder);
      try {
        await round;
        return await work();
      } finally {
        holders.delete(holder);
        begin();
      }
    },
    async stop() {
      kernel.onBlobReleased = undefined;
      await round;
    },
  };
}

/** Removes every blob that no row names: for a start after a crash. Nothing may be writing blobs. */
export async function removeOrphans(kernel: Kernel): Promise<void> {
  const ids: BlobId[] = [];
  for await (const id of kernel.blobs.list()) ids.push(id);
  await removeUnreferenced(kernel, ids);
}

/** What rows name. A world that is about to go lets go of these, and of no blob being written. */
export function referencedBlobs(kernel: Kernel): Promise<BlobId[]> {
  return kernel.transact((transaction) => {
    const ids = new Set<BlobId>();
    for (const [key] of transaction.scan(REFERENCES)) {
      const id = blobReferenced(key);
      if (id !== undefined) ids.add(id);
    }
    return [...ids];
  });
}

/** The blob that a key of the store names, where it is the key of a reference. */
export function blobReferenced(key: Key): BlobId | undefined {
  if (key < REFERENCES.from || key >= REFERENCES.to) return undefined;
  return decodeKey(key)[1] as BlobId;
}

/** Removes those of the blobs that no row names any more. */
export async function removeUnreferenced(kernel: Kernel, ids: readonly BlobId[]): Promise<void> {
  const unreferenced = await kernel.transact((transaction) =>
    ids.filter((id) => {
      const range = rangeUnder(encodeKey([BLOB_REFERENCES, id]));
      for (const _reference of transaction.scan({ ...range, expected: 1 })) return false;
      return true;
    }),
  );
  for (const id of unreferenced) await kernel.blobs.remove(id);
}
