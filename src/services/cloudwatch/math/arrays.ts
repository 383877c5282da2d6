/** Functions about arrays of series, and those that make them. */
import { checkCount, list, scalar, text, word, wrong } from "./arguments.ts";
import { MathError, type Call, type MathFunction } from "./environment.ts";
import { average, least, most, sum } from "./reductions.ts";
import type { Series } from "./value.ts";

export const ARRAY_FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  FIRST: (call) => end(call, 0),
  LAST: (call) => end(call, -1),
  METRICS: metrics,
  REMOVE_EMPTY: (call) => {
    checkCount(call, 1);
    return list(call, 0).filter(({ points }) => points.size > 0);
  },
  SEARCH: (call) => {
    checkCount(call, 2, 3);
    const { environment } = call;
    const period = call.arguments.length === 3 ? scalar(call, 2) : environment.periodSeconds;
    return environment.search(text(call, 0), text(call, 1), period);
  },
  SLICE: (call) => {
    checkCount(call, 2, 3);
    const until = call.arguments.length === 3 ? scalar(call, 2) : undefined;
    return list(call, 0).slice(scalar(call, 1), until);
  },
  SORT: sort,
};

function end(call: Call, at: 0 | -1): Series {
  checkCount(call, 1);
  const found = list(call, 0).at(at);
  if (found === undefined) throw new MathError(`The array of ${call.name} is empty`);
  return found;
}

/** The metrics of the request, without its expressions; with a text, those whose id has it. */
function metrics(call: Call): readonly Series[] {
  checkCount(call, 0, 1);
  const part = call.arguments.length === 0 ? "" : text(call, 0);
  return [...call.environment.metrics]
    .filter(([id]) => id.includes(part))
    .map(([, series]) => series);
}

const SORT_BY = { AVG: average, MAX: most, MIN: least, SUM: sum };

function sort(call: Call): readonly Series[] {
  checkCount(call, 3, 4);
  const by = Object.entries(SORT_BY).find(([name]) => name === word(call, 1))?.[1];
  if (by === undefined) throw wrong(call, 1, "AVG, MAX, MIN or SUM");
  const order = word(call, 2);
  if (order !== "ASC" && order !== "DESC") throw wrong(call, 2, "ASC or DESC");
  const sign = order === "ASC" ? 1 : -1;
  const ranked = list(call, 0).map((series) => {
    const values = [...series.points.values()];
    return { series, rank: values.length === 0 ? undefined : by(values, values.length) };
  });
  // Series without points come last, either way.
  const sorted = ranked.toSorted((a, b) => {
    if (a.rank === undefined || b.rank === undefined) {
      return Number(a.rank === undefined) - Number(b.rank === undefined);
    }
    return (a.rank - b.rank) * sign;
  });
  const limit = call.arguments.length === 4 ? scalar(call, 3) : undefined;
  return sorted.slice(0, limit).map(({ series }) => series);
}
