/**
 * Plain values with something in them converted. Where nothing was, the value itself comes back and
 * not a copy: most of what goes over the wire is the same on both sides of it.
 */
import { setKey } from "../scalars.ts";

/** What a member becomes, and under which name. */
export interface Field {
  readonly name: string;
  readonly convert: (value: unknown) => unknown;
}

export type Fields = ReadonlyMap<string, Field>;

/** Members that are no fields are left out, and those that are null. */
export function rewriteStructure(
  value: Readonly<Record<string, unknown>>,
  fields: Fields,
): Readonly<Record<string, unknown>> {
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const part = value[key];
    const field = fields.get(key);
    const gone = field === undefined || part === null || part === undefined;
    const converted = gone ? undefined : field.convert(part);
    if (copy === undefined) {
      if (!gone && converted === part && field.name === key) continue;
      copy = before(value, key);
    }
    if (!gone) copy[field.name] = converted;
  }
  return copy ?? value;
}

/** Null is an element like any other. */
export function rewriteList(
  list: readonly unknown[],
  convert: (value: unknown) => unknown,
): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const part = list[at];
    const converted = part === null ? null : convert(part);
    if (copy === undefined && converted === part) continue;
    copy ??= list.slice(0, at);
    copy.push(converted);
  }
  return copy ?? list;
}

/** `convert` gives undefined for what is to be left out. */
export function rewriteMap(
  value: Readonly<Record<string, unknown>>,
  convert: (value: unknown) => unknown,
): Readonly<Record<string, unknown>> {
  let copy: Record<string, unknown> | undefined;
  for (const key in value) {
    const part = value[key];
    const converted = part === undefined ? undefined : convert(part);
    if (copy === undefined) {
      if (converted === part && converted !== undefined) continue;
      copy = before(value, key);
    }
    if (converted !== undefined) setKey(copy, key, converted);
  }
  return copy ?? value;
}

/** A copy of the members that stand before one. */
function before(value: Readonly<Record<string, unknown>>, end: string): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key in value) {
    if (key === end) break;
    setKey(copy, key, value[key]);
  }
  return copy;
}
