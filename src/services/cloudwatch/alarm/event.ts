/** What alarms tell the other services, in the form of EventBridge's events. */
import type { Cloudwatch } from "../api.ts";
import type { Alarm, AlarmState, CompositeAlarm, MetricAlarm } from "../state.ts";
import { alarmArn } from "./arn.ts";
import { suppressionReason } from "./suppression.ts";
import { instant } from "./words.ts";

export function publishTransition(alarm: Alarm, from: AlarmState, cw: Cloudwatch): void {
  const { name, description, state } = alarm;
  cw.publish({
    name: "cloudwatch.AlarmStateChange",
    detail: {
      detailType: "CloudWatch Alarm State Change",
      resources: [alarmArn(name, cw)],
      detail: {
        alarmName: name,
        state: { ...suppressedDetail(alarm), ...stateDetail(state) },
        previousState: stateDetail(from),
        configuration: {
          ...(description !== undefined && { description }),
          ...(alarm.kind === "MetricAlarm"
            ? { metrics: metricsDetail(alarm, cw) }
            : ruleSettings(alarm)),
        },
      },
    },
  });
}

const stateDetail = ({ value, reason, reasonData, updatedAt }: AlarmState) => ({
  value,
  reason,
  ...(reasonData !== undefined && { reasonData }),
  timestamp: instant(updatedAt),
});

export function publishConfiguration(
  alarm: Alarm,
  change: { readonly operation: "create" | "update" | "delete"; readonly before?: object },
  configuration: object,
  cw: Cloudwatch,
): void {
  const { name, state } = alarm;
  cw.publish({
    name: "cloudwatch.AlarmConfigurationChange",
    detail: {
      detailType: "CloudWatch Alarm Configuration Change",
      resources: [alarmArn(name, cw)],
      detail: {
        alarmName: name,
        operation: change.operation,
        state: { ...suppressedBy(alarm), value: state.value, timestamp: instant(state.updatedAt) },
        configuration,
        ...(change.before !== undefined && { previousConfiguration: change.before }),
      },
    },
  });
}

/** All that was set, as events and the history tell it. */
export function configurationOf(alarm: Alarm, cw: Cloudwatch): object {
  const { description } = alarm;
  return {
    ...(alarm.kind === "MetricAlarm" ? metricSettings(alarm, cw) : ruleSettings(alarm)),
    alarmName: alarm.name,
    ...(description !== undefined && { description }),
    actionsEnabled: alarm.actionsEnabled,
    timestamp: instant(alarm.configuredAt),
    okActions: alarm.okActions,
    alarmActions: alarm.alarmActions,
    insufficientDataActions: alarm.insufficientDataActions,
  };
}

const ruleSettings = ({ rule, suppressor }: CompositeAlarm) => ({
  alarmRule: rule,
  ...(suppressor !== undefined && {
    actionsSuppressor: suppressor.alarm,
    actionsSuppressorWaitPeriod: suppressor.waitSeconds,
    actionsSuppressorExtensionPeriod: suppressor.extensionSeconds,
  }),
});

const suppressedBy = (alarm: Alarm) =>
  alarm.kind === "CompositeAlarm" && alarm.suppressed !== undefined
    ? { actionsSuppressedBy: alarm.suppressed.by }
    : {};

const suppressedDetail = (alarm: Alarm) =>
  alarm.kind === "CompositeAlarm" && alarm.suppressed !== undefined
    ? { ...suppressedBy(alarm), actionsSuppressedReason: suppressionReason(alarm.suppressed) }
    : {};

function metricSettings(alarm: MetricAlarm, cw: Cloudwatch): object {
  const { datapointsToAlarm, treatMissingData, lowSampleCount } = alarm;
  return {
    evaluationPeriods: alarm.evaluationPeriods,
    ...(datapointsToAlarm !== undefined && { datapointsToAlarm }),
    threshold: alarm.threshold,
    comparisonOperator: alarm.comparison,
    ...(treatMissingData !== undefined && { treatMissingData }),
    ...(lowSampleCount !== undefined && { evaluateLowSampleCountPercentile: lowSampleCount }),
    metrics: metricsDetail(alarm, cw),
  };
}

function metricsDetail({ watched }: MetricAlarm, cw: Cloudwatch): readonly object[] {
  if (watched.kind === "metric") {
    const { namespace, metricName, dimensions, period, statistic, extendedStatistic } = watched;
    const metric = { namespace, name: metricName, dimensions: pairs(dimensions) };
    const stat = statistic ?? extendedStatistic;
    const metricStat = { metric, period, stat, ...(watched.unit && { unit: watched.unit }) };
    return [{ id: cw.newId(), metricStat, returnData: true }];
  }
  return watched.queries.map(({ Id, Expression, Label, MetricStat, ReturnData = true }) => ({
    id: Id,
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    ...(MetricStat !== undefined && {
      metricStat: {
        metric: {
          namespace: MetricStat.Metric.Namespace,
          name: MetricStat.Metric.MetricName,
          dimensions: pairs(MetricStat.Metric.Dimensions ?? []),
        },
        period: MetricStat.Period,
        stat: MetricStat.Stat,
      },
    }),
    returnData: ReturnData,
  }));
}

const pairs = (dimensions: readonly { readonly Name: string; readonly Value: string }[]) =>
  Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
