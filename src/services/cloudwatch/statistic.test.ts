import { expect, test } from "vitest";
import { aggregateOf, aggregateOfSet, mergeAggregates } from "./aggregate.ts";
import { toStatistic } from "./statistic.ts";

const toTen = aggregateOf(Array.from({ length: 10 }, (_, at) => [(at + 1) * 10, 1] as const));

test.for<readonly [string, number]>([
  ["SampleCount", 10],
  ["Average", 55],
  ["Sum", 550],
  ["Minimum", 10],
  ["Maximum", 100],
  ["p0", 10],
  ["p50", 50],
  ["p90", 90],
  ["p90.1", 100],
  ["p99.9", 100],
  ["p100", 100],
  ["tm90", 50],
  ["TM(:90%)", 50],
  ["TM(10%:90%)", 55],
  ["TM(20:50)", 40],
  ["TM(20:)", 65],
  ["tc90", 9],
  ["TC(20:50)", 3],
  ["ts90", 450],
  ["TS(80%:)", 190],
  ["wm90", 54],
  ["WM(10%:90%)", 55],
  ["WM(20:50)", 41],
  ["PR(:30)", 30],
  ["PR(30:100)", 70],
  ["IQM", 55],
])("of ten to a hundred, %s is %d", ([name, value]) => {
  expect(toStatistic(name)?.(toTen)).toBe(value);
});

test("the 99.9th percentile of a thousand is the last but one", () => {
  const samples = Array.from({ length: 1000 }, (_, at) => [at % 200, 1] as const);
  expect(toStatistic("p99.4")?.(aggregateOf(samples))).toBe(198);
  expect(toStatistic("p99.5")?.(aggregateOf(samples))).toBe(198);
  expect(toStatistic("p99.6")?.(aggregateOf(samples))).toBe(199);
});

test.for([
  "",
  "p",
  "p101",
  "p-1",
  "average",
  "tm101",
  "TM()",
  "TM(:)",
  "TM(10%:90)",
  "TM(90%:10%)",
  "TM(:101%)",
  "PR(:90%)",
  "pr90",
  "P90",
])("'%s' is no statistic", (name) => {
  expect(toStatistic(name)).toBeUndefined();
});

test("percentiles are not told when a value is negative, sums are", () => {
  const aggregate = aggregateOf([
    [-1, 1],
    [3, 1],
  ]);
  expect(toStatistic("p50")?.(aggregate)).toBeUndefined();
  expect(toStatistic("Sum")?.(aggregate)).toBe(2);
});

test("a statistic set tells percentiles only when all its samples are the same", () => {
  const same = aggregateOfSet({ SampleCount: 4, Sum: 20, Minimum: 5, Maximum: 5 });
  const various = aggregateOfSet({ SampleCount: 4, Sum: 20, Minimum: 1, Maximum: 9 });
  const p50 = toStatistic("p50");
  expect(p50?.(same)).toBe(5);
  expect(p50?.(various)).toBeUndefined();
  expect(p50?.(mergeAggregates(same, various))).toBeUndefined();
});

test("of very many values the ends are exact, and what is between to within one percent", () => {
  const samples = Array.from({ length: 1000 }, (_, at) => [at + 1, 1] as const);
  const aggregate = aggregateOf(samples);
  const value = (name: string) => toStatistic(name)?.(aggregate) ?? 0;
  expect([value("p0"), value("p100"), value("Sum")]).toEqual([1, 1000, 500_500]);
  for (const percent of [10, 50, 90, 99]) {
    expect(Math.abs(value(`p${percent}`) / (percent * 10) - 1)).toBeLessThanOrEqual(0.01);
  }
});
