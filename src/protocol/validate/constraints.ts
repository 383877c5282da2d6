/** The constraints of one shape, as tests with AWS's sentences. */
import type { Shape } from "../../model/model.ts";
import type { Dialect } from "./dialects.ts";
import { decimal } from "../scalars.ts";
import { NOT_NULL } from "./violation.ts";

export interface Constraint {
  readonly sentence: string;
  readonly holds: (value: unknown) => boolean;
}

/** In the order in which AWS reports them: enum, pattern, then the bounds. */
export function constraintsOf(shape: Shape, dialect: Dialect): readonly Constraint[] {
  return [...enumConstraint(shape, dialect), ...patternConstraint(shape), ...bounds(shape)];
}

/**
 * Of list elements, keys and values, named together: bounds first, then enum and pattern, then not
 * null.
 */
export function collectiveSentences(shape: Shape, dialect: Dialect, isKey: boolean): string {
  const all = [...bounds(shape), ...enumConstraint(shape, dialect), ...patternConstraint(shape)];
  const sentences = all.map(({ sentence }) => sentence);
  if (dialect.tellsNotNull === true && !isKey) sentences.push(NOT_NULL);
  return `[${sentences.join(", ")}]`;
}

function enumConstraint(shape: Shape, dialect: Dialect): Constraint[] {
  if (shape.enum === undefined || shape.type !== "string") return [];
  const allowed = new Set(shape.enum);
  const told = dialect.enums?.[shape.name] ?? shape.enum.join(", ");
  const set = dialect.hidesEnums === true ? "" : `: [${told}]`;
  return [
    {
      sentence: `Member must satisfy enum value set${set}`,
      holds: (value) => typeof value !== "string" || allowed.has(value),
    },
  ];
}

function patternConstraint(shape: Shape): Constraint[] {
  const { pattern, regexp } = shape;
  if (pattern === undefined || regexp === undefined || shape.type !== "string") return [];
  return [
    {
      sentence: `Member must satisfy regular expression pattern: ${pattern}`,
      holds: (value) => typeof value !== "string" || regexp.test(value),
    },
  ];
}

/** A minimum of nothing is named with the others but cannot fail. */
function bounds(shape: Shape): Constraint[] {
  const { min, max } = shape;
  const constraints: Constraint[] = [];
  const isNumber = ["integer", "long", "float", "double"].includes(shape.type);
  const what = isNumber ? "value" : "length";
  const spell = (bound: number) =>
    shape.type === "float" || shape.type === "double" ? decimal(bound) : String(bound);
  if (max !== undefined) {
    const sentence = `Member must have ${what} less than or equal to ${spell(max)}`;
    constraints.push({ sentence, holds: (value) => !((sizeOf(value) ?? max) > max) });
  }
  if (min !== undefined) {
    const sentence = `Member must have ${what} greater than or equal to ${spell(min)}`;
    constraints.push({ sentence, holds: (value) => !((sizeOf(value) ?? min) < min) });
  }
  return constraints;
}

/** Undefined for what has no size: streams. */
function sizeOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== "object" || value === null || value instanceof Date) return undefined;
  return Symbol.asyncIterator in value ? undefined : Object.keys(value).length;
}
