/** AttributeUpdates: PUT, ADD and DELETE of top-level attributes. */
import { invalidValues, ValidationException } from "../errors.ts";
import type { BoundUpdate } from "../expression/update.ts";
import { added, lessened } from "../expression/update.ts";
import { setMembers } from "../item/compare.ts";
import {
  type AttributeValue,
  attribute,
  type Item,
  readValue,
  refuseName,
  setAttribute,
  typeOf,
} from "../item/value.ts";

export interface AttributeUpdate {
  readonly Action?: string | undefined;
  readonly Value?: AttributeValue | undefined;
}

export type AttributeUpdates = Readonly<Record<string, AttributeUpdate>>;

interface Change {
  readonly name: string;
  readonly action: string;
  readonly value?: AttributeValue;
}

export function bindAttributeUpdates(updates: AttributeUpdates): BoundUpdate {
  const changes = Object.entries(updates).map(([name, update]) => readChange(name, update));
  return {
    paths: changes.map(({ name }) => [name]),
    assigned: changes.flatMap(({ name, action, value }) =>
      value === undefined || action === "DELETE" ? [] : [{ name, type: typeOf(value) }],
    ),
    onlyRemoves: changes.length > 0 && changes.every(({ action }) => action === "DELETE"),
    apply: (before) => apply(before, changes),
  };
}

function readChange(name: string, update: AttributeUpdate): Change {
  refuseName(name);
  const action = update.Action ?? "PUT";
  if (update.Value === undefined) {
    if (action === "DELETE") return { name, action };
    throw invalidValues("Only DELETE action is allowed when no attribute value is specified");
  }
  const value = readValue(update.Value);
  const type = typeOf(value);
  if (action === "DELETE" && setMembers(value) === undefined) {
    throw invalidValues(`DELETE action with value is not supported for the type ${type}`);
  }
  if (action === "ADD" && !ADDABLE.has(type)) {
    throw invalidValues(`ADD action is not supported for the type ${type}`);
  }
  return { name, action, value };
}

const ADDABLE: ReadonlySet<string> = new Set(["N", "SS", "NS", "BS", "L"]);

function apply(before: Item, changes: readonly Change[]): Item {
  const item = { ...before };
  for (const { name, action, value } of changes) {
    const there = attribute(before, name);
    const after = changed(action, there, value);
    if (after === undefined) delete item[name];
    else setAttribute(item, name, after);
  }
  return item;
}

function changed(
  action: string,
  there: AttributeValue | undefined,
  value: AttributeValue | undefined,
): AttributeValue | undefined {
  if (value === undefined) return undefined;
  if (action === "PUT") return value;
  try {
    if (action === "DELETE") return lessened(there, value);
    if (value.L !== undefined && there?.L !== undefined) return { L: [...there.L, ...value.L] };
    return added(there, value);
  } catch (refused) {
    if (
      setMembers(there ?? {}) !== undefined &&
      setMembers(value)?.type === setMembers(there ?? {})?.type
    )
      throw refused;
    if (there?.N !== undefined && value.N !== undefined) throw refused;
    throw ValidationException("Type mismatch for attribute to update");
  }
}
