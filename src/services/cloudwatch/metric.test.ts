import { CloudWatch, paginateListMetrics, type ListMetricsInput } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function shop() {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config());
  const put = (Namespace: string, MetricName: string, dimensions: Record<string, string> = {}) =>
    cloudwatch.putMetricData({
      Namespace,
      MetricData: [
        {
          MetricName,
          Value: 1,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
      ],
    });
  const list = async (input: ListMetricsInput = {}) =>
    ((await cloudwatch.listMetrics(input)).Metrics ?? []).map(
      ({ Namespace, MetricName, Dimensions }) =>
        [
          Namespace,
          MetricName,
          ...(Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`),
        ].join(" "),
    );
  return { cloud, cloudwatch, put, list };
}

test("metrics are told apart by namespace, name and dimensions, in whatever order these came", async () => {
  const { put, list } = await shop();
  await put("shop", "sales", { Till: "1", City: "Bern" });
  await put("shop", "sales", { City: "Bern", Till: "1" });
  await put("shop", "sales");
  await put("bank", "sales");
  expect((await list()).toSorted()).toEqual([
    "bank sales",
    "shop sales",
    "shop sales City=Bern Till=1",
  ]);
});

test("a list can be narrowed by namespace, name and dimensions", async () => {
  const { put, list } = await shop();
  await put("shop", "sales", { City: "Bern" });
  await put("shop", "sales", { City: "Chur" });
  await put("shop", "visits", { City: "Bern", Till: "1" });
  expect(await list({ Namespace: "bank" })).toEqual([]);
  expect(await list({ MetricName: "visits" })).toEqual(["shop visits City=Bern Till=1"]);
  expect(await list({ Namespace: "shop", Dimensions: [{ Name: "Till" }] })).toEqual([
    "shop visits City=Bern Till=1",
  ]);
  expect(
    await list({ MetricName: "sales", Dimensions: [{ Name: "City", Value: "Bern" }] }),
  ).toEqual(["shop sales City=Bern"]);
});

test("a metric is recently active for three hours and listed for two weeks", async () => {
  const { cloud, put, list } = await shop();
  await put("shop", "sales");
  await cloud.clock.advance({ hours: 3, seconds: -1 });
  expect(await list({ RecentlyActive: "PT3H" })).toEqual(["shop sales"]);
  await cloud.clock.advance({ seconds: 1 });
  expect(await list({ RecentlyActive: "PT3H" })).toEqual([]);
  await cloud.clock.advance({ days: 14, hours: -3, seconds: -1 });
  expect(await list()).toEqual(["shop sales"]);
  await cloud.clock.advance({ seconds: 1 });
  expect(await list()).toEqual([]);
});

test("a page has 500 metrics", async () => {
  const { cloudwatch } = await shop();
  const MetricData = Array.from({ length: 900 }, (_, at) => ({ MetricName: `m${at}`, Value: 1 }));
  await cloudwatch.putMetricData({ Namespace: "shop", MetricData });
  await cloudwatch.putMetricData({ Namespace: "other", MetricData });
  const sizes: number[] = [];
  const names = new Set<string>();
  for await (const page of paginateListMetrics({ client: cloudwatch }, { Namespace: "shop" })) {
    sizes.push(page.Metrics?.length ?? 0);
    for (const { MetricName } of page.Metrics ?? []) names.add(MetricName ?? "");
  }
  expect({ sizes, names: names.size }).toEqual({ sizes: [500, 400], names: 900 });
});

test("a token that nobody gave is refused", async () => {
  const { cloudwatch } = await shop();
  await expect(cloudwatch.listMetrics({ NextToken: "nonsense" })).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: "The value nonsense for parameter NextToken is invalid.",
  });
});

test("without linked accounts an account sees its own metrics only", async () => {
  const { cloud, cloudwatch, put, list } = await shop();
  await put("shop", "sales");
  const { OwningAccounts } = await cloudwatch.listMetrics({ IncludeLinkedAccounts: true });
  expect(OwningAccounts).toEqual(["000000000000"]);
  expect(await list({ OwningAccount: "111111111111" })).toEqual([]);
  const other = new CloudWatch(cloud.config({ accountId: "111111111111" }));
  expect((await other.listMetrics({})).Metrics).toEqual([]);
  const elsewhere = new CloudWatch(cloud.config({ region: "eu-west-1" }));
  expect((await elsewhere.listMetrics({})).Metrics).toEqual([]);
});
