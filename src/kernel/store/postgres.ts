/**
 * The store that many nodes share: one table on PostgreSQL, or on a database that speaks its
 * protocol.
 * A transaction here is one SERIALIZABLE transaction there, begun by its first read and in the same
 * round trip; nodes have to agree on nothing but the database. What is not here yet suspends the
 * reader.
 */
import { Pool } from "pg";
import { checkFormat, END_KEY, FIRST_KEY, FORMAT_KEY, FORMAT_VERSION } from "./format.ts";
import { addPiece, addRow, knownRow, knownStart, nothingLoaded, rowsOf } from "./loaded.ts";
import { bucketOf, isBucket, memberOf, membersOf, storedKey } from "./long-keys.ts";
import { storedRange, storedWrites } from "./long-keys.ts";
import { codeOf, inOurWords, openSession } from "./postgres-session.ts";
import type { Session, StoredRow } from "./postgres-session.ts";
import { statementsFor } from "./postgres-sql.ts";
import type { Statements, StoredPut } from "./postgres-sql.ts";
import { decodeRow, encodeRow, withoutUndefined } from "./rows.ts";
import { Conflict, Suspension } from "./store.ts";
import type { Entry, Key, Store, StoreTransaction, Value, Writes } from "./store.ts";

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Created on first use. */
  readonly table?: string;
  /** Transactions at the same time; later ones wait their turn. */
  readonly connectionsMax?: number;
}

/**
 * More at a time conflict more often than they help: SERIALIZABLE locks whole pages of the index.
 */
const CONNECTIONS_MAX = 8;
const CONNECT_MILLISECONDS = 30_000;

export function postgresStore({ url, table = "snowglobe", ...more }: PostgresOptions): Store {
  const remote = openRemote(url, table, more.connectionsMax ?? CONNECTIONS_MAX);
  return {
    shared: true,
    begin: () => newTransaction(remote),
    async flushed() {
      await Promise.allSettled(remote.committing);
    },
    clear: () => clear(remote),
    export: () => exportAll(remote),
    async close() {
      await Promise.allSettled(remote.committing);
      for (const session of remote.sessions) session.abandon();
      await remote.pool.end();
    },
  };
}

interface Remote {
  readonly pool: Pool;
  readonly statements: Statements;
  /** Creates the table if need be, once; a failure is tried again by whoever comes next. */
  readonly ready: () => Promise<void>;
  readonly sessions: Set<Session>;
  readonly committing: Set<Promise<void>>;
  /** Transactions that have only read since one has written. */
  onlyRead: number;
}

function openRemote(url: string, table: string, connectionsMax: number): Remote {
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
    application_name: "snowglobe",
    // A scan of a small table would conflict with every write to it. Not every dialect knows this
    // setting.
    // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits, whatever its types say
    onConnect: (client) => client.query("SET enable_seqscan = off").then(nothing, nothing),
  });
  // A connection lost while nobody uses it is replaced when somebody does.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const statements = statementsFor(table);
  let prepared: Promise<void> | undefined;
  const ready = () => {
    prepared ??= prepare(pool, statements, table).catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    return prepared;
  };
  return { pool, statements, ready, sessions: new Set(), committing: new Set(), onlyRead: 0 };
}

const nothing = () => undefined;

async function prepare(pool: Pool, statements: Statements, table: string): Promise<void> {
  await createTable(pool, statements, CREATE_ATTEMPTS);
  const { rows } = await pool.query<StoredRow>(statements.rows([FORMAT_KEY]));
  const [row] = rows;
  checkFormat(row === undefined ? undefined : decodeRow(row.value), `the table ${table}`);
  if (row === undefined) {
    await pool.query(statements.putIfAbsent([FORMAT_KEY, encodeRow(FORMAT_VERSION)]));
  }
}

const CREATE_ATTEMPTS = 5;

/**
 * Two nodes that create it at the same moment: one is told that a name is taken, or to try again.
 */
async function createTable(pool: Pool, statements: Statements, attempts: number): Promise<void> {
  try {
    await pool.query(statements.create);
  } catch (error) {
    const another = ["23505", "42P07", "42710", "40001", "XX000"].includes(codeOf(error));
    if (!another || attempts <= 1) throw inOurWords(error, "");
    await createTable(pool, statements, attempts - 1);
  }
}

function newSession(remote: Remote): Session {
  const session = openSession(remote.pool, remote.ready);
  remote.sessions.add(session);
  return session;
}

/** Rows of the first page of a scan when the reader gives no hint, and of the largest. */
const PAGE_FIRST = 32;
const PAGE_MAX = 4096;

