/**
 * Items as rows keep them: in the text in which they come and go. A read of a whole item costs
 * nothing but the finding, and in memory an item is one object instead of one for each value.
 */
import { Written } from "../../../kernel/written.ts";
import { type AttributeValue, base64, type Item, toWire } from "./value.ts";

/** What has such a text. */
export interface Kept {
  readonly text: string;
}

export const itemText = (item: Item): string =>
  JSON.stringify(hasBytes(item) ? withTexts(item) : item);

let keptLast: Kept | undefined;
let readLast: Item = {};

/** One after the other ask for the same item: the condition, the update, the index. */
export function itemOf(kept: Kept): Item {
  if (kept === keptLast) return readLast;
  readLast = read(kept.text);
  keptLast = kept;
  return readLast;
}

/** For an answer that gives the whole item, or what is picked of it. */
export function keptToWire(kept: Kept, projection?: Projection): WireItem {
  if (projection !== undefined) return toWire(projection.project(itemOf(kept)));
  return new Written(kept.text, read) as unknown as WireItem;
}

export type WireItem = ReturnType<typeof toWire>;

interface Projection {
  readonly project: (item: Item) => Item;
}

function read(text: string): Item {
  const hasBinary = text.includes('"B":"') || text.includes('"BS":[');
  return JSON.parse(text, hasBinary ? bytesOfBase64 : undefined) as Item;
}

function hasBytes(item: Item): boolean {
  for (const name in item) {
    const value = item[name];
    if (value !== undefined && isOfBytes(value)) return true;
  }
  return false;
}

function isOfBytes(value: AttributeValue): boolean {
  if (value.M !== undefined) return hasBytes(value.M);
  if (value.L !== undefined) return value.L.some(isOfBytes);
  return value.B !== undefined || value.BS !== undefined;
}

function withTexts(item: Item): object {
  const entries = Object.entries(item).map(([name, value]) => [name, withText(value)] as const);
  return Object.fromEntries(entries);
}

function withText(value: AttributeValue): object {
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.M !== undefined) return { M: withTexts(value.M) };
  return value.L === undefined ? value : { L: value.L.map(withText) };
}

/** An attribute may be called "B", too: but its value is no text, and that of "BS" no list. */
function bytesOfBase64(name: string, value: unknown): unknown {
  if (name === "B" && typeof value === "string") return bytesOf(value);
  if (name === "BS" && Array.isArray(value)) return value.map(bytesOf);
  return value;
}

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
