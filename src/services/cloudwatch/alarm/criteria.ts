/** What an alarm asks of its points. */
import type { Comparison, MetricAlarm } from "../state.ts";
import type { Criteria } from "./verdict.ts";

export const COMPARISONS: Readonly<
  Record<
    Comparison,
    { readonly words: string; readonly holds: (value: number, threshold: number) => boolean }
  >
> = {
  GreaterThanOrEqualToThreshold: {
    words: "greater than or equal to",
    holds: (value, threshold) => value >= threshold,
  },
  GreaterThanThreshold: {
    words: "greater than",
    holds: (value, threshold) => value > threshold,
  },
  LessThanThreshold: { words: "less than", holds: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: {
    words: "less than or equal to",
    holds: (value, threshold) => value <= threshold,
  },
};

export function criteriaOf(alarm: MetricAlarm): Criteria {
  const { watched, evaluationPeriods, datapointsToAlarm = evaluationPeriods } = alarm;
  const { holds } = COMPARISONS[alarm.comparison];
  // AWS: DynamoDB's metrics are told only when something happens; alarms on them always ignore.
  const sparse = watched.kind === "metric" && watched.namespace === "AWS/DynamoDB";
  return {
    periods: evaluationPeriods,
    toAlarm: datapointsToAlarm,
    missingData: sparse ? "ignore" : (alarm.treatMissingData ?? "missing"),
    breaches: (value) => holds(value, alarm.threshold),
  };
}
