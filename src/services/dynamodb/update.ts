/** Updating an item in place; one that does not exist is made from its key. */
import type { Dynamodb, Input, Operation } from "./api.ts";
import { type Cost, unitsOf } from "./capacity.ts";
import {
  type ConditionalInput,
  type ConditionalWrite,
  type Done,
  oldIfAsked,
  refuseUnless,
  writeOutput,
} from "./conditional-write.ts";
import { invalidValues, ValidationException } from "./errors.ts";
import { Bindings, type Path } from "./expression/bindings.ts";
import { projectionOf } from "./expression/projection.ts";
import { type Assigned, bindUpdate, type BoundUpdate } from "./expression/update.ts";
import { emptiness, inNameOrder, keyAttributes, readKey, refuseIndexKeys } from "./item/key.ts";
import { ITEM_BYTES_MAX, itemBytes } from "./item/size.ts";
import { itemOf, type WireItem } from "./item/text.ts";
import { attribute, type Item, readItem, toWire } from "./item/value.ts";
import { bindAttributeUpdates } from "./legacy/attribute-updates.ts";
import { openTable } from "./open-table.ts";
import {
  bindExpressionCondition,
  bindLegacyCondition,
  refuseLonePlaceholders,
  refuseMixture,
} from "./request.ts";
import { getRow, writeRow } from "./rows.ts";
import { refuseInsideKeys } from "./scalar-keys.ts";
import type { Index, TableRow } from "./state.ts";
import { useWrites } from "./usage.ts";

export const UpdateItem: Operation<"UpdateItem"> = (input, ddb) => {
  const read = readUpdate(input);
  const done = update(read, ddb);
  return writeOutput(input, done, returned(input.ReturnValues, read, done));
};

export interface Update extends ConditionalWrite {
  readonly key: Item;
  /** Undefined: the item is made, if need be, and nothing else. */
  readonly bound: BoundUpdate | undefined;
}

type UpdateInput = ConditionalInput &
  Pick<Input<"UpdateItem">, "Key" | "AttributeUpdates" | "UpdateExpression">;

export function readUpdate(input: UpdateInput): Update {
  const { AttributeUpdates, Expected, ConditionalOperator } = input;
  const { UpdateExpression, ConditionExpression } = input;
  const expressions = { UpdateExpression, ConditionExpression };
  refuseMixture({ AttributeUpdates, Expected, ConditionalOperator }, expressions);
  refuseLonePlaceholders(input, expressions, ["UpdateExpression", "ConditionExpression"]);
  const key = readItem(input.Key);
  const tableName = input.TableName;
  const onFailure = input.ReturnValuesOnConditionCheckFailure;
  const legacy =
    AttributeUpdates === undefined ? undefined : bindAttributeUpdates(AttributeUpdates);
  const legacyTest = bindLegacyCondition(input);
  if (UpdateExpression === undefined && ConditionExpression === undefined) {
    return { tableName, key, bound: legacy, test: legacyTest, paths: [], onFailure };
  }
  const bindings = new Bindings(input);
  const bound = UpdateExpression === undefined ? undefined : bindUpdate(UpdateExpression, bindings);
  const test = bindExpressionCondition(input, bindings);
  bindings.refuseUnused();
  return { tableName, key, bound, test, paths: bindings.paths, onFailure };
}

export function update(read: Update, ddb: Dynamodb): Done {
  const { key, bound } = read;
  const open = openTable(read.tableName, ddb);
  const { table } = open;
  const at = readKey(table.keys, key);
  for (const { name } of keyAttributes(table.keys)) {
    if (bound?.paths.some(([first]) => first === name)) throw keyChanged(name);
  }
  refuseAssigned(table, bound?.assigned ?? []);
  refuseInsideKeys(table, read.paths);
  const before = getRow(open, at);
  refuseUnless(read, open, before);
  if (before === undefined && bound?.onlyRemoves === true) {
    useWrites(open, unitsOf(NO_CHANGE));
    return { table, before, item: key, cost: NO_CHANGE, made: false };
  }
  const start = before === undefined ? key : itemOf(before);
  const item = bound === undefined ? start : bound.apply(start);
  refuseWritten(table, bound?.paths ?? [], item);
  const bytes = itemBytes(item);
  if (bytes > ITEM_BYTES_MAX) {
    throw ValidationException("Item size to update has exceeded the maximum allowed size");
  }
  const cost = writeRow(open, at, before, { item, bytes });
  useWrites(open, unitsOf(cost));
  return { table, before, item, cost };
}

const keyChanged = (name: string) =>
  invalidValues(`Cannot update attribute ${name}. This attribute is part of the key`);

/** AWS: an update that finds nothing to do still takes a unit. */
const NO_CHANGE: Cost = { table: 1, indexes: new Map() };

/** What is known beforehand to be of the wrong type for an index. */
function refuseAssigned(table: TableRow, assigned: readonly Assigned[]): void {
  if (assigned.length === 0 || table.indexes.length === 0) return;
  for (const index of inNameOrder(table.indexes)) {
    for (const { name, type } of keyAttributes(index.keys)) {
      const wrong = assigned.find((one) => one.name === name && one.type !== type);
      if (wrong === undefined) continue;
      throw invalidValues(
        `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${wrong.type} ` +
          `IndexName: ${index.name}`,
      );
    }
  }
}

/** What an update writes into the key of an index must be fit for it. */
function refuseWritten(table: TableRow, paths: readonly Path[], item: Item): void {
  for (const index of table.indexes) {
    for (const { name, type } of keyAttributes(index.keys)) {
      if (!paths.some(([first]) => first === name)) continue;
      refuseIndexKey(index, name, type, item);
    }
  }
}

function refuseIndexKey(index: Index, name: string, type: string, item: Item): void {
  const value = attribute(item, name);
  if (value === undefined) return;
  if (!Object.hasOwn(value, type)) {
    throw ValidationException(
      "The update expression attempted to update the secondary index key to unsupported type",
    );
  }
  const what = emptiness(value);
  if (what !== undefined) {
    throw ValidationException(
      "One or more parameter values are not valid. The update expression attempted to update a " +
        "secondary index key to a value that is not supported. The AttributeValue for a key " +
        `attribute cannot contain an empty ${what} value.`,
    );
  }
  refuseIndexKeys(index, item);
}

export function returned(
  asked: string | undefined,
  { bound }: Update,
  done: Done,
): WireItem | undefined {
  const paths = bound?.paths ?? [];
  switch (asked) {
    case "ALL_NEW":
      return done.made === false ? undefined : toWire(done.item);
    case "ALL_OLD":
      return oldIfAsked(asked, done);
    case "UPDATED_NEW":
      return done.made === false ? undefined : some(projectionOf(paths)(done.item));
    case "UPDATED_OLD":
      return done.before && some(projectionOf(paths)(itemOf(done.before)));
    default:
      return undefined;
  }
}

const some = (item: Item): WireItem | undefined =>
  Object.keys(item).length === 0 ? undefined : toWire(item);
