/**
 * The store that many nodes share: one table on PostgreSQL, or on a database that speaks its
 * protocol.
 * A transaction here is one SERIALIZABLE transaction there, begun by its first read and in the same
 * round trip; nodes have to agree on nothing but the database. What is not here yet suspends the
 * reader.
 */
import type { Pool } from "pg";
import { checkFormat, END_KEY, FIRST_KEY, FORMAT_KEY, FORMAT_VERSION } from "./format.ts";
import { bucketOf, isBucket, membersOf } from "./long-keys.ts";
import { createTables, onceReady, openPool } from "./postgres-pool.ts";
import { openSession, stateOf } from "./postgres-session.ts";
import type { Session, StoredRow } from "./postgres-session.ts";
import { statementsFor } from "./postgres-sql.ts";
import type { Statements } from "./postgres-sql.ts";
import { entryOf, newTransaction } from "./postgres-transaction.ts";
import type { Ground } from "./postgres-transaction.ts";
import { RowCache } from "./row-cache.ts";
import { decodeRow, encodeRow } from "./rows.ts";
import { Conflict } from "./store.ts";
import type { Entry, Key, Store, Writes } from "./store.ts";

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

export function postgresStore({ url, table = "snowglobe", ...more }: PostgresOptions): Store {
  const remote = openRemote(url, table, more.connectionsMax ?? CONNECTIONS_MAX);
  const ground = groundOf(remote);
  return {
    shared: true,
    begin: (options = {}) => newTransaction(ground, options),
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
  readonly lastSeen: RowCache;
  /** Creates the table if need be. */
  readonly ready: () => Promise<void>;
  readonly sessions: Set<Session>;
  readonly committing: Set<Promise<void>>;
  /** Transactions that have only read since one has written. */
  onlyRead: number;
}

function openRemote(url: string, table: string, connectionsMax: number): Remote {
  // A scan of a small table would conflict with every write to it.
  const setting = "SET enable_seqscan = off";
  const pool = openPool({ url, name: "snowglobe", connectionsMax, setting });
  const statements = statementsFor(table);
  return {
    pool,
    statements,
    lastSeen: new RowCache(),
    ready: onceReady(() => prepare(pool, statements, table)),
    sessions: new Set(),
    committing: new Set(),
    onlyRead: 0,
  };
}

async function prepare(pool: Pool, statements: Statements, table: string): Promise<void> {
  await createTables(pool, statements.create);
  const { rows } = await pool.query<StoredRow>(statements.rows([FORMAT_KEY]));
  const [row] = rows;
  checkFormat(row === undefined ? undefined : decodeRow(row.value), `the table ${table}`);
  if (row === undefined) {
    await pool.query(statements.putIfAbsent([FORMAT_KEY, encodeRow(FORMAT_VERSION)]));
  }
}

function groundOf(remote: Remote): Ground {
  const { statements, lastSeen, sessions, committing } = remote;
  return {
    statements,
    lastSeen,
    openSession: () => newSession(remote),
    closed: (session) => sessions.delete(session),
    committing(commit, writes) {
      countReaders(remote, writes);
      committing.add(commit);
      const over = () => committing.delete(commit);
      commit.then(over, over);
    },
  };
}

function newSession(remote: Remote): Session {
  const session = openSession(remote.pool, remote.ready);
  remote.sessions.add(session);
  return session;
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

const nothing = () => undefined;

const CLEAR_ATTEMPTS = 50;

async function clear(remote: Remote): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const session = newSession(remote);
    try {
      await session.lists([remote.statements.clear(FIRST_KEY)]);
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
      const [rows = []] = await session.lists([remote.statements.page(page)]);
      const entries = rows.map(entryOf);
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
    await session.lists(["SET TRANSACTION READ ONLY DEFERRABLE"]);
    return session;
  } catch (error) {
    session.abandon();
    remote.sessions.delete(session);
    if (!isRefused(error)) throw error;
  }
  const plain = newSession(remote);
  await plain.lists(["SET TRANSACTION READ ONLY"]);
  return plain;
}

/** The server does not know what it was asked for. */
const isRefused = (error: unknown): boolean =>
  error instanceof Error && ["0A000", "42601"].includes(stateOf(error.cause));
