/** An alarm comes into another state. */
import type { Cloudwatch } from "../api.ts";
import type { Alarm, AlarmState } from "../state.ts";
import { alarmArn } from "./arn.ts";
import { publishTransition } from "./event.ts";
import { recordTransition } from "./history.ts";
import { suppressNewState, suppressOthers } from "./suppression.ts";

export type NewState = Pick<AlarmState, "value" | "reason" | "reasonData">;

/** Why a composite alarm looks at its rule again. */
export type Because =
  | { readonly kind: "created" | "updated" }
  | { readonly kind: "child"; readonly arn: string; readonly state: AlarmState };

export function changeState(alarm: Alarm, to: NewState, cw: Cloudwatch): void {
  const { now } = cw;
  const from = alarm.state;
  const changed = from.value !== to.value;
  const transitionedAt = changed ? now : from.transitionedAt;
  const state: AlarmState = { ...to, updatedAt: now, transitionedAt };
  const updated = cw.alarms.update(alarm, { state });
  if (!changed) return;
  const changedAlarm = updated.kind === "CompositeAlarm" ? suppressNewState(updated, cw) : updated;
  recordTransition(changedAlarm, from, state, cw);
  publishTransition(changedAlarm, from, cw);
  suppressOthers(alarm.name, to.value === "ALARM", cw);
  for (const { parent } of cw.parents.list([alarm.name])) {
    askComposite(parent, { kind: "child", arn: alarmArn(alarm.name, cw), state }, cw);
  }
}

export function askComposite(name: string, because: Because, cw: Cloudwatch): void {
  cw.later(cw.now, "evaluateComposite", { name, because });
}
