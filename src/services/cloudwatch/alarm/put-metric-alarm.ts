import type { Cloudwatch, Operation } from "../api.ts";
import { notHere, ValidationError } from "../errors.ts";
import { toMetricName } from "../metric.ts";
import { isList, isSeries } from "../math/value.ts";
import { answersOf } from "../metric-data.ts";
import { checkQuery } from "../metric-data-query.ts";
import type { Comparison, MetricAlarm, Watched } from "../state.ts";
import { toExtendedStatistic } from "../statistic.ts";
import { settingsOf, tellChange } from "./configuration.ts";
import { COMPARISONS } from "./criteria.ts";
import { optionIn } from "./option.ts";
import { rangeOf } from "./points.ts";
import { unwatchSeries, wake, watchSeries } from "./watch.ts";

type Input = Parameters<Operation<"PutMetricAlarm">>[0];

const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 7 * DAY_SECONDS;
const HOUR_SECONDS = 3600;
const METRICS_MAX = 10;

/** AWS: the alarm keeps its state; whatever is not said again of its configuration is gone. */
export const PutMetricAlarm: Operation<"PutMetricAlarm"> = (input, cw) => {
  refuseAbsent(input);
  const before = cw.alarms.get(input.AlarmName);
  if (before?.kind === "CompositeAlarm") {
    throw ValidationError(`An alarm of another type has the name ${input.AlarmName}.`);
  }
  const facts = readFacts(input, cw);
  if (before !== undefined) unwatchSeries(before, cw);
  const settings = settingsOf(input, before, cw);
  const alarm: MetricAlarm = {
    ...facts,
    ...settings,
    ...(before?.check !== undefined && { check: before.check }),
  };
  cw.alarms.put(alarm);
  tellChange(alarm, before, cw);
  watchSeries(alarm, cw);
  wake(alarm, cw);
  return {};
};

function refuseAbsent(input: Input): void {
  if (input.EvaluationCriteria !== undefined || input.EvaluationInterval !== undefined) {
    throw notHere("PromQL alarms");
  }
  if (input.ThresholdMetricId !== undefined) throw notHere("anomaly detection alarms");
}

type Facts = Pick<
  MetricAlarm,
  | "kind"
  | "watched"
  | "evaluationPeriods"
  | "datapointsToAlarm"
  | "threshold"
  | "comparison"
  | "treatMissingData"
  | "lowSampleCount"
>;

function readFacts(input: Input, cw: Cloudwatch): Facts {
  const evaluationPeriods = required(input.EvaluationPeriods, "evaluationPeriods");
  const comparison = readComparison(required(input.ComparisonOperator, "comparisonOperator"));
  const { DatapointsToAlarm: datapointsToAlarm, Threshold: threshold } = input;
  if (threshold === undefined) throw ValidationError("The parameter Threshold is required.");
  if (datapointsToAlarm !== undefined && datapointsToAlarm > evaluationPeriods) {
    throw ValidationError(
      "The parameter DatapointsToAlarm must be less than or equal to EvaluationPeriods.",
    );
  }
  const watched = readWatched(input, cw);
  checkLength(watched.period, evaluationPeriods);
  const treatMissingData = optionIn("TreatMissingData", input.TreatMissingData);
  const low = input.EvaluateLowSampleCountPercentile;
  const lowSampleCount = optionIn("EvaluateLowSampleCountPercentile", low);
  return {
    kind: "MetricAlarm",
    watched,
    evaluationPeriods,
    threshold,
    comparison,
    ...(datapointsToAlarm !== undefined && { datapointsToAlarm }),
    ...(treatMissingData !== undefined && { treatMissingData }),
    ...(lowSampleCount !== undefined && { lowSampleCount }),
  };
}

