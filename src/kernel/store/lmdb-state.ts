/**
 * What is committed but not yet in the file, and how it gets there. A commit is visible at once. It
 * is durable when its batch is in the journal: one batch after the other. From time to time the rows
 * of all batches are put into the file, and the journal begins anew.
 */
import { join } from "node:path";
import { emptyTree, getIn, isEmptyTree, putIn, scanIn } from "./btree.ts";
import type { Mark, Tree } from "./btree.ts";
import type { Journal, JournalRow } from "./journal.ts";
import { closeUnread, drainInto, drainedUpTo, leaveView, openFile, outdate } from "./lmdb-file.ts";
import { recover, scanFrom, syncFolder, undoneOnFailure, viewOf } from "./lmdb-file.ts";
import type { FileView, LmdbFile } from "./lmdb-file.ts";
import { History } from "./readings.ts";
import type { Moment } from "./readings.ts";
import { RowCache } from "./row-cache.ts";
import { encodeRow, withoutUndefined } from "./rows.ts";
import type { Key, KeyRange, Value, Writes } from "./store.ts";

/** Commits that go to the disk together. Batches get there in the order of their numbers. */
export interface Batch {
  readonly number: number;
  /** In the order of the commits; none any more once it is durable. */
  rows: Pending[];
  /** Everything that was there before is removed first. */
  readonly clearFirst: boolean;
  readonly durable: Promise<void>;
  readonly settle: (error?: Error) => void;
  isDurable: boolean;
}

/** A row that is not yet in the file. */
export interface Pending extends JournalRow {
  /** Undefined: it is removed. */
  readonly value: Value;
  readonly batch: Batch;
  /** Of the value, when it has been encoded for the journal. */
  bytes: Buffer | undefined;
}

/** Rows over what is below: the newest of each key. */
export interface Layer {
  readonly rows: Tree<Pending>;
  /** Of what is below nothing counts: this batch clears it. */
  readonly clearedBy: Batch | undefined;
}

/**
 * A consistent picture: the file as it was, over it the rows that are being put into it, and over
 * those the ones that have come since.
 */
export interface Snapshot {
  readonly view: FileView;
  readonly draining: Layer | undefined;
  readonly newest: Layer;
  readonly mark: Mark;
  readonly since: Moment;
}

export interface State {
  readonly file: LmdbFile;
  readonly journal: Journal;
  readonly journalBytes: number;
  /** The file as it was when rows were last put into it. */
  view: FileView | undefined;
  /** Rows as they are now: of the present view, and of the commits on their way to it. */
  readonly cache: RowCache<Batch>;
  newest: Layer;
  /** Of the newest layer: nodes with this mark may be changed in place. */
  mark: Mark;
  /** Open snapshots of nodes with the present mark. */
  readers: number;
  draining: Layer | undefined;
  /** Resolves when nothing is being put into the file. */
  drained: Promise<void>;
  /** It is time to put rows into the file. */
  drainDue: boolean;
  drainTimer: NodeJS.Timeout | undefined;
  readonly history: History;
  gathering: Batch | undefined;
  writing: Batch | undefined;
  batches: number;
  /** The last batch in the journal, as the journal counts. */
  journaled: number;
  failure: Error | undefined;
  closing: boolean;
}

/** So long after a row came, or earlier, it is put into the file. */
const DRAIN_MS = 1000;

/** `journalBytes`: with more than this in the journal its rows are put into the file. */
export function openState(directory: string, journal: Journal, journalBytes: number): State {
  const file = openFile(join(directory, "state.lmdb"));
  syncFolder(directory);
  undoneOnFailure(
    () => closeUnread(file),
    () => recover(file, journal.read(drainedUpTo(file))),
  );
  const mark = {};
  return {
    file,
    journal,
    journalBytes,
    view: undefined,
    cache: new RowCache(),
    newest: { rows: emptyTree(mark), clearedBy: undefined },
    mark,
    readers: 0,
    draining: undefined,
    drained: Promise.resolve(),
    drainDue: false,
    drainTimer: undefined,
    history: new History(),
    gathering: undefined,
    writing: undefined,
    batches: 0,
    journaled: drainedUpTo(file),
    failure: undefined,
    closing: false,
  };
}

