/**
 * When the actions of a composite alarm are held back: while its suppressor is in ALARM, for a while
 * after a new state (the suppressor may be about to go off), and for a while after the suppressor
 * is over (the alarm may be about to be over, too).
 */
import type { Cloudwatch } from "../api.ts";
import type { CompositeAlarm, Suppressed } from "../state.ts";

/** The alarm came into another state: a period that runs is discarded. */
export function suppressNewState(alarm: CompositeAlarm, cw: Cloudwatch): CompositeAlarm {
  const { suppressor } = alarm;
  if (suppressor === undefined) return alarm;
  if (cw.alarms.get(suppressor.alarm)?.state.value === "ALARM") {
    return become(alarm, { by: "Alarm" }, cw);
  }
  return hold(alarm, "WaitPeriod", suppressor.waitSeconds, cw);
}

/** The alarm of this name came into another state: it may be somebody's suppressor. */
export function suppressOthers(name: string, raised: boolean, cw: Cloudwatch): void {
  for (const { composite } of cw.suppressions.list([name])) {
    const alarm = cw.alarms.get(composite);
    if (alarm?.kind !== "CompositeAlarm" || alarm.suppressor === undefined) continue;
    if (raised) become(alarm, { by: "Alarm" }, cw);
    else if (alarm.suppressed?.by === "Alarm") {
      hold(alarm, "ExtensionPeriod", alarm.suppressor.extensionSeconds, cw);
    }
  }
}

function hold(
  alarm: CompositeAlarm,
  by: "ExtensionPeriod" | "WaitPeriod",
  seconds: number,
  cw: Cloudwatch,
): CompositeAlarm {
  if (seconds === 0) return become(alarm, undefined, cw);
  const until = cw.now + seconds * 1000;
  const task = cw.later(until, "endSuppression", { name: alarm.name });
  return become(alarm, { by, until, task }, cw);
}

function become(
  alarm: CompositeAlarm,
  suppressed: Suppressed | undefined,
  cw: Cloudwatch,
): CompositeAlarm {
  endPeriod(alarm, cw);
  const { suppressed: _before, ...rest } = alarm;
  const now = suppressed === undefined ? rest : { ...rest, suppressed };
  cw.alarms.put(now);
  return now;
}

/** Nothing is due any more for a period that is discarded. */
export function endPeriod({ suppressed }: CompositeAlarm, cw: Cloudwatch): void {
  if (suppressed?.until === undefined || suppressed.task === undefined) return;
  cw.unschedule(suppressed.until, suppressed.task);
}

/** Task: a period is over. */
export function endSuppression({ name }: { readonly name: string }, cw: Cloudwatch): void {
  const alarm = cw.alarms.get(name);
  if (alarm?.kind !== "CompositeAlarm") return;
  const { suppressed } = alarm;
  if (suppressed?.until !== undefined && suppressed.until <= cw.now) {
    become(alarm, undefined, cw);
  }
}

export const suppressionReason = ({ by }: Suppressed): string => `Actions suppressed by ${by}`;
