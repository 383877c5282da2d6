/** Putting an item: it replaces the whole of the one with the same key. */
import type { Dynamodb, Input, Operation } from "./api.ts";
import { consumedCapacity } from "./capacity.ts";
import { conditionFailed, invalidValues, ValidationException } from "./errors.ts";
import type { Path } from "./expression/bindings.ts";
import type { Test } from "./expression/condition.ts";
import { itemCollectionMetrics } from "./item-collection.ts";
import { readItemKey, refuseIndexKeys } from "./item/key.ts";
import { ITEM_BYTES_MAX, itemBytes } from "./item/size.ts";
import { type Item, readItem, toWire } from "./item/value.ts";
import { openTable } from "./open-table.ts";
import { bindOnlyCondition, refuseConditionMixture } from "./request.ts";
import { getRow, type WriteCost, writeRow } from "./rows.ts";
import { refuseInsideKeys } from "./scalar-keys.ts";
import type { TableRow } from "./state.ts";

export const PutItem: Operation<"PutItem"> = (input, ddb) => {
  const done = put(readPut(input), ddb);
  const before = input.ReturnValues === "ALL_OLD" ? done.before : undefined;
  return {
    ...(before === undefined ? {} : { Attributes: toWire(before) }),
    ...consumedCapacity(input.ReturnConsumedCapacity, {
      tableName: input.TableName,
      ...done.cost,
    }),
    ...itemCollectionMetrics(input.ReturnItemCollectionMetrics, done.table, done.item),
  };
};

/** A put that is read and waits to be done. */
export interface Put {
  readonly tableName: string;
  readonly item: Item;
  readonly test: Test | undefined;
  /** Of its expressions. */
  readonly paths: readonly Path[];
  /** ALL_OLD: a failed condition brings the item. */
  readonly onFailure: string | undefined;
}

export interface Done {
  readonly table: TableRow;
  readonly before: Item | undefined;
  /** As it stands now, or, after a deletion, its key. */
  readonly item: Item;
  readonly cost: WriteCost;
  /** False: there was nothing, and there still is nothing. */
  readonly made?: false;
}

type PutInput = Pick<
  Input<"PutItem">,
  | "TableName"
  | "Item"
  | "ReturnValues"
  | "ReturnValuesOnConditionCheckFailure"
  | "Expected"
  | "ConditionalOperator"
  | "ConditionExpression"
  | "ExpressionAttributeNames"
  | "ExpressionAttributeValues"
>;

export function readPut(input: PutInput): Put {
  refuseConditionMixture(input);
  const item = readItem(input.Item);
  refuseReturnValues(input.ReturnValues);
  refuseItemSize(item);
  return {
    tableName: input.TableName,
    item,
    ...bindOnlyCondition(input),
    onFailure: input.ReturnValuesOnConditionCheckFailure,
  };
}

export function refuseReturnValues(asked: string | undefined): void {
  if (asked === undefined || asked === "NONE" || asked === "ALL_OLD") return;
  throw ValidationException("ReturnValues can only be ALL_OLD or NONE");
}

export function refuseItemSize(item: Item): void {
  if (itemBytes(item) > ITEM_BYTES_MAX) {
    throw ValidationException("Item size has exceeded the maximum allowed size");
  }
}

export function put({ tableName, item, test, paths, onFailure }: Put, ddb: Dynamodb): Done {
  const open = openTable(tableName, ddb);
  refuseInsideKeys(open.table, paths);
  const at = readItemKey(open.table.keys, item);
  for (const index of open.table.indexes) refuseIndexKeys(index, item);
  const before = getRow(open, at);
  refuseUnless(test, before?.item, onFailure);
  const cost = writeRow(open, at, before, item);
  return { table: open.table, before: before?.item, item, cost };
}

const NOTHING: Item = {};

/**
 * Throws ConditionalCheckFailedException when the condition does not hold for the item as it is.
 */
export function refuseUnless(
  test: Test | undefined,
  item: Item | undefined,
  onFailure: string | undefined,
): void {
  if (test === undefined || test(item ?? NOTHING)) return;
  throw conditionFailed(onFailure === "ALL_OLD" ? item : undefined);
}

export const keyChanged = (name: string) =>
  invalidValues(`Cannot update attribute ${name}. This attribute is part of the key`);
