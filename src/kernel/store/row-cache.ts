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

  /** `rowBytes`: about. The oldest rows make room. */
  keep(key: Key, value: Value, rowBytes: number): void {
    this.#forget(key);
    if (rowBytes > ROW_BYTES_MAX) return;
    const sizeBytes = rowBytes + ENTRY_BYTES;
    this.#rows.set(key, { value, sizeBytes, writer: undefined });
    this.#weigh(sizeBytes);
  }

  /** A row that is here gets its new value. One that nobody has read stays out. */
  renew(key: Key, value: Value, writer: Writer): void {
    const kept = this.#rows.get(key);
    if (kept === undefined) return;
    const rowBytes = value === undefined ? Infinity : weightOf(value, ROW_BYTES_MAX);
    if (rowBytes > ROW_BYTES_MAX) {
      this.#forget(key);
      return;
    }
    const before = kept.sizeBytes;
    kept.value = value;
    kept.writer = writer;
    kept.sizeBytes = rowBytes + ENTRY_BYTES;
    this.#weigh(kept.sizeBytes - before);
  }

  forget(changed: ReadonlySet<Key> | Writes): void {
    for (const key of changed.keys()) this.#forget(key);
  }

  clear(): void {
    this.#rows.clear();
    this.#sizeBytes = 0;
  }

  #weigh(moreBytes: number): void {
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

const VALUE_BYTES = 8;

/** About as many bytes as a row has when it is encoded; no further than `limitBytes`. */
function weightOf(value: Value, limitBytes: number): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return VALUE_BYTES;
  if (value instanceof Uint8Array) return value.length;
  let bytes = VALUE_BYTES;
  const members = value as Readonly<Record<string, unknown>>;
  for (const name in members) {
    if (bytes > limitBytes) break;
    bytes += name.length + weightOf(members[name], limitBytes - bytes);
  }
  return bytes;
}
