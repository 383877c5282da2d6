import {
  CloudWatch,
  paginateGetMetricData,
  type GetMetricDataInput,
  type MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const at = (seconds: number) => new Date(NOW + seconds * 1000);

/** Sales and visits of two shops, in the minutes 0, 1 and 2. */
async function shops() {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config());
  const data = { Bern: { sales: [1, 2, 3], visits: [10, 0, 30] }, Chur: { sales: [4, 5, 6] } };
  for (const [city, metrics] of Object.entries(data)) {
    for (const [MetricName, values] of Object.entries(metrics)) {
      const MetricData = values.map((Value, minute) => ({
        MetricName,
        Value,
        Timestamp: at(minute * 60),
        Dimensions: [{ Name: "City", Value: city }],
      }));
      await cloudwatch.putMetricData({ Namespace: "shop", MetricData });
    }
  }
  const whole = (
    MetricDataQueries: MetricDataQuery[],
    more: Partial<GetMetricDataInput> = {},
  ): GetMetricDataInput => ({
    MetricDataQueries,
    StartTime: at(0),
    EndTime: at(300),
    ScanBy: "TimestampAscending",
    ...more,
  });
  const ask = async (queries: MetricDataQuery[], more: Partial<GetMetricDataInput> = {}) =>
    (await cloudwatch.getMetricData(whole(queries, more))).MetricDataResults?.map(
      ({ Id, Label, Values }) => [Id, Label, Values],
    );
  return { cloud, cloudwatch, whole, ask };
}

const stat = (Id: string, MetricName: string, city: string): MetricDataQuery => ({
  Id,
  MetricStat: {
    Metric: { Namespace: "shop", MetricName, Dimensions: [{ Name: "City", Value: city }] },
    Period: 60,
    Stat: "Sum",
  },
});

test("a metric is answered with its name, the newest point first", async () => {
  const { cloudwatch, whole } = await shops();
  const asked = whole([stat("m1", "sales", "Bern")], { ScanBy: undefined });
  const { MetricDataResults, Messages, NextToken } = await cloudwatch.getMetricData(asked);
  expect({ MetricDataResults, Messages, NextToken }).toEqual({
    MetricDataResults: [
      {
        Id: "m1",
        Label: "sales",
        Timestamps: [at(120), at(60), at(0)],
        Values: [3, 2, 1],
        StatusCode: "Complete",
      },
    ],
    Messages: [],
    NextToken: undefined,
  });
});

test("expressions use metrics and each other, and only what is wanted is returned", async () => {
  const { ask } = await shops();
  const answer = await ask([
    { Id: "rate", Expression: "100 * part", Label: "Rate" },
    { Id: "part", Expression: "sales / visits", ReturnData: false },
    { ...stat("sales", "sales", "Bern"), ReturnData: false },
    { ...stat("visits", "visits", "Bern"), ReturnData: false },
  ]);
  expect(answer).toEqual([["rate", "Rate", [10, 10]]]);
});

test("each series of an array is a result of its own, under its own label", async () => {
  const { ask } = await shops();
  const Expression = "SEARCH('{shop,City} MetricName=\"sales\"', 'Sum', 60)";
  expect(await ask([{ Id: "e1", Expression }])).toEqual([
    ["e1", "Bern", [1, 2, 3]],
    ["e1", "Chur", [4, 5, 6]],
  ]);
  const queries = [
    { Id: "e2", Expression: "METRICS() * 2", Label: "Twice" },
    stat("m1", "sales", "Bern"),
  ];
  expect(await ask(queries)).toEqual([
    ["e2", "Twice sales", [2, 4, 6]],
    ["m1", "sales", [1, 2, 3]],
  ]);
});

test("a search with sum adds up what it finds", async () => {
  const { ask } = await shops();
  const Expression = "SUM(SEARCH('{shop,City} MetricName=sales', 'Sum', 60))";
  expect(await ask([{ Id: "all", Expression }])).toEqual([["all", "all", [5, 7, 9]]]);
});

test("labels may speak of the data", async () => {
  const { ask } = await shops();
  const Label = "${LABEL} in ${PROP('Dim.City')}: ${SUM} (${MIN} to ${MAX}: ${MIN_MAX_RANGE})";
  expect(await ask([{ ...stat("m1", "sales", "Bern"), Label }])).toEqual([
    ["m1", "sales in Bern: 6 (1 to 3: 2)", [1, 2, 3]],
  ]);
});

