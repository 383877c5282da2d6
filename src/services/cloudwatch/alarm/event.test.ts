import { expect, test } from "vitest";
import type { Cloudwatch } from "../api.ts";
import type { AlarmState, MetricAlarm } from "../state.ts";
import { configurationOf, publishConfiguration, publishTransition } from "./event.ts";

const AT = Date.parse("2030-01-01T00:00:00Z");
const FROM: AlarmState = {
  value: "INSUFFICIENT_DATA",
  reason: "Unchecked: Initial alarm creation",
  updatedAt: AT,
  transitionedAt: AT,
};
const ALARM: MetricAlarm = {
  kind: "MetricAlarm",
  name: "errors",
  description: "too many",
  actionsEnabled: true,
  okActions: [],
  alarmActions: ["arn:aws:sns:us-east-1:000000000000:topic"],
  insufficientDataActions: [],
  configuredAt: AT,
  tags: {},
  state: { value: "ALARM", reason: "so", reasonData: "{}", updatedAt: AT, transitionedAt: AT },
  watched: {
    kind: "metric",
    namespace: "shop",
    metricName: "errors",
    dimensions: [{ Name: "zone", Value: "a" }],
    period: 60,
    statistic: "Sum",
  },
  evaluationPeriods: 2,
  threshold: 5,
  comparison: "GreaterThanThreshold",
  treatMissingData: "ignore",
};

const METRICS = [
  {
    id: "an-id",
    metricStat: {
      metric: { namespace: "shop", name: "errors", dimensions: { zone: "a" } },
      period: 60,
      stat: "Sum",
    },
    returnData: true,
  },
];

/** What of a handler's context these need. */
function context() {
  const published: unknown[] = [];
  const cw = {
    newId: () => "an-id",
    arn: (service: string, resource: string) => `arn:aws:${service}:us-east-1:0:${resource}`,
    publish: (event: unknown) => published.push(event),
  };
  return { published, cw: cw as unknown as Cloudwatch };
}

test("a new state is told with the one before and with what the alarm watches", () => {
  const { cw, published } = context();
  publishTransition(ALARM, FROM, cw);
  expect(published).toEqual([
    {
      name: "cloudwatch.AlarmStateChange",
      detail: {
        detailType: "CloudWatch Alarm State Change",
        resources: ["arn:aws:cloudwatch:us-east-1:0:alarm:errors"],
        detail: {
          alarmName: "errors",
          state: {
            value: "ALARM",
            reason: "so",
            reasonData: "{}",
            timestamp: "2030-01-01T00:00:00.000+0000",
          },
          previousState: {
            value: "INSUFFICIENT_DATA",
            reason: "Unchecked: Initial alarm creation",
            timestamp: "2030-01-01T00:00:00.000+0000",
          },
          configuration: { description: "too many", metrics: METRICS },
        },
      },
    },
  ]);
});

test("a new configuration is told whole", () => {
  const { cw, published } = context();
  publishConfiguration(ALARM, { operation: "create" }, configurationOf(ALARM, cw), cw);
  expect(published).toEqual([
    {
      name: "cloudwatch.AlarmConfigurationChange",
      detail: {
        detailType: "CloudWatch Alarm Configuration Change",
        resources: ["arn:aws:cloudwatch:us-east-1:0:alarm:errors"],
        detail: {
          alarmName: "errors",
          operation: "create",
          state: { value: "ALARM", timestamp: "2030-01-01T00:00:00.000+0000" },
          configuration: {
            evaluationPeriods: 2,
            threshold: 5,
            comparisonOperator: "GreaterThanThreshold",
            treatMissingData: "ignore",
            metrics: METRICS,
            alarmName: "errors",
            description: "too many",
            actionsEnabled: true,
            timestamp: "2030-01-01T00:00:00.000+0000",
            okActions: [],
            alarmActions: ["arn:aws:sns:us-east-1:000000000000:topic"],
            insufficientDataActions: [],
          },
        },
      },
    },
  ]);
});
