/**
 * Arithmetic, comparison and logic, point by point. AWS: a point that only one of two series has
 * meets a 0; a point that would be divided by zero is dropped; comparisons and logic give 1 or 0,
 * and whatever is not 0 is true.
 */
import { MathError } from "./environment.ts";
import {
  derived,
  instantsOfAll,
  isList,
  isSeries,
  toPoints,
  type Series,
  type Value,
} from "./value.ts";

const bit = (holds: boolean) => (holds ? 1 : 0);

const OPERATORS: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ["+", (left: number, right: number) => left + right],
  ["-", (left: number, right: number) => left - right],
  ["*", (left: number, right: number) => left * right],
  ["/", (left: number, right: number) => left / right],
  ["^", (left: number, right: number) => left ** right],
  ["==", (left: number, right: number) => bit(left === right)],
  ["!=", (left: number, right: number) => bit(left !== right)],
  ["<=", (left: number, right: number) => bit(left <= right)],
  [">=", (left: number, right: number) => bit(left >= right)],
  ["<", (left: number, right: number) => bit(left < right)],
  [">", (left: number, right: number) => bit(left > right)],
  ["AND", (left: number, right: number) => bit(left !== 0 && right !== 0)],
  ["OR", (left: number, right: number) => bit(left !== 0 || right !== 0)],
]);

export function operate(operator: string, left: Value, right: Value): Value {
  const compute = OPERATORS.get(operator);
  if (compute === undefined) throw new MathError(`There is no operator '${operator}'`);
  return combine(compute, left, right);
}

type Compute = (left: number, right: number) => number;

function combine(compute: Compute, left: Value, right: Value): Value {
  if (isList(left)) {
    if (isList(right) && left.length !== right.length) {
      throw new MathError("Arrays of different sizes cannot be combined");
    }
    return left.map((element, at) =>
      combineOne(compute, element, isList(right) ? right[at] : right),
    );
  }
  if (isList(right)) return right.map((element) => combineOne(compute, left, element));
  if (typeof left === "number" && typeof right === "number") return compute(left, right);
  return combineOne(compute, left, right);
}

/** At least one of them is a series. */
function combineOne(
  compute: Compute,
  left: number | Series,
  right: number | Series | undefined,
): Series {
  const other = right ?? 0;
  const series = [left, other].filter((operand) => isSeries(operand));
  const at = (operand: number | Series, instant: number) =>
    typeof operand === "number" ? operand : (operand.points.get(instant) ?? 0);
  const points = instantsOfAll(series).map(
    (instant) => [instant, compute(at(left, instant), at(other, instant))] as const,
  );
  return derived(series, toPoints(points));
}
