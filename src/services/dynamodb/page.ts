/** Reading a stretch of rows, up to a page: what Query and Scan share. */
import type { BoundProjection } from "./expression/projection.ts";
import { invalidValues, ValidationException } from "./errors.ts";
import type { Test } from "./expression/condition.ts";
import { type KeyAttribute, keyAttributes, locate, MISMATCH } from "./item/key.ts";
import { PAGE_BYTES_MAX, pageBytes } from "./item/page-size.ts";
import { CONSISTENT_RATE, EVENTUAL_RATE, readUnits } from "./item/size.ts";
import { type AttributeValue, attribute, type Item, setAttribute, typeOf } from "./item/value.ts";
import type { OpenTable } from "./open-table.ts";
import { projectedNames } from "./rows.ts";
import type { EntryRow, Index, ItemRow, Located, TableRow } from "./state.ts";

export interface PageRequest {
  readonly rows: Iterable<ItemRow | EntryRow>;
  readonly index: Index | undefined;
  readonly limit: number | undefined;
  readonly filter: Test | undefined;
  readonly projection: BoundProjection | undefined;
  readonly select: string | undefined;
  readonly consistent: boolean;
}

export interface Page {
  readonly items: readonly Item[];
  readonly count: number;
  readonly scannedCount: number;
  readonly lastKey: Item | undefined;
  readonly units: number;
  /** Of an index: what fetching the whole items from the table took. */
  readonly fetchUnits: number;
}

export function readPage(open: OpenTable, request: PageRequest): Page {
  const { index, filter, limit } = request;
  const rate = request.consistent ? CONSISTENT_RATE : EVENTUAL_RATE;
  const fetches = index !== undefined && needsWhole(open.table, index, request);
  const counting = request.select === "COUNT";
  const project = request.projection?.project;
  const items: Item[] = [];
  let [count, scannedCount, bytes, fetchUnits] = [0, 0, 0, 0];
  let filled = 0;
  const rangeName = open.table.keys.range?.name;
  let last: Item | undefined;
  let more = false;
  for (const row of request.rows) {
    bytes += row.bytes;
    filled += pageBytes(row.item, rangeName);
    scannedCount += 1;
    last = row.item;
    const whole = fetches && "ofHash" in row ? wholeOf(open, row) : undefined;
    if (whole !== undefined) fetchUnits += readUnits(whole.bytes, rate);
    const item = whole?.item ?? row.item;
    if (filter === undefined || filter(item)) {
      count += 1;
      if (!counting) items.push(project === undefined ? item : project(item));
    }
    // AWS: the item with which the page is full is still in it.
    if (scannedCount === limit || filled >= PAGE_BYTES_MAX) {
      more = true;
      break;
    }
  }
  return {
    items,
    count,
    scannedCount,
    lastKey: more && last !== undefined ? startKey(open.table, index, last) : undefined,
    units: readUnits(bytes, rate),
    fetchUnits,
  };
}

function wholeOf({ table, home }: OpenTable, entry: EntryRow): ItemRow | undefined {
  const { bucket } = locate(table.keys, entry.item);
  return home.items.get(table.id, bucket, entry.ofHash, entry.ofRange);
}

/** A local index gives what it does not project, at the price of the whole items. */
function needsWhole(table: TableRow, index: Index, request: PageRequest): boolean {
  if (index.kind === "global" || index.projection.type === "ALL") return false;
  if (request.select === "ALL_ATTRIBUTES") return true;
  const { projection } = request;
  if (projection === undefined) return false;
  const projected = projectedNames(table, index);
  return projection.paths.some(([name]) => !projected.has(String(name)));
}

function startKey(table: TableRow, index: Index | undefined, item: Item): Item {
  const key: Record<string, AttributeValue> = {};
  for (const { name } of startKeyAttributes(table, index)) {
    const value = attribute(item, name);
    if (value !== undefined) setAttribute(key, name, value);
  }
  return key;
}

function startKeyAttributes(table: TableRow, index: Index | undefined): KeyAttribute[] {
  const own = keyAttributes(table.keys);
  if (index === undefined) return [...own];
  const more = keyAttributes(index.keys).filter(
    ({ name }) => !own.some((known) => known.name === name),
  );
  return [...own, ...more];
}

