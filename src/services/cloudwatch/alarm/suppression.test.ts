import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { expect, test } from "vitest";
import { startCloud } from "../../../testing/cloud.ts";

const WATCHED = {
  Namespace: "shop",
  MetricName: "errors",
  Period: 60,
  EvaluationPeriods: 1,
  Statistic: "Sum",
  Threshold: 5,
  ComparisonOperator: "GreaterThanThreshold",
  TreatMissingData: "ignore",
} as const;

/** A composite alarm over "child", held back by "quiet": two units of waiting, three of extension. */
async function start() {
  const cloud = await startCloud();
  const cloudwatch = new CloudWatch(cloud.config());
  for (const AlarmName of ["child", "quiet"]) {
    await cloudwatch.putMetricAlarm({ ...WATCHED, AlarmName });
  }
  await cloudwatch.putCompositeAlarm({
    AlarmName: "both",
    AlarmRule: "ALARM(child)",
    ActionsSuppressor: "quiet",
    ActionsSuppressorWaitPeriod: 20,
    ActionsSuppressorExtensionPeriod: 30,
  });
  const after = async (units: number) => {
    await cloud.clock.advance({ seconds: 10 * units });
    await cloud.idle();
    const found = await cloudwatch.describeAlarms({ AlarmTypes: ["CompositeAlarm"] });
    return found.CompositeAlarms?.[0];
  };
  const heldBack = async (units: number) => (await after(units))?.ActionsSuppressedBy;
  const set = (AlarmName: string, StateValue: "OK" | "ALARM") =>
    cloudwatch.setAlarmState({ AlarmName, StateValue, StateReason: "a test" });
  await set("quiet", "OK");
  expect(await heldBack(0)).toBe("WaitPeriod");
  expect(await heldBack(2)).toBeUndefined();
  return { cloudwatch, after, heldBack, set };
}

test("actions wait for the suppressor, and no longer than that", async () => {
  const { set, heldBack } = await start();
  await set("child", "ALARM");
  expect(await heldBack(0)).toBe("WaitPeriod");
  expect(await heldBack(1)).toBe("WaitPeriod");
  expect(await heldBack(1)).toBeUndefined();
});

test("a suppressor that goes off in time holds the actions back", async () => {
  const { set, after, heldBack } = await start();
  await set("child", "ALARM");
  expect(await heldBack(1)).toBe("WaitPeriod");
  await set("quiet", "ALARM");
  expect(await heldBack(10)).toBe("Alarm");
  await set("quiet", "OK");
  expect(await heldBack(2)).toBe("ExtensionPeriod");
  expect((await after(0))?.ActionsSuppressedReason).toBe("Actions suppressed by ExtensionPeriod");
  expect(await heldBack(1)).toBeUndefined();
});

test("a new state starts the waiting over", async () => {
  const { set, heldBack } = await start();
  await set("child", "ALARM");
  expect(await heldBack(1)).toBe("WaitPeriod");
  await set("child", "OK");
  expect(await heldBack(1)).toBe("WaitPeriod");
  expect(await heldBack(1)).toBeUndefined();
});

test("a new state while the suppressor is in alarm is held back at once", async () => {
  const { set, heldBack } = await start();
  await set("quiet", "ALARM");
  await set("child", "ALARM");
  expect(await heldBack(0)).toBe("Alarm");
});

test("a new state in the extension waits anew", async () => {
  const { set, heldBack } = await start();
  await set("child", "ALARM");
  await set("quiet", "ALARM");
  expect(await heldBack(1)).toBe("Alarm");
  await set("quiet", "OK");
  expect(await heldBack(1)).toBe("ExtensionPeriod");
  await set("child", "OK");
  expect(await heldBack(0)).toBe("WaitPeriod");
  expect(await heldBack(2)).toBeUndefined();
});

test("a suppressor given as an ARN is told as an ARN", async () => {
  const { cloudwatch, after } = await start();
  const ActionsSuppressor = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:quiet";
  const periods = { ActionsSuppressorWaitPeriod: 20, ActionsSuppressorExtensionPeriod: 30 };
  const both = { AlarmName: "both", AlarmRule: "ALARM(child)" };
  await cloudwatch.putCompositeAlarm({ ...both, ActionsSuppressor, ...periods });
  expect(await after(0)).toMatchObject({ ActionsSuppressor, ...periods });
});

test("a suppressor is told as it was given, needed and must be there", async () => {
  const { cloudwatch, after } = await start();
  expect(await after(0)).toMatchObject({
    ActionsSuppressor: "quiet",
    ActionsSuppressorWaitPeriod: 20,
    ActionsSuppressorExtensionPeriod: 30,
  });
  await expect(cloudwatch.deleteAlarms({ AlarmNames: ["quiet"] })).rejects.toMatchObject({
    message: "Cannot delete quiet as there are composite alarm(s) depending on it.",
  });
  const other = { AlarmName: "both", AlarmRule: "TRUE", ActionsSuppressor: "ghost" };
  const periods = { ActionsSuppressorWaitPeriod: 1, ActionsSuppressorExtensionPeriod: 1 };
  await expect(cloudwatch.putCompositeAlarm({ ...other, ...periods })).rejects.toMatchObject({
    message: "The actions suppressor ghost does not exist.",
  });
  await cloudwatch.putCompositeAlarm({ AlarmName: "both", AlarmRule: "ALARM(child)" });
  await cloudwatch.deleteAlarms({ AlarmNames: ["quiet"] });
});
