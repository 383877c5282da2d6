import { isPeriod } from "../period.ts";
import type { Cloudwatch } from "../api.ts";
import { MathError } from "../math/environment.ts";
import type { Metric } from "../state.ts";
import { toStatistic } from "../statistic.ts";
import { toMetricTest } from "./query.ts";

const FOUND_MAX = 500;

export interface Found {
  readonly metric: Metric;
  readonly label: string;
}

/** AWS: metrics with data in the last two weeks, at most 500. */
export function searchMetrics(query: string, cw: Cloudwatch): readonly Found[] {
  const test = toMetricTest(query);
  const found: Metric[] = [];
  for (const metric of cw.metrics.scan()) {
    if (!test(metric)) continue;
    found.push(metric);
    if (found.length === FOUND_MAX) break;
  }
  return found.map((metric) => ({ metric, label: labelOf(metric, found) }));
}

/** What tells a metric from the others that were found; its name when it is alone. */
function labelOf(metric: Metric, found: readonly Metric[]): string {
  const differs = (of: (metric: Metric) => string | undefined) =>
    found.some((other) => of(other) !== of(metric));
  const parts = metric.dimensions
    .filter(({ Name }) => differs(({ dimensions }) => valueOf(dimensions, Name)))
    .map(({ Value }) => Value);
  if (differs(({ namespace }) => namespace)) parts.unshift(metric.namespace);
  if (parts.length === 0 || differs(({ name }) => name)) parts.push(metric.name);
  return parts.join(" ");
}

const valueOf = (dimensions: Metric["dimensions"], name: string) =>
  dimensions.find(({ Name }) => Name === name)?.Value;

export function checkSearch(statistic: string, periodSeconds: number): void {
  if (toStatistic(statistic) === undefined) {
    throw new MathError(`There is no statistic '${statistic}'`);
  }
  if (!isPeriod(periodSeconds))
    throw new MathError(`There is no period of ${periodSeconds} seconds`);
}
