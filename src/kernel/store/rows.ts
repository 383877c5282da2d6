/** Rows as every store gives them back, and as bytes. */
import { deserialize, serialize } from "node:v8";
import { Packr } from "msgpackr";
import type { Value } from "./store.ts";

const packr = new Packr({ useRecords: false, copyBuffers: true });

/**
 * `value` is one that `withoutUndefined` gave. -0 comes back as 0, half a surrogate pair as U+FFFD.
 */
export function encodeRow(value: Value): Buffer {
  const packed = packr.pack(value);
  if (typeof value !== "object" || !hasRenamed(packed)) return packed;
  return Buffer.concat([NOT_MESSAGE_PACK, serialize(value)]);
}

export function decodeRow(bytes: Uint8Array): Value {
  return bytes[0] === NOT_MESSAGE_PACK[0] ? deserialize(bytes.subarray(1)) : packr.unpack(bytes);
}

/**
 * A member of this name would come back under another: such rows go through the engine's own
 * encoding.
 */
const RENAMED = "__proto__";

/** Most rows have no underscore: one byte is sought sooner than a text. */
const hasRenamed = (packed: Buffer) => packed.includes(UNDERSCORE) && packed.includes(RENAMED);

const UNDERSCORE = 0x5f;

/** The one byte that MessagePack never uses. */
const NOT_MESSAGE_PACK = Buffer.of(0xc1);

/** The same row where no member is undefined, otherwise a copy without those members. */
export function withoutUndefined(value: Value): Value {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Array.isArray(value) ? listWithout(value) : recordWithout(value);
}

function listWithout(list: readonly Value[]): Value {
  let copy: Value[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const one = withoutUndefined(list[at]);
    if (one === list[at]) continue;
    copy ??= list.slice();
    copy[at] = one;
  }
  return copy ?? list;
}

function hasUndefined(record: Readonly<Record<string, unknown>>): boolean {
  for (const name in record) {
    const value = record[name];
    if (value === undefined || withoutUndefined(value) !== value) return true;
  }
  return false;
}

function recordWithout(record: object): Value {
  if (!hasUndefined(record as Readonly<Record<string, unknown>>)) return record;
  return Object.fromEntries(
    Object.entries(record)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, withoutUndefined(value)]),
  );
}
