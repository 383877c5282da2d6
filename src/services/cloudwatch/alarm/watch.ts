/**
 * When an alarm looks at its data. AWS looks every minute, and every ten seconds where the period
 * is shorter than a minute. Here an alarm sleeps while there are no data that could change what it
 * sees; new data wake it. What it says is the same.
 */
import type { Cloudwatch } from "../api.ts";
import type { MetricAlarm } from "../state.ts";
import { rangeOf } from "./points.ts";
import { seriesWatched } from "./series.ts";

const CALENDAR = /\b(?:DATE|DAY|EPOCH|HOUR|MINUTE|MONTH|YEAR)\s*\(/;

/** After data of a series came. */
export function wakeAlarms(series: string, cw: Cloudwatch): void {
  for (const watch of cw.watches.list([series])) {
    const alarm = cw.alarms.get(watch.alarm);
    if (alarm?.kind === "MetricAlarm") wake(alarm, cw);
  }
}

/** The next look comes at the next round minute (or ten seconds). */
export function wake(alarm: MetricAlarm, cw: Cloudwatch): void {
  if (alarm.check !== undefined && alarm.check.at > cw.now) return;
  const beatMs = alarm.watched.period < 60 ? 10_000 : 60_000;
  const at = (Math.floor(cw.now / beatMs) + 1) * beatMs;
  const task = cw.later(at, "evaluateAlarm", { name: alarm.name });
  cw.alarms.update(alarm, { check: { at, task } });
}

export function sleep(alarm: MetricAlarm, cw: Cloudwatch): void {
  if (alarm.check === undefined) return;
  cw.unschedule(alarm.check.at, alarm.check.task);
  cw.alarms.update(alarm, { check: undefined });
}

/** Whether time alone may change what the alarm sees: there are data that will be too old. */
export function mayChange({ watched, evaluationPeriods }: MetricAlarm, cw: Cloudwatch): boolean {
  if (watched.kind === "math") {
    if (watched.queries.some(({ Expression = "" }) => CALENDAR.test(Expression))) return true;
  }
  const { startsAt } = rangeOf(watched.period, evaluationPeriods, cw.now);
  const from = Math.floor(startsAt / 60_000) * 60_000;
  return seriesWatched(watched).some(
    (series) => cw.buckets.list([series, 60], { from, limit: 1 }).length > 0,
  );
}

export function watchSeries({ name, watched }: MetricAlarm, cw: Cloudwatch): void {
  for (const series of seriesWatched(watched)) cw.watches.put({ series, alarm: name });
}

export function unwatchSeries({ name, watched }: MetricAlarm, cw: Cloudwatch): void {
  for (const series of seriesWatched(watched)) cw.watches.remove({ series, alarm: name });
}