function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value;
  throw ValidationError(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: ` +
      "Member must not be null",
  );
}

function readComparison(operator: string): Comparison {
  if (isComparison(operator)) return operator;
  throw notHere("anomaly detection alarms");
}

const isComparison = (operator: string): operator is Comparison =>
  Object.hasOwn(COMPARISONS, operator);

function readWatched(input: Input, cw: Cloudwatch): Watched {
  const { Namespace, MetricName, Dimensions, Period, Unit, Metrics } = input;
  const { Statistic: statistic, ExtendedStatistic: extendedStatistic } = input;
  if (Metrics !== undefined) {
    const single = [Namespace, MetricName, Dimensions, Period, Unit, statistic, extendedStatistic];
    if (single.some((member) => member !== undefined)) {
      throw ValidationError(
        "The parameter Metrics and the parameters of a single metric are mutually exclusive " +
          "and you have specified both.",
      );
    }
    return readMath(Metrics, cw);
  }
  for (const [name, value] of Object.entries({ MetricName, Namespace, Period })) {
    if (value === undefined) throw ValidationError(`The parameter ${name} is required.`);
  }
  checkStatistic(statistic, extendedStatistic);
  const { dimensions } = toMetricName(Namespace ?? "", MetricName ?? "", Dimensions);
  return {
    kind: "metric",
    namespace: Namespace ?? "",
    metricName: MetricName ?? "",
    dimensions,
    period: checkPeriod(Period ?? 0),
    ...(statistic !== undefined && { statistic }),
    ...(extendedStatistic !== undefined && { extendedStatistic }),
    ...(Unit !== undefined && { unit: Unit }),
  };
}

function checkStatistic(statistic: string | undefined, extended: string | undefined): void {
  if (statistic !== undefined && extended !== undefined) {
    throw ValidationError(
      "The parameters Statistic and ExtendedStatistic are mutually exclusive " +
        "and you have specified both.",
    );
  }
  if (statistic === undefined && extended === undefined) {
    throw ValidationError(
      "At least one of the parameters Statistic and ExtendedStatistic must be specified.",
    );
  }
  if (extended !== undefined && toExtendedStatistic(extended) === undefined) {
    throw ValidationError(
      `The value ${extended} for parameter ExtendedStatistic is not supported.`,
    );
  }
}

function readMath(queries: NonNullable<Input["Metrics"]>, cw: Cloudwatch): Watched {
  queries.forEach((query, at) => {
    checkQuery(query, `Metrics.member.${at + 1}`, cw);
    if (/\bSEARCH\s*\(/.test(query.Expression ?? "")) {
      throw ValidationError("SEARCH is not supported on Metric Alarms.");
    }
  });
  if (new Set(queries.map(({ Id }) => Id)).size < queries.length) {
    throw ValidationError("The values for parameter id in Metrics are not unique.");
  }
  const told = queries.filter(({ ReturnData }) => ReturnData !== false);
  const [query] = told;
  if (told.length !== 1 || query === undefined) {
    throw ValidationError("Exactly one element of the metrics list should return data.");
  }
  const periods = new Set(queries.flatMap(({ MetricStat }) => MetricStat?.Period ?? []));
  if (periods.size > 1) throw ValidationError("Period must be the same for all metrics.");
  if (queries.filter(({ MetricStat }) => MetricStat !== undefined).length > METRICS_MAX) {
    throw ValidationError(`An alarm can have no more than ${METRICS_MAX} metrics.`);
  }
  const period = checkPeriod([...periods][0] ?? query.Period ?? 0);
  const { startsAt, endsAt } = rangeOf(period, 1, cw.now);
  const times = { StartTime: new Date(startsAt), EndTime: new Date(endsAt) };
  // Throws when the expression makes no sense.
  const value = answersOf({ MetricDataQueries: queries, ...times }, cw)(query);
  if (isList(value) ? value.length !== 1 : !isSeries(value)) {
    throw ValidationError(
      `Error in expression '${query.Id}': The result of an alarm's expression must be a time series`,
    );
  }
  return { kind: "math", period, queries };
}

function checkPeriod(seconds: number): number {
  if ([10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0)) return seconds;
  throw ValidationError("Period must be 10, 20, 30 or a multiple of 60");
}

/** AWS: a day, and a week where the period is an hour or more. */
function checkLength(period: number, count: number): void {
  const [most, words] =
    period < HOUR_SECONDS ? [DAY_SECONDS, "a day"] : [WEEK_SECONDS, "seven days"];
  if (period * count <= most) return;
  throw ValidationError(
    `Metrics cannot be checked across more than ${words} ` +
      `(EvaluationPeriods * Period must be <= ${most}).`,
  );
}