export function look(state: State): Snapshot {
  checkUsable(state);
  const view = currentView(state);
  view.users += 1;
  state.readers += 1;
  const { newest, draining, mark, history } = state;
  return { view, draining, newest, mark, since: history.enter() };
}

export function lookAway(snapshot: Snapshot, state: State): void {
  leaveView(snapshot.view);
  state.history.leave();
  if (snapshot.mark === state.mark) state.readers -= 1;
}

/** What the layers say of a row; `undefined` where only the file can say it. */
export function rowIn(
  { newest, draining }: Snapshot,
  key: Key,
): Pick<Pending, "value" | "batch"> | undefined {
  const found = getIn(newest.rows, key) ?? clearing(newest);
  if (found !== undefined || draining === undefined) return found;
  return getIn(draining.rows, key) ?? clearing(draining);
}

const clearing = ({ clearedBy }: Layer) => clearedBy && { value: undefined, batch: clearedBy };

type SeenEntry = readonly [Key, Value, Batch?];

/** Removed rows included, as `undefined`, so that the reader knows which batch it depends on. */
export function entriesOf(
  { view, draining, newest }: Snapshot,
  range: KeyRange,
): Iterable<SeenEntry> {
  const file = () => scanFrom(view, range);
  const below = draining === undefined ? file : () => laidOver(draining, file, range);
  return laidOver(newest, below, range);
}

const laidOver = (
  { rows, clearedBy }: Layer,
  below: () => Iterable<SeenEntry>,
  range: KeyRange,
): Iterable<SeenEntry> =>
  isEmptyTree(rows) && clearedBy === undefined
    ? below()
    : merged(rows, clearedBy === undefined ? below() : [], range);

function* merged(
  rows: Tree<Pending>,
  below: Iterable<SeenEntry>,
  range: KeyRange,
): Iterable<SeenEntry> {
  const above = scanIn(rows, range);
  let over = above.next();
  for (const entry of below) {
    while (over.done !== true && comesBefore(over.value[0], entry[0], range)) {
      yield seen(over.value[1]);
      over = above.next();
    }
    if (over.done !== true && over.value[0] === entry[0]) continue;
    yield entry;
  }
  for (; over.done !== true; over = above.next()) yield seen(over.value[1]);
}

const seen = ({ key, value, batch }: Pending): SeenEntry => [key, value, batch];

const comesBefore = (one: Key, other: Key, { reverse }: KeyRange) =>
  reverse === true ? one > other : one < other;

/** Visible from now on; durable when the batch is. */
export function apply(writes: Writes, state: State): Batch {
  checkUsable(state);
  const batch = state.gathering ?? gather(state, false);
  if (state.readers > 0) freeze(state);
  let { rows } = state.newest;
  writes.forEach((value, key) => {
    const row = withoutUndefined(value);
    const pending: Pending = { key, value: row, batch, bytes: undefined };
    batch.rows.push(pending);
    rows = putIn(rows, key, pending, state.mark);
    state.cache.renew(key, row, batch);
  });
  if (rows !== state.newest.rows) state.newest = { rows, clearedBy: state.newest.clearedBy };
  state.history.add(writes);
  return batch;
}

