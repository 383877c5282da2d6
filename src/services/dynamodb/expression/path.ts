/** Document paths: following them, writing them, and which of them get in each other's way. */
import { type AttributeValue, attribute, type Item } from "../item/value.ts";
import type { Path } from "./bindings.ts";
import { invalid, type Kind } from "./lexer.ts";

/** What stands at the path; undefined where it leads nowhere. */
export function follow(item: Item, path: Path): AttributeValue | undefined {
  let value = attribute(item, String(path[0]));
  for (let at = 1; at < path.length && value !== undefined; at++) {
    const part = path[at];
    value =
      typeof part === "number"
        ? value.L?.[part]
        : part !== undefined && value.M !== undefined
          ? attribute(value.M, part)
          : undefined;
  }
  return value;
}

export const samePath = (left: Path, right: Path): boolean =>
  left.length === right.length && left.every((part, at) => part === right[at]);

/** "[a, b, [1]]" */
export function pathText(path: Path): string {
  const parts = path.map((part) => (typeof part === "number" ? `[${part}]` : part));
  return `[${parts.join(", ")}]`;
}

/**
 * Of two paths neither may be within the other, nor may they take one place for a list and for a
 * map.
 */
export function refuseClashes(kind: Kind, paths: readonly Path[]): void {
  if (paths.length < 2) return;
  for (const [clash, clashes] of [
    ["overlap", overlap],
    ["conflict", conflict],
  ] as const) {
    for (let second = 1; second < paths.length; second++) {
      for (let first = 0; first < second; first++) {
        const one = paths[first] ?? [];
        const two = paths[second] ?? [];
        if (!clashes(one, two)) continue;
        throw invalid(
          kind,
          `Two document paths ${clash} with each other; must remove or rewrite one of these ` +
            `paths; path one: ${pathText(one)}, path two: ${pathText(two)}`,
        );
      }
    }
  }
}

function overlap(one: Path, two: Path): boolean {
  const common = Math.min(one.length, two.length);
  for (let at = 0; at < common; at++) if (one[at] !== two[at]) return false;
  return true;
}

function conflict(one: Path, two: Path): boolean {
  const common = Math.min(one.length, two.length);
  for (let at = 0; at < common; at++) {
    if (one[at] !== two[at]) return typeof one[at] !== typeof two[at];
  }
  return false;
}
