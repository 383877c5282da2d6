/** Functions that make one number of a series, or one series of several. */
import { checkCount, list, seriesOrList } from "./arguments.ts";
import type { MathFunction } from "./environment.ts";
import { instantsOfAll, isList, longestPeriod, toPoints, type Value } from "./value.ts";

/** `size`: of how many the values are the ones that are there. */
type Reduce = (values: readonly number[], size: number) => number;

export const sum: Reduce = (values) => values.reduce((total, value) => total + value, 0);
export const average: Reduce = (values, size) => sum(values, size) / size;
export const least: Reduce = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);
export const most: Reduce = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);

/** Of the whole population, as it is there. */
const deviation: Reduce = (values) => {
  const mean = sum(values, values.length) / values.length;
  return Math.sqrt(
    sum(
      values.map((value) => (value - mean) ** 2),
      1,
    ) / values.length,
  );
};

/** AWS: in the average over an array, a series without a point at an instant counts as 0. */
export const REDUCTIONS: Readonly<Record<string, MathFunction>> = {
  AVG: reduction(average),
  DATAPOINT_COUNT: reduction((values) => values.length),
  MAX: reduction(most),
  METRIC_COUNT: (call) => {
    checkCount(call, 1);
    return list(call, 0).length;
  },
  MIN: reduction(least),
  STDDEV: reduction(deviation),
  SUM: reduction(sum),
};

function reduction(reduce: Reduce): MathFunction {
  return (call): Value => {
    checkCount(call, 1);
    const value = seriesOrList(call, 0);
    if (!isList(value)) return reduce([...value.points.values()], value.points.size);
    const points = instantsOfAll(value).map((at) => {
      const values = value.map((series) => series.points.get(at));
      return [
        at,
        reduce(
          values.filter((point) => point !== undefined),
          value.length,
        ),
      ] as const;
    });
    return { label: "", periodSeconds: longestPeriod(value), points: toPoints(points) };
  };
}
