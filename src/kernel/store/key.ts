/**
 * Tuples as keys whose byte order is tuple order, so that one ordered store can hold every table
 * and index.
 *
 * Each part is a tag byte and a body that no longer body can be confused with: a number has always
 * eight bytes; strings and bytes end with NUL, and a NUL inside is written NUL FF. As every tag is
 * below FF, the tuple (a) comes before (a, b), and that before (ab).
 */
import type { Key } from "./store.ts";

export type KeyPart = null | boolean | number | string | Uint8Array;

/** null < false < true < numbers < strings (by their UTF-8 bytes) < bytes. */
export function encodeKey(tuple: readonly KeyPart[]): Key {
  let key = "";
  for (const part of tuple) key += encodePart(part);
  return key;
}

/** The tuple that `encodeKey` was given. Bytes come back as a plain Uint8Array, -0 as 0. */
export function decodeKey(key: Key): KeyPart[] {
  const parts: KeyPart[] = [];
  for (let at = 0; at < key.length;) {
    const tag = key.charAt(at);
    if (tag === NUMBER) {
      parts.push(decodeNumber(key, at + 1));
      at += 9;
    } else if (tag === STRING || tag === BYTES) {
      const end = endOfBody(key, at + 1);
      const body = key.slice(at + 1, end).replaceAll("\0\xff", "\0");
      parts.push(
        tag === STRING ? decodeString(body) : Uint8Array.from(Buffer.from(body, "latin1")),
      );
      at = end + 1;
    } else {
      parts.push(decodeConstant(tag));
      at += 1;
    }
  }
  return parts;
}

/** Every key whose tuple begins with these parts, the tuple of exactly these parts included. */
export function prefixRange(prefix: readonly KeyPart[]): { from: Key; to: Key } {
  const from = encodeKey(prefix);
  return { from, to: from + AFTER_EVERY_TAG };
}

const NULL = "\x02";
const FALSE = "\x03";
const TRUE = "\x04";
const NUMBER = "\x05";
const STRING = "\x06";
const BYTES = "\x07";
const AFTER_EVERY_TAG = "\xff";

// oxlint-disable-next-line no-control-regex -- NUL is what this looks for
const PLAIN = /^[\x01-\x7f]*$/;

/** One part of a tuple: a key is its parts, one after the other. */
export function encodePart(part: KeyPart): string {
  if (typeof part === "string") {
    return STRING + (PLAIN.test(part) ? part : escape(utf8(part))) + "\0";
  }
  if (typeof part === "number") return NUMBER + encodeNumber(part);
  if (part === null) return NULL;
  if (typeof part === "boolean") return part ? TRUE : FALSE;
  return BYTES + escape(latin1(part)) + "\0";
}

function decodeConstant(tag: string): null | boolean {
  if (tag === NULL) return null;
  if (tag === FALSE) return false;
  if (tag === TRUE) return true;
  throw new Error(`not an encoded key: unknown tag ${tag.charCodeAt(0)}`);
}

const escape = (body: string) => (body.includes("\0") ? body.replaceAll("\0", "\0\xff") : body);

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/**
 * A half of a surrogate pair alone gets bytes of its own: two different strings never give one key.
 */
function utf8(text: string): string {
  if (!ANY_LONE_SURROGATE.test(text)) return Buffer.from(text, "utf8").toString("latin1");
  let bytes = "";
  for (const character of text) {
    const code = character.charCodeAt(0);
    bytes +=
      character.length === 1 && isSurrogate(code)
        ? String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
        : Buffer.from(character, "utf8").toString("latin1");
  }
  return bytes;
}

const ANY_LONE_SURROGATE = /\p{Surrogate}/u;
const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;

const LONE_SURROGATE = /\xed[\xa0-\xbf][\x80-\xbf]/;

function decodeString(body: string): string {
  if (PLAIN.test(body)) return body;
  const lone = LONE_SURROGATE.exec(body);
  if (lone === null) return Buffer.from(body, "latin1").toString("utf8");
  const [, second = 0, third = 0] = Buffer.from(lone[0], "latin1");
  const unit = String.fromCharCode(0xd000 | ((second & 63) << 6) | (third & 63));
  const before = Buffer.from(body.slice(0, lone.index), "latin1").toString("utf8");
  return before + unit + decodeString(body.slice(lone.index + 3));
}

/** IEEE 754 with the sign bit turned (all bits, below zero) sorts like the number it stands for. */
const numberView = new DataView(new ArrayBuffer(8));
const SIGN = 0x80000000;

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`not a finite number in a key: ${value}`);
  numberView.setFloat64(0, value === 0 ? 0 : value);
  let high = numberView.getUint32(0);
  let low = numberView.getUint32(4);
  if (value < 0) {
    high = ~high;
    low = ~low;
  } else {
    high ^= SIGN;
  }
  return (
    String.fromCharCode((high >>> 24) & 255, (high >>> 16) & 255, (high >>> 8) & 255, high & 255) +
    String.fromCharCode((low >>> 24) & 255, (low >>> 16) & 255, (low >>> 8) & 255, low & 255)
  );
}

function decodeNumber(key: Key, at: number): number {
  const negative = key.charCodeAt(at) < 0x80;
  for (let byte = 0; byte < 8; byte++) {
    const code = key.charCodeAt(at + byte);
    numberView.setUint8(byte, negative ? ~code : code);
  }
  if (!negative) numberView.setUint8(0, key.charCodeAt(at) ^ 0x80);
  return numberView.getFloat64(0);
}

function endOfBody(key: Key, from: number): number {
  let end = key.indexOf("\0", from);
  while (end !== -1 && key.charCodeAt(end + 1) === 0xff) end = key.indexOf("\0", end + 2);
  if (end === -1) throw new Error("not an encoded key: a string without its end");
  return end;
}

/** The range of every key that continues an encoded prefix (the prefix itself included). */
export function rangeUnder(prefix: Key): { from: Key; to: Key } {
  return { from: prefix, to: prefix + AFTER_EVERY_TAG };
}