export function hideEverything(state: State): void {
  checkUsable(state);
  freeze(state);
  state.cache.clear();
  state.newest = { rows: emptyTree(state.mark), clearedBy: gather(state, true) };
  state.drainDue = true;
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
  clearTimeout(state.drainTimer);
  try {
    await flushed(state);
    await state.drained;
    drain(state);
    await state.drained;
    if (state.failure !== undefined) throw state.failure;
  } finally {
    if (state.view !== undefined) {
      outdate(state.view);
      state.view.closed = true;
    }
    await state.file.close();
    state.journal.close();
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

/** From now on the newest layer's present nodes are copied before they are changed. */
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
    rows: [],
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
  if (batch === undefined || isBehind(state)) return;
  state.gathering = undefined;
  state.writing = batch;
  const { rows, clearFirst } = batch;
  try {
    for (const row of rows) encode(row, state);
    state.journal.append({ number: state.journaled + 1, clearFirst, rows }, (error) => {
      if (error === null) written(batch, state);
      else failed(error, state);
    });
  } catch (error) {
    failed(error, state);
  }
}

/** The file takes rows more slowly than they come: those who commit wait until it has them. */
const isBehind = ({ draining, journal, journalBytes }: State): boolean =>
  draining !== undefined && journal.sizeBytes > BEHIND_TIMES * journalBytes;

const BEHIND_TIMES = 32;

function encode(row: Pending, { cache }: State): void {
  if (row.value === undefined) return;
  row.bytes = encodeRow(row.value);
  cache.weigh(row.key, row.bytes.length);
}

function written(batch: Batch, state: State): void {
  state.journaled += 1;
  state.writing = undefined;
  batch.isDurable = true;
  // Rows that are kept in memory may go on naming the batch: it keeps no others alive.
  batch.rows = [];
  if (state.journal.sizeBytes > state.journalBytes) state.drainDue = true;
  if (state.drainDue) drain(state);
  else if (!state.closing) state.drainTimer ??= drainLater(state);
  // The disk is given its next batch before those who waited for this one go on: it works meanwhile.
  try {
    writeNext(state);
  } finally {
    batch.settle();
  }
}

function drainLater(state: State): NodeJS.Timeout {
  const timer = setTimeout(() => {
    state.drainTimer = undefined;
    state.drainDue = true;
    // A batch that is being written sees to it when it is there.
    if (state.writing === undefined) drain(state);
  }, DRAIN_MS);
  return timer.unref();
}

/**
 * Begins to put the rows of the journal into the file; to be called while no batch is being written.
 * Those of the batch that gathers stay where they are: nobody may find half of it in the file.
 */
function drain(state: State): void {
  const { newest, gathering, draining } = state;
  if (draining !== undefined || state.failure !== undefined) return;
  if (newest.clearedBy?.isDurable === false) return;
  const upTo = state.journaled;
  const rows: Pending[] = [];
  for (const [, row] of scanIn(newest.rows, EVERY_KEY)) if (row.batch.isDurable) rows.push(row);
  const clearFirst = newest.clearedBy !== undefined;
  state.drainDue = false;
  if (rows.length === 0 && !clearFirst) return;
  freeze(state);
  state.journal.turn();
  state.draining = newest;
  let kept: Tree<Pending> = emptyTree(state.mark);
  for (const row of gathering?.rows ?? []) kept = putIn(kept, row.key, row, state.mark);
  state.newest = { rows: kept, clearedBy: undefined };
  const until = gathering?.durable;
  state.drained = drainInto(currentView(state), { rows, clearFirst, upTo, until }).then(
    () => {
      if (state.view !== undefined) outdate(state.view);
      state.view = undefined;
      state.draining = undefined;
      if (state.writing !== undefined) return;
      if (state.drainDue) drain(state);
      writeNext(state);
    },
    (error: unknown) => failed(error, state),
  );
}

/** No key is above this: an encoded tuple begins with a lower byte. */
const EVERY_KEY: KeyRange = { from: "", to: "\u{ffff}" };

/**
 * Later commits have built upon rows that are not on the disk: nothing here can be trusted any
 * more.
 */
function failed(cause: unknown, state: State): void {
  const reason = cause instanceof Error ? cause.message : String(cause);
  state.failure ??= new Error(`the state could not be written to the disk: ${reason}`, { cause });
  const { writing, gathering } = state;
  state.writing = undefined;
  state.gathering = undefined;
  writing?.settle(state.failure);
  gathering?.settle(state.failure);
}