function newTransaction(remote: Remote): StoreTransaction {
  const { statements } = remote;
  const loaded = nothingLoaded();
  let session: Session | undefined;
  let over = false;

  const current = (): Session => {
    if (over) throw new Error("the transaction is over");
    return (session ??= newSession(remote));
  };
  const end = () => {
    over = true;
    if (session !== undefined) remote.sessions.delete(session);
  };
  const loadRows = async (keys: readonly Key[]) => {
    const rows = await current().text(statements.rows(keys));
    for (const key of keys) addRow(loaded, key, undefined);
    for (const row of rows) addRow(loaded, row.key.toString("latin1"), decodeRow(row.value));
  };
  const stored = (key: Key): Value => {
    if (over) throw new Error("the transaction is over");
    const row = knownRow(loaded, key);
    if (row === undefined) throw new Suspension(() => loadRows([key]));
    return row.value;
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
          const limit = Math.min(PAGE_MAX, Math.max(range.expected ?? PAGE_FIRST, seen * 4, 1));
          const page = { ...rest, reverse, limit };
          throw new Suspension(() => loadPage(current(), page, loaded, statements));
        }
        for (const [key, value] of rowsOf(loaded, { ...known, reverse })) {
          seen += 1;
          if (isBucket(key)) yield* membersOf(key, bucketOf(value), range);
          else yield [key, value];
        }
        rest = reverse ? { from: rest.from, to: known.from } : { from: known.to, to: rest.to };
      }
    },

    commit(writes) {
      if (over) throw new Error("the transaction is over");
      if (writes.size === 0 && session?.begun !== true) {
        this.rollback();
        return undefined;
      }
      const committing = commit(writes).finally(() => remote.committing.delete(committing));
      remote.committing.add(committing);
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
      const missing = buckets.filter((key) => knownRow(loaded, key) === undefined);
      if (missing.length > 0) await loadRows(missing);
      end();
      countReaders(remote, writes);
      await ending.commit(writeText(writes, (key) => knownRow(loaded, key)?.value, statements));
    } finally {
      end();
      ending.abandon();
    }
  }
}

const READERS_MAX = 100;

/**
 * PostgreSQL keeps the predicate locks of a transaction that has only read until a later one has
 * written and all from before that have ended. Where nobody writes, it would run out of room for
 * them.
 */
function countReaders(remote: Remote, { size }: Writes): void {
  remote.onlyRead = size > 0 ? 0 : remote.onlyRead + 1;
  if (remote.onlyRead < READERS_MAX) return;
  remote.onlyRead = 0;
  remote.pool.query(remote.statements.touch).then(nothing, nothing);
}

/** The store's own rows come before all others, and are nobody's. */
function aboveOurOwn({ from, to }: { from: Key; to: Key }): { from: Key; to: Key } {
  return { from: from < FIRST_KEY ? FIRST_KEY : from, to: to < END_KEY ? to : END_KEY };
}

async function loadPage(
  session: Session,
  page: { from: Key; to: Key; reverse: boolean; limit: number },
  loaded: ReturnType<typeof nothingLoaded>,
  statements: Statements,
): Promise<void> {
  const entries = entriesOf(await session.text(statements.page(page)));
  const last = entries.length < page.limit ? undefined : entries.at(-1)?.[0];
  if (last === undefined) addPiece(loaded, page, entries);
  else if (page.reverse) addPiece(loaded, { from: last, to: page.to }, entries);
  else addPiece(loaded, { from: page.from, to: `${last}\0` }, entries);
}

const entriesOf = (rows: readonly StoredRow[]): Entry[] =>
  rows.map(({ key, value }) => [key.toString("latin1"), decodeRow(value)]);

function writeText(writes: Writes, read: (key: Key) => Value, statements: Statements): string {
  const puts: StoredPut[] = [];
  const removes: Key[] = [];
  const stored = storedWrites(writes, (at) => bucketOf(read(at) ?? []));
  // Rows locked in one order by all: then writers wait for each other instead of meeting in a
  // deadlock.
  for (const [key, value] of [...stored].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === undefined) removes.push(key);
    else puts.push([key, encodeRow(withoutUndefined(value))]);
  }
  return statements.write(puts, removes);
}

const CLEAR_ATTEMPTS = 50;

async function clear(remote: Remote): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const session = newSession(remote);
    try {
      await session.text(remote.statements.clear(FIRST_KEY));
      await session.commit("");
      return;
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === CLEAR_ATTEMPTS) throw error;
    } finally {
      session.abandon();
      remote.sessions.delete(session);
    }
  }
}

const EXPORT_PAGE = 1000;

async function* exportAll(remote: Remote): AsyncGenerator<Entry> {
  const session = await readingOneMoment(remote);
  try {
    for (let from: Key | undefined = FIRST_KEY; from !== undefined;) {
      const page = { from, to: END_KEY, reverse: false, limit: EXPORT_PAGE };
      const entries = entriesOf(await session.text(remote.statements.page(page)));
      for (const [key, value] of entries) {
        if (isBucket(key)) yield* membersOf(key, bucketOf(value), page);
        else yield [key, value];
      }
      const last = entries.length < EXPORT_PAGE ? undefined : entries.at(-1)?.[0];
      from = last === undefined ? undefined : `${last}\0`;
    }
  } finally {
    session.abandon();
    remote.sessions.delete(session);
  }
}

/**
 * DEFERRABLE waits for a moment that nothing later can contradict. CockroachDB refuses the word,
 * and does not need it: there every moment is one.
 */
async function readingOneMoment(remote: Remote): Promise<Session> {
  const session = newSession(remote);
  try {
    await session.text("SET TRANSACTION READ ONLY DEFERRABLE");
    return session;
  } catch (error) {
    session.abandon();
    remote.sessions.delete(session);
    if (!isRefused(error)) throw error;
  }
  const plain = newSession(remote);
  await plain.text("SET TRANSACTION READ ONLY");
  return plain;
}

/** The server does not know what it was asked for. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error && ["0A000", "42601"].includes(codeOf(error.cause));
