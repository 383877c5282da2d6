/**
 * What writes of one item share, alone, in batches and in transactions: they may have a condition,
 * and they tell what they did.
 */
import type { Dynamodb, Input } from "./api.ts";
import { consumedCapacity, type Cost } from "./capacity.ts";
import { conditionFailed, ValidationException } from "./errors.ts";
import type { Path } from "./expression/bindings.ts";
import type { Test } from "./expression/condition.ts";
import { itemCollectionMetrics } from "./item-collection.ts";
import { writeUnits } from "./item/size.ts";
import { itemOf, keptToWire, type WireItem } from "./item/text.ts";
import type { Item } from "./item/value.ts";
import { openTable, type OpenTable } from "./open-table.ts";
import { bindOnlyCondition, type ConditionInput } from "./request.ts";
import { refuseInsideKeys } from "./scalar-keys.ts";
import type { ItemRow, TableRow } from "./state.ts";
import { useWrites } from "./usage.ts";

/** A write that is read and waits to be done. */
export interface ConditionalWrite {
  readonly tableName: string;
  readonly test: Test | undefined;
  /** Of its expressions. */
  readonly paths: readonly Path[];
  /** ALL_OLD: a failed condition brings the item. */
  readonly onFailure: string | undefined;
}

export interface Done {
  readonly table: TableRow;
  readonly before: ItemRow | undefined;
  /** As it stands now, or, after a deletion, its key. */
  readonly item: Item;
  readonly cost: Cost;
  /** False: there was nothing, and there still is nothing. */
  readonly made?: false;
}

export interface ConditionalInput extends ConditionInput {
  readonly TableName: string;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

/** Of a request whose condition is its only expression. */
export function readConditional(input: ConditionalInput): ConditionalWrite {
  const { test, paths } = bindOnlyCondition(input);
  const onFailure = input.ReturnValuesOnConditionCheckFailure;
  return { tableName: input.TableName, test, paths, onFailure };
}

/** Of PutItem and DeleteItem. */
export function refuseReturnValues(asked: string | undefined): void {
  if (asked === undefined || asked === "NONE" || asked === "ALL_OLD") return;
  throw ValidationException("ReturnValues can only be ALL_OLD or NONE");
}

export function openFor({ tableName, paths }: ConditionalWrite, ddb: Dynamodb): OpenTable {
  const open = openTable(tableName, ddb);
  refuseInsideKeys(open.table, paths);
  return open;
}

const NOTHING: Item = {};

/**
 * Throws ConditionalCheckFailedException when the condition does not hold for what is there.
 * AWS: looking costs as much as writing what is there.
 */
export function refuseUnless(
  { test, onFailure }: ConditionalWrite,
  open: OpenTable,
  row: ItemRow | undefined,
): void {
  if (test === undefined) return;
  const item = row === undefined ? undefined : itemOf(row);
  if (test(item ?? NOTHING)) return;
  useWrites(open, writeUnits(row?.bytes ?? 0));
  throw conditionFailed(onFailure === "ALL_OLD" ? item : undefined);
}

type Told = Pick<
  Input<"PutItem">,
  "TableName" | "ReturnConsumedCapacity" | "ReturnItemCollectionMetrics"
>;

/** `attributes`: what the caller wants to see of the item, as it was or as it is. */
export function writeOutput(input: Told, done: Done, attributes: WireItem | undefined) {
  return {
    ...(attributes === undefined ? {} : { Attributes: attributes }),
    ...consumedCapacity(input.ReturnConsumedCapacity, input.TableName, done.cost),
    ...itemCollectionMetrics(input.ReturnItemCollectionMetrics, done.table, done.item),
  };
}

export const oldIfAsked = (asked: string | undefined, { before }: Done): WireItem | undefined =>
  asked === "ALL_OLD" && before !== undefined ? keptToWire(before) : undefined;
