/** What metric math computes with: a number, a series of points in time, or several series. */
import type { MetricName } from "../metric.ts";

export interface Series {
  /** "" where only the expression has a name. */
  readonly label: string;
  readonly periodSeconds: number;
  /** Instant (epoch milliseconds) to value, in order of time. */
  readonly points: ReadonlyMap<number, number>;
  /** Where it comes from, when it is a metric as it is. */
  readonly source?: {
    readonly metric: MetricName;
    readonly statistic: string;
    /** That the data have, where none was asked for. */
    readonly units: readonly string[];
  };
}

export type Value = number | Series | readonly Series[];

export const isList = (value: Value): value is readonly Series[] => Array.isArray(value);
export const isSeries = (value: Value): value is Series =>
  typeof value === "object" && !isList(value);

/** Numbers that are none (a division by zero) make no point. */
export function toPoints(entries: Iterable<readonly [number, number]>): Map<number, number> {
  return new Map([...entries].filter(([, value]) => Number.isFinite(value)));
}

/** Every instant at which one of the series has a point, in order. */
export function instantsOfAll(all: readonly Series[]): number[] {
  const instants = new Set(all.flatMap(({ points }) => [...points.keys()]));
  return [...instants].toSorted((a, b) => a - b);
}

export const longestPeriod = (all: readonly Series[]): number =>
  all.reduce((longest, { periodSeconds }) => Math.max(longest, periodSeconds), 0);

/** A series made of others: the name of the first, the longest period, no origin. */
export const derived = (from: readonly Series[], points: ReadonlyMap<number, number>): Series => ({
  label: from[0]?.label ?? "",
  periodSeconds: longestPeriod(from),
  points,
});
