/**
 * The durable store of one machine: LMDB behind a journal. A commit is visible at once, in an overlay
 * of what is on its way into LMDB's file, and answered when it is in the journal, on the disk. While
 * one batch is written and synced, later commits gather into the next one, so many callers share one
 * sync.
 */
import { join } from "node:path";
import { END_KEY, FIRST_KEY } from "./format.ts";
import { openJournal } from "./journal.ts";
import type { Journal } from "./journal.ts";
import { getFrom, undoneOnFailure } from "./lmdb-file.ts";
import { apply, checkUsable, closeState, entriesOf, flushed } from "./lmdb-state.ts";
import { hideEverything } from "./lmdb-state.ts";
import { look, lookAway, openState, rowIn, waitFor } from "./lmdb-state.ts";
import type { Batch, Snapshot, State } from "./lmdb-state.ts";
import { takeLock } from "./lock.ts";
import { changedSince, noReadings, noteScan } from "./readings.ts";
import type { Readings } from "./readings.ts";
import type { RowCache } from "./row-cache.ts";
import { Conflict } from "./store.ts";
import type { Entry, Key, KeyRange, Store, StoreTransaction, Value, Writes } from "./store.ts";

export interface LmdbOptions {
  /** A directory; it is made when it is not there. */
  readonly path: string;
  /** How much may wait in the journal. */
  readonly journalBytes?: number;
  /** For tests: another journal than the directory's own. */
  readonly journal?: (directory: string) => Journal;
}

const JOURNAL_BYTES = 2 * 1024 * 1024;

/** Throws when another process has it open. */
export function lmdbStore(options: LmdbOptions): Store {
  const { path, journalBytes = JOURNAL_BYTES, journal = openJournal } = options;
  const release = takeLock(join(path, "lock"));
  const state = undoneOnFailure(release, () => {
    const opened = journal(path);
    const close = () => opened.close();
    return undoneOnFailure(close, () => openState(path, opened, journalBytes));
  });
  return {
    shared: false,
    begin: (how) => new LmdbTransaction(state, how?.atOnce === true),
    flushed: () => flushed(state),
    clear() {
      hideEverything(state);
      return flushed(state);
    },
    async *export() {
      const snapshot = look(state);
      try {
        for (const [key, value] of entriesOf(snapshot, EVERYTHING)) {
          if (value !== undefined) yield [key, value];
        }
      } finally {
        lookAway(snapshot, state);
      }
    },
    close: () => closeState(state, release),
  };
}

const EVERYTHING: KeyRange = { from: FIRST_KEY, to: END_KEY };

class LmdbTransaction implements StoreTransaction {
  readonly #state: State;
  /** Absent: nothing changes before it ends. */
  readonly #readings: Readings | undefined;
  /** What it looks at, fixed by its first read. */
  #snapshot: Snapshot | undefined;
  /** The last batch that it has seen a row of: its answer must wait for that. */
  #seen: Batch | undefined;
  #over = false;

  constructor(state: State, atOnce: boolean) {
    this.#state = state;
    this.#readings = atOnce ? undefined : noReadings();
  }

  get(key: Key): Value {
    if (this.#readings !== undefined) return this.#getFromSnapshot(key, this.#readings);
    if (this.#over) throw new Error("the transaction is over");
    checkUsable(this.#state);
    const { cache } = this.#state;
    const kept = cache.find(key);
    if (kept === undefined) return this.#getBelow(key, cache);
    if (kept.writer?.isDurable === false) this.#see(kept.writer);
    return kept.value;
  }

  /** Others commit while this one is at work: the cache may be newer than what it looks at. */
  #getFromSnapshot(key: Key, readings: Readings): Value {
    readings.keys.push(key);
    const { newest } = this.#snapshot ?? this.#look();
    const kept = newest === this.#state.newest ? this.#state.cache.find(key) : undefined;
    return kept?.writer?.isDurable === false || kept === undefined
      ? this.#getBelow(key)
      : kept.value;
  }

  #getBelow(key: Key, keep?: RowCache<Batch>): Value {
    const snapshot = this.#snapshot ?? this.#look();
    const pending = rowIn(snapshot, key);
    if (pending === undefined) return getFrom(snapshot.view, key, keep);
    this.#see(pending.batch);
    return pending.value;
  }

  *scan(range: KeyRange): Iterable<Entry> {
    const snapshot = this.#snapshot ?? this.#look();
    const extent = this.#readings && noteScan(this.#readings, range);
    const { clearedBy } = snapshot.newest;
    if (clearedBy !== undefined) this.#see(clearedBy);
    for (const [key, value, batch] of entriesOf(snapshot, range)) {
      if (batch !== undefined) this.#see(batch);
      if (extent !== undefined) extent.last = key;
      if (value === undefined) continue;
      yield [key, value];
      if (this.#over) throw new Error("the transaction is over");
    }
    if (extent !== undefined) extent.whole = true;
  }

  commit(writes: Writes): Promise<void> | undefined {
    if (this.#over) throw new Error("the transaction is over");
    const since = this.#snapshot?.since;
    const readings = this.#readings;
    this.rollback();
    if (writes.size === 0) return this.#seen === undefined ? undefined : waitFor(this.#seen);
    if (since !== undefined && readings !== undefined && changedSince(since, readings)) {
      throw new Conflict("what the transaction read has changed since");
    }
    return apply(writes, this.#state).durable;
  }

  rollback(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#snapshot !== undefined) lookAway(this.#snapshot, this.#state);
    this.#snapshot = undefined;
  }

  #look(): Snapshot {
    if (this.#over) throw new Error("the transaction is over");
    this.#snapshot = look(this.#state);
    return this.#snapshot;
  }

  #see(batch: Batch): void {
    if (batch.isDurable) return;
    if (this.#seen === undefined || batch.number > this.#seen.number) this.#seen = batch;
  }
}
