/** The series that an alarm looks at. */
import { seriesOf, toMetricName } from "../metric.ts";
import type { Watched } from "../state.ts";

export function seriesWatched(watched: Watched): readonly string[] {
  if (watched.kind === "metric") {
    const { namespace, metricName, dimensions } = watched;
    return [seriesOf({ namespace, name: metricName, dimensions })];
  }
  const all = watched.queries.flatMap(({ MetricStat }) => {
    if (MetricStat?.Metric === undefined) return [];
    const { Namespace = "", MetricName = "", Dimensions } = MetricStat.Metric;
    return [seriesOf(toMetricName(Namespace, MetricName, Dimensions))];
  });
  return [...new Set(all)];
}
