/** Reading a stretch of rows, up to a page: what Query, Scan and SELECT share. */
import type { Input } from "./api.ts";
import { consumedCapacity, type Cost, readCost, unitsOf } from "./capacity.ts";
import type { BoundProjection } from "./expression/projection.ts";
import type { Test } from "./expression/condition.ts";
import { locate } from "./item/key.ts";
import { PageFill } from "./item/page-size.ts";
import { CONSISTENT_RATE, EVENTUAL_RATE, readUnits } from "./item/size.ts";
import { type Item, toWire } from "./item/value.ts";
import type { OpenTable } from "./open-table.ts";
import { projectedNames } from "./rows.ts";
import type { Source } from "./source.ts";
import { startKeyOf } from "./start-key.ts";
import type { EntryRow, Index, ItemRow } from "./state.ts";
import { useReads } from "./usage.ts";

export interface PageRequest {
  readonly rows: Iterable<ItemRow | EntryRow>;
  readonly limit: number | undefined;
  readonly filter: Test | undefined;
  readonly projection: BoundProjection | undefined;
  readonly select: string | undefined;
}

export interface Page {
  readonly items: readonly Item[];
  readonly count: number;
  readonly scannedCount: number;
  readonly lastKey: Item | undefined;
  /** Of an index: the table's units are for the whole items that were fetched from it. */
  readonly cost: Cost;
}

export function readPage(source: Source, request: PageRequest): Page {
  const { table, index } = source;
  const { filter, limit } = request;
  const rate = source.consistent ? CONSISTENT_RATE : EVENTUAL_RATE;
  const fetches = index !== undefined && needsWhole(source, index, request);
  const counting = request.select === "COUNT";
  const project = request.projection?.project;
  const items: Item[] = [];
  let [count, scannedCount, bytes, fetchUnits] = [0, 0, 0, 0];
  const fill = new PageFill(table.keys.range?.name);
  let lastKey: Item | undefined;
  for (const row of request.rows) {
    bytes += row.bytes;
    scannedCount += 1;
    const whole = fetches && "ofHash" in row ? wholeOf(source, row) : undefined;
    if (whole !== undefined) fetchUnits += readUnits(whole.bytes, rate);
    const item = whole?.item ?? row.item;
    if (filter === undefined || filter(item)) {
      count += 1;
      if (!counting) items.push(project === undefined ? item : project(item));
    }
    // AWS: the item with which the page is full is still in it.
    if (fill.add(row) || scannedCount === limit) {
      lastKey = startKeyOf(table, index, row.item);
      break;
    }
  }
  const units = readUnits(bytes, rate);
  const cost =
    index === undefined
      ? readCost(units)
      : { table: fetchUnits, indexes: new Map([[index, units]]) };
  useReads(source, unitsOf(cost));
  return { items, count, scannedCount, lastKey, cost };
}

function wholeOf({ table, home }: OpenTable, entry: EntryRow): ItemRow | undefined {
  const { bucket } = locate(table.keys, entry.item);
  return home.items.get(table.id, bucket, entry.ofHash, entry.ofRange);
}

/** A local index gives what it does not project, at the price of the whole items. */
function needsWhole({ table }: OpenTable, index: Index, request: PageRequest): boolean {
  if (index.kind === "global" || index.projection.type === "ALL") return false;
  if (request.select === "ALL_ATTRIBUTES") return true;
  const { projection } = request;
  if (projection === undefined) return false;
  const projected = projectedNames(table, index);
  return projection.paths.some(([name]) => !projected.has(String(name)));
}

type Told = Pick<Input<"Query">, "TableName" | "Select" | "ReturnConsumedCapacity">;

export function pageOutput(input: Told, { items, count, scannedCount, lastKey, cost }: Page) {
  return {
    ...(input.Select === "COUNT" ? {} : { Items: items.map(toWire) }),
    Count: count,
    ScannedCount: scannedCount,
    ...(lastKey === undefined ? {} : { LastEvaluatedKey: toWire(lastKey) }),
    ...consumedCapacity(input.ReturnConsumedCapacity, input.TableName, cost),
  };
}
