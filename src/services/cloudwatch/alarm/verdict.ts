/** What an alarm makes of its points: pure, and all of AWS's rules of missing data. */
import type { StateValue } from "../state.ts";

export interface Point {
  readonly at: number;
  /** Undefined: missing. */
  readonly value: number | undefined;
  /** Of how many samples it was made, where that is known. */
  readonly samples?: number;
}

export type RealPoint = Point & { readonly value: number };

export type MissingData = "missing" | "ignore" | "breaching" | "notBreaching";

export interface Criteria {
  /** N: how many points are looked at. */
  readonly periods: number;
  /** M: how many of them must breach. */
  readonly toAlarm: number;
  readonly missingData: MissingData;
  readonly breaches: (value: number) => boolean;
}

export interface Verdict {
  /** Undefined: the alarm stays as it is. */
  readonly value: StateValue | undefined;
  /** The points that counted, the newest first. */
  readonly evaluated: readonly RealPoint[];
  /** How many points were taken to be what the alarm says of missing ones. */
  readonly filled: number;
}

/** Of the points of the evaluation range, the oldest first: more of them than N. */
export function judge(points: readonly Point[], criteria: Criteria): Verdict {
  const { periods, toAlarm, breaches } = criteria;
  const real = points.filter((point): point is RealPoint => point.value !== undefined);
  const evaluated = real.slice(-periods).toReversed();
  const filled = periods - evaluated.length;
  const breaching = evaluated.filter(({ value }) => breaches(value)).length;
  const verdict = (value: StateValue | undefined): Verdict => ({ value, evaluated, filled });
  if (filled === 0) return verdict(breaching >= toAlarm ? "ALARM" : "OK");
  switch (criteria.missingData) {
    case "breaching":
      return verdict(breaching + filled >= toAlarm ? "ALARM" : "OK");
    case "notBreaching":
      return verdict(breaching >= toAlarm ? "ALARM" : "OK");
    case "ignore":
      if (breaching >= toAlarm) return verdict("ALARM");
      return verdict(breaching < evaluated.length ? "OK" : undefined);
    case "missing":
      return verdict(withoutFilling(points, evaluated, breaching, criteria));
  }
}

/**
 * AWS: when all that is there breaches, and it is too little, the alarm goes off only if the oldest
 * of it is as old as M: until then the next point may still be a good one.
 */
function withoutFilling(
  points: readonly Point[],
  evaluated: readonly RealPoint[],
  breaching: number,
  { toAlarm }: Criteria,
): StateValue | undefined {
  if (evaluated.length === 0) return "INSUFFICIENT_DATA";
  if (breaching >= toAlarm) return "ALARM";
  if (breaching < evaluated.length) return "OK";
  const oldest = points.findIndex(({ value }) => value !== undefined);
  return points.length - oldest >= toAlarm ? "ALARM" : undefined;
}
