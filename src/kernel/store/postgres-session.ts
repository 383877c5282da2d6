/** One transaction's connection: opened by its first statement, given back at its end. */
import type { Pool, PoolClient, QueryResult } from "pg";
import { codeOf } from "../error-code.ts";
import { BEGIN } from "./postgres-sql.ts";
import { Conflict } from "./store.ts";

export interface Session {
  /**
   * Statements as text, in one round trip: what each answers. The first also begins the
   * transaction.
   */
  lists(sql: readonly string[]): Promise<StoredRow[][]>;
  /** Ends the transaction with these last statements, in one round trip. */
  commit(sql: string): Promise<void>;
  /**
   * Ends it without effect. Safe at any time, also while a statement is under way, and more than
   * once.
   */
  abandon(): void;
  readonly begun: boolean;
}

export interface StoredRow {
  readonly key: Buffer;
  readonly value: Buffer;
}

export function openSession(pool: Pool, ready: () => Promise<void>): Session {
  let connecting: Promise<PoolClient> | undefined;
  let begun = false;
  let over = false;
  /** What is under way: a connection takes one statement after the other. */
  let work: Promise<unknown> = Promise.resolve();

  const client = (): Promise<PoolClient> => {
    if (over) return Promise.reject(new Error("the transaction is over"));
    connecting ??= ready().then(() => pool.connect());
    return connecting;
  };
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const turn = work.then(step);
    work = turn.catch(() => undefined);
    return turn;
  };
  return {
    get begun() {
      return begun;
    },
    lists: (sql) =>
      inTurn(async () => {
        const used = await answered(client());
        const whole = (begun ? sql : [BEGIN, ...sql]).join("; ");
        begun = true;
        return listsOf(await answered(used.query<StoredRow>(whole))).slice(-sql.length);
      }),
    commit: (sql) =>
      inTurn(async () => {
        const used = await answered(client());
        over = true;
        await commitAndRelease(used, [begun ? "" : BEGIN, sql, "COMMIT"]);
      }),
    abandon() {
      if (over) return;
      over = true;
      void inTurn(async () => {
        const used = await connecting?.catch(() => undefined);
        used?.release(begun && !(await used.query("ROLLBACK").then(yes, no)));
      });
    },
  };
}

async function commitAndRelease(used: PoolClient, parts: readonly string[]): Promise<void> {
  try {
    await used.query(parts.filter((part) => part !== "").join("; "));
    used.release();
  } catch (error) {
    const usable = isAnswer(error) && (await used.query("ROLLBACK").then(yes, no));
    used.release(!usable);
    throw inOurWords(error, " while a commit was under way, which may have happened");
  }
}

const yes = () => true;
const no = () => false;

/** A text of several statements is answered with a list. */
const listsOf = (answer: QueryResult<StoredRow> | QueryResult<StoredRow>[]): StoredRow[][] =>
  (Array.isArray(answer) ? answer : [answer]).map(({ rows }) => rows);

async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw inOurWords(error, "");
  }
}

/** True when the server answered so; false when nothing was heard of it. */
const isAnswer = (error: unknown): boolean =>
  /^[0-9A-Z]{5}$/.test(stateOf(error)) && !isLoss(error);

const isLoss = (error: unknown): boolean => /^(08|57P0)/.test(stateOf(error));

/** The last: no room for another predicate lock; there is when other transactions have ended. */
const CONFLICTS = new Set(["40001", "40P01", "53200"]);

export function isConflict(error: unknown): boolean {
  return CONFLICTS.has(stateOf(error));
}

export function inOurWords(error: unknown, when: string): Error {
  if (isConflict(error)) return new Conflict("another transaction has changed what this one read");
  if (error instanceof PostgresFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (isAnswer(error))
    return new PostgresFailure(`PostgreSQL refused: ${message}`, { cause: error });
  return new PostgresFailure(`the connection to PostgreSQL failed${when}: ${message}`, {
    cause: error,
  });
}

/** Said in our words already, by whoever was nearer to it. */
class PostgresFailure extends Error {}

/** The SQLSTATE of a refusal, or the system's code of a failed connection; empty where there is none. */
export const stateOf = (error: unknown): string => codeOf(error) ?? "";
