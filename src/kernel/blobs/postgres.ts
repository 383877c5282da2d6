/**
 * Blobs in the database that the rows of many nodes are in, so that no node keeps anything of its
 * own.
 * Every write has a place for its parts, which nobody else writes to; the head, written last, names
 * the place: a blob exists whole or not at all. No connection is held between two parts, so a slow
 * reader or writer keeps nobody waiting.
 */
import { createReadStream } from "node:fs";
import { open, rm, writeFile } from "node:fs/promises";
import type { Pool } from "pg";
import { Draws, secureChance } from "../ids.ts";
import { createTables, onceReady, openPool } from "../store/postgres-pool.ts";
import { inOurWords, isConflict } from "../store/postgres-session.ts";
import { BlobMissing } from "./blobs.ts";
import type { BlobId, Blobs, ByteRange, WriteOptions } from "./blobs.ts";
import { partsOf, PART_BYTES } from "./parts.ts";

export interface PostgresBlobOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /**
   * The bytes of a removed blob stay so long, for those who read it on other nodes. This node's
   * own readers are waited for.
   */
  readonly removalGraceMs?: number;
}

const REMOVAL_GRACE_MS = 60_000;
/** Each at work on one part, of which pg keeps a copy as text: few, so that memory stays flat. */
const CONNECTIONS_MAX = 4;

export function postgresBlobs(options: PostgresBlobOptions): Blobs {
  const remote = openRemote(options);
  return {
    write: (id, source, how = {}) => write(remote, id, source, how),
    read: (id, range) => read(remote, id, range),
    async sizeBytes(id) {
      return (await headOf(remote, id))?.sizeBytes;
    },
    async remove(id) {
      const removed = await rowsOf<{ place: string }>(remote, DELETE_HEAD, [id]);
      for (const { place } of removed) removeLater(remote, place);
    },
    list: () => listIds(remote),
    saveTo: (id, path) => saveTo(remote, id, path),
    async adopt(id, path) {
      await write(remote, id, createReadStream(path, { highWaterMark: PART_BYTES }), {});
    },
    async close() {
      remote.closing = true;
      for (const timer of remote.waiting.values()) clearTimeout(timer);
      await remote.swept;
      await remote.removing;
      await remote.pool.end();
    },
  };
}

interface Remote {
  readonly pool: Pool;
  readonly draws: Draws;
  readonly removalGraceMs: number;
  /** Creates the tables if need be. */
  readonly ready: () => Promise<void>;
  /** The removal of what killed nodes left. */
  swept: Promise<void> | undefined;
  /** How many of this node read a place. */
  readonly readers: Map<string, number>;
  /** Places whose head is gone, and when their parts go. */
  readonly waiting: Map<string, NodeJS.Timeout>;
  /** One after the other: large removals must not take every connection. */
  removing: Promise<void>;
  closing: boolean;
}

function openRemote({ url, removalGraceMs = REMOVAL_GRACE_MS }: PostgresBlobOptions): Remote {
  const pool = openPool({ url, name: "snowglobe blobs", connectionsMax: CONNECTIONS_MAX });
  const remote: Remote = {
    pool,
    draws: new Draws(secureChance()),
    removalGraceMs,
    ready: onceReady(async () => {
      await createTables(pool, CREATE_TABLES);
      remote.swept ??= sweep(remote);
    }),
    swept: undefined,
    readers: new Map(),
    waiting: new Map(),
    removing: Promise.resolve(),
    closing: false,
  };
  return remote;
}

const CREATE_TABLES = `
  CREATE TABLE IF NOT EXISTS snowglobe_blobs (
    id text PRIMARY KEY, place text NOT NULL, size_bytes bigint NOT NULL, parts int NOT NULL
  );
  CREATE TABLE IF NOT EXISTS snowglobe_blob_parts (
    place text, part int, bytes bytea NOT NULL, written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (place, part)
  )`;

const ATTEMPTS = 10;

