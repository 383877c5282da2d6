/** Runs transactions as the kernel does: again after a suspension, anew after a conflict. */
import { Conflict, Suspension } from "../../src/kernel/store/store.ts";
import type {
  Entry,
  Key,
  KeyRange,
  Store,
  StoreTransaction,
  Value,
  Writes,
} from "../../src/kernel/store/store.ts";

/** Runs a read again and again until all it needs is loaded. */
export async function reading<T>(read: () => T): Promise<T> {
  for (;;) {
    try {
      return read();
    } catch (thrown) {
      if (!(thrown instanceof Suspension)) throw thrown;
      await thrown.load();
    }
  }
}

export async function suspending<T>(
  store: Store,
  read: (transaction: StoreTransaction) => T,
): Promise<T> {
  const transaction = store.begin();
  try {
    const result = await reading(() => read(transaction));
    await transaction.commit(new Map());
    return result;
  } finally {
    transaction.rollback();
  }
}

export const readAll = (store: Store, range: KeyRange): Promise<Entry[]> =>
  suspending(store, (transaction) => [...transaction.scan(range)]);

export async function commit(
  transaction: StoreTransaction,
  writes: Iterable<readonly [Key, Value]>,
): Promise<void> {
  await transaction.commit(new Map(writes));
}

export const put = (store: Store, writes: Iterable<readonly [Key, Value]>): Promise<void> =>
  commit(store.begin(), writes);

export async function transact<T>(
  store: Store,
  step: (transaction: StoreTransaction) => { result: T; writes: Writes },
): Promise<T> {
  for (;;) {
    const transaction = store.begin();
    try {
      const { result, writes } = await reading(() => step(transaction));
      await transaction.commit(writes);
      return result;
    } catch (thrown) {
      if (!(thrown instanceof Conflict)) throw thrown;
    } finally {
      transaction.rollback();
    }
  }
}
