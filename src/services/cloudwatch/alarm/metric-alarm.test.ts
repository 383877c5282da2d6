import { CloudWatch, type PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { startCloud } from "../../../testing/cloud.ts";

const START = new Date("2030-01-01T00:00:00Z");
const METRIC = { Namespace: "shop", MetricName: "errors" };
const ALARM = {
  ...METRIC,
  AlarmName: "errors",
  Period: 60,
  EvaluationPeriods: 1,
  Statistic: "Sum",
  Threshold: 5,
  ComparisonOperator: "GreaterThanThreshold",
} as const;

async function start(input: Partial<PutMetricAlarmCommandInput> = {}) {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config());
  await cloudwatch.putMetricAlarm({ ...ALARM, ...input });
  const put = (Value: number, more: object = {}) =>
    cloudwatch.putMetricData({
      Namespace: "shop",
      MetricData: [{ MetricName: "errors", Value, ...more }],
    });
  const alarm = async () => (await cloudwatch.describeAlarms({})).MetricAlarms?.[0];
  const stateAfter = async (minutes: number) => {
    await cloud.clock.advance({ minutes });
    return (await alarm())?.StateValue;
  };
  return { cloud, cloudwatch, put, alarm, stateAfter };
}

const refusal = (doing: Promise<unknown>) =>
  doing.then(
    () => undefined,
    ({ name, message }: Error) => [name, message],
  );

test("a new alarm has no data yet, and says all that it was told", async () => {
  const { cloudwatch } = await start({ Dimensions: [{ Name: "zone", Value: "a" }], Unit: "Count" });
  const { $metadata: _, ...answer } = await cloudwatch.describeAlarms({ AlarmNames: ["errors"] });
  expect(answer).toEqual({
    MetricAlarms: [
      {
        AlarmName: "errors",
        AlarmArn: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors",
        AlarmConfigurationUpdatedTimestamp: START,
        ActionsEnabled: true,
        OKActions: [],
        AlarmActions: [],
        InsufficientDataActions: [],
        StateValue: "INSUFFICIENT_DATA",
        StateReason: "Unchecked: Initial alarm creation",
        StateUpdatedTimestamp: START,
        StateTransitionedTimestamp: START,
        MetricName: "errors",
        Namespace: "shop",
        Statistic: "Sum",
        Dimensions: [{ Name: "zone", Value: "a" }],
        Period: 60,
        Unit: "Count",
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: "GreaterThanThreshold",
      },
    ],
    CompositeAlarms: [],
  });
});

test("an alarm goes off at the end of the minute, and is over when the data are good", async () => {
  const { put, alarm, stateAfter } = await start();
  await put(4);
  await put(5);
  expect((await alarm())?.StateValue).toBe("INSUFFICIENT_DATA");
  expect(await stateAfter(1)).toBe("ALARM");
  const raised = await alarm();
  expect(raised?.StateReason).toBe(
    "Threshold Crossed: 1 datapoint [9.0 (01/01/30 00:00:00)] was greater than the threshold (5.0).",
  );
  expect(raised?.StateTransitionedTimestamp).toEqual(new Date("2030-01-01T00:01:00Z"));
  expect(raised?.StateReasonData).toBe(
    '{"version":"1.0","queryDate":"2030-01-01T00:01:00.000+0000",' +
      '"startDate":"2030-01-01T00:00:00.000+0000","statistic":"Sum","period":60,' +
      '"recentDatapoints":[9.0],"threshold":5.0,"evaluatedDatapoints":' +
      '[{"timestamp":"2030-01-01T00:00:00.000+0000","sampleCount":2.0,"value":9.0}]}',
  );
  await put(2.5);
  expect(await stateAfter(1)).toBe("OK");
  expect((await alarm())?.StateReason).toBe(
    "Threshold Crossed: 1 datapoint [2.5 (01/01/30 00:01:00)] was not greater than the threshold (5.0).",
  );
});

test("an alarm without data is told to have none", async () => {
  const { put, alarm, stateAfter } = await start({ EvaluationPeriods: 2 });
  await put(1);
  expect(await stateAfter(1)).toBe("OK");
  // Two periods, and two more that may stand in for missing ones.
  expect(await stateAfter(3)).toBe("OK");
  expect(await stateAfter(1)).toBe("INSUFFICIENT_DATA");
  expect((await alarm())?.StateReason).toBe("Insufficient Data: 2 datapoints were unknown.");
  expect(await stateAfter(60 * 24 * 365)).toBe("INSUFFICIENT_DATA");
  await put(9);
  expect(await stateAfter(1)).toBe("INSUFFICIENT_DATA");
  expect(await stateAfter(1)).toBe("ALARM");
});

