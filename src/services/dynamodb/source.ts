/** What a page is read from: a table, or one of its indexes. */
import type { Dynamodb } from "./api.ts";
import { ValidationException } from "./errors.ts";
import type { Keys } from "./item/key.ts";
import { findIndex, openTable, type OpenTable } from "./open-table.ts";
import type { EntryRow, Index, ItemRow } from "./state.ts";
import type { Bounds } from "../../kernel/table.ts";
import type { KeyPart } from "../../kernel/store/key.ts";

export interface Source extends OpenTable {
  readonly index: Index | undefined;
  /** By which it is ordered. */
  readonly keys: Keys;
  readonly consistent: boolean;
  /** Its rows under a beginning of their keys. */
  scan(prefix: readonly KeyPart[], bounds: Bounds): Iterable<ItemRow | EntryRow>;
}

interface Asked {
  readonly TableName: string;
  readonly IndexName?: string | undefined;
  readonly ConsistentRead?: boolean | undefined;
}

export function openSource({ TableName, IndexName, ConsistentRead }: Asked, ddb: Dynamodb): Source {
  const { table, home } = openTable(TableName, ddb);
  const consistent = ConsistentRead === true;
  if (IndexName === undefined) {
    const scan: Source["scan"] = (prefix, bounds) => home.items.scan([table.id, ...prefix], bounds);
    return { table, home, index: undefined, keys: table.keys, consistent, scan };
  }
  const index = findIndex(table, IndexName);
  if (index.kind === "global" && consistent) {
    throw ValidationException("Consistent reads are not supported on global secondary indexes");
  }
  const scan: Source["scan"] = (prefix, bounds) => home.entries.scan([index.id, ...prefix], bounds);
  return { table, home, index, keys: index.keys, consistent, scan };
}
