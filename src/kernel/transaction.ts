/**
 * One run of a handler over the store: a snapshot plus its own writes, kept apart until the commit.
 */
import type { Place } from "./table.ts";
import type { Usage, Used } from "./usage.ts";
import type { Entry, Key, KeyRange, StoreTransaction, Value, Writes } from "./store/store.ts";
import { WriteList } from "./store/write-list.ts";

export const NO_WRITES: Writes = new WriteList();

export class Transaction {
  /** The virtual time of this run. */
  readonly now: number;
  readonly #below: StoreTransaction;
  /** Made by the first write: most transactions only read. */
  #writes: WriteList | undefined;
  /** Own keys in order; rebuilt when a scan needs it after a write. */
  #sorted: Key[] | undefined;
  /** What was read, for those who wait for a change of it. Absent: nobody wants to know. */
  readonly #reads: ReadRange[] | undefined;
  /** Another one after every write. */
  version = 0;
  /** Blob ids that lost or gained a reference: the kernel looks after the commit. */
  readonly releasedBlobs: string[] = [];
  /** What this run has used: counted when it is the last. */
  used: Used | undefined;

  constructor(below: StoreTransaction, now: number, recordReads = false) {
    this.now = now;
    this.#below = below;
    this.#reads = recordReads ? [] : undefined;
  }

  get writes(): Writes {
    return this.#writes ?? NO_WRITES;
  }

  get reads(): readonly ReadRange[] {
    return this.#reads ?? [];
  }

  get(key: Key): Value | undefined {
    this.#reads?.push({ from: key, to: key });
    if (this.#writes !== undefined && this.#writes.has(key)) return this.#writes.get(key);
    return this.#below.get(key);
  }

  put(key: Key, value: Value): void {
    this.#write(key, value);
  }

  remove(key: Key): void {
    this.#write(key, undefined);
  }

  scan(range: KeyRange): Iterable<Entry> {
    this.#reads?.push(range);
    if (this.#writes === undefined) return this.#below.scan(range);
    const own = this.#ownKeys(range, this.#writes);
    if (own.length === 0) return this.#below.scan(range);
    return merge(this.#below.scan(range), own, this.#writes, range.reverse === true);
  }

  use(usage: Usage, { accountId, region }: Place, name: string, quantity: number): void {
    this.used = { usage, accountId, region, name, quantity, before: this.used };
  }

  commit(): Promise<void> | undefined {
    return this.#below.commit(this.writes);
  }

  rollback(): void {
    this.#below.rollback();
  }

  #write(key: Key, value: Value | undefined): void {
    this.version += 1;
    this.#writes ??= new WriteList();
    if (this.#writes.set(key, value)) this.#sorted = undefined;
  }

  #ownKeys(range: KeyRange, writes: Writes): Key[] {
    this.#sorted ??= [...writes.keys()].toSorted(byKey);
    const sorted = this.#sorted;
    const own = sorted.slice(firstAtLeast(sorted, range.from), firstAtLeast(sorted, range.to));
    return range.reverse === true ? own.toReversed() : own;
  }
}

/** Closed on both sides where `from` equals `to` (one key), otherwise half open. */
export interface ReadRange {
  readonly from: Key;
  readonly to: Key;
}

const byKey = (left: Key, right: Key) => (left < right ? -1 : left > right ? 1 : 0);

function firstAtLeast(sorted: readonly Key[], key: Key): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The entries below with the transaction's own writes laid over them, in the order of the scan. */
function* merge(
  below: Iterable<Entry>,
  own: readonly Key[],
  writes: Writes,
  reverse: boolean,
): Generator<Entry> {
  let next = 0;
  const comesFirst = (left: Key, right: Key) => (reverse ? left > right : left < right);
  for (const entry of below) {
    while (next < own.length) {
      const key = own[next];
      if (key === undefined || !comesFirst(key, entry[0])) break;
      next += 1;
      const value = writes.get(key);
      if (value !== undefined) yield [key, value];
    }
    if (own[next] === entry[0]) {
      next += 1;
      const value = writes.get(entry[0]);
      if (value !== undefined) yield [entry[0], value];
    } else {
      yield entry;
    }
  }
  for (; next < own.length; next++) {
    const key = own[next];
    const value = key === undefined ? undefined : writes.get(key);
    if (key !== undefined && value !== undefined) yield [key, value];
  }
}
