/** Picking parts of an item: a tree of the wanted paths, walked beside the item. */
import { type AttributeValue, attribute, type Item, setAttribute } from "../item/value.ts";
import type { Bindings, Path } from "./bindings.ts";
import { parseProjection } from "./parse-projection.ts";
import { refuseClashes } from "./path.ts";

export type Projection = (item: Item) => Item;

interface Wanted {
  /** The whole of what stands here. */
  whole: boolean;
  readonly names: Map<string, Wanted>;
  readonly indexes: Map<number, Wanted>;
}

export interface BoundProjection {
  readonly project: Projection;
  readonly paths: readonly Path[];
}

export function bindProjection(text: string, bindings: Bindings): BoundProjection {
  const nodes = parseProjection("Projection", text);
  const paths = nodes.map((node) => bindings.path("Projection", node));
  refuseClashes("Projection", paths);
  return { project: projectionOf(paths), paths };
}

export function projectionOf(paths: readonly Path[]): Projection {
  if (paths.every((path) => path.length === 1))
    return topLevel(paths.map(([name]) => String(name)));
  const root = wanted();
  for (const path of paths) {
    let at = root;
    for (const part of path) at = step(at, part);
    at.whole = true;
  }
  return (item) => pickMap(item, root) ?? {};
}

function topLevel(names: readonly string[]): Projection {
  return (item) => {
    const picked: Record<string, AttributeValue> = {};
    for (const name of names) {
      const value = attribute(item, name);
      if (value !== undefined) setAttribute(picked, name, value);
    }
    return picked;
  };
}

const wanted = (): Wanted => ({ whole: false, names: new Map(), indexes: new Map() });

function step(from: Wanted, part: string | number): Wanted {
  return typeof part === "number" ? into(from.indexes, part) : into(from.names, part);
}

function into<Part>(steps: Map<Part, Wanted>, part: Part): Wanted {
  const there = steps.get(part) ?? wanted();
  steps.set(part, there);
  return there;
}

function pick(value: AttributeValue, want: Wanted): AttributeValue | undefined {
  if (want.whole) return value;
  if (value.M !== undefined && want.names.size > 0) {
    const picked = pickMap(value.M, want);
    return picked === undefined ? undefined : { M: picked };
  }
  if (value.L !== undefined && want.indexes.size > 0) return pickList(value.L, want);
  return undefined;
}

function pickMap(map: Item, want: Wanted): Item | undefined {
  const picked: Record<string, AttributeValue> = {};
  let any = false;
  for (const [name, inside] of want.names) {
    const value = attribute(map, name);
    const part = value === undefined ? undefined : pick(value, inside);
    if (part === undefined) continue;
    setAttribute(picked, name, part);
    any = true;
  }
  return any ? picked : undefined;
}

/** What is left closes up, in the order of the list. */
function pickList(list: readonly AttributeValue[], want: Wanted): AttributeValue | undefined {
  const picked: AttributeValue[] = [];
  const indexes = [...want.indexes].toSorted(([left], [right]) => left - right);
  for (const [index, inside] of indexes) {
    const value = list[index];
    const part = value === undefined ? undefined : pick(value, inside);
    if (part !== undefined) picked.push(part);
  }
  return picked.length === 0 ? undefined : { L: picked };
}
