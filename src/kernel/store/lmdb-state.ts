/** What is committed but not yet on the disk, and how it gets there: one batch after the other. */
import { emptyTree, getIn, putIn, scanIn } from "./btree.ts";
import type { Mark, Tree } from "./btree.ts";
import { leaveView, openFile, outdate, scanFrom, viewOf, writeTo } from "./lmdb-file.ts";
import type { FileView, LmdbFile } from "./lmdb-file.ts";
import { History } from "./readings.ts";
import type { Moment } from "./readings.ts";
import { RowCache } from "./row-cache.ts";
import { withoutUndefined } from "./rows.ts";
import type { Entry, Key, KeyRange, Value, Writes } from "./store.ts";

/** Commits that go to the disk together. Batches get there in the order of their numbers. */
export interface Batch {
  readonly number: number;
  /** What it puts, and `REMOVED` for what it removes. */
  rows: Rows;
  /** Everything that was there before is removed first. */
  readonly clearFirst: boolean;
  readonly durable: Promise<void>;
  readonly settle: (error?: Error) => void;
  isDurable: boolean;
}

type Rows = Tree<Value>;
const REMOVED = Symbol("removed");

/** A batch as it was when it was looked at. */
export interface Layer {
  readonly batch: Batch;
  readonly rows: Rows;
}

/**
 * A consistent picture: the file as it was, over it the batch that is being written, and over that
 * the one that gathers.
 */
export interface Snapshot {
  readonly view: FileView;
  readonly writing: Layer | undefined;
  readonly gathering: Layer | undefined;
  /** While this batch is on its way, nothing below it counts: it will be cleared. */
  readonly hiddenBy: Batch | undefined;
  readonly mark: Mark;
  readonly since: Moment;
}

export interface State {
  readonly file: LmdbFile;
  /** The file as it was when the last durable batch left the overlay. */
  view: FileView | undefined;
  /** Rows as they are now: of the present view, and of the commits on their way to it. */
  readonly cache: RowCache<Batch>;
  mark: Mark;
  /** Open snapshots of the gathering batch with the present mark. */
  readers: number;
  hiddenBy: Batch | undefined;
  readonly history: History;
  gathering: Batch | undefined;
  writing: Batch | undefined;
  batches: number;
  failure: Error | undefined;
  closing: boolean;
}

export function openState(path: string): State {
  return {
    file: openFile(path),
    view: undefined,
    cache: new RowCache(),
    mark: {},
    readers: 0,
    hiddenBy: undefined,
    history: new History(),
    gathering: undefined,
    writing: undefined,
    batches: 0,
    failure: undefined,
    closing: false,
  };
}

export function look(state: State): Snapshot {
  checkUsable(state);
  const view = currentView(state);
  view.users += 1;
  state.readers += 1;
  const { hiddenBy, mark, history } = state;
  const hidden = hiddenBy !== undefined && state.writing !== hiddenBy;
  const writing = hidden ? undefined : layerOf(state.writing);
  const gathering = layerOf(state.gathering);
  return { view, writing, gathering, hiddenBy, mark, since: history.enter() };
}

const layerOf = (batch: Batch | undefined): Layer | undefined =>
  batch === undefined ? undefined : { batch, rows: batch.rows };

/** What a layer says of a row: `undefined` is nothing. */
export function rowIn(layer: Layer | undefined, key: Key): Pending | undefined {
  if (layer === undefined) return undefined;
  const value = getIn(layer.rows, key);
  if (value === undefined) return undefined;
  return { value: value === REMOVED ? undefined : value, batch: layer.batch };
}

interface Pending {
  readonly value: Value;
  readonly batch: Batch;
}

export function lookAway(snapshot: Snapshot, state: State): void {
  leaveView(snapshot.view);
  state.history.leave();
  if (snapshot.mark === state.mark) state.readers -= 1;
}

type SeenEntry = readonly [Key, Value, Batch?];

/** Removed rows included, as `undefined`, so that the reader knows which batch it depends on. */
export function entriesOf(
  { view, writing, gathering, hiddenBy }: Snapshot,
  range: KeyRange,
): Iterable<SeenEntry> {
  const file: Iterable<SeenEntry> = hiddenBy === undefined ? scanFrom(view, range) : [];
  return laidOver(gathering, laidOver(writing, file, range), range);
}

function laidOver(
  layer: Layer | undefined,
  below: Iterable<SeenEntry>,
  range: KeyRange,
): Iterable<SeenEntry> {
  return layer === undefined ? below : merged(layer, below, range);
}

function* merged(
  { batch, rows }: Layer,
  below: Iterable<SeenEntry>,
  range: KeyRange,
): Iterable<SeenEntry> {
  const above = scanIn(rows, range);
  const seen = ([key, value]: Entry): SeenEntry => [
    key,
    value === REMOVED ? undefined : value,
    batch,
  ];
  let over = above.next();
  for (const entry of below) {
    while (over.done !== true && comesBefore(over.value[0], entry[0], range)) {
      yield seen(over.value);
      over = above.next();
    }
    if (over.done !== true && over.value[0] === entry[0]) continue;
    yield entry;
  }
  for (; over.done !== true; over = above.next()) yield seen(over.value);
}

