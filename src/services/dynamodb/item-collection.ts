/**
 * ReturnItemCollectionMetrics: of tables with local indexes alone, whose partitions are item
 * collections.
 */
import { attribute, type Item, toWire } from "./item/value.ts";
import type { TableRow } from "./state.ts";

/**
 * AWS: the estimate comes in steps of a gigabyte, from 0 to 1; no collection here grows beyond the
 * first.
 */
const FIRST_STEP = [0, 1];

export function itemCollectionMetrics(asked: string | undefined, table: TableRow, item: Item) {
  const metrics = asked === "SIZE" ? metricsOf(table, item) : undefined;
  return metrics === undefined ? {} : { ItemCollectionMetrics: metrics };
}

type Metrics = NonNullable<ReturnType<typeof metricsOf>>;

/** By table, for requests that write several items. */
export class CollectionLedger {
  readonly #tables: Record<string, Metrics[]> = {};

  add(tableName: string, table: TableRow, item: Item): void {
    const metrics = metricsOf(table, item);
    if (metrics !== undefined) (this.#tables[tableName] ??= []).push(metrics);
  }

  metrics(asked: string | undefined) {
    const any = asked === "SIZE" && Object.keys(this.#tables).length > 0;
    return any ? { ItemCollectionMetrics: this.#tables } : {};
  }
}

function metricsOf(table: TableRow, item: Item) {
  if (!table.indexes.some(({ kind }) => kind === "local")) return undefined;
  const { name } = table.keys.hash;
  const value = attribute(item, name);
  return value === undefined
    ? undefined
    : { ItemCollectionKey: toWire({ [name]: value }), SizeEstimateRangeGB: FIRST_STEP };
}
