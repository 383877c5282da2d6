import fc from "fast-check";
import { expect, test } from "vitest";
import { AwsError } from "../../../kernel/errors.ts";
import { MathError, type Environment } from "./environment.ts";
import { evaluate } from "./evaluate.ts";
import { isList, type Series } from "./value.ts";

type Sparse = readonly (number | undefined)[];

/** A point a minute, from the first minute of Tuesday, 2030-01-01, on. */
const START = Date.parse("2030-01-01T00:00:00Z");
const MINUTE = 60_000;

function series(label: string, values: Sparse): Series {
  const entries = values.map((value, at) => [START + at * MINUTE, value] as const);
  const points = entries.filter((entry): entry is [number, number] => entry[1] !== undefined);
  return { label, periodSeconds: 60, points: new Map(points) };
}

function environment(metrics: Readonly<Record<string, Sparse>>): Environment {
  const all = new Map(Object.entries(metrics).map(([id, values]) => [id, series(id, values)]));
  return {
    metrics: all,
    periodSeconds: 60,
    lookup: (id) => all.get(id),
    search: () => [...all.values()],
    instants: () => Array.from({ length: 5 }, (_, at) => START + at * MINUTE),
  };
}

const METRICS = {
  m1: [1, 2, 3, 4, 5],
  m2: [10, undefined, 30, undefined, 0],
  empty: [],
};

/** The values of five minutes; of an array, a list each; a number as it is. */
function result(expression: string, metrics: Readonly<Record<string, Sparse>> = METRICS): unknown {
  const value = evaluate(expression, environment(metrics));
  if (typeof value === "number") return value;
  const shown = ({ points }: Series) =>
    Array.from({ length: 5 }, (_, at) => points.get(START + at * MINUTE));
  return isList(value) ? value.map(shown) : shown(value);
}

const none = undefined;

test.for<readonly [string, unknown]>([
  ["1 + 2 * 3 - 4 / 2", 5],
  ["(1 + 2) * 3", 9],
  ["2 ^ 3 ^ 2", 512],
  ["-2 ^ 2", -4],
  ["1.5e2 + .5", 150.5],
  ["1 < 2 AND 2 >= 3", 0],
  ["1 == 1 && 0 != 1 || 0", 1],
  ["0 OR 5", 1],
  ["m1 * 2", [2, 4, 6, 8, 10]],
  ["10 - m1", [9, 8, 7, 6, 5]],
  ["-m1", [-1, -2, -3, -4, -5]],
  ["m1 + m2", [11, 2, 33, 4, 5]],
  ["m1 / m2", [0.1, none, 0.1, none, none]],
  ["m1 / 0", [none, none, none, none, none]],
  ["m1 > 2", [0, 0, 1, 1, 1]],
  ["m1 > 2 AND m2 > 2", [0, 0, 1, 0, 0]],
  [
    "[m1, m2] * 2",
    [
      [2, 4, 6, 8, 10],
      [20, none, 60, none, 0],
    ],
  ],
  [
    "[m1, m2] - [m2, m1]",
    [
      [-9, 2, -27, 4, 5],
      [9, -2, 27, -4, -5],
    ],
  ],
])("%s", ([expression, value]) => {
  expect(result(expression)).toEqual(value);
});

test("comparisons take a missing point for zero, as in AWS's own example", () => {
  const metrics = { metric1: [30, 20, 0, 0], metric2: [20, none, 20, none] };
  expect(result("metric1 < metric2", metrics)).toEqual([0, 0, 1, 0, none]);
  expect(result("metric1 >= 30", metrics)).toEqual([1, 0, 0, 0, none]);
  expect(result("metric1 > 15 AND metric2 > 15", metrics)).toEqual([1, 0, 0, 0, none]);
});

