import type { Cloudwatch, Operation } from "./api.ts";
import { wakeAlarms } from "./alarm/watch.ts";
import { addSample } from "./bucket.ts";
import { checkData, invalid, isPlain, type Datum } from "./datum.ts";
import {
  InvalidParameterValueException,
  MissingRequiredParameterException,
  RequestEntityTooLarge,
} from "./errors.ts";
import { aggregateOf, aggregateOfSet, mergeAggregates } from "./aggregate.ts";
import { seriesOf, toMetricName, touchMetric } from "./metric.ts";
import type { Aggregate } from "./state.ts";

const BODY_BYTES_MAX = 1024 * 1024;
const METRICS_MAX = 1000;

/**
 * Differs: data can be read at once; AWS takes up to minutes, for old timestamps up to two days.
 */
export const PutMetricData: Operation<"PutMetricData"> = (input, cw) => {
  checkSize(cw);
  checkNamespace(input.Namespace, cw);
  const groups: (readonly [string, readonly Datum[]])[] = [["MetricData", input.MetricData ?? []]];
  for (const [at, { MetricData }] of (input.EntityMetricData ?? []).entries()) {
    groups.push([`EntityMetricData.member.${at + 1}.MetricData`, MetricData ?? []]);
  }
  const count = groups.reduce((sum, [, data]) => sum + data.length, 0);
  if (count === 0) throw MissingRequiredParameterException("The parameter MetricData is required.");
  if (count > METRICS_MAX) {
    throw InvalidParameterValueException(
      `The collection MetricData must not have a size greater than ${METRICS_MAX}.`,
    );
  }
  checkData(groups, cw.now);
  for (const [, data] of groups) for (const datum of data) keep(input.Namespace, datum, cw);
  return {};
};

/** Bytes as they came, compressed or not. A call from another service has no body. */
function checkSize(cw: Cloudwatch): void {
  const length = cw.request.headers["content-length"];
  if (cw.caller.kind !== "service" && Number(length ?? 0) > BODY_BYTES_MAX) {
    throw RequestEntityTooLarge();
  }
}

/** AWS: namespaces that begin with "AWS/" belong to its services. */
function checkNamespace(namespace: string, cw: Cloudwatch): void {
  if (namespace.startsWith("AWS/") && cw.caller.kind !== "service") {
    throw InvalidParameterValueException(invalid("AWS/", "Namespace"));
  }
  if (!isPlain(namespace)) throw InvalidParameterValueException(invalid(namespace, "Namespace"));
}

function keep(namespace: string, datum: Datum, cw: Cloudwatch): void {
  const metric = toMetricName(namespace, datum.MetricName, datum.Dimensions);
  const series = seriesOf(metric);
  touchMetric(metric, series, cw);
  addSample(
    {
      series,
      at: datum.Timestamp?.getTime() ?? cw.now,
      unit: datum.Unit ?? "None",
      resolutionSeconds: datum.StorageResolution === 1 ? 1 : 60,
      aggregate: toAggregate(datum),
    },
    cw,
  );
  wakeAlarms(series, cw);
}

/** AWS: values may come beside a statistic set, though a single value may not. */
function toAggregate({ Value, Values, Counts, StatisticValues }: Datum): Aggregate {
  const set = StatisticValues === undefined ? undefined : aggregateOfSet(StatisticValues);
  const values = Value === undefined ? (Values ?? []) : [Value];
  if (set !== undefined && values.length === 0) return set;
  const aggregate = aggregateOf(values.map((value, at) => [value, Counts?.[at] ?? 1]));
  return set === undefined ? aggregate : mergeAggregates(set, aggregate);
}
