/**
 * The SQL that the remote store speaks: plain, so that CockroachDB and YugabyteDB understand it
 * too.
 */
import { FORMAT_KEY } from "./format.ts";
import type { Key } from "./store.ts";

/**
 * The statements of one table, as text with the bytes written out: only so can a transaction's
 * first statement travel with its BEGIN, and its writes with their COMMIT, in one round trip.
 */
export interface Statements {
  readonly create: string;
  readonly rows: (keys: readonly Key[]) => string;
  readonly page: (page: PageBounds) => string;
  readonly write: (puts: readonly StoredPut[], removes: readonly Key[]) => string;
  readonly putIfAbsent: (put: StoredPut) => string;
  readonly clear: (from: Key) => string;
  /** Changes nothing, but counts as a transaction that writes. */
  readonly touch: string;
}

export interface PageBounds {
  readonly from: Key;
  readonly to: Key;
  readonly reverse: boolean;
  readonly limit: number;
}

export type StoredPut = readonly [key: Key, value: Buffer];

export const BEGIN = "BEGIN ISOLATION LEVEL SERIALIZABLE";

export function statementsFor(table: string): Statements {
  if (!/^[a-z_][a-z0-9_]{0,50}$/.test(table)) throw new Error(`not a table name: ${table}`);
  const select = `SELECT key, value FROM ${table}`;
  return {
    create: `CREATE TABLE IF NOT EXISTS ${table} (key bytea PRIMARY KEY, value bytea NOT NULL)`,
    rows: (keys) => `${select} WHERE key IN (${keys.map(keyLiteral).join(", ")})`,
    page: ({ from, to, reverse, limit }) =>
      `${select} WHERE key >= ${keyLiteral(from)} AND key < ${keyLiteral(to)} ` +
      `ORDER BY key ${reverse ? "DESC" : "ASC"} LIMIT ${limit}`,
    write: (puts, removes) => writeText(table, puts, removes),
    putIfAbsent: (put) => `${insertText(table, [put])} ON CONFLICT (key) DO NOTHING`,
    touch: `${select} WHERE key = ${keyLiteral(FORMAT_KEY)} FOR KEY SHARE`,
    clear: (from) => `DELETE FROM ${table} WHERE key >= ${keyLiteral(from)}`,
  };
}

function writeText(table: string, puts: readonly StoredPut[], removes: readonly Key[]): string {
  const statements: string[] = [];
  if (removes.length > 0) {
    statements.push(`DELETE FROM ${table} WHERE key IN (${removes.map(keyLiteral).join(", ")})`);
  }
  if (puts.length > 0) {
    const overwrite = "ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    statements.push(`${insertText(table, puts)} ${overwrite}`);
  }
  return statements.join("; ");
}

function insertText(table: string, puts: readonly StoredPut[]): string {
  const rows = puts.map(([key, value]) => `(${keyLiteral(key)}, ${literal(value)})`);
  return `INSERT INTO ${table} (key, value) VALUES ${rows.join(", ")}`;
}

/** Only hexadecimal digits: nothing of a key or value can end the literal. */
const literal = (bytes: Buffer): string => `'\\x${bytes.toString("hex")}'::bytea`;

const keyLiteral = (key: Key): string => literal(Buffer.from(key, "latin1"));
