/**
 * Removes blobs that no row names any more: after the commit that let go of them is durable, and
 * what a crash left.
 */
import type { Kernel } from "../kernel.ts";
import { encodeKey, rangeUnder } from "../store/key.ts";
import { BLOB_REFERENCES } from "../bound-table.ts";
import type { BlobId } from "./blobs.ts";

/**
 * Starts collecting. Gives the way to stop, which resolves when what was released before is
 * removed.
 */
export function collectBlobs(kernel: Kernel): () => Promise<void> {
  const released = new Set<BlobId>();
  let round: Promise<void> | undefined;

  const collect = async () => {
    while (released.size > 0) {
      const ids = [...released];
      released.clear();
      // A row that is durably gone must not come back to a blob that is not there.
      await kernel.store.flushed();
      await removeUnreferenced(kernel, ids);
    }
    round = undefined;
  };
  kernel.onBlobReleased = (id) => {
    released.add(id);
    round ??= collect().catch((reason: unknown) => {
      round = undefined;
      process.emitWarning(`blobs: ${String(reason)}`);
    });
  };
  return async () => {
    kernel.onBlobReleased = undefined;
    await round;
  };
}

/**
 * Removes every blob that no row names: for a start after a crash, and after a reset. Nothing may
 * be writing blobs.
 */
export async function removeOrphans(kernel: Kernel): Promise<void> {
  const ids: BlobId[] = [];
  for await (const id of kernel.blobs.list()) ids.push(id);
  await removeUnreferenced(kernel, ids);
}

async function removeUnreferenced(kernel: Kernel, ids: readonly BlobId[]): Promise<void> {
  const unreferenced = await kernel.transact((transaction) =>
    ids.filter((id) => {
      const range = rangeUnder(encodeKey([BLOB_REFERENCES, id]));
      for (const _reference of transaction.scan({ ...range, expected: 1 })) return false;
      return true;
    }),
  );
  for (const id of unreferenced) await kernel.blobs.remove(id);
}
