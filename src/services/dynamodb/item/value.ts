/**
 * Items and their values, in the form in which they come and go: what a caller put is what a read
 * gives back, untouched. Numbers are in their normal text.
 */
import type { AttributeValue as SdkValue } from "@aws-sdk/client-dynamodb";
import { invalidValues, ValidationException } from "../errors.ts";
import { normalNumber } from "./number.ts";

/** Exactly one member is there. */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: Uint8Array;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly Uint8Array[];
  readonly M?: Item;
  readonly L?: readonly AttributeValue[];
  readonly NULL?: boolean;
  readonly BOOL?: boolean;
}

export type Item = Readonly<Record<string, AttributeValue>>;

export type TypeName = keyof AttributeValue;

/**
 * The client's type names one form a kind, ours is one structure of them all: the protocol's edge.
 */
export const toWire = (item: Item) => item as unknown as Record<string, SdkValue>;

/** A value is read from an item only through this: an attribute may be called "constructor". */
export function attribute(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

export function typeOf(value: AttributeValue): TypeName {
  for (const name in value) return name as TypeName;
  throw new Error("a value without a type");
}

const EMPTY =
  "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
const AMBIGUOUS =
  "Supplied AttributeValue has more than one datatypes set, " +
  "must contain exactly one of the supported datatypes";
const DEPTH_MAX = 32;

/**
 * Checks an item of a request and gives it with its numbers normal: the same object where nothing
 * had to change.
 */
export function readItem(item: Item, depth = 0): Item {
  let changed: Record<string, AttributeValue> | undefined;
  for (const name in item) {
    const value = item[name];
    if (value === undefined) continue;
    refuseName(name);
    const read = readValue(value, depth);
    if (read === value) continue;
    changed ??= { ...item };
    setAttribute(changed, name, read);
  }
  return changed ?? item;
}

const NAME_BYTES_MAX = 65_535;

export function refuseName(name: string): void {
  if (name === "") throw ValidationException("Empty attribute name");
  // Most names are short: their bytes need no counting.
  if (name.length * 3 <= NAME_BYTES_MAX) return;
  if (Buffer.byteLength(name) <= NAME_BYTES_MAX) return;
  throw invalidValues(
    `Attribute name is too large, must be less than or equal to ${NAME_BYTES_MAX} bytes`,
  );
}

/** "__proto__" is a name like any other. */
export function setAttribute(
  item: Record<string, AttributeValue>,
  name: string,
  value: AttributeValue,
): void {
  if (name === "__proto__") {
    const open = { enumerable: true, configurable: true, writable: true };
    Object.defineProperty(item, name, { value, ...open });
  } else {
    item[name] = value;
  }
}

export function readValue(value: AttributeValue, depth = 0): AttributeValue {
  let read: AttributeValue | undefined;
  let types = 0;
  for (const type in value) {
    types += 1;
    read = readTyped(type as TypeName, value, depth);
  }
  if (types > 1) throw ValidationException(AMBIGUOUS);
  if (read === undefined) throw ValidationException(EMPTY);
  return read;
}

function readTyped(type: TypeName, value: AttributeValue, depth: number): AttributeValue {
  switch (type) {
    case "N": {
      const text = value.N ?? "";
      const normal = normalNumber(text);
      return normal === text ? value : { N: normal };
    }
    case "NULL":
      if (value.NULL === true) return value;
      throw invalidValues("Null attribute value types must have the value of true");
    case "SS":
      return readStringSet(value);
    case "NS":
      return readNumberSet(value);
    case "BS":
      return readBinarySet(value);
    case "M":
      return readMap(value, value.M ?? {}, depth + 1);
    case "L":
      return readList(value, value.L ?? [], depth + 1);
    default:
      return value;
  }
}

function readStringSet(value: AttributeValue): AttributeValue {
  const members = value.SS ?? [];
  if (members.length === 0) throw invalidValues("An string set  may not be empty");
  if (new Set(members).size < members.length) {
    throw invalidValues(`Input collection [${members.join(", ")}] contains duplicates.`);
  }
  return value;
}

function readNumberSet(value: AttributeValue): AttributeValue {
  const members = value.NS ?? [];
  if (members.length === 0) throw invalidValues("An number set  may not be empty");
  const normal = members.map(normalNumber);
  if (new Set(normal).size < normal.length) {
    throw ValidationException("Input collection contains duplicates");
  }
  return normal.every((text, at) => text === members[at]) ? value : { NS: normal };
}

function readBinarySet(value: AttributeValue): AttributeValue {
  const members = value.BS ?? [];
  if (members.length === 0) throw invalidValues("Binary sets should not be empty");
  const texts = members.map(base64);
  if (new Set(texts).size < texts.length) {
    throw invalidValues(`Input collection [${texts.join(", ")}]of type BS contains duplicates.`);
  }
  return value;
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function readMap(value: AttributeValue, map: Item, depth: number): AttributeValue {
  refuseDepth(depth);
  const read = readItem(map, depth);
  return read === map ? value : { M: read };
}

function readList(
  value: AttributeValue,
  list: readonly AttributeValue[],
  depth: number,
): AttributeValue {
  refuseDepth(depth);
  let changed: AttributeValue[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const element = list[at] ?? {};
    const read = readValue(element, depth);
    if (read === element) continue;
    changed ??= list.slice();
    changed[at] = read;
  }
  return changed === undefined ? value : { L: changed };
}

export function refuseDepth(depth: number): void {
  if (depth > DEPTH_MAX) throw ValidationException(NESTED_TOO_DEEP);
}

const NESTED_TOO_DEEP =
  "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels " +
  "beyond supported limit";
