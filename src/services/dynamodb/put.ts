/** Putting an item: it replaces the whole of the one with the same key. */
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
import { ValidationException } from "./errors.ts";
import { inNameOrder, readItemKey, refuseIndexKeys } from "./item/key.ts";
import { ITEM_BYTES_MAX, itemBytes } from "./item/size.ts";
import { type Item, readItem } from "./item/value.ts";
import { refuseConditionMixture } from "./request.ts";
import { getRow, writeRow } from "./rows.ts";
import { useWrites } from "./usage.ts";

export const PutItem: Operation<"PutItem"> = (input, ddb) => {
  const done = put(readPut(input), ddb);
  return writeOutput(input, done, oldIfAsked(input.ReturnValues, done));
};

export interface Put extends ConditionalWrite {
  readonly item: Item;
  readonly bytes: number;
}

type PutInput = ConditionalInput & Pick<Input<"PutItem">, "Item" | "ReturnValues">;

export function readPut(input: PutInput): Put {
  refuseConditionMixture(input);
  const item = readItem(input.Item);
  refuseReturnValues(input.ReturnValues);
  const bytes = putBytes(item);
  const { tableName, test, paths, onFailure } = readConditional(input);
  return { tableName, test, paths, onFailure, item, bytes };
}

/** The size of an item to put; one that is too large is refused. */
export function putBytes(item: Item): number {
  const bytes = itemBytes(item);
  if (bytes <= ITEM_BYTES_MAX) return bytes;
  throw ValidationException("Item size has exceeded the maximum allowed size");
}

export function put(write: Put, ddb: Dynamodb): Done {
  const open = openFor(write, ddb);
  const { table } = open;
  const { item, bytes } = write;
  const at = readItemKey(table.keys, item);
  try {
    for (const index of table.indexes) refuseIndexKeys(index, item);
  } catch {
    for (const index of inNameOrder(table.indexes)) refuseIndexKeys(index, item);
  }
  const before = getRow(open, at);
  refuseUnless(write, open, before);
  const cost = writeRow(open, at, before, { item, bytes });
  useWrites(open, unitsOf(cost));
  return { table, before, item, cost };
}
