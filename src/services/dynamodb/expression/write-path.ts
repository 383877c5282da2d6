/**
 * Writing at a document path without touching the item that was: what lies on the way is copied,
 * the rest is shared.
 */
import {
  type AttributeValue,
  attribute,
  type Item,
  refuseDepth,
  setAttribute,
} from "../item/value.ts";
import { ValidationException } from "../errors.ts";
import type { Path } from "./bindings.ts";

const invalidPath = () =>
  ValidationException("The document path provided in the update expression is invalid for update");

export function setAt(item: Item, path: Path, value: AttributeValue): Item {
  refuseDepth(path.length - 1 + depthOf(value));
  return setInMap(item, path, 0, value);
}

function setInMap(map: Item, path: Path, at: number, value: AttributeValue): Item {
  const name = path[at];
  if (typeof name !== "string") throw invalidPath();
  const changed = { ...map };
  setAttribute(
    changed,
    name,
    at === path.length - 1 ? value : inside(attribute(map, name), path, at + 1, value),
  );
  return changed;
}

function inside(
  there: AttributeValue | undefined,
  path: Path,
  at: number,
  value: AttributeValue,
): AttributeValue {
  const part = path[at];
  if (typeof part === "string" && there?.M !== undefined) {
    return { M: setInMap(there.M, path, at, value) };
  }
  if (typeof part !== "number" || there?.L === undefined) throw invalidPath();
  const list = there.L.slice();
  // Beyond the end means at the end.
  const index = Math.min(part, list.length);
  list[index] = at === path.length - 1 ? value : inside(list[index], path, at + 1, value);
  return { L: list };
}

/** Removing what is not there changes nothing; removing inside what is not there is refused. */
export function removeAt(item: Item, path: Path): Item {
  return removeInMap(item, path, 0);
}

function removeInMap(map: Item, path: Path, at: number): Item {
  const name = path[at];
  if (typeof name !== "string") throw invalidPath();
  const there = attribute(map, name);
  if (at === path.length - 1) {
    if (there === undefined) return map;
    const { [name]: _removed, ...rest } = map;
    return rest;
  }
  const changed = { ...map };
  setAttribute(changed, name, removeInside(there, path, at + 1));
  return changed;
}

function removeInside(there: AttributeValue | undefined, path: Path, at: number): AttributeValue {
  const part = path[at];
  if (typeof part === "string" && there?.M !== undefined) {
    return { M: removeInMap(there.M, path, at) };
  }
  if (typeof part !== "number" || there?.L === undefined) throw invalidPath();
  const list = there.L.slice();
  if (at === path.length - 1) list.splice(part, 1);
  else list[part] = removeInside(list[part], path, at + 1);
  return { L: list };
}

/** A total order in which positions of one list stand in their order. */
export function byPosition(left: Path, right: Path): number {
  const common = Math.min(left.length, right.length);
  for (let at = 0; at < common; at++) {
    const a = left[at];
    const b = right[at];
    if (a === b) continue;
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a) < String(b) ? -1 : 1;
  }
  return 0;
}

function depthOf(value: AttributeValue): number {
  const inner = value.L ?? (value.M === undefined ? undefined : Object.values(value.M));
  if (inner === undefined) return 0;
  let deepest = 0;
  for (const part of inner) deepest = Math.max(deepest, depthOf(part));
  return deepest + 1;
}
