import type { Cloudwatch, Operation } from "../api.ts";
import { InvalidNextToken, ValidationError } from "../errors.ts";
import { toMetricName } from "../metric.ts";
import type { Alarm, Dimension, MetricAlarm } from "../state.ts";
import { alarmArn } from "./arn.ts";
import { toCompositeAlarm, toMetricAlarm } from "./wire.ts";

const PAGE_DEFAULT = 50;

type Input = Parameters<Operation<"DescribeAlarms">>[0];

/** AWS: metric alarms alone, unless composite ones are asked for. */
export const DescribeAlarms: Operation<"DescribeAlarms"> = (input, cw) => {
  checkInput(input);
  const relatives = relativesOf(input, cw);
  const { items, NextToken } = pageOf(relatives ?? alarmsOf(input, cw), input);
  const metric = items.filter((alarm) => alarm.kind === "MetricAlarm");
  const composite = items.filter((alarm) => alarm.kind === "CompositeAlarm");
  if (relatives !== undefined) {
    const short = (alarm: Alarm) => shortly(alarm, input.ChildrenOfAlarmName !== undefined, cw);
    return { MetricAlarms: metric.map(short), CompositeAlarms: composite.map(short), NextToken };
  }
  return {
    MetricAlarms: metric.map((alarm) => toMetricAlarm(alarm, cw)),
    CompositeAlarms: composite.map((alarm) => toCompositeAlarm(alarm, cw)),
    NextToken,
  };
};

function checkInput(input: Input): void {
  const { AlarmNames, AlarmNamePrefix, ChildrenOfAlarmName, ParentsOfAlarmName } = input;
  if (AlarmNames !== undefined && AlarmNamePrefix !== undefined) {
    throw ValidationError(
      "The parameters AlarmNames and AlarmNamePrefix are mutually exclusive " +
        "and you have specified both.",
    );
  }
  const { AlarmTypes, StateValue, ActionPrefix } = input;
  const others = [AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue, ActionPrefix];
  const relatives = [ChildrenOfAlarmName, ParentsOfAlarmName].filter((one) => one !== undefined);
  if (relatives.length === 0) return;
  if (relatives.length === 1 && others.every((one) => one === undefined)) return;
  throw ValidationError(
    "ChildrenOfAlarmName and ParentsOfAlarmName can only be specified alone, " +
      "with MaxRecords and NextToken.",
  );
}

function relativesOf(input: Input, cw: Cloudwatch): readonly Alarm[] | undefined {
  const { ChildrenOfAlarmName: parent, ParentsOfAlarmName: child } = input;
  if (parent === undefined && child === undefined) return undefined;
  const alarm = parent === undefined ? undefined : cw.alarms.get(parent);
  const children = alarm?.kind === "CompositeAlarm" ? alarm.children : [];
  const parents = child === undefined ? [] : cw.parents.list([child]).map((row) => row.parent);
  return [...children, ...parents].toSorted().flatMap((name) => cw.alarms.get(name) ?? []);
}

/** AWS: of children their state, of parents their names alone. */
const shortly = ({ name, state }: Alarm, withState: boolean, cw: Cloudwatch) => ({
  AlarmName: name,
  AlarmArn: alarmArn(name, cw),
  ...(withState && {
    StateValue: state.value,
    StateUpdatedTimestamp: new Date(state.updatedAt),
  }),
});

function* alarmsOf(input: Input, cw: Cloudwatch): Iterable<Alarm> {
  const { AlarmNames, AlarmNamePrefix: prefix = "", AlarmTypes = ["MetricAlarm"] } = input;
  const after = afterToken(input);
  const found =
    AlarmNames === undefined
      ? cw.alarms.scan([], after === undefined ? { from: prefix } : { after })
      : [...new Set(AlarmNames)].toSorted().flatMap((name) => cw.alarms.get(name) ?? []);
  for (const alarm of found) {
    if (!alarm.name.startsWith(prefix)) break;
    if (!AlarmTypes.some((type) => type === alarm.kind)) continue;
    if (input.StateValue !== undefined && alarm.state.value !== input.StateValue) continue;
    if (input.ActionPrefix !== undefined && !hasAction(alarm, input.ActionPrefix)) continue;
    yield alarm;
  }
}

const hasAction = (alarm: Alarm, prefix: string) =>
  [...alarm.okActions, ...alarm.alarmActions, ...alarm.insufficientDataActions].some((action) =>
    action.startsWith(prefix),
  );

function pageOf(alarms: Iterable<Alarm>, input: Input) {
  const after = afterToken(input);
  const items: Alarm[] = [];
  for (const alarm of alarms) {
    if (after !== undefined && alarm.name <= after) continue;
    const last = items.at(-1);
    if (items.length === (input.MaxRecords ?? PAGE_DEFAULT) && last !== undefined) {
      return { items, NextToken: Buffer.from(`alarm:${last.name}`).toString("base64") };
    }
    items.push(alarm);
  }
  return { items, NextToken: undefined };
}

function afterToken({ NextToken }: Input): string | undefined {
  if (NextToken === undefined) return undefined;
  const text = Buffer.from(NextToken, "base64").toString("utf8");
  if (!text.startsWith("alarm:")) throw InvalidNextToken("The specified nextToken is invalid.");
  return text.slice("alarm:".length);
}

type Wanted = Parameters<Operation<"DescribeAlarmsForMetric">>[0];

/** AWS: those that watch the metric as it is, with exactly these dimensions, and no expressions. */
export const DescribeAlarmsForMetric: Operation<"DescribeAlarmsForMetric"> = (input, cw) => ({
  MetricAlarms: cw.alarms
    .list()
    .filter((alarm) => alarm.kind === "MetricAlarm")
    .filter((alarm) => watches(alarm, input))
    .map((alarm) => toMetricAlarm(alarm, cw)),
});

function watches({ watched }: MetricAlarm, wanted: Wanted): boolean {
  if (watched.kind !== "metric") return false;
  const { dimensions } = toMetricName(wanted.Namespace, wanted.MetricName, wanted.Dimensions);
  const same = <T>(asked: T | undefined, there: T | undefined) =>
    asked === undefined || asked === there;
  return (
    watched.namespace === wanted.Namespace &&
    watched.metricName === wanted.MetricName &&
    textOf(watched.dimensions) === textOf(dimensions) &&
    same(wanted.Statistic, watched.statistic) &&
    same(wanted.ExtendedStatistic, watched.extendedStatistic) &&
    same(wanted.Period, watched.period) &&
    same(wanted.Unit, watched.unit)
  );
}

const textOf = (dimensions: readonly Dimension[]) =>
  JSON.stringify(dimensions.map(({ Name, Value }) => [Name, Value]));
