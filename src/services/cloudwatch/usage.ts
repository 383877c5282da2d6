/**
 * What AWS bills: requests that write and look at metrics, and GetMetricData by the metric. What is
 * asked about alarms is free.
 *
 * AWS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_billing.html
 */
import { inRegion } from "../../kernel/billing-region.ts";
import type { Measure, MeteredRequest, Metering } from "../../kernel/metering.ts";

/** AWS: further statistics of a metric cost as much as another metric. */
const STATISTICS_PER_METRIC = 5;

const request = (operation: string): readonly Measure[] => [
  { service: "cloudwatch", operation, usageType: inRegion("CW:Requests"), unit: "Requests" },
];

const METRICS: Measure = {
  service: "cloudwatch",
  operation: "GetMetricData",
  usageType: inRegion("CW:GMD-Metrics"),
  unit: "Metrics",
  quantity: metricsAsked,
};

interface Query {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: { readonly Metric: unknown };
}

/** Those that are named, and those that a search has found. */
function metricsAsked({ input, output }: MeteredRequest): number {
  const queries = input["MetricDataQueries"] as readonly Query[];
  const statistics = new Map<string, number>();
  for (const { MetricStat } of queries) {
    if (MetricStat === undefined) continue;
    const metric = JSON.stringify(MetricStat.Metric);
    statistics.set(metric, (statistics.get(metric) ?? 0) + 1);
  }
  let count = 0;
  for (const asked of statistics.values()) count += Math.ceil(asked / STATISTICS_PER_METRIC);
  const searches = new Set(queries.filter(isSearch).map(({ Id }) => Id));
  const { MetricDataResults: results = [] } = output as {
    MetricDataResults?: readonly { readonly Id?: string }[];
  };
  return count + results.filter(({ Id = "" }) => searches.has(Id)).length;
}

const isSearch = ({ Expression = "" }: Query) => /\bSEARCH\s*\(/i.test(Expression);

export const usage: Metering = {
  operations: {
    GetMetricData: [METRICS],
    GetMetricStatistics: request("GetMetricStatistics"),
    ListMetrics: request("ListMetrics"),
    PutMetricData: request("PutMetricData"),
  },
  named: () => "",
};
