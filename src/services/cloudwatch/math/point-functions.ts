/** Functions that make a series of a series, and an array of an array. */
import { checkCount, each, seriesOrList } from "./arguments.ts";
import type { MathFunction } from "./environment.ts";
import { derived, toPoints } from "./value.ts";

export const POINT_FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ABS: ofEachPoint(Math.abs),
  CEIL: ofEachPoint(Math.ceil),
  DIFF: ofNeighbours((value, before) => value - before),
  DIFF_TIME: ofNeighbours((_value, _before, seconds) => seconds),
  FLOOR: ofEachPoint(Math.floor),
  LOG: ofEachPoint(Math.log),
  LOG10: ofEachPoint(Math.log10),
  RATE: ofNeighbours((value, before, seconds) => (value - before) / seconds),
  RUNNING_SUM: (call) => {
    checkCount(call, 1);
    return each(seriesOrList(call, 0), (series) => {
      let total = 0;
      const points = [...series.points].map(([at, value]) => [at, (total += value)] as const);
      return derived([series], toPoints(points));
    });
  },
};

function ofEachPoint(compute: (value: number) => number): MathFunction {
  return (call) => {
    checkCount(call, 1);
    return each(seriesOrList(call, 0), (series) =>
      derived(
        [series],
        toPoints([...series.points].map(([at, value]) => [at, compute(value)] as const)),
      ),
    );
  };
}

/** Of each point and the one before it: the first has none and is dropped. */
function ofNeighbours(
  compute: (value: number, before: number, seconds: number) => number,
): MathFunction {
  return (call) => {
    checkCount(call, 1);
    return each(seriesOrList(call, 0), (series) => {
      const entries = [...series.points];
      const points = entries.slice(1).map(([at, value], index) => {
        const [beforeAt, before] = entries[index] ?? [at, value];
        return [at, compute(value, before, (at - beforeAt) / 1000)] as const;
      });
      return derived([series], toPoints(points));
    });
  };
}
