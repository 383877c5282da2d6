/**
 * Writing an item: its row, its entries in the indexes, when it expires, and what all that costs.
 */
import type { Dynamodb } from "./api.ts";
import type { Cost } from "./capacity.ts";
import { ensureSweep, expiryOf } from "./expiry.ts";
import { mapsEqual } from "./item/compare.ts";
import { keyAttributes, locateInIndex, type PlacePart } from "./item/key.ts";
import { pageBytes as pageBytesOf } from "./item/page-size.ts";
import { itemBytes, writeUnits } from "./item/size.ts";
import { itemOf, itemText } from "./item/text.ts";
import { type AttributeValue, attribute, type Item, setAttribute } from "./item/value.ts";
import type { OpenTable } from "./open-table.ts";
import type { EntryRow, Index, ItemRow, Located, TableRow } from "./state.ts";

export function getRow(open: OpenTable, at: Located): ItemRow | undefined {
  return open.home.items.get(open.table.id, at.bucket, at.hash, at.range);
}

/** An item with its documented size. */
interface Sized {
  readonly item: Item;
  readonly bytes: number;
}

const NO_INDEXES: ReadonlyMap<Index, number> = new Map();

export function writeRow(
  { table, home }: OpenTable,
  at: Located,
  before: ItemRow | undefined,
  { item, bytes }: Sized,
): Cost {
  const expiresAt = expiryOf(table, item, home.now);
  const { bucket, hash, range } = at;
  const text = itemText(item);
  const pageBytes = pageBytesIn(table, item);
  const kept = { text, bytes, pageBytes, table: table.id, bucket, hash, range };
  const row = expiresAt === undefined ? kept : { ...kept, expiresAt };
  home.items.put(row);
  if (expiresAt !== undefined) ensureSweep(table, expiresAt, home);
  const indexes = moveEntries(table, home, before, row, item);
  return { table: writeUnits(Math.max(bytes, before?.bytes ?? 0)), indexes };
}

export function removeRow({ table, home }: OpenTable, before: ItemRow | undefined): Cost {
  if (before === undefined) return { table: 1, indexes: NO_INDEXES };
  home.items.remove(before);
  const indexes = moveEntries(table, home, before, undefined, undefined);
  return { table: writeUnits(before.bytes), indexes };
}

function moveEntries(
  table: TableRow,
  home: Dynamodb,
  before: ItemRow | undefined,
  after: ItemRow | undefined,
  item: Item | undefined,
): ReadonlyMap<Index, number> {
  if (table.indexes.length === 0) return NO_INDEXES;
  const costs = new Map<Index, number>();
  const gone = before && itemOf(before);
  for (const index of table.indexes) {
    if (index.status === "DELETING") continue;
    const old = before && gone && entryOf(table, index, before, gone);
    const fresh = after && item && entryOf(table, index, after, item);
    const cost = moveEntry(home, old, fresh);
    if (cost > 0) costs.set(index, cost);
  }
  return costs;
}

function moveEntry(home: Dynamodb, old: EntryRow | undefined, fresh: EntryRow | undefined): number {
  const stays = old !== undefined && fresh !== undefined && sameEntryPlace(old, fresh);
  if (stays && old.text === fresh.text) return 0;
  if (stays && mapsEqual(itemOf(old), itemOf(fresh))) {
    home.entries.put(fresh);
    return 0;
  }
  let cost = 0;
  if (old !== undefined && !stays) {
    home.entries.remove(old);
    cost += writeUnits(old.bytes);
  }
  if (fresh !== undefined) {
    home.entries.put(fresh);
    cost += writeUnits(Math.max(fresh.bytes, stays ? old.bytes : 0));
  }
  return cost;
}

const sameEntryPlace = (left: EntryRow, right: EntryRow) =>
  left.bucket === right.bucket &&
  samePart(left.hash, right.hash) &&
  samePart(left.range, right.range);

export function samePart(left: PlacePart | null, right: PlacePart | null): boolean {
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    return Buffer.compare(left, right) === 0;
  }
  return left === right;
}

/** The entry of a row's item in an index, if it is in it. */
export function entryOf(
  table: TableRow,
  index: Index,
  row: ItemRow,
  item: Item,
): EntryRow | undefined {
  const place = locateInIndex(index.keys, item);
  if (place === undefined) return undefined;
  const { text, bytes, pageBytes } =
    index.projection.type === "ALL" ? row : projected(table, index, item);
  return {
    index: index.id,
    ...place,
    ofHash: row.hash,
    ofRange: row.range,
    text,
    bytes,
    pageBytes,
  };
}

const pageBytesIn = ({ keys }: TableRow, item: Item) => pageBytesOf(item, keys.range?.name);

function projected(table: TableRow, index: Index, item: Item) {
  const picked: Record<string, AttributeValue> = {};
  for (const name of projectedNames(table, index)) {
    const value = attribute(item, name);
    if (value !== undefined) setAttribute(picked, name, value);
  }
  return {
    text: itemText(picked),
    bytes: itemBytes(picked),
    pageBytes: pageBytesIn(table, picked),
  };
}

/** Both keys, and what the index's projection names. */
export function projectedNames(table: TableRow, index: Index): ReadonlySet<string> {
  return new Set([
    ...keyAttributes(table.keys).map(({ name }) => name),
    ...keyAttributes(index.keys).map(({ name }) => name),
    ...index.projection.named,
  ]);
}
