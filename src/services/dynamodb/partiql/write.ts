/** INSERT, UPDATE and DELETE: each of one item, by its whole key. */
import { AwsError } from "../../../kernel/errors.ts";
import type { Dynamodb } from "../api.ts";
import { type Done, oldIfAsked } from "../conditional-write.ts";
import { remove } from "../delete.ts";
import { DuplicateItemException, ValidationException } from "../errors.ts";
import { bindActions } from "../expression/update.ts";
import type { ConditionNode } from "../expression/syntax.ts";
import { keyAttributes } from "../item/key.ts";
import type { WireItem } from "../item/text.ts";
import { type AttributeValue, attribute, type Item, setAttribute } from "../item/value.ts";
import { openTable } from "../open-table.ts";
import { put, putBytes } from "../put.ts";
import type { TableRow } from "../state.ts";
import { returned, update } from "../update.ts";
import type { Operands } from "./operands.ts";
import { type Change, type Insert, NO_KEY } from "./statement.ts";
import { allOf, bindWhere, conjuncts } from "./where.ts";

export interface Carried {
  readonly done: Done;
  readonly item: WireItem | undefined;
}

export function write(
  statement: Insert | Change,
  onFailure: string | undefined,
  ddb: Dynamodb,
): Carried {
  switch (statement.kind) {
    case "insert":
      return { done: insert(statement, onFailure, ddb), item: undefined };
    case "update":
      return change(statement, onFailure, ddb);
    case "delete":
      return discard(statement, onFailure, ddb);
  }
}

function insert({ table, item }: Insert, onFailure: string | undefined, ddb: Dynamodb): Done {
  const bytes = putBytes(item);
  const hash = openTable(table, ddb).table.keys.hash.name;
  const test = (there: Item) => attribute(there, hash) === undefined;
  try {
    return put({ tableName: table, item, bytes, test, paths: [], onFailure }, ddb);
  } catch (refused) {
    const taken = refused instanceof AwsError && refused.code === "ConditionalCheckFailedException";
    throw taken ? DuplicateItemException() : refused;
  }
}

function change(statement: Change, onFailure: string | undefined, ddb: Dynamodb): Carried {
  const { table } = openTable(statement.table, ddb);
  const { key, rest } = splitWhere(statement.where, statement.operands, table);
  const bindings = statement.operands.bindings();
  const bound = bindActions(statement.actions, bindings);
  const condition = rest === undefined ? undefined : bindWhere("Condition", rest, bindings);
  const hash = table.keys.hash.name;
  // An update is of an item that is there.
  const test = (there: Item) =>
    attribute(there, hash) !== undefined && (condition === undefined || condition(there));
  const read = { tableName: statement.table, key, bound, test, paths: bindings.paths, onFailure };
  const done = update(read, ddb);
  return { done, item: returned(statement.returning, read, done) };
}

function discard(statement: Change, onFailure: string | undefined, ddb: Dynamodb): Carried {
  const { table } = openTable(statement.table, ddb);
  const { key, rest } = splitWhere(statement.where, statement.operands, table);
  const bindings = statement.operands.bindings();
  const condition = rest === undefined ? undefined : bindWhere("Condition", rest, bindings);
  const hash = table.keys.hash.name;
  // What is not there is deleted already, whatever else was asked of it.
  const test = (there: Item) =>
    attribute(there, hash) === undefined || condition === undefined || condition(there);
  const { tableName, paths } = { tableName: statement.table, paths: bindings.paths };
  const done = remove({ tableName, key, test, paths, onFailure }, ddb);
  return { done, item: oldIfAsked(statement.returning, done) };
}

/** The key that the clause names, and the condition that is left of it. */
export function splitWhere(where: ConditionNode, operands: Operands, table: TableRow) {
  const { key, rest } = split(where, operands, table);
  if (key === undefined) throw ValidationException(NO_KEY);
  return { key, rest };
}

export const isWholeKey = (where: ConditionNode, operands: Operands, table: TableRow): boolean =>
  split(where, operands, table).key !== undefined;

function split(where: ConditionNode, operands: Operands, table: TableRow) {
  const key: Record<string, AttributeValue> = {};
  const names = keyAttributes(table.keys).map(({ name }) => name);
  const rest = conjuncts(where).filter((node) => {
    if (node.kind !== "compare" || node.operator !== "=") return true;
    const [path, value] = node.operands;
    const name = path.kind === "path" ? operands.named(path) : undefined;
    if (name === undefined || value.kind !== "value" || !names.includes(name)) return true;
    setAttribute(key, name, operands.valueOf(value));
    return false;
  });
  const whole = Object.keys(key).length === names.length;
  return { key: whole ? key : undefined, rest: allOf(rest) };
}
