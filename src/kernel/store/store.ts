/**
 * The floor under the tables: an ordered key-value store with atomic, serialisable commits.
 * Three implementations pass one contract suite: memory, LMDB, PostgreSQL.
 */

/**
 * An encoded tuple (see key.ts) as a string with one character per byte (code units 0 to 255), so
 * that plain string comparison is byte order, and byte order is tuple order.
 */
export type Key = string;

/**
 * Plain data: strings, finite numbers, booleans, null, Uint8Array, arrays and plain objects of
 * these. Never mutated.
 */
export type Value = unknown;

export type Entry = readonly [key: Key, value: Value];

/** A half-open piece of the key space: `from <= key < to`. */
export interface KeyRange {
  readonly from: Key;
  readonly to: Key;
  /** Last key first. */
  readonly reverse?: boolean;
  /** How many entries the reader is likely to take: a hint for remote stores, never a bound. */
  readonly expected?: number;
}

/** What a commit changes: a value to put, `undefined` to remove. A Map is one. */
export interface Writes extends Iterable<readonly [Key, Value]> {
  readonly size: number;
  get(key: Key): Value;
  has(key: Key): boolean;
  keys(): Iterable<Key>;
  forEach(visit: (value: Value, key: Key) => void): void;
}

export interface Store {
  /**
   * Opens a transaction. Costs nothing: its snapshot is taken, and a remote store asked, by its
   * first read.
   */
  begin(options?: BeginOptions): StoreTransaction;
  /** True when other processes may change the data: then nobody here is told of their commits. */
  readonly shared: boolean;
  /** Resolves when everything committed so far is durable. */
  flushed(): Promise<void>;
  /** Removes every row. */
  clear(): Promise<void>;
  /** Every entry in key order, from one consistent snapshot. */
  export(): AsyncIterable<Entry>;
  /**
   * A copy that shares nothing observable with the original, in O(1). Only the memory store has it.
   */
  fork?(): Store;
  close(): Promise<void>;
}

export interface BeginOptions {
  /**
   * A remote store may answer reads of what is not here yet with guesses. Whoever asks for that
   * asks after every run what was `guessed`.
   */
  readonly guessing?: boolean;
  /**
   * The transaction ends in the same turn in which it begins, and no other ends in between: what it
   * reads stays true, and a local store need not keep track of it.
   */
  readonly atOnce?: boolean;
}

/**
 * One handler's view: a consistent snapshot. Reads are synchronous. On a remote store a read of
 * what is not here yet throws a `Suspension`; the kernel awaits its `load()` and runs the handler
 * again from the start over the same transaction, whose loaded rows are then here.
 */
export interface StoreTransaction {
  /** Undefined when there is no such row. */
  get(key: Key): Value;
  scan(range: KeyRange): Iterable<Entry>;
  /**
   * What the run that is over was told by guess: it has to be loaded, and the run is worth nothing.
   * Undefined: all that it was told is true.
   */
  guessed?(): Suspension | undefined;
  /**
   * Makes the writes visible to every later transaction, all together. The promise (absent where
   * there is nothing to wait for) resolves when they, and everything that this transaction has
   * read, are durable.
   * Throws or rejects with `Conflict` when the reads are no longer true: run again in a new
   * transaction.
   * With no writes it still waits until what was read is durable.
   */
  commit(writes: Writes): Promise<void> | undefined;
  /** Gives up; nothing happened. Safe to call after a commit. */
  rollback(): void;
}

/**
 * Thrown (not an error) by a read that needs something asynchronous first. `load` may reject with
 * `Conflict`.
 */
export class Suspension {
  readonly load: () => Promise<void>;
  constructor(load: () => Promise<void>) {
    this.load = load;
  }
}

/** The snapshot that a transaction read is no longer true. Run it again. */
export class Conflict extends Error {
  override readonly name = "Conflict";
}