test.for<readonly [string, unknown]>([
  ["SUM(m1)", 15],
  ["AVG(m2)", 40 / 3],
  ["MIN(m1)", 1],
  ["MAX(m2)", 30],
  ["STDDEV(m1)", Math.SQRT2],
  ["DATAPOINT_COUNT(m2)", 3],
  ["METRIC_COUNT(METRICS())", 3],
  ["PERIOD(m1)", 60],
  ["SUM([m1, m2])", [11, 2, 33, 4, 5]],
  ["AVG([m1, m2])", [5.5, 1, 16.5, 2, 2.5]],
  ["MIN([m1, m2])", [1, 2, 3, 4, 0]],
  ["MAX(METRICS())", [10, 2, 30, 4, 5]],
  ['SUM(METRICS("m2"))', [10, none, 30, none, 0]],
  ["ABS(m1 - 3)", [2, 1, 0, 1, 2]],
  ["CEIL(m1 / 2)", [1, 1, 2, 2, 3]],
  ["FLOOR(m1 / 2)", [0, 1, 1, 2, 2]],
  ["LOG10(m2)", [1, none, Math.log10(30), none, none]],
  ["DIFF(m1 ^ 2)", [none, 3, 5, 7, 9]],
  ["DIFF(m2)", [none, none, 20, none, -30]],
  ["DIFF_TIME(m2)", [none, none, 120, none, 120]],
  ["RATE(m1 * 60)", [none, 1, 1, 1, 1]],
  ["RUNNING_SUM(m1)", [1, 3, 6, 10, 15]],
  ["FILL(m2, 7)", [10, 7, 30, 7, 0]],
  ["FILL(m2, REPEAT)", [10, 10, 30, 30, 0]],
  ["FILL(m2, LINEAR)", [10, 20, 30, 15, 0]],
  ["FILL(m2, m1)", [10, 2, 30, 4, 0]],
  ["FILL(empty, 0)", [0, 0, 0, 0, 0]],
  ["FILL(empty, REPEAT)", [none, none, none, none, none]],
  ["TIME_SERIES(8)", [8, 8, 8, 8, 8]],
  ["MINUTE(empty)", [0, 1, 2, 3, 4]],
  ["HOUR(m1)", [0, 0, 0, 0, 0]],
  ["DAY(m1)", [2, 2, 2, 2, 2]],
  ["DATE(m1) + MONTH(m1)", [2, 2, 2, 2, 2]],
  ["YEAR(m1)", [2030, 2030, 2030, 2030, 2030]],
  ["EPOCH(m1) - 1893456000", [0, 60, 120, 180, 240]],
  ["FIRST(SORT(METRICS(), SUM, DESC))", [10, none, 30, none, 0]],
  ["LAST(SORT([m1, m2], AVG, DESC))", [1, 2, 3, 4, 5]],
  ["SORT([m2, empty, m1], MAX, ASC, 1)", [[1, 2, 3, 4, 5]]],
  ["SLICE(METRICS(), 1, 2)", [[10, none, 30, none, 0]]],
  ["SLICE([m1, m2], 1)", [[10, none, 30, none, 0]]],
  ["METRIC_COUNT(REMOVE_EMPTY([m1, empty]))", 1],
  ["SUM(SEARCH('{shop} sales', 'Sum', 60))", [11, 2, 33, 4, 5]],
  ["IF(m1 < 3, m1)", [1, 2, none, none, none]],
  ["IF(m1 < 3, 10, 2)", [10, 10, 2, 2, 2]],
  ["IF(0, m1, m2)", [10, none, 30, none, 0]],
  ["IF(0, m1)", [none, none, none, none, none]],
  ["IF(1, 2, 3)", 2],
])("%s", ([expression, value]) => {
  expect(result(expression)).toEqual(value);
});

test("IF does what AWS's own tables show", () => {
  const metrics = {
    metric1: [1, 1, 0, 0, none],
    metric2: [30, none, 0, 0, 30],
    metric3: [0, 0, 20, none, 20],
  };
  expect(result("IF(metric1, metric2, metric3)", metrics)).toEqual([30, 0, 20, none, none]);
  expect(result("IF(metric1, 5, metric3)", metrics)).toEqual([5, 5, 20, none, none]);
  expect(result("IF(metric1, metric2, 5)", metrics)).toEqual([30, 0, 5, 5, 5]);
});

test.for<readonly [string, string]>([
  ["m1 +", "Unexpected 'end of expression'"],
  ["m1 m2", "Unexpected 'm2'"],
  ["m1 ? 2", "Unexpected '?'"],
  ["(m1", "Expected ')' before 'end of expression'"],
  ["m9", "There is no 'm9'"],
  ["NOPE(m1)", "There is no function 'NOPE'"],
  ["sum(m1)", "There is no function 'sum'"],
  ["SUM(m1, m2)", "SUM takes 1 arguments, not 2"],
  ["SUM(1)", "Argument 1 of SUM must be a time series or an array of time series"],
  ["SORT(METRICS(), MEDIAN, ASC)", "Argument 2 of SORT must be AVG, MAX, MIN or SUM"],
  ["[1, 2]", "Arrays hold time series, not numbers"],
  ["FIRST(REMOVE_EMPTY(empty))", "The array of FIRST is empty"],
  [`${"(".repeat(500)}1${")".repeat(500)}`, "The expression is nested too deeply"],
])("%s makes no sense", ([expression, message]) => {
  expect(() => result(expression)).toThrow(message);
});

test.for(["ANOMALY_DETECTION_BAND(m1)", "SERVICE_QUOTA(m1)", "LAMBDA('f')"])(
  "%s is said to be missing here",
  (expression) => {
    const name = expression.slice(0, expression.indexOf("("));
    expect(() => result(expression)).toThrow(
      `Snowglobe's CloudWatch does not have the metric math function ${name} yet.`,
    );
  },
);

test("whatever is written, it has a value or is the writer's mistake", () => {
  const words = "m1 m2 empty 1 2.5 ( ) [ ] , + - * / ^ == < AND || ' \" REPEAT ASC SUM( SUM AVG( ";
  const calls =
    "FILL( SORT( SLICE( IF( METRICS() FIRST( RATE( PERIOD( SEARCH( TIME_SERIES( DAY( LOG(";
  const token = fc.constantFrom(...`${words}${calls}`.split(" "), "?", "SLICE(METRICS(),");
  fc.assert(
    fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
      try {
        result(tokens.join(" "));
      } catch (error) {
        expect(error instanceof MathError || error instanceof AwsError).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});
