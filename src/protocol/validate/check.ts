/**
 * One closure a shape that finds what is wrong with a value. Shapes with nothing to check anywhere
 * below have none, so that unconstrained values are never walked.
 */
import type { Member, Shape } from "../../model/model.ts";
import { perModel } from "../memo.ts";
import { isRecord } from "../scalars.ts";
import { collectiveSentences, constraintsOf, NOT_NULL } from "./constraints.ts";
import type { Dialect } from "./dialects.ts";
import { display, lowerFirst } from "./display.ts";

export interface Violation {
  /** `tags.1.member.key`. */
  readonly path: string;
  /** The member as the model spells it. */
  readonly parameter: string;
  readonly absent: boolean;
  /** Undefined where it must not be told. */
  readonly value: string | undefined;
  readonly sentence: string;
}

/** A step on the way to a value. Whole paths are only written where something is wrong. */
interface Place {
  readonly above: Place | undefined;
  readonly path: string;
  readonly parameter: string;
}

/** The input itself. */
export const ROOT: Place = { above: undefined, path: "", parameter: "" };

function pathOf({ above, path, parameter }: Place): { path: string; parameter: string } {
  if (above === undefined) return { path, parameter };
  const before = pathOf(above);
  return { path: join(before.path, path), parameter: join(before.parameter, parameter) };
}

export type Check = (value: unknown, at: Place, found: Violation[]) => void;

/** A shape belongs to one service, and a service has one dialect: the shape alone is the key. */
export function checkOf(shape: Shape, dialect: Dialect): Check | undefined {
  if (dialect.skips?.has(shape.name) === true || !constrained(shape)) return undefined;
  let built = checks.get(shape);
  if (built === undefined) {
    built = build(shape, dialect);
    checks.set(shape, built);
  }
  return built;
}

const checks = new WeakMap<Shape, Check>();

const constrained = perModel((shape: Shape): boolean => hasConstraint(shape, new Set()));

function hasConstraint(shape: Shape, seen: Set<Shape>): boolean {
  if (seen.has(shape)) return false;
  seen.add(shape);
  const own =
    shape.min !== undefined ||
    shape.max !== undefined ||
    shape.pattern !== undefined ||
    shape.enum !== undefined;
  if (own) return true;
  const members = [...(shape.members?.values() ?? [])];
  if (members.some(({ required }) => required === true)) return true;
  return [shape.member, shape.key, shape.value, ...members].some(
    (member) => member !== undefined && hasConstraint(member.shape, seen),
  );
}

function build(shape: Shape, dialect: Dialect): Check {
  const own = ownCheck(shape, dialect);
  switch (shape.type) {
    case "structure":
      return structureCheck(shape, dialect);
    case "list":
      return both(own, listCheck(shape, dialect));
    case "map":
      return both(own, mapCheck(shape, dialect));
    default:
      return own;
  }
}

function both(one: Check, other: Check): Check {
  return (value, at, found) => {
    one(value, at, found);
    other(value, at, found);
  };
}

function ownCheck(shape: Shape, dialect: Dialect): Check {
  const constraints = constraintsOf(shape, dialect);
  return (value, at, found) => {
    for (const { holds, sentence } of constraints) {
      if (!holds(value)) found.push(violation(shape, value, at, sentence, dialect));
    }
  };
}

function violation(
  shape: Shape,
  value: unknown,
  at: Place,
  sentence: string,
  dialect: Dialect,
): Violation {
  const hidden = dialect.hidesValues === true || shape.sensitive === true;
  return {
    ...pathOf(at),
    absent: false,
    value: hidden ? undefined : display(shape, value),
    sentence,
  };
}

const missing = (place: Place): Violation => ({
  ...pathOf(place),
  absent: true,
  value: "null",
  sentence: NOT_NULL,
});

interface MemberCheck {
  readonly member: Member;
  readonly path: string;
  readonly check: Check | undefined;
}

function structureCheck(shape: Shape, dialect: Dialect): Check {
  let members: readonly MemberCheck[] | undefined;
  return (value, at, found) => {
    if (!isRecord(value)) return;
    members ??= memberChecks(shape, dialect);
    for (const { member, path, check } of members) {
      const part = value[member.name];
      const absent = part === undefined || part === null;
      if (absent && member.required !== true) continue;
      const place = { above: at, path, parameter: member.name };
      if (absent) found.push(missing(place));
      else check?.(part, place, found);
    }
  };
}

function memberChecks(shape: Shape, dialect: Dialect): readonly MemberCheck[] {
  return [...(shape.members?.values() ?? [])]
    .map((member) => ({
      member,
      path: lowerFirst(member.name),
      check: checkOf(member.shape, dialect),
    }))
    .filter(({ member, check }) => member.required === true || check !== undefined);
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** Elements that are structures are reported one by one; plain ones all together, at the list. */
function listCheck(shape: Shape, dialect: Dialect): Check {
  const element = shape.member?.shape;
  if (element === undefined) return () => undefined;
  if (isPlain(element)) return plainElements(shape, element, dialect);
  return (value, at, found) => {
    if (!Array.isArray(value)) return;
    const check = checkOf(element, dialect);
    value.forEach((part: unknown, index) => {
      const steps = `${index + 1}`;
      const place = { above: at, path: `${steps}.member`, parameter: steps };
      if (part === null) found.push(missing(place));
      else check?.(part, place, found);
    });
  };
}

function isPlain(shape: Shape): boolean {
  return !["structure", "list", "map"].includes(shape.type);
}

function plainElements(shape: Shape, element: Shape, dialect: Dialect): Check {
  const constraints = constraintsOf(element, dialect);
  return (value, at, found) => {
    if (!Array.isArray(value)) return;
    const broken = value.some((part) => part === null || constraints.some((c) => !c.holds(part)));
    if (!broken) return;
    const sentences = collectiveSentences(element, dialect, false);
    const all = sentences === "[]" ? `[${NOT_NULL}]` : sentences;
    found.push(violation(shape, value, at, `Member must satisfy constraint: ${all}`, dialect));
  };
}

function mapCheck(shape: Shape, dialect: Dialect): Check {
  const key = shape.key?.shape;
  const content = shape.value?.shape;
  const keyConstraints = key === undefined ? [] : constraintsOf(key, dialect);
  const plain = content !== undefined && isPlain(content) ? constraintsOf(content, dialect) : [];
  return (value, at, found) => {
    if (!isRecord(value)) return;
    const report = (who: string, of: Shape, isKey: boolean) => {
      const sentences = collectiveSentences(of, dialect, isKey);
      const sentence = `${who} must satisfy constraint: ${sentences}`;
      found.push(violation(shape, value, at, sentence, dialect));
    };
    const keys = Object.keys(value);
    if (key !== undefined && keys.some((name) => keyConstraints.some((c) => !c.holds(name)))) {
      report("Map keys", key, true);
    }
    if (content === undefined) return;
    if (keys.some((name) => plain.some((c) => !c.holds(value[name])))) {
      report("Map value", content, false);
    }
    if (isPlain(content)) return;
    const check = checkOf(content, dialect);
    for (const name of keys) {
      const place = { above: at, path: `${name}.member`, parameter: name };
      check?.(value[name], place, found);
    }
  };
}
