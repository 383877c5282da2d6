/**
 * Primary keys: which attributes they are, whether a request's key is one, and where it puts the
 * item.
 */
import { encodeKey } from "../../../kernel/store/key.ts";
import { invalidValues, ValidationException } from "../errors.ts";
import type { Located, ScalarType } from "../state.ts";
import { numberOrder } from "./number.ts";
import { type AttributeValue, attribute, base64, type Item, typeOf } from "./value.ts";

export interface KeyAttribute {
  readonly name: string;
  readonly type: ScalarType;
}

export interface Keys {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
  /** Of a global index whose partition key is several attributes: those after the first. */
  readonly moreHash?: readonly KeyAttribute[];
  /** The same of its sort key. */
  readonly moreRange?: readonly KeyAttribute[];
}

/** A key's value as a part of a row's key: numbers as texts in their order. */
export type PlacePart = string | Uint8Array;

const NO_ATTRIBUTES: readonly KeyAttribute[] = [];

export const hashAttributes = ({ hash, moreHash }: Keys): readonly KeyAttribute[] =>
  moreHash === undefined ? [hash] : [hash, ...moreHash];

export function rangeAttributes({ range, moreRange }: Keys): readonly KeyAttribute[] {
  if (range === undefined) return NO_ATTRIBUTES;
  return moreRange === undefined ? [range] : [range, ...moreRange];
}

/** In the order of the key schema. */
export function keyAttributes(keys: Keys): readonly KeyAttribute[] {
  if (isComposite(keys)) return [...hashAttributes(keys), ...rangeAttributes(keys)];
  return keys.range === undefined ? [keys.hash] : [keys.hash, keys.range];
}

/** Whether a partition key or a sort key is several attributes. */
export const isComposite = (keys: Keys): boolean =>
  keys.moreHash !== undefined || keys.moreRange !== undefined;

export function placePart(value: AttributeValue): PlacePart {
  if (value.S !== undefined) return value.S;
  if (value.B !== undefined) return value.B;
  return numberOrder(value.N ?? "0");
}

/** A key's value as policies spell it; nothing where it is none. */
export function keyText(value: AttributeValue | undefined): string[] {
  if (value === undefined) return [];
  const known = value.S ?? value.N ?? (value.B === undefined ? undefined : base64(value.B));
  return known === undefined ? [] : [known];
}

/** `item` has the keys, of their types. */
export function locate(keys: Keys, item: Item): Located {
  const hash = joinedPart(keys.hash, keys.moreHash, item);
  const range = keys.range === undefined ? null : joinedPart(keys.range, keys.moreRange, item);
  return { bucket: bucketOf(hash), hash, range };
}

/** Several attributes are one part, in the order of the first, then of the second, and so on. */
function joinedPart(
  first: KeyAttribute,
  more: readonly KeyAttribute[] | undefined,
  item: Item,
): PlacePart {
  const part = placePart(item[first.name] ?? {});
  if (more === undefined) return part;
  return encodeKey([part, ...more.map(({ name }) => placePart(item[name] ?? {}))]);
}

export const BUCKETS = 2 ** 32;

