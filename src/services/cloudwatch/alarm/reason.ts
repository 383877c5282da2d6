/** Why an alarm is in its state: in a sentence, and as data. */
import type { MetricAlarm } from "../state.ts";
import { COMPARISONS, criteriaOf } from "./criteria.ts";
import type { Point, RealPoint, Verdict } from "./verdict.ts";
import { counted, double, instant, shortInstant, were } from "./words.ts";

export function reasonOf(alarm: MetricAlarm, verdict: Verdict): string {
  const { evaluated, value } = verdict;
  const { periods, missingData } = criteriaOf(alarm);
  if (value === "INSUFFICIENT_DATA") {
    return `Insufficient Data: ${counted(periods, "datapoint")} ${were(periods)} unknown.`;
  }
  const filling = missingData === "breaching" ? "Breaching" : "NonBreaching";
  const filled = (count: number) =>
    `${counted(count, "missing datapoint")} ${were(count)} treated as [${filling}]`;
  if (evaluated.length === 0) {
    const none = `no datapoints were received for ${counted(periods, "period")}`;
    return `Threshold Crossed: ${none} and ${filled(verdict.filled)}.`;
  }
  const taken =
    verdict.filled > 0 && (missingData === "breaching" || missingData === "notBreaching");
  const also = taken ? ` and ${filled(verdict.filled)}` : "";
  return `Threshold Crossed: ${crossing(alarm, verdict)}${also}${transition(alarm, value)}.`;
}

/** The points that speak for the state. */
function crossing(alarm: MetricAlarm, { evaluated, value }: Verdict): string {
  const { breaches, periods } = criteriaOf(alarm);
  const alarming = value === "ALARM";
  const telling = evaluated.filter((point) => breaches(point.value) === alarming);
  const shown = telling.length > 0 ? telling : evaluated;
  const list = shown.map(({ value: one, at }) => `${double(one)} (${shortInstant(at)})`).join(", ");
  const many =
    alarm.datapointsToAlarm === undefined
      ? counted(shown.length, "datapoint")
      : `${shown.length} out of the last ${periods} datapoints`;
  const holds = breaches(shown[0]?.value ?? NaN) ? "" : "not ";
  const threshold = `the threshold (${double(alarm.threshold)})`;
  const than = COMPARISONS[alarm.comparison].words;
  return `${many} [${list}] ${were(shown.length)} ${holds}${than} ${threshold}`;
}

/** AWS says it of alarms that set how many points they want. */
function transition({ datapointsToAlarm: most, evaluationPeriods }: MetricAlarm, to: string = "") {
  if (most === undefined) return "";
  const [count, way] =
    to === "ALARM" ? [most, "OK -> ALARM"] : [evaluationPeriods - most + 1, "ALARM -> OK"];
  return ` (minimum ${counted(count, "datapoint")} for ${way} transition)`;
}

/** As JSON text, with the doubles of Java. */
export function reasonDataOf(
  alarm: MetricAlarm,
  verdict: Verdict,
  { points, now }: { readonly points: readonly Point[]; readonly now: number },
): string {
  const { watched } = alarm;
  const oldest = verdict.evaluated.at(-1);
  const facts = watched.kind === "metric" ? watched : undefined;
  const statistic = facts?.statistic ?? facts?.extendedStatistic;
  const missing = points.slice(-alarm.evaluationPeriods).toReversed();
  const evaluated: readonly Point[] = oldest === undefined ? missing : verdict.evaluated;
  return withDoubles({
    version: "1.0",
    queryDate: instant(now),
    ...(oldest !== undefined && { startDate: instant(oldest.at) }),
    ...(facts?.unit !== undefined && { unit: facts.unit }),
    ...(statistic !== undefined && { statistic }),
    period: watched.period,
    recentDatapoints: verdict.evaluated.map(({ value }) => value).toReversed(),
    threshold: alarm.threshold,
    evaluatedDatapoints: evaluated.map(pointData),
  });
}

const pointData = ({ at, samples, value }: Point | RealPoint) => ({
  timestamp: instant(at),
  ...(samples !== undefined && value !== undefined && { sampleCount: samples }),
  ...(value !== undefined && { value }),
});

/** All numbers but the period are doubles. */
const withDoubles = (data: object): string =>
  JSON.stringify(data, (name, value: unknown) =>
    typeof value === "number" && name !== "period" ? `#${double(value)}#` : value,
  ).replaceAll(/"#([^"#]*)#"/g, "$1");
