import { CloudWatch, type MetricDatum } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const at = (seconds: number) => new Date(NOW + seconds * 1000);

async function refusal(datum: MetricDatum | readonly MetricDatum[], Namespace = "shop") {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config());
  const MetricData = Array.isArray(datum) ? [...datum] : [datum as MetricDatum];
  return cloudwatch.putMetricData({ Namespace, MetricData }).then(
    () => "accepted",
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

test("values, values with counts and statistic sets of one minute are one point", async () => {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config());
  await cloudwatch.putMetricData({
    Namespace: "shop",
    MetricData: [
      { MetricName: "latency", Value: 5, Unit: "Seconds" },
      { MetricName: "latency", Values: [1, 2], Counts: [3, 1], Unit: "Seconds", Timestamp: at(30) },
      {
        MetricName: "latency",
        StatisticValues: { SampleCount: 2, Sum: 30, Minimum: 10, Maximum: 20 },
        Unit: "Seconds",
        Timestamp: at(59),
      },
    ],
  });
  const { Label, Datapoints } = await cloudwatch.getMetricStatistics({
    Namespace: "shop",
    MetricName: "latency",
    StartTime: at(0),
    EndTime: at(60),
    Period: 60,
    Statistics: ["SampleCount", "Average", "Sum", "Minimum", "Maximum"],
  });
  expect({ Label, Datapoints }).toEqual({
    Label: "latency",
    Datapoints: [
      {
        Timestamp: at(0),
        SampleCount: 7,
        Average: 40 / 7,
        Sum: 40,
        Minimum: 1,
        Maximum: 20,
        Unit: "Seconds",
      },
    ],
  });
});

test("data without a timestamp are of now, data without a unit have the unit None", async () => {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config());
  await cloud.clock.advance({ seconds: 90 });
  await cloudwatch.putMetricData({
    Namespace: "shop",
    MetricData: [{ MetricName: "sales", Value: 0 }],
  });
  const { Datapoints } = await cloudwatch.getMetricStatistics({
    Namespace: "shop",
    MetricName: "sales",
    StartTime: at(0),
    EndTime: at(600),
    Period: 60,
    Statistics: ["Sum"],
  });
  expect(Datapoints).toEqual([{ Timestamp: at(60), Sum: 0, Unit: "None" }]);
});

test("data with an entity are kept like others", async () => {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config());
  await cloudwatch.putMetricData({
    Namespace: "shop",
    EntityMetricData: [
      {
        Entity: { KeyAttributes: { Type: "Service", Name: "till" } },
        MetricData: [{ MetricName: "sales", Value: 3 }],
      },
    ],
  });
  expect((await cloudwatch.listMetrics({})).Metrics).toEqual([
    { Namespace: "shop", MetricName: "sales", Dimensions: [] },
  ]);
});

test("nothing is kept of a request of which something is wrong", async () => {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config());
  const data = [{ MetricName: "good", Value: 1 }, { MetricName: "bad" }];
  await expect(
    cloudwatch.putMetricData({ Namespace: "shop", MetricData: data }),
  ).rejects.toMatchObject({ name: "InvalidParameterCombinationException" });
  expect((await cloudwatch.listMetrics({})).Metrics).toEqual([]);
});

