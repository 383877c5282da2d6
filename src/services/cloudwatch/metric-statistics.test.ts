import {
  CloudWatch,
  type Datapoint,
  type GetMetricStatisticsInput,
  type MetricDatum,
} from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const at = (seconds: number) => new Date(NOW + seconds * 1000);
const DAY = 86_400;

async function withSales(...data: Omit<MetricDatum, "MetricName">[]) {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config());
  await cloudwatch.putMetricData({
    Namespace: "shop",
    MetricData: data.map((datum) => ({ MetricName: "sales", ...datum })),
  });
  const ask = async (input: Partial<GetMetricStatisticsInput>): Promise<Datapoint[]> => {
    const answer = await cloudwatch.getMetricStatistics({
      Namespace: "shop",
      MetricName: "sales",
      StartTime: at(-3600),
      EndTime: at(3600),
      Period: 60,
      Statistics: input.ExtendedStatistics === undefined ? ["Sum"] : undefined,
      ...input,
    });
    return answer.Datapoints ?? [];
  };
  const sums = async (input: Partial<GetMetricStatisticsInput>) =>
    (await ask(input)).map(({ Timestamp, Sum }) => [
      ((Timestamp?.getTime() ?? 0) - NOW) / 1000,
      Sum,
    ]);
  return { cloud, ask, sums };
}

test("a period gathers what lies in it, counted from the start rounded down to the minute", async () => {
  const { sums } = await withSales(
    ...[0, 60, 120, 180, 300].map((seconds) => ({ Value: 1, Timestamp: at(seconds) })),
  );
  expect(await sums({ StartTime: at(0), EndTime: at(600), Period: 300 })).toEqual([
    [0, 4],
    [300, 1],
  ]);
  expect(await sums({ StartTime: at(119), EndTime: at(600), Period: 300 })).toEqual([[60, 4]]);
  expect(await sums({ StartTime: at(0), EndTime: at(300) })).toEqual([
    [0, 1],
    [60, 1],
    [120, 1],
    [180, 1],
  ]);
});

test("units are points of their own, and can be asked for", async () => {
  const { ask } = await withSales({ Value: 1, Unit: "Count" }, { Value: 2, Unit: "None" });
  expect(await ask({})).toEqual([
    { Timestamp: at(0), Sum: 1, Unit: "Count" },
    { Timestamp: at(0), Sum: 2, Unit: "None" },
  ]);
  expect(await ask({ Unit: "None" })).toEqual([{ Timestamp: at(0), Sum: 2, Unit: "None" }]);
  expect(await ask({ Unit: "Bytes" })).toEqual([]);
});

test("other dimensions are another metric", async () => {
  const { ask } = await withSales({ Value: 1, Dimensions: [{ Name: "City", Value: "Bern" }] });
  expect(await ask({})).toEqual([]);
  expect(await ask({ Dimensions: [{ Name: "City", Value: "Bern" }] })).toEqual([
    { Timestamp: at(0), Sum: 1, Unit: "None" },
  ]);
});

test("high-resolution data are kept to the second, others to the minute", async () => {
  const fine = await withSales(
    ...[0, 1, 11].map((seconds) => ({ Value: 1, Timestamp: at(seconds), StorageResolution: 1 })),
  );
  const range = { StartTime: at(0), EndTime: at(60) };
  expect(await fine.sums({ ...range, Period: 1 })).toEqual([
    [0, 1],
    [1, 1],
    [11, 1],
  ]);
  expect(await fine.sums({ ...range, Period: 10 })).toEqual([
    [0, 2],
    [10, 1],
  ]);
  const coarse = await withSales({ Value: 1, Timestamp: at(0), StorageResolution: 60 });
  expect(await coarse.sums({ ...range, Period: 1 })).toEqual([]);
  expect(await coarse.sums(range)).toEqual([[0, 1]]);
});

test("seconds are kept for 3 hours, minutes for 15 days, five minutes for 63, hours for 455", async () => {
  const { cloud, sums } = await withSales({ Value: 1, Timestamp: at(0), StorageResolution: 1 });
  const seen = async () => {
    const kept: number[] = [];
    for (const [Period, length] of [
      [1, 60],
      [60, 3600],
      [300, 3600],
      [3600, 3600],
    ] as const) {
      const found = await sums({ StartTime: at(0), EndTime: at(length), Period });
      if (found.length > 0) kept.push(Period);
    }
    return kept;
  };
  expect(await seen()).toEqual([1, 60, 300, 3600]);
  await cloud.clock.advanceTo(at(3 * 3600 + 1));
  expect(await seen()).toEqual([60, 300, 3600]);
  await cloud.clock.advanceTo(at(15 * DAY + 60));
  expect(await seen()).toEqual([300, 3600]);
  await cloud.clock.advanceTo(at(63 * DAY + 300));
  expect(await seen()).toEqual([3600]);
  await cloud.clock.advanceTo(at(455 * DAY + 3600));
  expect(await seen()).toEqual([]);
});

test("the start of old data is rounded down to what is kept of them", async () => {
  const { cloud, sums } = await withSales({ Value: 1, Timestamp: at(0) });
  await cloud.clock.advance({ days: 20 });
  expect(await sums({ StartTime: at(299), EndTime: at(600), Period: 300 })).toEqual([[0, 1]]);
  await cloud.clock.advance({ days: 60 });
  expect(await sums({ StartTime: at(3599), EndTime: at(7200), Period: 3600 })).toEqual([[0, 1]]);
});

test("percentiles and their kin come under their names", async () => {
  const { ask } = await withSales({ Values: [1, 2, 3, 4], Counts: [1, 1, 1, 97] });
  expect(await ask({ ExtendedStatistics: ["p1", "p99.9", "TC(1:3)"] })).toEqual([
    { Timestamp: at(0), Unit: "None", ExtendedStatistics: { p1: 1, "p99.9": 4, "TC(1:3)": 2 } },
  ]);
});

test("a percentile that cannot be told is no point", async () => {
  const { ask } = await withSales({ Value: -1 });
  expect(await ask({ ExtendedStatistics: ["p50"] })).toEqual([]);
});

test.for<readonly [string, Partial<GetMetricStatisticsInput>, string, string]>([
  [
    "more than 1440 points",
    { StartTime: at(0), EndTime: at(DAY), Period: 1 },
    "InvalidParameterCombinationException",
    "You have requested up to 86400 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
  ],
  [
    "an end before the start",
    { StartTime: at(1), EndTime: at(0) },
    "InvalidParameterValueException",
    "The parameter StartTime must be less than the parameter EndTime.",
  ],
  [
    "an end at the start",
    { StartTime: at(0), EndTime: at(0) },
    "InvalidParameterValueException",
    "The parameter StartTime must not equal parameter EndTime.",
  ],
  [
    "no statistic",
    { Statistics: undefined },
    "InvalidParameterCombinationException",
    "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
  ],
  [
    "a period of 90 seconds",
    { Period: 90 },
    "InvalidParameterValueException",
    "The parameter Period must be a value in the set [1, 5, 10, 20, 30] or a multiple of 60.",
  ],
  [
    "a percentile beyond 100",
    { ExtendedStatistics: ["p50", "p101"] },
    "InvalidParameterValueException",
    "The value p101 for parameter ExtendedStatistics.member.2 is not supported.",
  ],
])("%s is refused", async ([, input, name, message]) => {
  const { ask } = await withSales({ Value: 1 });
  await expect(ask(input)).rejects.toMatchObject({
    name,
    message,
    $metadata: { httpStatusCode: 400 },
  });
});
