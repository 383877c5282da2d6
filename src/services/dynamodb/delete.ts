/** Deleting an item. What is not there is deleted already. */
import type { Dynamodb, Input, Operation } from "./api.ts";
import { unitsOf } from "./capacity.ts";
import {
  type ConditionalInput,
  type ConditionalWrite,
  type Done,
  oldIfAsked,
  openFor,
  readConditional,
  refuseReturnValues,
  refuseUnless,
  writeOutput,
} from "./conditional-write.ts";
import { readKey } from "./item/key.ts";
import { type Item, readItem } from "./item/value.ts";
import { refuseConditionMixture } from "./request.ts";
import { getRow, removeRow } from "./rows.ts";
import { useWrites } from "./usage.ts";

export const DeleteItem: Operation<"DeleteItem"> = (input, ddb) => {
  const done = remove(readDelete(input), ddb);
  return writeOutput(input, done, oldIfAsked(input.ReturnValues, done));
};

export interface Delete extends ConditionalWrite {
  readonly key: Item;
}

type DeleteInput = ConditionalInput & Pick<Input<"DeleteItem">, "Key" | "ReturnValues">;

export function readDelete(input: DeleteInput): Delete {
  refuseConditionMixture(input);
  const key = readItem(input.Key);
  refuseReturnValues(input.ReturnValues);
  const { tableName, test, paths, onFailure } = readConditional(input);
  return { tableName, test, paths, onFailure, key };
}

export function remove(write: Delete, ddb: Dynamodb): Done {
  const open = openFor(write, ddb);
  const { table } = open;
  const before = getRow(open, readKey(table.keys, write.key));
  refuseUnless(write, open, before);
  const cost = removeRow(open, before);
  useWrites(open, unitsOf(cost));
  return { table, before, item: write.key, cost };
}
