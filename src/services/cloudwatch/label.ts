/**
 * Labels: those that metrics have without, and dynamic ones: `${AVG}`, `${PROP('Dim.InstanceId')}`. Differs: instants and ranges
 * of time (`${MAX_TIME}`, `${MIN_MAX_TIME_RANGE}`) stand as they were written.
 */
import type { Cloudwatch } from "./api.ts";
import { average, least, most, sum } from "./math/reductions.ts";
import type { Series } from "./math/value.ts";
import { seriesOf, toMetricName } from "./metric.ts";
import type { MetricStat, Query } from "./metric-data-query.ts";

/**
 * What metrics are called, by the id of their query. AWS: those of the same metric are told apart
 * by statistic and period, each where it differs; not by unit.
 */
export function defaultLabels(queries: readonly Query[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const told = queries.filter(({ ReturnData }) => ReturnData !== false);
  const stats = new Map<string, MetricStat[]>();
  for (const { MetricStat } of told) {
    if (MetricStat === undefined) continue;
    const series = seriesOfStat(MetricStat);
    stats.set(series, [...(stats.get(series) ?? []), MetricStat]);
  }
  for (const { Id, MetricStat, ReturnData } of queries) {
    if (MetricStat === undefined) continue;
    const { Metric, Stat, Period } = MetricStat;
    const others = ReturnData === false ? [] : (stats.get(seriesOfStat(MetricStat)) ?? []);
    const parts = [Metric.MetricName ?? ""];
    if (others.some((other) => other.Stat !== Stat)) parts.push(Stat);
    if (others.some((other) => other.Period !== Period)) parts.push(String(Period));
    labels.set(Id, parts.join(" "));
  }
  return labels;
}

const seriesOfStat = ({ Metric }: MetricStat) =>
  seriesOf(toMetricName(Metric.Namespace ?? "", Metric.MetricName ?? "", Metric.Dimensions));

const DYNAMIC = /\$\{\s*(?:(PROP)\('([^']*)'\)|([A-Z_]+))\s*\}/g;

const OF_VALUES: ReadonlyMap<string, (values: readonly number[]) => number | undefined> = new Map([
  ["AVG", (values: readonly number[]) => average(values, values.length)],
  ["DATAPOINT_COUNT", (values: readonly number[]) => values.length],
  ["FIRST", (values: readonly number[]) => values[0]],
  ["LAST", (values: readonly number[]) => values.at(-1)],
  ["MAX", (values: readonly number[]) => most(values, 1)],
  ["MIN", (values: readonly number[]) => least(values, 1)],
  ["MIN_MAX_RANGE", (values: readonly number[]) => most(values, 1) - least(values, 1)],
  ["SUM", (values: readonly number[]) => sum(values, 1)],
]);

/** `given`: what the caller wants; `own`: what it is called without. */
export function toLabel(given: string, own: string, series: Series, cw: Cloudwatch): string {
  return given.replaceAll(DYNAMIC, (written, property, name: string, word: string) => {
    if (property !== undefined) return propertyOf(name, series, cw) ?? written;
    if (word === "LABEL") return own;
    const compute = OF_VALUES.get(word);
    if (compute === undefined) return written;
    const values = [...series.points.values()];
    if (values.length === 0 && word !== "DATAPOINT_COUNT") return "--";
    return String(compute(values));
  });
}

function propertyOf(name: string, series: Series, cw: Cloudwatch): string | undefined {
  const metric = series.source?.metric;
  if (name.startsWith("Dim.")) {
    return metric?.dimensions.find(({ Name }) => Name === name.slice("Dim.".length))?.Value;
  }
  switch (name) {
    case "AccountId":
      return cw.accountId;
    case "MetricName":
      return metric?.name;
    case "Namespace":
      return metric?.namespace;
    case "Period":
      return String(series.periodSeconds);
    case "Region":
      return cw.region;
    case "Stat":
      return series.source?.statistic;
    default:
      return undefined;
  }
}