test.for([
  ["breaching", "ALARM", "2 missing datapoints were treated as [Breaching]"],
  ["notBreaching", "OK", "2 missing datapoints were treated as [NonBreaching]"],
] as const)("missing data that are %s make %s", async ([TreatMissingData, state, words]) => {
  const { alarm, stateAfter } = await start({ TreatMissingData, EvaluationPeriods: 2 });
  expect(await stateAfter(1)).toBe(state);
  expect((await alarm())?.StateReason).toBe(
    `Threshold Crossed: no datapoints were received for 2 periods and ${words}.`,
  );
});

test("missing data that are ignored leave the alarm as it was set", async () => {
  const { cloudwatch, alarm, stateAfter } = await start({ TreatMissingData: "ignore" });
  const to = { AlarmName: "errors", StateValue: "ALARM", StateReason: "a test" } as const;
  await cloudwatch.setAlarmState({ ...to, StateReasonData: '{"by":"hand"}' });
  expect(await alarm()).toMatchObject({
    StateValue: "ALARM",
    StateReason: "a test",
    StateReasonData: '{"by":"hand"}',
  });
  expect(await stateAfter(30)).toBe("ALARM");
});

test("a state that was set by hand lasts until the alarm looks at its data", async () => {
  const { cloudwatch, stateAfter } = await start();
  await stateAfter(10);
  const to = { AlarmName: "errors", StateValue: "ALARM", StateReason: "a test" } as const;
  await cloudwatch.setAlarmState(to);
  expect(await stateAfter(0)).toBe("ALARM");
  expect(await stateAfter(1)).toBe("INSUFFICIENT_DATA");
});

