import { mergeAggregates } from "./aggregate.ts";
import type { Cloudwatch, Operation, Unit } from "./api.ts";
import { gridOf, readBuckets } from "./bucket.ts";
import { InvalidParameterCombinationException, InvalidParameterValueException } from "./errors.ts";
import { seriesOf, toMetricName } from "./metric.ts";
import { isPeriod, PERIODS_IN_WORDS } from "./period.ts";
import type { Aggregate } from "./state.ts";
import { BASIC_STATISTICS, toExtendedStatistic, type Statistic } from "./statistic.ts";

const POINTS_MAX = 1440;

type Input = Parameters<Operation<"GetMetricStatistics">>[0];

export const GetMetricStatistics: Operation<"GetMetricStatistics"> = (input, cw) => {
  checkRange(input);
  const extended = extendedOf(input);
  const points = pointsOf(input, cw).map(({ at, unit, aggregate }) => ({
    Timestamp: new Date(at),
    ...basicOf(input, aggregate),
    Unit: unit,
    ...extendedPart(extended, aggregate),
  }));
  // A point of which none of the asked statistics can be told is none.
  const told = points.filter((point) => extended.length === 0 || "ExtendedStatistics" in point);
  return { Label: input.MetricName, Datapoints: told };
};

function checkRange({ StartTime, EndTime, Period, Statistics, ExtendedStatistics }: Input): void {
  if (Statistics === undefined && ExtendedStatistics === undefined) {
    throw InvalidParameterCombinationException(
      "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
    );
  }
  if (Statistics !== undefined && ExtendedStatistics !== undefined) {
    throw InvalidParameterCombinationException(
      "The parameters Statistics and ExtendedStatistics are mutually exclusive " +
        "and you have specified both.",
    );
  }
  const lengthMs = EndTime.getTime() - StartTime.getTime();
  if (lengthMs === 0) {
    throw InvalidParameterValueException(
      "The parameter StartTime must not equal parameter EndTime.",
    );
  }
  if (lengthMs < 0) {
    throw InvalidParameterValueException(
      "The parameter StartTime must be less than the parameter EndTime.",
    );
  }
  if (!isPeriod(Period)) {
    throw InvalidParameterValueException(`The parameter Period must be ${PERIODS_IN_WORDS}.`);
  }
  const points = Math.ceil(lengthMs / 1000 / Period);
  if (points > POINTS_MAX) {
    throw InvalidParameterCombinationException(
      `You have requested up to ${points} datapoints, which exceeds the limit of ${POINTS_MAX}. ` +
        "You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
    );
  }
}

function extendedOf({ ExtendedStatistics }: Input): readonly (readonly [string, Statistic])[] {
  return (ExtendedStatistics ?? []).map((name, at) => {
    const statistic = toExtendedStatistic(name);
    if (statistic === undefined) {
      throw InvalidParameterValueException(
        `The value ${name} for parameter ExtendedStatistics.member.${at + 1} is not supported.`,
      );
    }
    return [name, statistic];
  });
}

interface Point {
  readonly at: number;
  readonly unit: Unit;
  readonly aggregate: Aggregate;
}

/** AWS: data of different units are points of their own. */
function pointsOf(input: Input, cw: Cloudwatch): readonly Point[] {
  const series = seriesOf(toMetricName(input.Namespace, input.MetricName, input.Dimensions));
  const grid = gridOf(input, input.Period, cw.now);
  const points = new Map<string, Point>();
  for (const [at, bucket] of readBuckets(series, grid, input.Unit, cw)) {
    const { unit } = bucket;
    const key = `${at} ${unit}`;
    const there = points.get(key)?.aggregate;
    const aggregate = there === undefined ? bucket : mergeAggregates(there, bucket);
    points.set(key, { at, unit, aggregate });
  }
  return [...points.values()];
}

const basicOf = ({ Statistics }: Input, aggregate: Aggregate) =>
  Object.fromEntries(
    (Statistics ?? []).map((name) => [name, BASIC_STATISTICS.get(name)?.(aggregate)]),
  );

function extendedPart(
  statistics: readonly (readonly [string, Statistic])[],
  aggregate: Aggregate,
): { ExtendedStatistics?: Record<string, number> } {
  const told: Record<string, number> = {};
  for (const [name, statistic] of statistics) {
    const value = statistic(aggregate);
    if (value !== undefined) told[name] = value;
  }
  return Object.keys(told).length === 0 ? {} : { ExtendedStatistics: told };
}
