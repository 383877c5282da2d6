/** IF(condition, then, else): point by point when the condition is a series. */
import { argument, checkCount, wrong } from "./arguments.ts";
import type { Call } from "./environment.ts";
import {
  derived,
  instantsOfAll,
  isList,
  isSeries,
  toPoints,
  type Series,
  type Value,
} from "./value.ts";

export function choose(call: Call): Value {
  checkCount(call, 2, 3);
  const condition = single(call, 0);
  const yes = single(call, 1);
  const no = call.arguments.length === 3 ? single(call, 2) : undefined;
  if (typeof condition === "number") {
    const chosen = condition === 0 ? no : yes;
    return (
      chosen ??
      derived(
        [yes].filter((value) => isSeries(value)),
        new Map(),
      )
    );
  }
  const all = [condition, yes, no].filter(
    (value) => value !== undefined && typeof value !== "number",
  );
  const points: [number, number][] = [];
  for (const at of instantsOfAll(all)) {
    const value = chosenAt(at, condition, yes, no);
    if (value !== undefined) points.push([at, value]);
  }
  return derived(all, toPoints(points));
}

/**
 * AWS: where the condition holds, a point that is not there is 0; where it does not, it is dropped.
 * Where there is no condition, a number is still the answer, a series is not.
 */
function chosenAt(
  at: number,
  condition: Series,
  yes: number | Series,
  no: number | Series | undefined,
): number | undefined {
  const decides = condition.points.get(at);
  if (decides === undefined) return typeof no === "number" ? no : undefined;
  if (decides !== 0) return typeof yes === "number" ? yes : (yes.points.get(at) ?? 0);
  return typeof no === "object" ? no.points.get(at) : no;
}

function single(call: Call, at: number): number | Series {
  const value = argument(call, at);
  if (isList(value)) throw wrong(call, at, "a time series or a number");
  return value;
}
