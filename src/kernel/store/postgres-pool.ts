/** Connections to PostgreSQL, and the tables that the first to come creates. */
import { Pool } from "pg";
import { inOurWords, stateOf } from "./postgres-session.ts";

export interface PoolOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** As the server lists it. */
  readonly name: string;
  readonly connectionsMax: number;
  /** For every new connection. Not every dialect knows every setting: it may fail. */
  readonly setting?: string;
}

const CONNECT_MILLISECONDS = 30_000;

export function openPool({ url, name, connectionsMax, setting }: PoolOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
    application_name: name,
    ...(setting === undefined
      ? {}
      : // oxlint-disable-next-line typescript/no-misused-promises -- the pool waits, whatever its types say
        { onConnect: (client) => client.query(setting).then(nothing, nothing) }),
  });
  // A connection lost while nobody uses it is replaced when somebody does.
  pool.on("error", nothing);
  pool.on("connect", (client) => client.on("error", nothing));
  return pool;
}

const nothing = () => undefined;

/** Prepares once; a failure is tried again by whoever comes next. */
export function onceReady(prepare: () => Promise<void>): () => Promise<void> {
  let prepared: Promise<void> | undefined;
  return () => {
    prepared ??= prepare().catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    return prepared;
  };
}

const CREATE_ATTEMPTS = 5;
/**
 * What one of two nodes hears that create a table at the same moment: that a name is taken, or to
 * try again.
 */
const CREATED_MEANWHILE = new Set(["23505", "42P07", "42710", "40001", "XX000"]);

/** `CREATE TABLE IF NOT EXISTS …`, also beside others that do so. */
export async function createTables(
  pool: Pool,
  sql: string,
  attempts = CREATE_ATTEMPTS,
): Promise<void> {
  try {
    await pool.query(sql);
  } catch (error) {
    if (!CREATED_MEANWHILE.has(stateOf(error)) || attempts <= 1) throw inOurWords(error, "");
    await createTables(pool, sql, attempts - 1);
  }
}
