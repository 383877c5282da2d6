import type { Cloudwatch, Operation } from "./api.ts";
import { gridOf, instantsOf, readSeries } from "./bucket.ts";
import { ValidationError } from "./errors.ts";
import { defaultLabels, toLabel } from "./label.ts";
import { MathError, type Environment } from "./math/environment.ts";
import { evaluate } from "./math/evaluate.ts";
import { isList, toPoints, type Series, type Value } from "./math/value.ts";
import { seriesOf, toMetricName, type MetricName } from "./metric.ts";
import { pageOf, type Result } from "./metric-data-page.ts";
import { checkInput, type Input, type MetricStat, type Query } from "./metric-data-query.ts";
import { checkSearch, searchMetrics } from "./search/search.ts";
import { toStatistic } from "./statistic.ts";

const PERIOD_DEFAULT_SECONDS = 60;
const INSTANTS_MAX = 100_800;

/** What is asked, and of which time. */
export type Question = Pick<Input, "MetricDataQueries" | "StartTime" | "EndTime">;

export const GetMetricData: Operation<"GetMetricData"> = (input, cw) => {
  checkInput(input, cw);
  const answers = answersOf(input, cw);
  const results = input.MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false).flatMap(
    (query) => resultsOf(query, answers(query), cw),
  );
  return pageOf(results, input);
};

/**
 * Queries are answered when they are asked for, once: expressions may name each other in any order,
 * but not in a circle.
 */
export function answersOf(input: Question, cw: Cloudwatch): (query: Query) => Value {
  const byId = new Map(input.MetricDataQueries.map((query) => [query.Id, query]));
  const metrics = new Map<string, Series>();
  const labels = defaultLabels(input.MetricDataQueries);
  for (const { Id, MetricStat, Label } of input.MetricDataQueries) {
    if (MetricStat === undefined) continue;
    const label = { own: labels.get(Id) ?? "", given: Label };
    metrics.set(Id, seriesOfStat(MetricStat, label, input, cw));
  }
  const values = new Map<string, Value>(metrics);
  const open = new Set<string>();
  const answer = (query: Query): Value => {
    const known = values.get(query.Id);
    if (known !== undefined) return known;
    if (open.has(query.Id)) throw new MathError(`'${query.Id}' depends on itself`);
    open.add(query.Id);
    const value = named(query.Id, () =>
      evaluate(query.Expression ?? "", {
        ...searchesOf(input, cw),
        metrics,
        periodSeconds: periodOf(query, metrics),
        lookup: (id) => {
          const other = byId.get(id);
          return other === undefined ? undefined : answer(other);
        },
      }),
    );
    values.set(query.Id, value);
    return value;
  };
  return answer;
}

/** A mistake in an expression is the caller's, and says in which one it is. */
function named<T>(id: string, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    // Expressions that name each other in a long row can be deeper than the stack.
    const tooDeep = error instanceof RangeError;
    if (!tooDeep && !(error instanceof MathError)) throw error;
    const reason = tooDeep ? "It is nested too deeply" : error.message;
    throw ValidationError(`Error in expression '${id}': ${reason}`);
  }
}

/** Of the expression; when it has none, the longest of the request's metrics. */
const periodOf = (query: Query, metrics: ReadonlyMap<string, Series>): number =>
  query.Period ??
  ([...metrics.values()].reduce(
    (longest, { periodSeconds }) => Math.max(longest, periodSeconds),
    0,
  ) ||
    PERIOD_DEFAULT_SECONDS);

function searchesOf(input: Question, cw: Cloudwatch): Pick<Environment, "search" | "instants"> {
  return {
    search: (query, statistic, periodSeconds) => {
      checkSearch(statistic, periodSeconds);
      return searchMetrics(query, cw).map(({ metric, label }) =>
        readMetric({ metric, statistic, periodSeconds, unit: undefined, label }, input, cw),
      );
    },
    instants: (periodSeconds) => {
      const grid = gridOf(input, periodSeconds, cw.now);
      if ((grid.endsAt - grid.startsAt) / 1000 / periodSeconds > INSTANTS_MAX) {
        throw new MathError(`The range has more than ${INSTANTS_MAX} periods`);
      }
      return instantsOf(grid);
    },
  };
}

function seriesOfStat(
  { Metric, Period, Stat, Unit }: MetricStat,
  { own, given }: { readonly own: string; readonly given: string | undefined },
  input: Question,
  cw: Cloudwatch,
): Series {
  const { Namespace = "", MetricName = "", Dimensions } = Metric;
  const metric = toMetricName(Namespace, MetricName, Dimensions);
  const asked = { metric, statistic: Stat, periodSeconds: Period, unit: Unit };
  const series = readMetric({ ...asked, label: own }, input, cw);
  return given === undefined ? series : { ...series, label: toLabel(given, own, series, cw) };
}

interface Asked {
  readonly metric: MetricName;
  readonly statistic: string;
  readonly periodSeconds: number;
  readonly unit: MetricStat["Unit"];
  readonly label: string;
}

function readMetric(asked: Asked, input: Question, cw: Cloudwatch): Series {
  const { metric, statistic, periodSeconds, label } = asked;
  const grid = gridOf(input, periodSeconds, cw.now);
  const points: [number, number][] = [];
  const { periods, units } = readSeries(seriesOf(metric), grid, asked.unit, cw);
  for (const [at, aggregate] of periods) {
    const value = toStatistic(statistic)?.(aggregate);
    if (value !== undefined) points.push([at, value]);
  }
  const source = { metric, statistic, units };
  return { label, periodSeconds, points: toPoints(points), source };
}

/** AWS: the series of an array are results of their own, under one id; a number is no result. */
function resultsOf(query: Query, value: Value, cw: Cloudwatch): readonly Result[] {
  const { Id, Label, MetricStat } = query;
  if (typeof value === "number") {
    throw ValidationError(
      `Error in expression '${Id}': The result must be a time series or an array of time series`,
    );
  }
  if (!isList(value)) {
    if (MetricStat !== undefined) return [resultOfStat(Id, value)];
    return [{ id: Id, label: toLabel(Label ?? Id, Id, value, cw), points: value.points }];
  }
  return value.map((series) => {
    const own = series.label === "" ? Id : series.label;
    const given = Label === undefined ? "" : toLabel(Label, own, series, cw);
    const told = Label?.includes("${") === true ? given : [given, own].filter(Boolean).join(" ");
    return { id: Id, label: told, points: series.points };
  });
}

function resultOfStat(id: string, { label, points, source }: Series): Result {
  const { units = [] } = source ?? {};
  if (units.length < 2) return { id, label, points };
  const Value = `Multiple units returned: '[${units.join(", ")}]'`;
  return { id, label, points, messages: [{ Code: "MultipleUnits", Value }] };
}
