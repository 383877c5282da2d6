/** Alarms on the clock. */
import type { Cloudwatch } from "../api.ts";
import type { CompositeAlarm, MetricAlarm } from "../state.ts";
import { alarmArn, toAlarmName } from "./arn.ts";
import { criteriaOf } from "./criteria.ts";
import { pointsOf } from "./points.ts";
import { reasonDataOf, reasonOf } from "./reason.ts";
import { holds, parseRule } from "./rule.ts";
import { changeState, type Because } from "./transition.ts";
import { judge, type Verdict } from "./verdict.ts";
import { mayChange, wake } from "./watch.ts";
import { instant, longInstant } from "./words.ts";

/** Task: a metric alarm looks at its data. */
export function evaluateAlarm({ name }: { readonly name: string }, cw: Cloudwatch): void {
  const alarm = cw.alarms.get(name);
  if (alarm?.kind !== "MetricAlarm") return;
  const points = pointsOf(alarm, cw);
  const verdict = judge(points, criteriaOf(alarm));
  const { value } = verdict;
  if (value !== undefined && value !== alarm.state.value && !tooFewSamples(alarm, verdict)) {
    const reason = reasonOf(alarm, verdict);
    const reasonData = reasonDataOf(alarm, verdict, { points, now: cw.now });
    changeState(alarm, { value, reason, reasonData }, cw);
  }
  const now = cw.alarms.get(name);
  if (now?.kind !== "MetricAlarm") return;
  if (mayChange(now, cw)) wake(now, cw);
  else cw.alarms.update(now, { check: undefined });
}

/** AWS: a percentile says little of few samples; an alarm may be told not to listen then. */
function tooFewSamples({ watched, lowSampleCount }: MetricAlarm, { evaluated }: Verdict): boolean {
  if (lowSampleCount !== "ignore" || watched.kind !== "metric") return false;
  const percent = /^p(\d+(?:\.\d+)?)$/.exec(watched.extendedStatistic ?? "")?.[1];
  if (percent === undefined || evaluated.length === 0) return false;
  const part = Number(percent) / 100;
  const enough = 10 / (part >= 0.5 ? 1 - part : part);
  const samples = evaluated.reduce((sum, point) => sum + (point.samples ?? 0), 0);
  // A hair less: 1 - 0.99 is not exactly 0.01.
  return samples < enough - 1e-6;
}

interface Asked {
  readonly name: string;
  readonly because: Because;
}

/** Task: a composite alarm looks at its rule. AWS: those that depend on themselves never do. */
export function evaluateComposite({ name, because }: Asked, cw: Cloudwatch): void {
  const alarm = cw.alarms.get(name);
  if (alarm?.kind !== "CompositeAlarm" || isInCircle(alarm, cw)) return;
  const rule = parseRule(alarm.rule);
  const raised = holds(rule, (child) => cw.alarms.get(toAlarmName(child, cw))?.state.value);
  const value = raised ? "ALARM" : "OK";
  if (value === alarm.state.value) return;
  changeState(alarm, { value, ...why(alarm, because, value, cw) }, cw);
}

function isInCircle(alarm: CompositeAlarm, cw: Cloudwatch): boolean {
  const seen = new Set<string>();
  const open = [...alarm.children];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === alarm.name) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    const child = cw.alarms.get(name);
    if (child?.kind === "CompositeAlarm") open.push(...child.children);
  }
  return false;
}

function why(alarm: CompositeAlarm, because: Because, value: string, cw: Cloudwatch) {
  if (because.kind === "child") {
    const { arn, state } = because;
    const at = longInstant(state.transitionedAt);
    const reason = `${arn} transitioned to ${state.value} at ${at}`;
    return { reason, reasonData: triggering([{ arn, state }]) };
  }
  const children = alarm.children.flatMap((name) => {
    const child = cw.alarms.get(name);
    return child === undefined ? [] : [{ arn: alarmArn(name, cw), state: child.state }];
  });
  const own = alarmArn(alarm.name, cw);
  const reason = `${own} was ${because.kind} and its alarm rule evaluates to ${value}`;
  return { reason, reasonData: triggering(children) };
}

type Trigger = Pick<Extract<Because, { kind: "child" }>, "arn" | "state">;

const triggering = (alarms: readonly Trigger[]): string =>
  JSON.stringify({
    triggeringAlarms: alarms.map(({ arn, state }) => ({
      arn,
      state: { value: state.value, timestamp: instant(state.transitionedAt) },
    })),
  });
