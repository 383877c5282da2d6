import { CloudWatch, type MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const Namespace = "Shop";
const NOW = new Date("2030-01-01T00:00:00Z");

async function world() {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config({ region: "us-east-2" }));
  const put = (MetricName: string) =>
    cloudwatch.putMetricData({ Namespace, MetricData: [{ MetricName, Value: 1 }] });
  const get = (...MetricDataQueries: MetricDataQuery[]) =>
    cloudwatch.getMetricData({
      MetricDataQueries,
      StartTime: new Date(NOW.getTime() - 3_600_000),
      EndTime: new Date(NOW.getTime() + 3_600_000),
    });
  /** How many metrics GetMetricData was billed for. */
  const metrics = async () =>
    (await cloud.usage())
      .filter(({ unit }) => unit === "Metrics")
      .map(({ usageType, quantity }) => [usageType, quantity]);
  return { cloud, cloudwatch, put, get, metrics };
}

const query = (Id: string, MetricName: string, Stat = "Sum"): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace, MetricName }, Period: 60, Stat },
});

test("a line names request and region as the bill does; alarms are asked about for nothing", async () => {
  const { cloud, cloudwatch, put } = await world();
  await put("Sold");
  await cloudwatch.describeAlarms({});
  expect(await cloud.usage()).toEqual([
    {
      hourAt: Date.parse("2030-01-01T00:00:00Z"),
      accountId: "000000000000",
      region: "us-east-2",
      service: "cloudwatch",
      usageType: "USE2-CW:Requests",
      operation: "PutMetricData",
      resource: "",
      unit: "Requests",
      quantity: 1,
    },
  ]);
});

test("GetMetricData is billed by the metric, five statistics of one for one", async () => {
  const { put, get, metrics } = await world();
  await put("Sold");
  await get(query("a", "Sold"), query("b", "Sold", "Average"), query("c", "Returned"));
  expect(await metrics()).toEqual([["USE2-CW:GMD-Metrics", 2]]);
  const statistics = ["Sum", "Average", "Minimum", "Maximum", "SampleCount", "p50"];
  await get(...statistics.map((Stat, at) => query(`m${at}`, "Sold", Stat)));
  expect(await metrics()).toEqual([["USE2-CW:GMD-Metrics", 4]]);
});

test("what a search finds is billed, what is computed from metrics is not", async () => {
  const { cloud, put, get, metrics } = await world();
  await put("Sold");
  await put("Returned");
  await cloud.clock.advance({ minutes: 1 });
  await get({ Id: "s", Expression: `SEARCH('{Shop} Sold', 'Sum', 60)` });
  expect(await metrics()).toEqual([["USE2-CW:GMD-Metrics", 1]]);
  await get(query("a", "Sold"), { Id: "e", Expression: "a * 2" });
  expect(await metrics()).toEqual([["USE2-CW:GMD-Metrics", 2]]);
});