test("two of three points make an alarm that asks for two", async () => {
  const { put, alarm, stateAfter } = await start({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
  await put(9);
  await stateAfter(1);
  await put(1);
  expect(await stateAfter(1)).toBe("OK");
  await put(8);
  expect(await stateAfter(1)).toBe("ALARM");
  expect((await alarm())?.StateReason).toBe(
    "Threshold Crossed: 2 out of the last 3 datapoints [8.0 (01/01/30 00:02:00), " +
      "9.0 (01/01/30 00:00:00)] were greater than the threshold (5.0) " +
      "(minimum 2 datapoints for OK -> ALARM transition).",
  );
});

test("an alarm that says how many points it wants has its own words", async () => {
  const { put, alarm, stateAfter } = await start({ DatapointsToAlarm: 1 });
  await put(9);
  await stateAfter(1);
  await put(1);
  expect(await stateAfter(1)).toBe("OK");
  expect((await alarm())?.StateReason).toBe(
    "Threshold Crossed: 1 out of the last 1 datapoints [1.0 (01/01/30 00:01:00)] was not greater " +
      "than the threshold (5.0) (minimum 1 datapoint for ALARM -> OK transition).",
  );
});

test("periods of five minutes are looked at every minute", async () => {
  const { put, stateAfter } = await start({ Period: 300 });
  await stateAfter(3);
  await put(9);
  expect(await stateAfter(1)).toBe("ALARM");
});

test("a period of ten seconds is looked at every ten seconds", async () => {
  const { cloud, put, alarm } = await start({ Period: 10 });
  await cloud.clock.advance({ seconds: 14 });
  await put(9, { StorageResolution: 1 });
  await cloud.clock.advance({ seconds: 6 });
  expect((await alarm())?.StateValue).toBe("ALARM");
});

test("data of standard resolution are seen by shorter periods, too", async () => {
  const { cloud, put, alarm } = await start({ Period: 10 });
  await cloud.clock.advance({ seconds: 45 });
  await put(9);
  await cloud.clock.advance({ seconds: 5 });
  expect((await alarm())?.StateReason).toBe(
    "Threshold Crossed: 1 datapoint [9.0 (01/01/30 00:00:00)] was greater than the threshold (5.0).",
  );
});

test("a percentile of few samples can be ignored", async () => {
  const percentile = { Statistic: undefined, ExtendedStatistic: "p90" } as const;
  const few = await start({ ...percentile, EvaluateLowSampleCountPercentile: "ignore" });
  await few.put(9, { Value: undefined, Values: [9], Counts: [99] });
  expect(await few.stateAfter(1)).toBe("INSUFFICIENT_DATA");
  await few.put(9, { Value: undefined, Values: [9], Counts: [100] });
  expect(await few.stateAfter(1)).toBe("ALARM");

  const all = await start({ ...percentile, EvaluateLowSampleCountPercentile: "evaluate" });
  await all.put(9);
  expect(await all.stateAfter(1)).toBe("ALARM");
});

test("an alarm watches what metric math makes of several metrics", async () => {
  const stat = (name: string) => ({
    Metric: { Namespace: "shop", MetricName: name },
    Period: 60,
    Stat: "Sum",
  });
  const Metrics = [
    { Id: "rate", Expression: "100 * errors / calls", Label: "rate" },
    { Id: "errors", MetricStat: stat("errors"), ReturnData: false },
    { Id: "calls", MetricStat: stat("calls"), ReturnData: false },
  ];
  const none = { MetricName: undefined, Namespace: undefined, Period: undefined };
  const { put, alarm, stateAfter } = await start({ ...none, Statistic: undefined, Metrics });
  await put(3);
  await put(50, { MetricName: "calls" });
  expect(await stateAfter(1)).toBe("ALARM");
  expect(await alarm()).toMatchObject({
    StateReason:
      "Threshold Crossed: 1 datapoint [6.0 (01/01/30 00:00:00)] was greater than the threshold (5.0).",
    Metrics: [{ ...Metrics[0], ReturnData: true }, Metrics[1], Metrics[2]],
  });
});

test("an update keeps the state, and forgets what it does not say again", async () => {
  const { cloudwatch, put, alarm, stateAfter } = await start({ AlarmDescription: "old" });
  await put(9);
  await stateAfter(1);
  await cloudwatch.putMetricAlarm({ ...ALARM, Threshold: 10 });
  const updated = await alarm();
  expect(updated).toMatchObject({ StateValue: "ALARM", Threshold: 10 });
  expect(updated).not.toHaveProperty("AlarmDescription");
  expect(await stateAfter(1)).toBe("OK");
});

test.for([
  [{ Period: 61 }, "Period must be 10, 20, 30 or a multiple of 60"],
  [
    { Period: 60, EvaluationPeriods: 1441 },
    "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
  ],
  [
    { Period: 3600, EvaluationPeriods: 169 },
    "Metrics cannot be checked across more than seven days (EvaluationPeriods * Period must be <= 604800).",
  ],
  [
    { TreatMissingData: "nothing" },
    "Option nothing is not supported. Supported options for parameter TreatMissingData are breaching, notBreaching, ignore and missing.",
  ],
  [{ AlarmActions: ["stop"] }, "Invalid arn syntax: stop"],
  [
    { OKActions: ["arn:aws:sns:eu-west-1:000000000000:topic"] },
    "Invalid region eu-west-1 specified. Only us-east-1 is supported.",
  ],
  [
    { Statistic: undefined },
    "At least one of the parameters Statistic and ExtendedStatistic must be specified.",
  ],
  [
    { DatapointsToAlarm: 2 },
    "The parameter DatapointsToAlarm must be less than or equal to EvaluationPeriods.",
  ],
] as const)("%j is refused", async ([wrong, message]) => {
  const cloudwatch = new CloudWatch((await startCloud()).config());
  const input = { ...ALARM, ...wrong } as PutMetricAlarmCommandInput;
  expect(await refusal(cloudwatch.putMetricAlarm(input))).toEqual(["ValidationException", message]);
  expect((await cloudwatch.describeAlarms({})).MetricAlarms).toEqual([]);
});

test("what is not built is said", async () => {
  const { cloudwatch } = await start();
  const band = { ...ALARM, ComparisonOperator: "GreaterThanUpperThreshold" } as const;
  await expect(cloudwatch.putMetricAlarm(band)).rejects.toMatchObject({
    name: "NotImplementedBySnowglobe",
    message: "Snowglobe's CloudWatch does not have anomaly detection alarms yet.",
    $metadata: { httpStatusCode: 501 },
  });
});
