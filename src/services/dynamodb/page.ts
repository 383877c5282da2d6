/** Reading a stretch of rows, up to a page: what Query, Scan and SELECT share. */
import type { Input } from "./api.ts";
import { consumedCapacity, type Cost, readCost, unitsOf } from "./capacity.ts";
import type { BoundProjection } from "./expression/projection.ts";
import type { Test } from "./expression/condition.ts";
import { locate } from "./item/key.ts";
import { PAGE_BYTES_MAX } from "./item/page-size.ts";
import { CONSISTENT_RATE, EVENTUAL_RATE, readUnits } from "./item/size.ts";
import { itemOf, keptToWire, type WireItem } from "./item/text.ts";
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
  readonly items: readonly WireItem[];
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
  const items: WireItem[] = [];
  let [count, scannedCount, bytes, pageBytes, fetchUnits] = [0, 0, 0, 0, 0];
  let lastKey: Item | undefined;
  for (const row of request.rows) {
    bytes += row.bytes;
    pageBytes += row.pageBytes;
    scannedCount += 1;
    const whole = fetches && "ofHash" in row ? wholeOf(source, row) : undefined;
    if (whole !== undefined) fetchUnits += readUnits(whole.bytes, rate);
    const kept = whole ?? row;
    if (filter === undefined || filter(itemOf(kept))) {
      count += 1;
      if (!counting) items.push(keptToWire(kept, request.projection));
    }
    // AWS: the item with which the page is full is still in it.
    if (pageBytes >= PAGE_BYTES_MAX || scannedCount === limit) {
      lastKey = startKeyOf(table, index, itemOf(row));
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
  const { bucket } = locate(table.keys, itemOf(entry));
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
    ...(input.Select === "COUNT" ? {} : { Items: items }),
    Count: count,
    ScannedCount: scannedCount,
    ...(lastKey === undefined ? {} : { LastEvaluatedKey: toWire(lastKey) }),
    ...consumedCapacity(input.ReturnConsumedCapacity, input.TableName, cost),
  };
}