/** FNV-1a, then mixed so that short and similar keys spread over all the buckets. */
export function bucketOf(part: PlacePart): number {
  let hash = 0x811c9dc5;
  if (typeof part === "string") {
    for (let at = 0; at < part.length; at++) {
      hash = Math.imul(hash ^ part.charCodeAt(at), 0x01000193);
    }
  } else {
    for (const byte of part) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export const MISMATCH = "The provided key element does not match the schema";

/** A key of a request: exactly the key attributes. */
export function readKey(keys: Keys, key: Item): Located {
  const parts = keyAttributes(keys);
  if (Object.keys(key).length !== parts.length) throw ValidationException(MISMATCH);
  for (const { name, type } of parts) {
    const value = attribute(key, name);
    if (value === undefined || typeOf(value) !== type) throw ValidationException(MISMATCH);
  }
  refuseValues(keys, key);
  return locate(keys, key);
}

/** The keys in an item to put. */
export function readItemKey(keys: Keys, item: Item): Located {
  for (const { name, type } of keyAttributes(keys)) {
    const value = attribute(item, name);
    if (value === undefined) throw invalidValues(`Missing the key ${name} in the item`);
    const actual = typeOf(value);
    if (actual !== type) {
      throw invalidValues(`Type mismatch for key ${name} expected: ${type} actual: ${actual}`);
    }
  }
  refuseValues(keys, item);
  return locate(keys, item);
}

const HASH_BYTES_MAX = 2048;
const RANGE_BYTES_MAX = 1024;

function refuseValues(keys: Keys, item: Item): void {
  for (const { name } of keyAttributes(keys)) {
    const what = emptiness(item[name]);
    if (what === undefined) continue;
    throw ValidationException(
      "One or more parameter values are not valid. The AttributeValue for a key attribute " +
        `cannot contain an empty ${what} value. Key: ${name}`,
    );
  }
  if (keyBytes(item[keys.hash.name]) > HASH_BYTES_MAX) {
    throw invalidValues(
      `Size of hashkey has exceeded the maximum size limit of${HASH_BYTES_MAX} bytes`,
    );
  }
  if (keys.range !== undefined && keyBytes(item[keys.range.name]) > RANGE_BYTES_MAX) {
    throw invalidValues(
      `Aggregated size of all range keys has exceeded the size limit of ${RANGE_BYTES_MAX} bytes`,
    );
  }
}

export function emptiness(value: AttributeValue | undefined): "string" | "binary" | undefined {
  if (value?.S === "") return "string";
  return value?.B?.length === 0 ? "binary" : undefined;
}

function keyBytes(value: AttributeValue | undefined): number {
  return value?.S === undefined ? (value?.B?.length ?? 0) : Buffer.byteLength(value.S);
}

export interface IndexKeys {
  readonly name: string;
  readonly keys: Keys;
}

/** An item in an index has its keys with the right types; without them it is not in it. */
/** AWS: of several, the index is told whose name comes first. */
export const inNameOrder = <One extends { readonly name: string }>(indexes: readonly One[]) =>
  indexes.toSorted((left, right) => (left.name < right.name ? -1 : 1));

export function refuseIndexKeys(index: IndexKeys, item: Item): void {
  for (const { name, type } of keyAttributes(index.keys)) {
    const value = attribute(item, name);
    if (value === undefined) continue;
    const actual = typeOf(value);
    if (actual !== type) {
      throw invalidValues(
        `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${actual} ` +
          `IndexName: ${index.name}`,
      );
    }
    refuseIndexValue(index, name, value);
  }
}

function refuseIndexValue(index: IndexKeys, name: string, value: AttributeValue): void {
  const what = emptiness(value);
  if (what !== undefined) {
    throw ValidationException(
      "One or more parameter values are not valid. A value specified for a secondary index key " +
        "is not supported. The AttributeValue for a key attribute cannot contain an empty " +
        `${what} value. IndexName: ${index.name}, IndexKey: ${name}`,
    );
  }
  const max = bytesMax(index.keys, name);
  if (keyBytes(value) > max) {
    const which = max === HASH_BYTES_MAX ? "hash" : "range";
    throw invalidValues(
      `Size of ${which} key has exceeded the maximum size limit of ${max} bytes. ` +
        `IndexName: ${index.name}, IndexKey: ${name}`,
    );
  }
}

const bytesMax = (keys: Keys, name: string): number =>
  hashAttributes(keys).some((one) => one.name === name) ? HASH_BYTES_MAX : RANGE_BYTES_MAX;

/**
 * Undefined when the item is not in the index. An index that is created later finds items whose
 * values would not be accepted for its keys today: they are not in it either.
 */
export function locateInIndex(keys: Keys, item: Item): Located | undefined {
  for (const { name, type } of keyAttributes(keys)) {
    const value = attribute(item, name);
    if (value === undefined || value[type] === undefined || emptiness(value) !== undefined) {
      return undefined;
    }
    if (keyBytes(value) > bytesMax(keys, name)) return undefined;
  }
  return locate(keys, item);
}
