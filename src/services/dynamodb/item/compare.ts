/**
 * What equals what, and what comes first. Values of different types are never equal and have no
 * order.
 */
import type { AttributeValue, Item } from "./value.ts";
import { attribute, base64 } from "./value.ts";
import { compareNumbers } from "./number.ts";

/** Negative, zero or positive; undefined where there is no order. */
export function compareValues(left: AttributeValue, right: AttributeValue): number | undefined {
  if (left.S !== undefined && right.S !== undefined) return compareTexts(left.S, right.S);
  if (left.N !== undefined && right.N !== undefined) return compareNumbers(left.N, right.N);
  if (left.B !== undefined && right.B !== undefined) return Buffer.compare(left.B, right.B);
  return undefined;
}

const PLAIN = /^[\0-\x7f]*$/;

/** By UTF-8 bytes, which differs from JavaScript's order above U+FFFF. */
function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  if (PLAIN.test(left) && PLAIN.test(right)) return left < right ? -1 : 1;
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

export function valuesEqual(left: AttributeValue, right: AttributeValue): boolean {
  if (left.S !== undefined) return left.S === right.S;
  if (left.N !== undefined) return left.N === right.N;
  if (left.B !== undefined) return right.B !== undefined && Buffer.compare(left.B, right.B) === 0;
  if (left.BOOL !== undefined) return left.BOOL === right.BOOL;
  if (left.NULL !== undefined) return right.NULL !== undefined;
  if (left.M !== undefined) return right.M !== undefined && mapsEqual(left.M, right.M);
  if (left.L !== undefined) return right.L !== undefined && listsEqual(left.L, right.L);
  const members = setMembers(left);
  const others = setMembers(right);
  if (members === undefined || others === undefined || members.type !== others.type) return false;
  const known = new Set(members.keys);
  return known.size === others.keys.length && others.keys.every((key) => known.has(key));
}

export function mapsEqual(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => {
    const a = left[name];
    const b = attribute(right, name);
    return a !== undefined && b !== undefined && valuesEqual(a, b);
  });
}

function listsEqual(left: readonly AttributeValue[], right: readonly AttributeValue[]): boolean {
  if (left.length !== right.length) return false;
  return left.every((value, at) => {
    const other = right[at];
    return other !== undefined && valuesEqual(value, other);
  });
}

/** The members of a set as texts that are equal where the members are. */
export function setMembers(value: AttributeValue) {
  if (value.SS !== undefined) return { type: "SS", keys: value.SS };
  if (value.NS !== undefined) return { type: "NS", keys: value.NS };
  if (value.BS !== undefined) return { type: "BS", keys: value.BS.map(base64) };
  return undefined;
}

export function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if (value.S !== undefined && prefix.S !== undefined) return value.S.startsWith(prefix.S);
  if (value.B !== undefined && prefix.B !== undefined) {
    return Buffer.compare(value.B.subarray(0, prefix.B.length), prefix.B) === 0;
  }
  return false;
}

/** A text in a text, bytes in bytes, a member in a set, an element in a list. */
export function containsValue(value: AttributeValue, part: AttributeValue): boolean {
  if (value.S !== undefined) return part.S !== undefined && value.S.includes(part.S);
  if (value.B !== undefined) {
    return part.B !== undefined && Buffer.from(value.B).includes(Buffer.from(part.B));
  }
  if (value.L !== undefined) return value.L.some((element) => valuesEqual(element, part));
  if (value.SS !== undefined) return part.S !== undefined && value.SS.includes(part.S);
  if (value.NS !== undefined) return part.N !== undefined && value.NS.includes(part.N);
  if (value.BS !== undefined) {
    return part.B !== undefined && value.BS.map(base64).includes(base64(part.B));
  }
  return false;
}