const INVALID_START = "The provided starting key is invalid";

export interface Start {
  /** In the table or in the index that is read. */
  readonly at: Located;
  /** What follows the range in the keys of its rows. */
  readonly tie: readonly (Located["hash"] | null)[];
}

const invalidStart = (why?: string) =>
  ValidationException(why === undefined ? INVALID_START : `${INVALID_START}: ${why}`);

/**
 * What is right about an ExclusiveStartKey whatever is asked: as many attributes as there are key
 * attributes.
 */
export function refuseStartSize(table: TableRow, index: Index | undefined, key: Item): void {
  const wanted = startKeyAttributes(table, index);
  const own = index?.keys ?? table.keys;
  if (Object.keys(key).length !== wanted.length || attribute(key, own.hash.name) === undefined) {
    throw invalidStart();
  }
}

/** One of the key attributes that is read by. */
export function refuseStartPart(key: Item, part: KeyAttribute | undefined): void {
  if (part === undefined) return;
  const value = attribute(key, part.name);
  if (value === undefined) throw invalidStart();
  if (typeOf(value) !== part.type) throw ValidationException(MISMATCH);
}

/** All that is not checked yet, and then where it points to. */
export function readStart(table: TableRow, index: Index | undefined, key: Item): Start {
  const wanted = startKeyAttributes(table, index);
  if (Object.keys(key).length !== wanted.length) throw invalidStart(MISMATCH);
  for (const { name, type } of wanted) {
    const value = attribute(key, name);
    if (value === undefined || typeOf(value) !== type) throw invalidStart(MISMATCH);
  }
  const own = locate(table.keys, key);
  if (index === undefined) return { at: own, tie: [] };
  return { at: locate(index.keys, key), tie: [own.hash, own.range] };
}

/** The rows of the table itself or of one index, under one name. */
export function source({ table, home }: OpenTable, index: Index | undefined) {
  return index === undefined
    ? { rows: home.items, space: table.id }
    : { rows: home.entries, space: index.id };
}

export interface Selection {
  readonly Select?: string | undefined;
  readonly IndexName?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
  readonly ProjectionExpression?: string | undefined;
}

/** What can be said of Select before the table is known. */
export function refuseSelection(input: Selection, doing: "Querying" | "Scanning"): void {
  const { Select, AttributesToGet, ProjectionExpression } = input;
  const picks = AttributesToGet !== undefined || ProjectionExpression !== undefined;
  const how = ProjectionExpression === undefined ? "AttributesToGet" : "ProjectionExpression";
  if (Select === "ALL_PROJECTED_ATTRIBUTES" && input.IndexName === undefined) {
    throw invalidValues(
      `ALL_PROJECTED_ATTRIBUTES can be used only when ${doing} using an IndexName`,
    );
  }
  if (Select === "SPECIFIC_ATTRIBUTES" && !picks) {
    throw invalidValues(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get " +
        "SPECIFIC_ATTRIBUTES",
    );
  }
  if (picks && Select !== undefined && Select !== "SPECIFIC_ATTRIBUTES") {
    const what = Select === "COUNT" ? "only the Count" : Select;
    throw invalidValues(`Cannot specify the ${how} when choosing to get ${what}`);
  }
}

/** What a global index does not project cannot be had through it. */
export function refuseUnprojected(
  table: TableRow,
  index: Index | undefined,
  select: string | undefined,
  projection: BoundProjection | undefined,
): void {
  if (index?.kind !== "global" || index.projection.type === "ALL") return;
  if (select === "ALL_ATTRIBUTES") {
    throw invalidValues(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} ` +
        "because its projection type is not ALL",
    );
  }
  const projected = projectedNames(table, index);
  const missing = (projection?.paths ?? [])
    .map(([name]) => String(name))
    .filter((name) => !projected.has(name));
  if (missing.length > 0) {
    throw invalidValues(
      `Global secondary index ${index.name} does not project [${missing.join(", ")}]`,
    );
  }
}

export function refuseConsistentIndex(index: Index | undefined, consistent: boolean): void {
  if (index?.kind === "global" && consistent) {
    throw ValidationException("Consistent reads are not supported on global secondary indexes");
  }
}
