/** Pages of a list. The marker is opaque to callers: it holds the last name that they have seen. */
import type { Bounds } from "../../kernel/table.ts";
import { InvalidMarkerException } from "./errors.ts";

export interface PageInput {
  readonly Limit?: number | undefined;
  readonly Marker?: string | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly rest: { readonly Truncated: boolean; readonly NextMarker?: string };
}

const MARK = "after:";

/** A page of a table in the order of its key: only what is on it is read. */
export function pageFrom<Item>(
  read: (bounds: Bounds) => readonly Item[],
  input: PageInput,
  nameOf: (item: Item) => string,
  countDefault: number,
): Page<Item> {
  const after = afterMarker(input);
  const limit = (input.Limit ?? countDefault) + 1;
  return toPage(read({ limit, ...(after !== undefined && { after }) }), limit - 1, nameOf);
}

/** A page of what is a list already, in the order of its names. */
export function page<Item>(
  items: readonly Item[],
  input: PageInput,
  nameOf: (item: Item) => string,
  countDefault: number,
): Page<Item> {
  const after = afterMarker(input);
  const left = after === undefined ? items : items.filter((item) => nameOf(item) > after);
  return toPage(left, input.Limit ?? countDefault, nameOf);
}

function toPage<Item>(
  left: readonly Item[],
  count: number,
  nameOf: (item: Item) => string,
): Page<Item> {
  const taken = left.slice(0, count);
  const last = taken.at(-1);
  if (last === undefined || taken.length === left.length) {
    return { items: taken, rest: { Truncated: false } };
  }
  const NextMarker = Buffer.from(MARK + nameOf(last)).toString("base64");
  return { items: taken, rest: { Truncated: true, NextMarker } };
}

function afterMarker({ Marker }: PageInput): string | undefined {
  if (Marker === undefined) return undefined;
  const text = Buffer.from(Marker, "base64").toString("utf8");
  if (!text.startsWith(MARK)) throw InvalidMarkerException();
  return text.slice(MARK.length);
}