const set = { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 };
test.for<readonly [string, MetricDatum, string]>([
  [
    "a dimension whose name begins with a colon",
    { MetricName: "m", Value: 1, Dimensions: [{ Name: ":city", Value: "Bern" }] },
    "InvalidParameterValueException: The value :city for parameter MetricData.member.1.Dimensions.member.1.Name is invalid.",
  ],
  [
    "a dimension of another alphabet",
    { MetricName: "m", Value: 1, Dimensions: [{ Name: "city", Value: "Zürich" }] },
    "InvalidParameterValueException: The value Zürich for parameter MetricData.member.1.Dimensions.member.1.Value is invalid.",
  ],
  [
    "a blank dimension",
    { MetricName: "m", Value: 1, Dimensions: [{ Name: "city", Value: " " }] },
    "InvalidParameterValueException: The value   for parameter MetricData.member.1.Dimensions.member.1.Value is invalid.",
  ],
  [
    "a value beside values",
    { MetricName: "m", Value: 1.5, Values: [1, 10] },
    "InvalidParameterCombinationException: The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.",
  ],
  [
    "a value beside a statistic set",
    { MetricName: "m", Value: 1.5, StatisticValues: set },
    "InvalidParameterCombinationException: The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.",
  ],
  [
    "more counts than values",
    { MetricName: "m", Values: [1, 10], Counts: [2, 4, 5] },
    "InvalidParameterValueException: The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.",
  ],
  [
    "151 values",
    { MetricName: "m", Values: Array.from({ length: 151 }, (_, value) => value) },
    "InvalidParameterValueException: The collection MetricData.member.1.Values must not have a size greater than 150.",
  ],
  [
    "no number",
    { MetricName: "m", Value: Number.NaN },
    "InvalidParameterValueException: The value NaN for parameter MetricData.member.1.Value is invalid.",
  ],
  [
    "infinity",
    { MetricName: "m", Value: -Infinity },
    "InvalidParameterValueException: The value -∞ for parameter MetricData.member.1.Value is invalid.",
  ],
  [
    "a value that is too small",
    { MetricName: "m", Value: 2.12898e-109 },
    "InvalidParameterValueException: The value 0 for parameter MetricData.member.1.Value is invalid.",
  ],
  [
    "a time more than two weeks ago",
    { MetricName: "m", Value: 1, Timestamp: at(-14 * 86_400 - 1) },
    "InvalidParameterValueException: The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.",
  ],
  [
    "a time more than two hours ahead",
    { MetricName: "m", Value: 1, Timestamp: at(7201) },
    "InvalidParameterValueException: The parameter MetricData.member.1.Timestamp must specify a time no more than two hours in the future.",
  ],
  [
    "a resolution of 30 seconds",
    { MetricName: "m", Value: 1, StorageResolution: 30 },
    "InvalidParameterValueException: The value 30 for parameter MetricData.member.1.StorageResolution is invalid.",
  ],
])("%s is refused", async ([, datum, message]) => {
  expect(await refusal(datum)).toBe(message);
});

test("all wrong data are named, a line each", async () => {
  const old = { MetricName: "m", Value: 1, Timestamp: at(-20 * 86_400) };
  expect(await refusal([old, old])).toBe(
    "InvalidParameterValueException: " +
      "The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.\n" +
      "The parameter MetricData.member.2.Timestamp must specify a time within the past two weeks.",
  );
});

test("the bounds of time are still good", async () => {
  const times = [at(-14 * 86_400), at(7200)];
  const data = times.map((Timestamp) => ({ MetricName: "m", Value: 1, Timestamp }));
  expect(await refusal(data)).toBe("accepted");
});

test("a thousand data are accepted, one more is not", async () => {
  const data = (length: number) => Array.from({ length }, () => ({ MetricName: "m", Value: 1 }));
  expect(await refusal(data(1000))).toBe("accepted");
  expect(await refusal(data(1001))).toBe(
    "InvalidParameterValueException: The collection MetricData must not have a size greater than 1000.",
  );
});

test("namespaces of AWS are not for callers", async () => {
  expect(await refusal({ MetricName: "m", Value: 1 }, "AWS/EC2")).toBe(
    "InvalidParameterValueException: The value AWS/ for parameter Namespace is invalid.",
  );
});

test("a request without data lacks a parameter", async () => {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config());
  await expect(
    cloudwatch.putMetricData({ Namespace: "shop", MetricData: undefined }),
  ).rejects.toMatchObject({
    name: "MissingRequiredParameterException",
    message: "The parameter MetricData is required.",
    $metadata: { httpStatusCode: 400 },
  });
});
