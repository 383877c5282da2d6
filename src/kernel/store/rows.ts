/** Rows as every store gives them back, and as bytes. */
import { Packr } from "msgpackr";
import type { Value } from "./store.ts";

const packr = new Packr({ useRecords: false, copyBuffers: true });

/** `value` is one that `withoutUndefined` gave. */
export const encodeRow = (value: Value): Buffer => packr.pack(value);
export const decodeRow = (bytes: Uint8Array): Value => packr.unpack(bytes);

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

function recordWithout(record: object): Value {
  let changed = false;
  for (const value of Object.values(record)) {
    if (value === undefined || withoutUndefined(value) !== value) {
      changed = true;
      break;
    }
  }
  if (!changed) return record;
  return Object.fromEntries(
    Object.entries(record)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, withoutUndefined(value)]),
  );
}
