/**
 * CBOR (RFC 8949) to plain values, strict about what it is given: no trailing bytes, no lengths
 * past the end, a limit on nesting. Maps become objects, tag 1 a Date, big numbers numbers; other
 * tags are dropped from what they mark.
 */
import { instantOfSeconds, setKey } from "../scalars.ts";

export const CBOR_DEPTH_MAX = 128;

/** Why bytes were refused. Callers word it as AWS does. */
export class CborError extends Error {}

export function decodeCbor(bytes: Uint8Array): unknown {
  const cursor: Cursor = {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: 0,
  };
  const value = readItem(cursor, 0);
  if (cursor.at !== bytes.length) throw new CborError("bytes follow the value");
  return value;
}

interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}

const INDEFINITE = 31;
const BREAK = 0xff;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readItem(cursor: Cursor, depth: number): unknown {
  if (depth > CBOR_DEPTH_MAX) throw new CborError("values are nested too deeply");
  const first = readByte(cursor);
  const kind = first >> 5;
  const info = first & 31;
  switch (kind) {
    case 0:
      return readArgument(cursor, info);
    case 1:
      return -1 - readArgument(cursor, info);
    case 2:
      return info === INDEFINITE ? joinedBytes(cursor) : new Uint8Array(readBytes(cursor, info));
    case 3:
      return info === INDEFINITE ? joinedText(cursor) : text(readBytes(cursor, info));
    case 4:
      return readArray(cursor, info, depth);
    case 5:
      return readMap(cursor, info, depth);
    case 6:
      return readTagged(cursor, readArgument(cursor, info), depth);
    default:
      return readSimple(cursor, info);
  }
}

function readByte(cursor: Cursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw new CborError("the value ends too early");
  cursor.at += 1;
  return byte;
}

/** Moves past `count` bytes and gives the place where they began. */
function take(cursor: Cursor, count: number): number {
  const start = cursor.at;
  if (count > cursor.bytes.length - start) throw new CborError("the value ends too early");
  cursor.at = start + count;
  return start;
}

function readArgument(cursor: Cursor, info: number): number {
  if (info < 24) return info;
  switch (info) {
    case 24:
      return readByte(cursor);
    case 25:
      return cursor.view.getUint16(take(cursor, 2));
    case 26:
      return cursor.view.getUint32(take(cursor, 4));
    case 27:
      return Number(cursor.view.getBigUint64(take(cursor, 8)));
    default:
      throw new CborError("a length has no such form");
  }
}

function readBytes(cursor: Cursor, info: number): Uint8Array {
  const length = readArgument(cursor, info);
  const start = take(cursor, length);
  return cursor.bytes.subarray(start, start + length);
}

function text(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new CborError("a text is not UTF-8");
  }
}

/** The parts of an indefinite string: definite strings of the same kind, up to the break. */
function chunks(cursor: Cursor, kind: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let first = readByte(cursor); first !== BREAK; first = readByte(cursor)) {
    if (first >> 5 !== kind) throw new CborError("a string holds another kind of value");
    parts.push(readBytes(cursor, first & 31));
  }
  return parts;
}

function joinedBytes(cursor: Cursor): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks(cursor, 2)));
}

function joinedText(cursor: Cursor): string {
  return chunks(cursor, 3).map(text).join("");
}

function atBreak(cursor: Cursor): boolean {
  if (cursor.bytes[cursor.at] !== BREAK) return false;
  cursor.at += 1;
  return true;
}

/**
 * Every element takes a byte at least: a length that claims more is refused before anything is
 * reserved.
 */
function readLength(cursor: Cursor, info: number, bytesEach: number): number {
  const length = readArgument(cursor, info);
  const left = cursor.bytes.length - cursor.at;
  if (length * bytesEach > left) throw new CborError("the value ends too early");
  return length;
}

function readArray(cursor: Cursor, info: number, depth: number): unknown[] {
  const values: unknown[] = [];
  if (info === INDEFINITE) {
    while (!atBreak(cursor)) values.push(readItem(cursor, depth + 1));
    return values;
  }
  const length = readLength(cursor, info, 1);
  for (let index = 0; index < length; index += 1) values.push(readItem(cursor, depth + 1));
  return values;
}

function readMap(cursor: Cursor, info: number, depth: number): Record<string, unknown> {
  const map: Record<string, unknown> = {};
  if (info === INDEFINITE) {
    while (!atBreak(cursor)) readEntry(cursor, map, depth);
    return map;
  }
  const length = readLength(cursor, info, 2);
  for (let index = 0; index < length; index += 1) readEntry(cursor, map, depth);
  return map;
}

function readEntry(cursor: Cursor, map: Record<string, unknown>, depth: number): void {
  const key = readItem(cursor, depth + 1);
  if (typeof key !== "string") throw new CborError("a map's key is not a text");
  setKey(map, key, readItem(cursor, depth + 1));
}

function readTagged(cursor: Cursor, tag: number, depth: number): unknown {
  const value = readItem(cursor, depth + 1);
  switch (tag) {
    case 1:
      return instant(value);
    case 2:
      return bigNumber(value);
    case 3:
      return -1 - bigNumber(value);
    case 4:
      return decimal(value);
    default:
      return value;
  }
}

function instant(value: unknown): Date {
  const at = typeof value === "number" ? instantOfSeconds(value) : undefined;
  if (at === undefined) throw new CborError("an instant is not a number of seconds");
  return at;
}

function bigNumber(value: unknown): number {
  if (!(value instanceof Uint8Array)) throw new CborError("a big number is not bytes");
  let number = 0;
  for (const byte of value) number = number * 256 + byte;
  return number;
}

function decimal(value: unknown): number {
  const [exponent, mantissa] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof exponent !== "number" || typeof mantissa !== "number") {
    throw new CborError("a decimal fraction is not a pair of numbers");
  }
  return Number(`${mantissa}e${exponent}`);
}

function readSimple(cursor: Cursor, info: number): unknown {
  switch (info) {
    case 20:
      return false;
    case 21:
      return true;
    case 22:
    case 23:
      return null;
    case 25:
      return halfFloat(cursor.view.getUint16(take(cursor, 2)));
    case 26:
      return cursor.view.getFloat32(take(cursor, 4));
    case 27:
      return cursor.view.getFloat64(take(cursor, 8));
    default:
      throw new CborError("a simple value is unknown");
  }
}

/** Sign, five bits of exponent, ten of fraction. */
function halfFloat(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