test("a metric that is not there has no points", async () => {
  const { ask } = await shops();
  expect(await ask([stat("m1", "sales", "Ulm")])).toEqual([["m1", "sales", []]]);
});

test("a filled series has a point in every period of the range", async () => {
  const { ask } = await shops();
  const queries = [
    { Id: "e1", Expression: "FILL(m1, 0)" },
    { ...stat("m1", "sales", "Bern"), ReturnData: false },
  ];
  expect(await ask(queries)).toEqual([["e1", "e1", [1, 2, 3, 0, 0]]]);
});

test("pages have as many points as were asked for", async () => {
  const { cloudwatch, whole } = await shops();
  const queries = [
    stat("m1", "sales", "Bern"),
    stat("none", "sales", "Ulm"),
    stat("m2", "sales", "Chur"),
  ];
  const pages: unknown[] = [];
  const asked = whole(queries, { MaxDatapoints: 2 });
  for await (const page of paginateGetMetricData({ client: cloudwatch }, asked)) {
    pages.push(
      page.MetricDataResults?.map(({ Id, Values, StatusCode }) => [Id, Values, StatusCode]),
    );
  }
  expect(pages).toEqual([
    [["m1", [1, 2], "PartialData"]],
    [
      ["m1", [3], "Complete"],
      ["none", [], "Complete"],
      ["m2", [4], "PartialData"],
    ],
    [["m2", [5, 6], "Complete"]],
  ]);
});

test("a token that nobody gave is refused", async () => {
  const { cloudwatch, whole } = await shops();
  const asked = whole([stat("m1", "sales", "Bern")], { NextToken: "nonsense" });
  await expect(cloudwatch.getMetricData(asked)).rejects.toMatchObject({ name: "InvalidNextToken" });
});

const wrong: MetricDataQuery = { ...stat("m1", "sales", "Bern") };
test.for<readonly [string, readonly MetricDataQuery[], string]>([
  [
    "an id that begins with a capital",
    [{ ...wrong, Id: "M1" }],
    "The value M1 for parameter MetricDataQueries.member.1.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.",
  ],
  [
    "an id twice",
    [wrong, wrong],
    "The values for parameter id in MetricDataQueries are not unique.",
  ],
  [
    "neither metric nor expression",
    [{ Id: "m1" }],
    "The parameter MetricDataQueries.member.1.MetricStat is required.\n",
  ],
  [
    "both metric and expression",
    [{ ...wrong, Expression: "1" }],
    "The parameters MetricDataQueries.member.1.Expression and MetricDataQueries.member.1.MetricStat are mutually exclusive and you have specified both.",
  ],
  [
    "a statistic that is none",
    [
      {
        Id: "m1",
        MetricStat: { Metric: { Namespace: "n", MetricName: "m" }, Period: 60, Stat: "test" },
      },
    ],
    "The value test for parameter MetricDataQueries.member.1.MetricStat.Stat is not a valid statistic.",
  ],
  [
    "a metric without a namespace",
    [{ Id: "m1", MetricStat: { Metric: { MetricName: "m" }, Period: 60, Stat: "Sum" } }],
    "The parameter MetricDataQueries.member.1.MetricStat.Metric.Namespace is required.\n",
  ],
  [
    "an expression of a number",
    [{ Id: "e1", Expression: "SUM(m1)" }, wrong],
    "Error in expression 'e1': The result must be a time series or an array of time series",
  ],
  [
    "an expression that depends on itself",
    [
      { Id: "e1", Expression: "e2 + 1" },
      { Id: "e2", Expression: "e1 + 1" },
    ],
    "Error in expression 'e2': 'e1' depends on itself",
  ],
  [
    "an expression that is none",
    [{ Id: "e1", Expression: "1 +" }],
    "Error in expression 'e1': Unexpected 'end of expression'",
  ],
])("%s is refused", async ([, queries, message]) => {
  const { ask } = await shops();
  await expect(ask([...queries])).rejects.toMatchObject({
    name: "ValidationException",
    message,
    $metadata: { httpStatusCode: 400 },
  });
});

