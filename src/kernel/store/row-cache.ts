/**
 * Rows of the file that were read lately, decoded: most requests read the same few (the table, the
 * queue, the caller's policies). True of the file as it is after the last durable batch, and of no
 * older picture of it.
 */
import type { Entry, Key, Value, Writes } from "./store.ts";

const CACHE_BYTES_MAX = 16 * 1024 * 1024;
/** A larger row would push out many that are read more often. */
const ROW_BYTES_MAX = 16 * 1024;
/** What an entry weighs besides its encoded bytes, about. */
const ENTRY_BYTES = 200;

interface Kept {
  readonly value: Value;
  readonly sizeBytes: number;
}

export class RowCache {
  readonly #rows = new Map<Key, Kept>();
  #sizeBytes = 0;

  get(key: Key): Value {
    return this.#rows.get(key)?.value;
  }

  /** `encodedBytes`: as it lies in the file. The oldest rows make room. */
  keep(key: Key, value: Value, encodedBytes: number): void {
    this.#forget(key);
    if (encodedBytes > ROW_BYTES_MAX) return;
    const sizeBytes = encodedBytes + ENTRY_BYTES;
    this.#rows.set(key, { value, sizeBytes });
    this.#sizeBytes += sizeBytes;
    if (this.#sizeBytes > CACHE_BYTES_MAX) this.#makeRoom();
  }

  /**
   * The file has changed: rows that are here get their new values. Rows that nobody has read stay
   * out. `encodedBytes` gives the size of each in the file.
   */
  renew(writes: Iterable<Entry>, encodedBytes: ReadonlyMap<Key, number>): void {
    for (const [key, value] of writes) {
      if (!this.#rows.has(key)) continue;
      const sizeBytes = encodedBytes.get(key);
      if (value === undefined || sizeBytes === undefined) this.#forget(key);
      else this.keep(key, value, sizeBytes);
    }
  }

  /** The file has changed. */
  forget(changed: ReadonlySet<Key> | Writes): void {
    for (const key of changed.keys()) this.#forget(key);
  }

  clear(): void {
    this.#rows.clear();
    this.#sizeBytes = 0;
  }

  #makeRoom(): void {
    for (const oldest of this.#rows.keys()) {
      if (this.#sizeBytes <= CACHE_BYTES_MAX) return;
      this.#forget(oldest);
    }
  }

  #forget(key: Key): void {
    const kept = this.#rows.get(key);
    if (kept === undefined) return;
    this.#rows.delete(key);
    this.#sizeBytes -= kept.sizeBytes;
  }
}