const comesBefore = (one: Key, other: Key, { reverse }: KeyRange) =>
  reverse === true ? one > other : one < other;

/** Visible from now on; durable when the batch is. */
export function apply(writes: Writes, state: State): Batch {
  checkUsable(state);
  const batch = state.gathering ?? gather(state, false);
  if (state.readers > 0) freeze(state);
  writes.forEach((value, key) => {
    const row = value === undefined ? REMOVED : withoutUndefined(value);
    batch.rows = putIn(batch.rows, key, row, state.mark);
    state.cache.renew(key, row === REMOVED ? undefined : row, batch);
  });
  state.history.add(writes);
  return batch;
}

export function hideEverything(state: State): void {
  checkUsable(state);
  freeze(state);
  state.cache.clear();
  state.hiddenBy = gather(state, true);
  state.history.add("everything");
}

/** Nothing to wait for when the batch is there already. */
export function waitFor(batch: Batch): Promise<void> | undefined {
  return batch.isDurable ? undefined : batch.durable;
}

export async function flushed(state: State): Promise<void> {
  if (state.failure !== undefined) throw state.failure;
  await (state.gathering ?? state.writing)?.durable;
}

export async function closeState(state: State, release: () => void): Promise<void> {
  if (state.closing) return;
  state.closing = true;
  try {
    await flushed(state);
  } finally {
    if (state.view !== undefined) {
      outdate(state.view);
      state.view.closed = true;
    }
    await state.file.close();
    release();
  }
}

export function checkUsable(state: State): void {
  if (state.failure !== undefined) throw state.failure;
  if (state.closing) throw new Error("the store is closed");
}

function currentView(state: State): FileView {
  state.view ??= viewOf(state.file);
  return state.view;
}

/** From now on the gathering batch's present nodes are copied before they are changed. */
function freeze(state: State): void {
  state.mark = {};
  state.readers = 0;
}

/**
 * A clearing batch takes the place of what was gathering: whoever waits for that now waits for
 * this.
 */
function gather(state: State, clearFirst: boolean): Batch {
  const replaced = state.gathering;
  const settlers: ((error?: Error) => void)[] = replaced === undefined ? [] : [replaced.settle];
  const durable = new Promise<void>((resolve, reject) => {
    settlers.push((error) => (error === undefined ? resolve() : reject(error)));
  });
  // Those who wait for it are told; when nobody waits, the store itself refuses from then on.
  durable.catch(() => undefined);
  state.batches += 1;
  state.gathering = {
    number: state.batches,
    rows: emptyTree(state.mark),
    clearFirst,
    durable,
    settle: (error) => settlers.forEach((settle) => settle(error)),
    isDurable: false,
  };
  // With what this turn commits besides: the disk works while the next requests are read.
  if (state.writing === undefined && replaced === undefined) queueMicrotask(() => writeNext(state));
  return state.gathering;
}

function writeNext(state: State): void {
  const batch = state.gathering;
  if (batch === undefined) return;
  state.gathering = undefined;
  state.writing = batch;
  const weigh = (key: Key, rowBytes: number) => state.cache.weigh(key, rowBytes);
  const { clearFirst } = batch;
  writeTo(currentView(state), { writes: writesOf(batch), clearFirst, weigh }).then(
    () => written(batch, state),
    (error: unknown) => failed(batch, error, state),
  );
}

function writesOf({ rows }: Batch): Entry[] {
  const writes: Entry[] = [];
  for (const [key, value] of scanIn(rows, EVERY_KEY)) {
    writes.push([key, value === REMOVED ? undefined : value]);
  }
  return writes;
}

/** No key is above this: an encoded tuple begins with a lower byte. */
const EVERY_KEY: KeyRange = { from: "", to: "\u{ffff}" };

function written(batch: Batch, state: State): void {
  state.writing = undefined;
  if (state.view !== undefined) outdate(state.view);
  state.view = undefined;
  if (state.hiddenBy === batch) state.hiddenBy = undefined;
  batch.isDurable = true;
  // Rows that are kept in memory may go on naming the batch: it keeps no others alive.
  batch.rows = emptyTree(state.mark);
  // The disk is given its next batch before those who waited for this one go on: it works meanwhile.
  try {
    writeNext(state);
  } finally {
    batch.settle();
  }
}

/**
 * Later commits have built upon rows that are not on the disk: nothing here can be trusted any
 * more.
 */
function failed(batch: Batch, cause: unknown, state: State): void {
  const reason = cause instanceof Error ? cause.message : String(cause);
  state.failure = new Error(`the state could not be written to the disk: ${reason}`, { cause });
  state.writing = undefined;
  batch.settle(state.failure);
  state.gathering?.settle(state.failure);
  state.gathering = undefined;
}
