/** FILL: points where there are none, within the range of the request. */
import { argument, checkCount, each, seriesOrList, word, wrong } from "./arguments.ts";
import type { Call } from "./environment.ts";
import { derived, isList, type Series, type Value } from "./value.ts";

export function fill(call: Call): Value {
  checkCount(call, 2);
  const filler = fillerOf(call);
  return each(seriesOrList(call, 0), (series) =>
    filled(series, call.environment.instants(series.periodSeconds), filler),
  );
}

type Point = readonly [number, number];
/** A value for an instant between two points, of which either may not be there. */
type Filler = (
  at: number,
  before: Point | undefined,
  after: Point | undefined,
) => number | undefined;

function filled(series: Series, instants: readonly number[], filler: Filler): Series {
  const known: readonly Point[] = [...series.points];
  const points = new Map<number, number>();
  let next = 0;
  for (const at of instants) {
    while ((known[next]?.[0] ?? Infinity) < at) next += 1;
    const value = series.points.get(at) ?? filler(at, known[next - 1], known[next]);
    if (value !== undefined) points.set(at, value);
  }
  return derived([series], points);
}

function fillerOf(call: Call): Filler {
  const name = word(call, 1);
  if (name === "REPEAT") return (_at, before) => before?.[1];
  if (name === "LINEAR") return interpolated;
  const value = argument(call, 1);
  if (isList(value)) throw wrong(call, 1, "a number, a time series, REPEAT or LINEAR");
  return typeof value === "number" ? () => value : (at) => value.points.get(at);
}

/** On the line between the points; before the first and after the last there is no line. */
const interpolated: Filler = (at, before, after) => {
  if (before === undefined || after === undefined) return undefined;
  const part = (at - before[0]) / (after[0] - before[0]);
  return before[1] + (after[1] - before[1]) * part;
};
