/**
 * How large an item is, as DynamoDB documents it, and what reading and writing that many bytes
 * costs.
 */
import type { AttributeValue, Item } from "./value.ts";
import { numberBytes } from "./number.ts";

export const ITEM_BYTES_MAX = 400 * 1024;
/** Of a list or a map, besides its elements; each element costs one more. */
const COLLECTION_BYTES = 3;
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) bytes += textBytes(name) + valueBytes(value);
  }
  return bytes;
}

export function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return textBytes(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return value.B.length;
  if (value.M !== undefined)
    return COLLECTION_BYTES + Object.keys(value.M).length + itemBytes(value.M);
  if (value.L !== undefined) return COLLECTION_BYTES + value.L.length + total(value.L, valueBytes);
  if (value.SS !== undefined) return total(value.SS, textBytes);
  if (value.NS !== undefined) return total(value.NS, numberBytes);
  if (value.BS !== undefined) return total(value.BS, (bytes) => bytes.length);
  return 1;
}

export const textBytes = (text: string): number => Buffer.byteLength(text);

function total<T>(values: readonly T[], bytes: (value: T) => number): number {
  let sum = 0;
  for (const value of values) sum += bytes(value);
  return sum;
}

/** Half for a read that may be stale, twice in a transaction. */
export function readUnits(bytes: number, rate: number): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * rate;
}

export const CONSISTENT_RATE = 1;
export const EVENTUAL_RATE = 0.5;
export const TRANSACTION_RATE = 2;

export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}