/** One statement, which is one transaction. */
async function rowsOf<Row extends object>(
  { pool, ready }: Pick<Remote, "pool" | "ready">,
  sql: string,
  values: readonly unknown[],
): Promise<Row[]> {
  await ready();
  for (let attempt = 1; ; attempt++) {
    try {
      return (await pool.query<Row>(sql, [...values])).rows;
    } catch (error) {
      if (!isConflict(error) || attempt === ATTEMPTS) throw inOurWords(error, "");
    }
  }
}

const INSERT_PART = "INSERT INTO snowglobe_blob_parts (place, part, bytes) VALUES ($1, $2, $3)";
/** Not without all its parts. Gives the place that it had before. */
const PUT_HEAD = `
  WITH old AS (SELECT place FROM snowglobe_blobs WHERE id = $1::text)
  INSERT INTO snowglobe_blobs (id, place, size_bytes, parts)
  SELECT $1::text, $2::text, $3::bigint, $4::int
  WHERE (SELECT count(*) FROM snowglobe_blob_parts WHERE place = $2::text) = $4::int
  ON CONFLICT (id) DO UPDATE SET
    place = excluded.place, size_bytes = excluded.size_bytes, parts = excluded.parts
  RETURNING (SELECT place FROM old) AS old`;
const DELETE_HEAD = "DELETE FROM snowglobe_blobs WHERE id = $1 RETURNING place";
const DELETE_HEAD_AT = "DELETE FROM snowglobe_blobs WHERE id = $1 AND place = $2";
const DELETE_PARTS = "DELETE FROM snowglobe_blob_parts WHERE place = $1";

/** One part is on its way while the next is gathered. */
async function write(
  remote: Remote,
  id: BlobId,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: WriteOptions,
) {
  const place = remote.draws.uuid();
  let sizeBytes = 0;
  let parts = 0;
  let writing: Promise<unknown> = Promise.resolve();
  try {
    for await (const part of partsOf(source, options.signal)) {
      await writing;
      writing = rowsOf(remote, INSERT_PART, [place, parts, part]);
      // The loop awaits it later; an error in between must not count as unhandled.
      writing.catch(() => undefined);
      sizeBytes += part.byteLength;
      parts += 1;
    }
    await writing;
    await putHead(remote, { id, place, sizeBytes, parts });
  } catch (error) {
    await writing.catch(() => undefined);
    await undo(remote, id, place, parts);
    throw error;
  }
  return { id, sizeBytes };
}

interface Head {
  readonly id: BlobId;
  readonly place: string;
  readonly sizeBytes: number;
  readonly parts: number;
}

async function putHead(remote: Remote, { id, place, sizeBytes, parts }: Head): Promise<void> {
  const values = [id, place, sizeBytes, parts];
  const [put] = await rowsOf<{ old: string | null }>(remote, PUT_HEAD, values);
  if (put === undefined)
    throw new Error(`the parts of blob ${id} were removed while it was written`);
  if (put.old !== null) removeLater(remote, put.old);
}

/**
 * The head too: when the connection was lost, it may have been written. What cannot be undone now
 * has no head, and is swept some day.
 */
async function undo(remote: Remote, id: BlobId, place: string, parts: number): Promise<void> {
  if (parts === 0) return;
  await rowsOf(remote, DELETE_HEAD_AT, [id, place])
    .then(() => rowsOf(remote, DELETE_PARTS, [place]))
    .catch(() => undefined);
}

const SELECT_HEAD = "SELECT place, size_bytes, parts FROM snowglobe_blobs WHERE id = $1";

async function headOf(remote: Remote, id: BlobId): Promise<Head | undefined> {
  type Row = { place: string; size_bytes: string; parts: number };
  const [row] = await rowsOf<Row>(remote, SELECT_HEAD, [id]);
  if (row === undefined) return undefined;
  return { id, place: row.place, sizeBytes: Number(row.size_bytes), parts: row.parts };
}

