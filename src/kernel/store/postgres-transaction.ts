/**
 * A transaction of ours on the remote store: what of the rows is here, what is still wanted, and
 * its one commit.
 *
 * A reader that may guess is answered at once where a row is not here yet: with the row as it was
 * when this node last saw it, or with none. So one run tells of many rows that it needs, and they
 * come in one round trip, where every one alone would cost a round trip and a run. What was guessed
 * makes the run worthless: it is only ever the last run, which guessed nothing, that counts.
 */
import { END_KEY, FIRST_KEY } from "./format.ts";
import { addPiece, addRow, knownRow, knownStart, nothingLoaded, rowsOf } from "./loaded.ts";
import type { Loaded } from "./loaded.ts";
import { bucketOf, isBucket, memberOf, membersOf, storedKey } from "./long-keys.ts";
import { storedRange, storedWrites } from "./long-keys.ts";
import type { Session, StoredRow } from "./postgres-session.ts";
import type { PageBounds, Statements, StoredPut } from "./postgres-sql.ts";
import type { RowCache } from "./row-cache.ts";
import { decodeRow, encodeRow, withoutUndefined } from "./rows.ts";
import { Suspension } from "./store.ts";
import type { BeginOptions, Entry, Key, StoreTransaction, Value, Writes } from "./store.ts";

/** What a transaction needs of its store. */
export interface Ground {
  readonly statements: Statements;
  /** Rows as this node last saw them: good for guesses only. */
  readonly lastSeen: RowCache;
  openSession(): Session;
  closed(session: Session): void;
  /** Told of every commit while it is under way. */
  committing(commit: Promise<void>, writes: Writes): void;
}

/** Rows of the first page of a scan when the reader gives no hint, and of the largest. */
const PAGE_FIRST = 32;
const PAGE_MAX = 4096;
/** After so many guesses a run may be on a way that no state of the store would have led it. */
const GUESSES_MAX = 1000;

export function newTransaction(ground: Ground, options: BeginOptions): StoreTransaction {
  const { lastSeen } = ground;
  const loaded = nothingLoaded();
  let wanted = nothingWanted();
  let guesses = 0;
  let session: Session | undefined;
  let over = false;

  const current = (): Session => {
    if (over) throw new Error("the transaction is over");
    return (session ??= ground.openSession());
  };
  const end = () => {
    over = true;
    if (session !== undefined) ground.closed(session);
  };
  const load = async () => {
    const asked = wanted;
    wanted = nothingWanted();
    guesses = 0;
    await loadWanted(current(), asked, loaded, ground);
  };
  /** After something was added to what is wanted. */
  const guessOrSuspend = () => {
    guesses += 1;
    if (options.guessing !== true || guesses > GUESSES_MAX) throw new Suspension(load);
  };
  const stored = (key: Key): Value => {
    if (over) throw new Error("the transaction is over");
    const row = knownRow(loaded, key);
    if (row !== undefined) return row.value;
    wanted.rows.add(key);
    guessOrSuspend();
    return lastSeen.get(key);
  };

  return {
    get(key) {
      const at = storedKey(key);
      const value = stored(at);
      return value === undefined || !isBucket(at) ? value : memberOf(bucketOf(value), key);
    },

    *scan(range) {
      if (over) throw new Error("the transaction is over");
      const reverse = range.reverse === true;
      let rest = aboveOurOwn(storedRange(range));
      let seen = 0;
      while (rest.from < rest.to) {
        const known = knownStart(loaded, { ...rest, reverse });
        if (known === undefined) {
          // Who goes on because rows were guessed away will find them, and stop before.
          if (seen > 0 && guesses > 0) return;
          const limit = Math.min(PAGE_MAX, Math.max(range.expected ?? PAGE_FIRST, seen * 4, 1));
          wantPage(wanted, { ...rest, reverse, limit });
          guessOrSuspend();
          return;
        }
        for (const [key, value] of rowsOf(loaded, { ...known, reverse })) {
          seen += 1;
          if (isBucket(key)) yield* membersOf(key, bucketOf(value), range);
          else yield [key, value];
        }
        rest = reverse ? { from: rest.from, to: known.from } : { from: known.to, to: rest.to };
      }
    },

    guessed: () => (isNothing(wanted) ? undefined : new Suspension(load)),

    commit(writes) {
      if (over) throw new Error("the transaction is over");
      if (!isNothing(wanted)) throw new Error("what was only guessed cannot be committed");
      if (writes.size === 0 && session?.begun !== true) {
        this.rollback();
        return undefined;
      }
      const committing = commit(writes);
      ground.committing(committing, writes);
      return committing;
    },

    rollback() {
      if (over) return;
      end();
      session?.abandon();
    },
  };

  async function commit(writes: Writes): Promise<void> {
    const ending = current();
    try {
      const buckets = [...writes.keys()].map(storedKey).filter(isBucket);
      for (const key of buckets) if (knownRow(loaded, key) === undefined) wanted.rows.add(key);
      if (!isNothing(wanted)) await load();
      end();
      await ending.commit(writeText(writes, loaded, ground));
    } finally {
      end();
      ending.abandon();
    }
  }
}