test.for<readonly [string, Partial<MetricDataQuery>, string]>([
  ["Metrics Insights", { Expression: "SELECT AVG(x) FROM y" }, "Metrics Insights queries"],
  [
    "anomaly detection",
    { Expression: "ANOMALY_DETECTION_BAND(m1)" },
    "the metric math function ANOMALY_DETECTION_BAND",
  ],
  [
    "another account",
    { Expression: "m1", AccountId: "111111111111" },
    "metrics of linked accounts",
  ],
])("%s is said to be missing", async ([, query, what]) => {
  const { ask } = await shops();
  await expect(ask([{ Id: "e1", ...query }, wrong])).rejects.toMatchObject({
    name: "NotImplementedBySnowglobe",
    message: `Snowglobe's CloudWatch does not have ${what} yet.`,
    $metadata: { httpStatusCode: 501 },
  });
});

test("expressions may stand on each other as high as there may be queries", async () => {
  const { ask } = await shops();
  const tower = Array.from({ length: 499 }, (_, index) => ({
    Id: `e${index}`,
    Expression: index === 498 ? "m1" : `e${index + 1} + 1`,
    ReturnData: index === 0,
  }));
  const base = { ...stat("m1", "sales", "Bern"), ReturnData: false };
  expect(await ask([...tower, base])).toEqual([["e0", "e0", [499, 500, 501]]]);
  await expect(ask([...tower, base, { ...base, Id: "m2" }])).rejects.toMatchObject({
    message: "The collection MetricDataQueries must not have a size greater than 500.",
  });
});

test("a tower of nested expressions that is too high is the caller's mistake", async () => {
  const { ask } = await shops();
  const tower = Array.from({ length: 499 }, (_, index) => ({
    Id: `e${index}`,
    Expression: `${"-(".repeat(45)}e${index + 1}${")".repeat(45)}`,
  }));
  await expect(ask([...tower, { Id: "e499", Expression: "TIME_SERIES(1)" }])).rejects.toMatchObject(
    { name: "ValidationException", message: /is nested too deeply$/ },
  );
});

test("of several units, each period is told in the first by name, with a word about it", async () => {
  const cloudwatch = new CloudWatch((await startCloud()).config());
  const data = [
    [0, "Seconds", 60],
    [0, "Milliseconds", 50_000],
    [0, "Milliseconds", 10_000],
    [60, "Seconds", 5],
  ] as const;
  await cloudwatch.putMetricData({
    Namespace: "shop",
    MetricData: data.map(([seconds, Unit, Value]) => ({
      MetricName: "wait",
      Timestamp: at(seconds),
      Unit,
      Value,
    })),
  });
  const Metric = { Namespace: "shop", MetricName: "wait" };
  const asked = async (Unit?: "Seconds") => {
    const { MetricDataResults } = await cloudwatch.getMetricData({
      MetricDataQueries: [{ Id: "a", MetricStat: { Metric, Period: 60, Stat: "Sum", Unit } }],
      StartTime: at(0),
      EndTime: at(300),
      ScanBy: "TimestampAscending",
    });
    return MetricDataResults?.map(({ Values, Messages }) => ({ Values, Messages }));
  };
  const Value = "Multiple units returned: '[Milliseconds, Seconds]'";
  expect(await asked()).toEqual([
    { Values: [60_000, 5], Messages: [{ Code: "MultipleUnits", Value }] },
  ]);
  expect(await asked("Seconds")).toEqual([{ Values: [60, 5], Messages: undefined }]);
});

test.for([
  [["Sum", 60], ["Minimum", 120], "sales Sum 60", "sales Minimum 120"],
  [["Sum", 60], ["Minimum", 60], "sales Sum", "sales Minimum"],
  [["Sum", 60], ["Sum", 120], "sales 60", "sales 120"],
  [["Sum", 60], ["Sum", 60], "sales", "sales"],
] as const)("%o and %o of one metric are called %s and %s", async ([one, other, ...labels]) => {
  const { ask } = await shops();
  const query = (Id: string, [Stat, Period]: readonly [string, number]) => {
    const { MetricStat } = stat(Id, "sales", "Bern");
    return { Id, MetricStat: MetricStat && { ...MetricStat, Stat, Period } };
  };
  const results = await ask([query("a", one), query("b", other), stat("c", "visits", "Bern")]);
  expect(results?.map(([, label]) => label)).toEqual([...labels, "visits"]);
});
