/** Alarms as callers see them. */
import type {
  CompositeAlarm as CompositeAlarmWire,
  MetricAlarm as MetricAlarmWire,
} from "@aws-sdk/client-cloudwatch";
import type { Given } from "../../../kernel/types.ts";
import type { Cloudwatch } from "../api.ts";
import type { Alarm, CompositeAlarm, MetricAlarm, Watched } from "../state.ts";
import { alarmArn } from "./arn.ts";
import { suppressionReason } from "./suppression.ts";

export function toMetricAlarm(alarm: MetricAlarm, cw: Cloudwatch): Given<MetricAlarmWire> {
  const { datapointsToAlarm, treatMissingData, lowSampleCount } = alarm;
  return {
    ...commonOf(alarm, cw),
    ...watchedOf(alarm.watched),
    EvaluationPeriods: alarm.evaluationPeriods,
    ...(datapointsToAlarm !== undefined && { DatapointsToAlarm: datapointsToAlarm }),
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison,
    ...(treatMissingData !== undefined && { TreatMissingData: treatMissingData }),
    ...(lowSampleCount !== undefined && { EvaluateLowSampleCountPercentile: lowSampleCount }),
  };
}

export function toCompositeAlarm(alarm: CompositeAlarm, cw: Cloudwatch): Given<CompositeAlarmWire> {
  const { suppressor, suppressed } = alarm;
  return {
    ...commonOf(alarm, cw),
    AlarmRule: alarm.rule,
    ...(suppressor !== undefined && {
      ActionsSuppressor: suppressor.given,
      ActionsSuppressorWaitPeriod: suppressor.waitSeconds,
      ActionsSuppressorExtensionPeriod: suppressor.extensionSeconds,
    }),
    ...(suppressed !== undefined && {
      ActionsSuppressedBy: suppressed.by,
      ActionsSuppressedReason: suppressionReason(suppressed),
    }),
  };
}

function watchedOf(watched: Watched) {
  if (watched.kind === "math") {
    const Metrics = watched.queries.map((query) => ({ ReturnData: true, ...query }));
    return { Dimensions: [], Metrics };
  }
  const { statistic, extendedStatistic, unit } = watched;
  return {
    MetricName: watched.metricName,
    Namespace: watched.namespace,
    Dimensions: watched.dimensions,
    Period: watched.period,
    ...(statistic !== undefined && { Statistic: statistic }),
    ...(extendedStatistic !== undefined && { ExtendedStatistic: extendedStatistic }),
    ...(unit !== undefined && { Unit: unit }),
  };
}

function commonOf(alarm: Alarm, cw: Cloudwatch) {
  const { name, description, state } = alarm;
  return {
    AlarmName: name,
    AlarmArn: alarmArn(name, cw),
    ...(description !== undefined && { AlarmDescription: description }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: alarm.okActions,
    AlarmActions: alarm.alarmActions,
    InsufficientDataActions: alarm.insufficientDataActions,
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData !== undefined && { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: new Date(state.updatedAt),
    StateTransitionedTimestamp: new Date(state.transitionedAt),
  };
}
