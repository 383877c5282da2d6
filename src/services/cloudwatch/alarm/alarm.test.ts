import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { startCloud } from "../../../testing/cloud.ts";

const ALARM = {
  Namespace: "shop",
  MetricName: "errors",
  Period: 60,
  EvaluationPeriods: 1,
  Statistic: "Sum",
  Threshold: 5,
  ComparisonOperator: "GreaterThanThreshold",
} as const;
const TOPIC = "arn:aws:sns:us-east-1:000000000000:topic";
const arnOf = (name: string) => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`;

async function start(...names: string[]) {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config());
  for (const AlarmName of names) await cloudwatch.putMetricAlarm({ ...ALARM, AlarmName });
  const set = (AlarmName: string, StateValue: "OK" | "ALARM" | "INSUFFICIENT_DATA") =>
    cloudwatch.setAlarmState({ AlarmName, StateValue, StateReason: "by hand" });
  const composite = async (name: string) =>
    (await cloudwatch.describeAlarms({ AlarmNames: [name], AlarmTypes: ["CompositeAlarm"] }))
      .CompositeAlarms?.[0];
  return { cloud, cloudwatch, set, composite };
}

const namesOf = (alarms: readonly { AlarmName?: string | undefined }[] | undefined) =>
  alarms?.map(({ AlarmName }) => AlarmName);

test("alarms are found by name, prefix, state and action, page by page", async () => {
  const { cloudwatch, set } = await start("a", "b1", "b2", "c");
  await cloudwatch.putMetricAlarm({ ...ALARM, AlarmName: "d", AlarmActions: [TOPIC] });
  await set("b2", "OK");
  const find = async (input: object) =>
    namesOf((await cloudwatch.describeAlarms(input)).MetricAlarms);
  expect(await find({ AlarmNames: ["c", "a", "nobody"] })).toEqual(["a", "c"]);
  expect(await find({ AlarmNamePrefix: "b" })).toEqual(["b1", "b2"]);
  expect(await find({ StateValue: "OK" })).toEqual(["b2"]);
  expect(await find({ ActionPrefix: "arn:aws:sns" })).toEqual(["d"]);
  expect(await find({ AlarmTypes: ["CompositeAlarm"] })).toEqual([]);
  const first = await cloudwatch.describeAlarms({ MaxRecords: 3 });
  expect(namesOf(first.MetricAlarms)).toEqual(["a", "b1", "b2"]);
  expect(await find({ MaxRecords: 3, NextToken: first.NextToken })).toEqual(["c", "d"]);
  await expect(cloudwatch.describeAlarms({ NextToken: "x" })).rejects.toMatchObject({
    name: "InvalidNextToken",
  });
});

test("the alarms of a metric are those with exactly its dimensions", async () => {
  const { cloudwatch } = await start("plain");
  const Dimensions = [{ Name: "zone", Value: "a" }];
  await cloudwatch.putMetricAlarm({ ...ALARM, AlarmName: "zoned", Dimensions });
  const { Namespace, MetricName } = ALARM;
  const find = async (more: object) => {
    const found = await cloudwatch.describeAlarmsForMetric({ Namespace, MetricName, ...more });
    return namesOf(found.MetricAlarms);
  };
  expect(await find({})).toEqual(["plain"]);
  expect(await find({ Dimensions })).toEqual(["zoned"]);
  expect(await find({ Statistic: "Sum", Period: 60 })).toEqual(["plain"]);
  expect(await find({ Statistic: "Average" })).toEqual([]);
});

test("the history tells what happened, and outlives the alarm for a month", async () => {
  const { cloud, cloudwatch, set } = await start("a");
  await set("a", "OK");
  await set("a", "OK");
  await set("a", "ALARM");
  await cloudwatch.deleteAlarms({ AlarmNames: ["a"] });
  const history = async (input: object = {}) =>
    (await cloudwatch.describeAlarmHistory({ AlarmName: "a", ...input })).AlarmHistoryItems;
  expect((await history())?.map(({ HistorySummary }) => HistorySummary)).toEqual([
    'Alarm "a" deleted',
    "Alarm updated from OK to ALARM",
    "Alarm updated from INSUFFICIENT_DATA to OK",
    'Alarm "a" created',
  ]);
  const [last] = (await history({ HistoryItemType: "StateUpdate" })) ?? [];
  expect(last).toEqual({
    AlarmName: "a",
    AlarmType: "MetricAlarm",
    Timestamp: new Date("2030-01-01T00:00:00Z"),
    HistoryItemType: "StateUpdate",
    HistorySummary: "Alarm updated from OK to ALARM",
    HistoryData:
      '{"version":"1.0","oldState":{"stateValue":"OK","stateReason":"by hand"},' +
      '"newState":{"stateValue":"ALARM","stateReason":"by hand"}}',
  });
  const [oldest] = (await history({ ScanBy: "TimestampAscending", MaxRecords: 1 })) ?? [];
  expect(oldest?.HistorySummary).toBe('Alarm "a" created');
  await cloud.clock.advance({ days: 30, seconds: -1 });
  expect(await history()).toHaveLength(4);
  await cloud.clock.advance({ seconds: 1 });
  expect(await history()).toEqual([]);
});

test("of nobody no state is set, and nobody is deleted", async () => {
  const { cloudwatch, set } = await start("a");
  const missing = { name: "ResourceNotFound", $metadata: { httpStatusCode: 404 } };
  await expect(set("nobody", "OK")).rejects.toMatchObject(missing);
  await expect(cloudwatch.deleteAlarms({ AlarmNames: ["nobody"] })).rejects.toMatchObject(missing);
  await cloudwatch.deleteAlarms({ AlarmNames: ["nobody", "a"] });
  expect((await cloudwatch.describeAlarms({})).MetricAlarms).toEqual([]);
});

test("actions are switched on and off", async () => {
  const { cloudwatch } = await start("a");
  const enabled = async () =>
    (await cloudwatch.describeAlarms({})).MetricAlarms?.[0]?.ActionsEnabled;
  await cloudwatch.disableAlarmActions({ AlarmNames: ["a", "nobody"] });
  expect(await enabled()).toBe(false);
  await cloudwatch.enableAlarmActions({ AlarmNames: ["a"] });
  expect(await enabled()).toBe(true);
});

test("tags come with a new alarm, and are changed by themselves", async () => {
  const { cloudwatch } = await start();
  const put = (Value: string) =>
    cloudwatch.putMetricAlarm({ ...ALARM, AlarmName: "a", Tags: [{ Key: "stage", Value }] });
  const ResourceARN = arnOf("a");
  const tags = async () => (await cloudwatch.listTagsForResource({ ResourceARN })).Tags;
  await put("test");
  await put("production");
  expect(await tags()).toEqual([{ Key: "stage", Value: "test" }]);
  await cloudwatch.tagResource({ ResourceARN, Tags: [{ Key: "team", Value: "red" }] });
  await cloudwatch.untagResource({ ResourceARN, TagKeys: ["stage", "none"] });
  expect(await tags()).toEqual([{ Key: "team", Value: "red" }]);
  await cloudwatch.deleteAlarms({ AlarmNames: ["a"] });
  expect(await tags()).toEqual([]);
  await expect(
    cloudwatch.tagResource({ ResourceARN, Tags: [{ Key: "team", Value: "red" }] }),
  ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});

test("a composite alarm follows its alarms", async () => {
  const { cloud, cloudwatch, set, composite } = await start("cpu", "disk");
  const AlarmRule = `ALARM("${arnOf("cpu")}") OR ALARM(disk)`;
  await cloudwatch.putCompositeAlarm({ AlarmName: "any", AlarmRule, OKActions: [TOPIC] });
  const START = new Date("2030-01-01T00:00:00Z");
  await cloud.idle();
  expect(await composite("any")).toEqual({
    AlarmName: "any",
    AlarmArn: arnOf("any"),
    AlarmConfigurationUpdatedTimestamp: START,
    ActionsEnabled: true,
    OKActions: [TOPIC],
    AlarmActions: [],
    InsufficientDataActions: [],
    StateValue: "OK",
    StateReason: `${arnOf("any")} was created and its alarm rule evaluates to OK`,
    StateReasonData: JSON.stringify({
      triggeringAlarms: ["cpu", "disk"].map((name) => ({
        arn: arnOf(name),
        state: { value: "INSUFFICIENT_DATA", timestamp: "2030-01-01T00:00:00.000+0000" },
      })),
    }),
    StateUpdatedTimestamp: START,
    StateTransitionedTimestamp: START,
    AlarmRule,
  });
  await set("cpu", "ALARM");
  await cloud.idle();
  const raised = await composite("any");
  expect(raised).toMatchObject({
    StateValue: "ALARM",
    StateReason: `${arnOf("cpu")} transitioned to ALARM at Tuesday 01 January, 2030 00:00:00 UTC`,
  });
  await set("disk", "ALARM");
  await cloud.idle();
  expect(await composite("any")).toEqual(raised);
  await cloud.clock.advance({ minutes: 1 });
  expect((await composite("any"))?.StateValue).toBe("OK");
});

test("composite alarms stand on each other, and know their relatives", async () => {
  const { cloud, cloudwatch, set, composite } = await start("cpu");
  await cloudwatch.putCompositeAlarm({ AlarmName: "one", AlarmRule: "ALARM(cpu)" });
  await cloudwatch.putCompositeAlarm({ AlarmName: "two", AlarmRule: "NOT ALARM(one)" });
  await cloud.idle();
  expect((await composite("two"))?.StateValue).toBe("ALARM");
  await set("cpu", "ALARM");
  await cloud.idle();
  expect((await composite("two"))?.StateValue).toBe("OK");
  const parents = await cloudwatch.describeAlarms({ ParentsOfAlarmName: "cpu" });
  expect(parents.CompositeAlarms).toEqual([{ AlarmName: "one", AlarmArn: arnOf("one") }]);
  const children = await cloudwatch.describeAlarms({ ChildrenOfAlarmName: "one" });
  expect(children.MetricAlarms).toEqual([
    {
      AlarmName: "cpu",
      AlarmArn: arnOf("cpu"),
      StateValue: "ALARM",
      StateUpdatedTimestamp: new Date("2030-01-01T00:00:00Z"),
    },
  ]);
});

test("an alarm that others stand on is not deleted", async () => {
  const { cloudwatch } = await start("cpu");
  await cloudwatch.putCompositeAlarm({ AlarmName: "one", AlarmRule: "ALARM(cpu)" });
  await expect(cloudwatch.deleteAlarms({ AlarmNames: ["cpu"] })).rejects.toMatchObject({
    name: "ValidationException",
    message: "Cannot delete cpu as there are composite alarm(s) depending on it.",
  });
  await cloudwatch.deleteAlarms({ AlarmNames: ["cpu", "one"] });
  expect((await cloudwatch.describeAlarms({})).MetricAlarms).toEqual([]);
});

test("alarms in a circle are not looked at", async () => {
  const { cloud, cloudwatch, composite } = await start();
  await cloudwatch.putCompositeAlarm({ AlarmName: "one", AlarmRule: "TRUE" });
  await cloudwatch.putCompositeAlarm({ AlarmName: "two", AlarmRule: "ALARM(one)" });
  await cloud.idle();
  await cloudwatch.putCompositeAlarm({ AlarmName: "one", AlarmRule: "NOT ALARM(two)" });
  await cloud.idle();
  expect((await composite("one"))?.StateValue).toBe("ALARM");
  await cloudwatch.putCompositeAlarm({ AlarmName: "one", AlarmRule: "FALSE" });
  await cloud.idle();
  expect((await composite("two"))?.StateValue).toBe("OK");
});

test("a rule must be one, and speak of alarms that are there", async () => {
  const { cloudwatch } = await start("cpu");
  const put = (AlarmRule: string) => cloudwatch.putCompositeAlarm({ AlarmName: "x", AlarmRule });
  await expect(put("ALARM(cpu) ALARM(cpu)")).rejects.toMatchObject({
    name: "ValidationException",
    message: "The alarm rule is not valid: Unexpected ALARM(cpu).",
  });
  await expect(put("ALARM(cpu) OR OK(ghost)")).rejects.toMatchObject({
    name: "ValidationException",
    message: "Could not save the composite alarm as alarms [ghost] in the alarm rule do not exist",
  });
});
