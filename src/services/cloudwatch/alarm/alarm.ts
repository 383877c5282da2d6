import type { Cloudwatch, Operation } from "../api.ts";
import { InvalidFormatFault, ResourceNotFound, ValidationError } from "../errors.ts";
import type { Alarm } from "../state.ts";
import { tellChange } from "./configuration.ts";
import { configurationOf, publishConfiguration } from "./event.ts";
import { recordConfiguration } from "./history.ts";
import { leave } from "./put-composite-alarm.ts";
import { endPeriod } from "./suppression.ts";
import { changeState } from "./transition.ts";
import { sleep, unwatchSeries, wake } from "./watch.ts";

/** AWS: for a test. A metric alarm soon sees its data again, a composite one waits for its alarms. */
export const SetAlarmState: Operation<"SetAlarmState"> = (input, cw) => {
  const alarm = cw.alarms.get(input.AlarmName);
  if (alarm === undefined) throw ResourceNotFound();
  const { StateValue: value, StateReason: reason, StateReasonData: reasonData } = input;
  if (reasonData !== undefined) checkJson(reasonData);
  changeState(alarm, { value, reason, ...(reasonData !== undefined && { reasonData }) }, cw);
  const now = cw.alarms.get(alarm.name);
  if (now?.kind === "MetricAlarm") wake(now, cw);
  return {};
};

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw InvalidFormatFault("Unknown");
  }
}

/** AWS: names of nobody do not keep the others from being deleted. */
export const DeleteAlarms: Operation<"DeleteAlarms"> = ({ AlarmNames }, cw) => {
  const names = [...new Set(AlarmNames)];
  const alarms = names.flatMap((name) => cw.alarms.get(name) ?? []);
  if (alarms.length === 0 && names.length > 0) throw ResourceNotFound();
  if (alarms.filter(({ kind }) => kind === "CompositeAlarm").length > 1) {
    throw ValidationError("No more than one composite alarm can be deleted in one operation.");
  }
  for (const { name } of alarms) {
    const needing = [
      ...cw.parents.list([name]).map(({ parent }) => parent),
      ...cw.suppressions.list([name]).map(({ composite }) => composite),
    ];
    if (needing.every((other) => names.includes(other))) continue;
    throw ValidationError(`Cannot delete ${name} as there are composite alarm(s) depending on it.`);
  }
  for (const alarm of alarms) remove(alarm, cw);
  return {};
};

function remove(alarm: Alarm, cw: Cloudwatch): void {
  const configuration = configurationOf(alarm, cw);
  recordConfiguration(alarm, "Delete", configuration, cw);
  publishConfiguration(alarm, { operation: "delete" }, configuration, cw);
  if (alarm.kind === "MetricAlarm") {
    unwatchSeries(alarm, cw);
    sleep(alarm, cw);
  } else {
    leave(alarm, cw);
    endPeriod(alarm, cw);
  }
  cw.alarms.remove(alarm);
}

export const EnableAlarmActions: Operation<"EnableAlarmActions"> = ({ AlarmNames }, cw) => {
  switchActions(AlarmNames, true, cw);
  return {};
};

export const DisableAlarmActions: Operation<"DisableAlarmActions"> = ({ AlarmNames }, cw) => {
  switchActions(AlarmNames, false, cw);
  return {};
};

function switchActions(names: readonly string[], actionsEnabled: boolean, cw: Cloudwatch): void {
  for (const name of new Set(names)) {
    const alarm = cw.alarms.get(name);
    if (alarm === undefined || alarm.actionsEnabled === actionsEnabled) continue;
    tellChange(cw.alarms.update(alarm, { actionsEnabled, configuredAt: cw.now }), alarm, cw);
  }
}
