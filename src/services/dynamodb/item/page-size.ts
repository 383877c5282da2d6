/**
 * How much of a page an item takes. Not its documented size: AWS counts a page in the form in which
 * items are stored, where names take one byte and every stretch of an item repeats its sort key.
 * AWS does not document this; it is what the ends of its pages show.
 */
import { valueBytes } from "./size.ts";
import type { AttributeValue, Item } from "./value.ts";

export const PAGE_BYTES_MAX = 1024 * 1024;
const STRETCH_BYTES = 3072;
const STRETCH_HEAD_BYTES = 18;
const ITEM_HEAD_BYTES = 2;
const COLLECTION_BYTES = 3;

/** `rangeName` is the sort key of the table, of its indexes too. */
export function pageBytes(item: Item, rangeName: string | undefined): number {
  let stored = 0;
  let rangeBytes = 0;
  for (const name in item) {
    const value = item[name];
    if (value === undefined) continue;
    if (name === rangeName) rangeBytes = valueBytes(value);
    else stored += storedBytes(value) + 1;
  }
  const stretches = 1 + Math.floor((1 + stored) / STRETCH_BYTES);
  return ITEM_HEAD_BYTES + stored + stretches * (STRETCH_HEAD_BYTES + rangeBytes);
}

function storedBytes(value: AttributeValue): number {
  if (value.S !== undefined) return withLength(valueBytes(value));
  if (value.N !== undefined || value.B !== undefined) return valueBytes(value) + 1;
  const set = value.SS ?? value.NS ?? value.BS;
  if (set !== undefined) return valueBytes(value) + set.length + 1;
  if (value.L !== undefined) {
    return value.L.reduce((sum, part) => sum + 1 + storedBytes(part), COLLECTION_BYTES);
  }
  if (value.M !== undefined) {
    const parts = Object.values(value.M);
    return parts.reduce((sum, part) => sum + 2 + storedBytes(part), COLLECTION_BYTES);
  }
  return value.NULL === undefined ? 1 : 0;
}

/** A text is preceded by its length. */
function withLength(bytes: number): number {
  if (bytes < 128) return bytes + 1;
  return bytes + (bytes < 16384 ? 2 : 3);
}
