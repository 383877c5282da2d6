/**
 * What a transaction has read, and whether commits since then have changed it. Commits form a list
 * in the order they happened; a transaction holds the place in the list where its snapshot was
 * taken. So a check costs nothing when nothing was committed since (the usual case), and the list is
 * garbage as soon as no transaction is old enough to need it.
 */
import type { Key, KeyRange, Writes } from "./store.ts";

/**
 * A place between two commits. `next` and `writes` are there once something was committed after it.
 */
export interface Moment {
  writes?: Writes | "everything";
  next?: Moment;
}

/**
 * Commits that nobody is old enough to ask for are not put into the list: one old link of it would
 * keep every later one alive until the whole memory is looked through.
 */
export class History {
  #now: Moment = {};
  #open = 0;

  /** A transaction begins to look. */
  enter(): Moment {
    this.#open += 1;
    return this.#now;
  }

  leave(): void {
    this.#open -= 1;
  }

  add(writes: Writes | "everything"): void {
    if (this.#open === 0) return;
    const next: Moment = {};
    this.#now.writes = writes;
    this.#now.next = next;
    this.#now = next;
  }
}

/** How far a scan was read: what a commit has to look at again. */
export interface Extent {
  readonly range: KeyRange;
  /** The last key that was seen; undefined when there was none. */
  last: Key | undefined;
  /** True when the scan came to its end. */
  whole: boolean;
}

export interface Readings {
  readonly keys: Key[];
  readonly extents: Extent[];
}

export const noReadings = (): Readings => ({ keys: [], extents: [] });

/** Begins to note how far a scan is read. */
export function noteScan(readings: Readings, range: KeyRange): Extent {
  const extent: Extent = { range, last: undefined, whole: false };
  readings.extents.push(extent);
  return extent;
}

/** Whether something that was read has been written since. */
export function changedSince(moment: Moment, readings: Readings): boolean {
  let keys: Set<Key> | undefined;
  for (let at = moment; at.next !== undefined; at = at.next) {
    const { writes } = at;
    if (writes === "everything") return true;
    keys ??= new Set(readings.keys);
    for (const key of writes?.keys() ?? []) {
      if (keys.has(key) || readings.extents.some((extent) => covers(extent, key))) return true;
    }
  }
  return false;
}

function covers({ range, last, whole }: Extent, key: Key): boolean {
  if (key < range.from || key >= range.to) return false;
  if (whole) return true;
  if (last === undefined) return false;
  return range.reverse === true ? key >= last : key <= last;
}