/** Reads ahead by one part. */
async function* read(
  remote: Remote,
  id: BlobId,
  range: ByteRange | undefined,
): AsyncGenerator<Uint8Array> {
  const head = await headOf(remote, id);
  if (head === undefined) throw new BlobMissing(id);
  const end = Math.min(head.sizeBytes, (range?.endInclusive ?? head.sizeBytes) + 1);
  let ahead: Promise<Uint8Array> | undefined;
  enter(remote, head.place);
  try {
    for (let at = range?.start ?? 0; at < end;) {
      const chunk = await (ahead ?? readPart(remote, head, at, end));
      at += chunk.byteLength;
      ahead = at < end ? readPart(remote, head, at, end) : undefined;
      ahead?.catch(() => undefined);
      yield chunk;
    }
  } finally {
    await ahead?.catch(() => undefined);
    leave(remote, head.place);
  }
}

const SELECT_BYTES = `
  SELECT substring(bytes FROM $3::int FOR $4::int) AS bytes FROM snowglobe_blob_parts
  WHERE place = $1 AND part = $2`;

/** From `at` to the end of its part, or to `end`. */
async function readPart(remote: Remote, { id, place }: Head, at: number, end: number) {
  const part = Math.floor(at / PART_BYTES);
  const skipBytes = at - part * PART_BYTES;
  const wantedBytes = Math.min(PART_BYTES - skipBytes, end - at);
  const values = [place, part, skipBytes + 1, wantedBytes];
  const [row] = await rowsOf<{ bytes: Buffer }>(remote, SELECT_BYTES, values);
  if (row === undefined || row.bytes.byteLength === 0) throw new BlobMissing(id);
  return row.bytes;
}

function enter({ readers }: Remote, place: string): void {
  readers.set(place, (readers.get(place) ?? 0) + 1);
}

function leave({ readers }: Remote, place: string): void {
  const left = (readers.get(place) ?? 1) - 1;
  if (left === 0) readers.delete(place);
  else readers.set(place, left);
}

function removeLater(remote: Remote, place: string): void {
  const attempt = () => {
    remote.waiting.delete(place);
    if (remote.readers.has(place)) {
      removeLater(remote, place);
      return;
    }
    removeParts(remote, place);
  };
  const timer = setTimeout(attempt, remote.removalGraceMs);
  timer.unref();
  remote.waiting.set(place, timer);
}

/** What is not removed now, because the node ends or the database is away, is left to the sweep. */
function removeParts(remote: Remote, place: string): void {
  remote.removing = remote.removing
    .then(() => (remote.closing ? [] : rowsOf(remote, DELETE_PARTS, [place])))
    .then(nothing, nothing);
}

const nothing = () => undefined;

/** By the database's clock, which is the same for all nodes; so much at one start. */
const SWEPT_MAX = 1000;
const SELECT_HEADLESS = `
  SELECT place FROM snowglobe_blob_parts AS parts
  WHERE NOT EXISTS (SELECT 1 FROM snowglobe_blobs AS head WHERE head.place = parts.place)
  GROUP BY place HAVING max(written_at) < now() - interval '1 day' LIMIT ${SWEPT_MAX}`;

/**
 * Parts of writes that a killed node did not finish, and of removals. A write that goes on has a
 * part of less than a day ago. What fails here is done at another start.
 */
async function sweep(remote: Remote): Promise<void> {
  try {
    const { rows } = await remote.pool.query<{ place: string }>(SELECT_HEADLESS);
    for (const { place } of rows) removeParts(remote, place);
  } catch (error) {
    if (!remote.closing) process.emitWarning(`blobs: ${String(error)}`);
  }
}

const LIST_PAGE = 1000;
const SELECT_IDS = `
  SELECT id FROM snowglobe_blobs WHERE id > $1 ORDER BY id LIMIT ${LIST_PAGE}`;

async function* listIds(remote: Remote): AsyncGenerator<BlobId> {
  for (let after: BlobId | undefined = ""; after !== undefined;) {
    const rows: { id: BlobId }[] = await rowsOf(remote, SELECT_IDS, [after]);
    for (const { id } of rows) yield id;
    after = rows.length < LIST_PAGE ? undefined : rows.at(-1)?.id;
  }
}

async function saveTo(remote: Remote, id: BlobId, path: string): Promise<void> {
  if ((await headOf(remote, id)) === undefined) throw new BlobMissing(id);
  const file = await open(path, "wx");
  try {
    await writeFile(file, read(remote, id, undefined));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
