/**
 * Rows that were read lately, decoded: most requests read the same few (the table, the queue, the
 * caller's policies).
 */
import type { Key, Value, Writes } from "./store.ts";

const CACHE_BYTES_MAX = 16 * 1024 * 1024;
/** A larger row would push out many that are read more often. */
const ROW_BYTES_MAX = 16 * 1024;
/** What an entry weighs besides its row, about. */
const ENTRY_BYTES = 200;

/** `Writer`: what the store knows of a write, such as whether it is on the disk yet. */
interface Kept<Writer> {
  value: Value;
  sizeBytes: number;
  /** Who wrote it since it was read, if anybody did. */
  writer: Writer | undefined;
}

export class RowCache<Writer = never> {
  readonly #rows = new Map<Key, Kept<Writer>>();
  #sizeBytes = 0;

  get(key: Key): Value {
    return this.#rows.get(key)?.value;
  }

  find(key: Key): Readonly<Kept<Writer>> | undefined {
    return this.#rows.get(key);
  }

  /** `rowBytes`: encoded. The oldest rows make room. */
  keep(key: Key, value: Value, rowBytes: number): void {
    this.#forget(key);
    if (rowBytes > ROW_BYTES_MAX) return;
    const sizeBytes = rowBytes + ENTRY_BYTES;
    this.#rows.set(key, { value, sizeBytes, writer: undefined });
    this.#makeRoom(sizeBytes);
  }

  /** A row that is here gets its new value. One that nobody has read stays out. */
  renew(key: Key, value: Value, writer: Writer): void {
    const kept = this.#rows.get(key);
    if (kept === undefined) return;
    if (value === undefined) return this.#forget(key);
    kept.value = value;
    kept.writer = writer;
  }

  /** What a row weighs that was renewed: known when it is encoded. */
  weigh(key: Key, rowBytes: number): void {
    const kept = this.#rows.get(key);
    if (kept === undefined) return;
    if (rowBytes > ROW_BYTES_MAX) return this.#forget(key);
    const moreBytes = rowBytes + ENTRY_BYTES - kept.sizeBytes;
    kept.sizeBytes += moreBytes;
    this.#makeRoom(moreBytes);
  }

  forget(changed: ReadonlySet<Key> | Writes): void {
    for (const key of changed.keys()) this.#forget(key);
  }

  clear(): void {
    this.#rows.clear();
    this.#sizeBytes = 0;
  }

  #makeRoom(moreBytes: number): void {
    this.#sizeBytes += moreBytes;
    if (this.#sizeBytes <= CACHE_BYTES_MAX) return;
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