interface Wanted {
  readonly rows: Set<Key>;
  readonly pages: PageBounds[];
}

const nothingWanted = (): Wanted => ({ rows: new Set(), pages: [] });

const isNothing = ({ rows, pages }: Wanted): boolean => rows.size === 0 && pages.length === 0;

function wantPage({ pages }: Wanted, page: PageBounds): void {
  const same = (other: PageBounds) =>
    other.from === page.from && other.to === page.to && other.reverse === page.reverse;
  if (!pages.some(same)) pages.push(page);
}

/** In one round trip. */
async function loadWanted(
  session: Session,
  { rows, pages }: Wanted,
  loaded: Loaded,
  { statements, lastSeen }: Ground,
): Promise<void> {
  const questions = pages.map((page) => statements.page(page));
  if (rows.size > 0) questions.push(statements.rows([...rows]));
  const answers = await session.lists(questions);
  for (const [at, page] of pages.entries()) {
    addPage(loaded, page, (answers[at] ?? []).map(entryOf));
  }
  if (rows.size === 0) return;
  for (const key of rows) addRow(loaded, key, undefined);
  lastSeen.forget(rows);
  for (const row of answers.at(-1) ?? []) {
    const [key, value] = entryOf(row);
    addRow(loaded, key, value);
    lastSeen.keep(key, value, row.value.length);
  }
}

/** What a page tells: every row from where it begins to its last one, or to its end. */
function addPage(loaded: Loaded, page: PageBounds, entries: readonly Entry[]): void {
  const last = entries.length < page.limit ? undefined : entries.at(-1)?.[0];
  if (last === undefined) addPiece(loaded, page, entries);
  else if (page.reverse) addPiece(loaded, { from: last, to: page.to }, entries);
  else addPiece(loaded, { from: page.from, to: `${last}\0` }, entries);
}

export const entryOf = ({ key, value }: StoredRow): Entry => [
  key.toString("latin1"),
  decodeRow(value),
];

/** The store's own rows come before all others, and are nobody's. */
function aboveOurOwn({ from, to }: { from: Key; to: Key }): { from: Key; to: Key } {
  return { from: from < FIRST_KEY ? FIRST_KEY : from, to: to < END_KEY ? to : END_KEY };
}

function writeText(writes: Writes, loaded: Loaded, { statements, lastSeen }: Ground): string {
  const puts: StoredPut[] = [];
  const removes: Key[] = [];
  const stored = storedWrites([...writes], (at) => bucketOf(knownRow(loaded, at)?.value ?? []));
  // Rows locked in one order by all: then writers wait for each other instead of meeting in a
  // deadlock.
  for (const [key, value] of [...stored].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === undefined) {
      removes.push(key);
      continue;
    }
    const plain = withoutUndefined(value);
    const bytes = encodeRow(plain);
    puts.push([key, bytes]);
    lastSeen.keep(key, plain, bytes.length);
  }
  lastSeen.forget(new Set(removes));
  return statements.write(puts, removes);
}
