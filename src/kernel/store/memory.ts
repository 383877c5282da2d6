/** The store for tests and ephemeral clouds: everything in memory, a fork of everything in O(1). */
import { emptyTree, getIn, putIn, removeIn, scanIn } from "./btree.ts";
import type { Mark, Tree } from "./btree.ts";
import { changedSince, History, noReadings, noteScan } from "./readings.ts";
import type { Moment, Readings } from "./readings.ts";
import { withoutUndefined } from "./rows.ts";
import { Conflict } from "./store.ts";
import type { Entry, Key, KeyRange, Store, StoreTransaction, Value, Writes } from "./store.ts";

export interface MemoryStore extends Store {
  fork(): MemoryStore;
}

export function memoryStore(): MemoryStore {
  return storeOver(newState(emptyTree({})));
}

interface State {
  tree: Tree<Value>;
  /** Nodes with this mark are seen by nobody but the next commit. */
  mark: Mark;
  /** Open transactions that look at nodes with the present mark. */
  readers: number;
  readonly history: History;
}

const newState = (tree: Tree<Value>): State => ({
  tree,
  mark: {},
  readers: 0,
  history: new History(),
});

function storeOver(state: State): MemoryStore {
  return {
    shared: false,
    begin: (options) => new MemoryTransaction(state, options?.atOnce === true),
    flushed: () => Promise.resolve(),
    close: () => Promise.resolve(),
    clear() {
      freeze(state);
      state.tree = emptyTree(state.mark);
      state.history.add("everything");
      return Promise.resolve();
    },
    async *export() {
      freeze(state);
      yield* scanIn(state.tree, EVERYTHING);
    },
    fork() {
      freeze(state);
      return storeOver(newState(state.tree));
    },
  };
}

/** No key is above this: an encoded tuple begins with a lower byte. */
const EVERYTHING: KeyRange = { from: "", to: "\u{ffff}" };

/** From now on the present nodes are copied before they are changed. */
function freeze(state: State): void {
  state.mark = {};
  state.readers = 0;
}

class MemoryTransaction implements StoreTransaction {
  readonly #state: State;
  /** Absent: nothing changes before it ends. */
  readonly #readings: Readings | undefined;
  /** What it looks at, and since when: fixed by its first read. */
  #tree: Tree<Value> | undefined;
  #since: Moment | undefined;
  #mark: Mark | undefined;
  #over = false;

  constructor(state: State, atOnce: boolean) {
    this.#state = state;
    this.#readings = atOnce ? undefined : noReadings();
  }

  get(key: Key): Value {
    const tree = this.#tree ?? this.#look();
    this.#readings?.keys.push(key);
    return getIn(tree, key);
  }

  scan(range: KeyRange): Iterable<Entry> {
    const tree = this.#tree ?? this.#look();
    return scanIn(tree, range, this.#readings && noteScan(this.#readings, range));
  }

  commit(writes: Writes): undefined {
    if (this.#over) throw new Error("the transaction is over");
    const since = this.#since;
    const readings = this.#readings;
    this.rollback();
    if (writes.size === 0) return undefined;
    if (since !== undefined && readings !== undefined && changedSince(since, readings)) {
      throw new Conflict("what the transaction read has changed since");
    }
    apply(writes, this.#state);
    return undefined;
  }

  rollback(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#since === undefined) return;
    this.#state.history.leave();
    if (this.#mark === this.#state.mark) this.#state.readers -= 1;
    this.#tree = undefined;
    this.#since = undefined;
  }

  #look(): Tree<Value> {
    if (this.#over) throw new Error("the transaction is over");
    const state = this.#state;
    state.readers += 1;
    this.#mark = state.mark;
    this.#since = state.history.enter();
    this.#tree = state.tree;
    return state.tree;
  }
}

function apply(writes: Writes, state: State): void {
  if (state.readers > 0) freeze(state);
  let { tree } = state;
  writes.forEach((value, key) => {
    tree =
      value === undefined
        ? removeIn(tree, key, state.mark)
        : putIn(tree, key, withoutUndefined(value), state.mark);
  });
  state.tree = tree;
  state.history.add(writes);
}
