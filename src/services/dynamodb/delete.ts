/** Deleting an item. What is not there is deleted already. */
import type { Dynamodb, Input, Operation } from "./api.ts";
import { consumedCapacity } from "./capacity.ts";
import type { Path } from "./expression/bindings.ts";
import type { Test } from "./expression/condition.ts";
import { itemCollectionMetrics } from "./item-collection.ts";
import { readKey } from "./item/key.ts";
import { type Item, readItem, toWire } from "./item/value.ts";
import { openTable } from "./open-table.ts";
import { type Done, refuseReturnValues, refuseUnless } from "./put.ts";
import { bindOnlyCondition, refuseConditionMixture } from "./request.ts";
import { getRow, removeRow } from "./rows.ts";
import { refuseInsideKeys } from "./scalar-keys.ts";

export const DeleteItem: Operation<"DeleteItem"> = (input, ddb) => {
  const done = remove(readDelete(input), ddb);
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

export interface Delete {
  readonly tableName: string;
  readonly key: Item;
  readonly test: Test | undefined;
  readonly paths: readonly Path[];
  readonly onFailure: string | undefined;
}

type DeleteInput = Pick<
  Input<"DeleteItem">,
  | "TableName"
  | "Key"
  | "ReturnValues"
  | "ReturnValuesOnConditionCheckFailure"
  | "Expected"
  | "ConditionalOperator"
  | "ConditionExpression"
  | "ExpressionAttributeNames"
  | "ExpressionAttributeValues"
>;

export function readDelete(input: DeleteInput): Delete {
  refuseConditionMixture(input);
  const key = readItem(input.Key);
  refuseReturnValues(input.ReturnValues);
  return {
    tableName: input.TableName,
    key,
    ...bindOnlyCondition(input),
    onFailure: input.ReturnValuesOnConditionCheckFailure,
  };
}

export function remove({ tableName, key, test, paths, onFailure }: Delete, ddb: Dynamodb): Done {
  const open = openTable(tableName, ddb);
  refuseInsideKeys(open.table, paths);
  const before = getRow(open, readKey(open.table.keys, key));
  refuseUnless(test, before?.item, onFailure);
  const cost = removeRow(open, before);
  return { table: open.table, before: before?.item, item: key, cost };
}
