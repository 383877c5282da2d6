/**
 * One closure a shape that finds what is wrong with a value. Shapes with nothing to check anywhere
 * below have none, so that unconstrained values are never walked.
 */
import type { Member, Shape } from "../../model/model.ts";
import { perModel } from "../memo.ts";
import { isRecord } from "../scalars.ts";
import { collectiveSentences, constraintsOf } from "./constraints.ts";
import type { Dialect } from "./dialects.ts";
import { display, lowerFirst } from "./display.ts";
import { broken, missing, NOT_NULL, type Place, type Violation } from "./violation.ts";

export type Check = (value: unknown, at: Place, found: Violation[]) => void;

/** A shape belongs to one service, and a service has one dialect: the shape alone is the key. */
export function checkOf(shape: Shape, dialect: Dialect): Check | undefined {
  if (!isChecked(shape, dialect)) return undefined;
  let built = checks.get(shape);
  if (built === undefined) {
    built = build(shape, dialect);
    checks.set(shape, built);
  }
  return built;
}

const checks = new WeakMap<Shape, Check>();

function isChecked(shape: Shape, dialect: Dialect): boolean {
  return dialect.skips?.has(shape.name) !== true && constrained(shape);
}

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
  if (shape.type === "structure") return structureCheck(shape, dialect);
  const own = ownCheck(shape, dialect);
  const inside = insideOf(shape, dialect);
  return inside === undefined ? own : both(own, inside);
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
      if (!holds(value)) found.push(broken(at, told(shape, value, dialect), sentence));
    }
  };
}

function told(shape: Shape, value: unknown, dialect: Dialect): string | undefined {
  return dialect.hidesValues === true || shape.sensitive === true
    ? undefined
    : display(shape, value);
}

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
    if (value.every((part) => part !== null && constraints.every((c) => c.holds(part)))) return;
    const sentences = collectiveSentences(element, dialect, false);
    const all = sentences === "[]" ? `[${NOT_NULL}]` : sentences;
    const sentence = `Member must satisfy constraint: ${all}`;
    found.push(broken(at, told(shape, value, dialect), sentence));
  };
}

/** Keys and values are reported all together, at the map; what stands in the values one by one. */
function mapCheck(shape: Shape, dialect: Dialect): Check {
  const ofKeys = shape.key === undefined ? [] : constraintsOf(shape.key.shape, dialect);
  const ofValues = shape.value === undefined ? [] : constraintsOf(shape.value.shape, dialect);
  let inner: { readonly check: Check | undefined } | undefined;
  return (value, at, found) => {
    if (!isRecord(value)) return;
    const report = (who: string, of: Shape, isKey: boolean) => {
      const sentences = collectiveSentences(of, dialect, isKey);
      const sentence = `${who} must satisfy constraint: ${sentences}`;
      found.push(broken(at, told(shape, value, dialect), sentence));
    };
    const names = Object.keys(value);
    if (shape.key !== undefined && names.some((name) => ofKeys.some((c) => !c.holds(name)))) {
      report("Map keys", shape.key.shape, true);
    }
    if (shape.value === undefined) return;
    if (names.some((name) => ofValues.some((c) => !c.holds(value[name])))) {
      report("Map value", shape.value.shape, false);
    }
    inner ??= { check: insideOf(shape.value.shape, dialect) };
    if (inner.check === undefined) return;
    for (const name of names) {
      inner.check(value[name], { above: at, path: `${name}.member`, parameter: name }, found);
    }
  };
}

/** Everything but what holds of the value as a whole. */
function insideOf(shape: Shape, dialect: Dialect): Check | undefined {
  if (!isChecked(shape, dialect)) return undefined;
  switch (shape.type) {
    case "structure":
      return checkOf(shape, dialect);
    case "list":
      return listCheck(shape, dialect);
    case "map":
      return mapCheck(shape, dialect);
    default:
      return undefined;
  }
}
