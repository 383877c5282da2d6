/** Where a page begins: ExclusiveStartKey, and the LastEvaluatedKey that it comes from. */
import { ValidationException } from "./errors.ts";
import { type KeyAttribute, keyAttributes, locate, MISMATCH } from "./item/key.ts";
import {
  type AttributeValue,
  attribute,
  type Item,
  readItem,
  setAttribute,
  typeOf,
} from "./item/value.ts";
import type { Index, Located, TableRow } from "./state.ts";

/** The keys of the table and of the index that is read. */
export function startKeyOf(table: TableRow, index: Index | undefined, item: Item): Item {
  const key: Record<string, AttributeValue> = {};
  for (const { name } of startKeyAttributes(table, index)) {
    const value = attribute(item, name);
    if (value !== undefined) setAttribute(key, name, value);
  }
  return key;
}

function startKeyAttributes(table: TableRow, index: Index | undefined): KeyAttribute[] {
  const own = keyAttributes(table.keys);
  if (index === undefined) return [...own];
  const more = keyAttributes(index.keys).filter(
    ({ name }) => !own.some((known) => known.name === name),
  );
  return [...own, ...more];
}

/** AWS: only some of what is wrong with its values is said to be wrong with the starting key. */
export function readStartKey(key: Item | undefined): Item | undefined {
  if (key === undefined) return undefined;
  try {
    return readItem(key);
  } catch (refused) {
    if (!(refused instanceof Error) || !TOLD_OF_THE_KEY.test(refused.message)) throw refused;
    throw ValidationException(`The provided starting key is invalid: ${refused.message}`);
  }
}

const TOLD_OF_THE_KEY = /^Supplied AttributeValue|Null attribute|string set|Binary sets/;

const INVALID_START = "The provided starting key is invalid";

export interface Start {
  /** In the table or in the index that is read. */
  readonly at: Located;
  /** What follows the range in the keys of its rows. */
  readonly tie: readonly (Located["hash"] | null)[];
}

const invalidStart = (why?: string) =>
  ValidationException(why === undefined ? INVALID_START : `${INVALID_START}: ${why}`);

/**
 * What is right about an ExclusiveStartKey whatever is asked: as many attributes as there are key
 * attributes.
 */
export function refuseStartSize(table: TableRow, index: Index | undefined, key: Item): void {
  const wanted = startKeyAttributes(table, index);
  const own = index?.keys ?? table.keys;
  if (Object.keys(key).length !== wanted.length || attribute(key, own.hash.name) === undefined) {
    throw invalidStart();
  }
}

/** Of the key attributes that are read by. */
export function refuseStartParts(key: Item, parts: readonly KeyAttribute[]): void {
  for (const part of parts) {
    refuseMissingParts(key, [part]);
    if (typeOf(key[part.name] ?? {}) !== part.type) throw ValidationException(MISMATCH);
  }
}

export function refuseMissingParts(key: Item, parts: readonly KeyAttribute[]): void {
  if (parts.some(({ name }) => attribute(key, name) === undefined)) throw invalidStart();
}

/** All that is not checked yet, and then where it points to. */
export function readStart(table: TableRow, index: Index | undefined, key: Item): Start {
  const wanted = startKeyAttributes(table, index);
  if (Object.keys(key).length !== wanted.length) throw invalidStart(MISMATCH);
  for (const { name, type } of wanted) {
    const value = attribute(key, name);
    if (value === undefined || typeOf(value) !== type) throw invalidStart(MISMATCH);
  }
  const own = locate(table.keys, key);
  if (index === undefined) return { at: own, tie: [] };
  return { at: locate(index.keys, key), tie: [own.hash, own.range] };
}
