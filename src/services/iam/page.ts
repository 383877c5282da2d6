/** Pages of a list. The marker is opaque to callers: it holds the last name that they have seen. */
import { ValidationError } from "./errors.ts";

const ITEMS_DEFAULT = 100;

export interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly rest: { readonly IsTruncated: boolean; readonly Marker?: string };
}

/** `items` come in the order of their names, beginning where `afterMarker` says. */
export function page<Item>(
  items: Iterable<Item>,
  input: PageInput,
  nameOf: (item: Item) => string,
): Page<Item> {
  const most = input.MaxItems ?? ITEMS_DEFAULT;
  const taken: Item[] = [];
  for (const item of items) {
    const last = taken.at(-1);
    if (taken.length === most && last !== undefined) {
      return { items: taken, rest: { IsTruncated: true, Marker: toMarker(nameOf(last)) } };
    }
    taken.push(item);
  }
  return { items: taken, rest: { IsTruncated: false } };
}

/** A page of what is a list already. Sorts by name. */
export function pageOf<Item>(
  items: readonly Item[],
  input: PageInput,
  nameOf: (item: Item) => string,
): Page<Item> {
  const after = afterMarker(input);
  const sorted = items.toSorted((a, b) => order(nameOf(a), nameOf(b)));
  const left =
    after === undefined ? sorted : sorted.filter((item) => order(nameOf(item), after) > 0);
  return page(left, input, nameOf);
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Bounds for a table's scan. */
export function boundsOf(input: PageInput): { readonly after?: string } {
  const after = afterMarker(input);
  return after === undefined ? {} : { after };
}

export function afterMarker({ Marker }: PageInput): string | undefined {
  if (Marker === undefined) return undefined;
  const text = Buffer.from(Marker, "base64").toString("utf8");
  if (!text.startsWith(MARK)) throw ValidationError(`Invalid Marker: ${Marker}`);
  return text.slice(MARK.length);
}

const MARK = "after:";
const toMarker = (name: string) => Buffer.from(MARK + name, "utf8").toString("base64");
