/**
 * Where samples are kept: each in one bucket of every granularity that AWS retains, so that a
 * bucket of an hour is there when those of its minutes have gone, and reading a long range reads
 * few rows.
 */
import type { Cloudwatch, Unit } from "./api.ts";
import { mergeAggregates } from "./aggregate.ts";
import type { Aggregate, Bucket } from "./state.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** AWS: how long data points live, by the length of the time they speak of. */
const RETENTION_MS: ReadonlyMap<number, number> = new Map([
  [1, 3 * HOUR_MS],
  [60, 15 * DAY_MS],
  [300, 63 * DAY_MS],
  [3600, 455 * DAY_MS],
]);

export interface Sample {
  readonly series: string;
  readonly at: number;
  readonly unit: Unit;
  readonly resolutionSeconds: 1 | 60;
  readonly aggregate: Aggregate;
}

export function addSample(sample: Sample, cw: Cloudwatch): void {
  const { series, unit, aggregate } = sample;
  for (const [granularitySeconds, retentionMs] of RETENTION_MS) {
    if (granularitySeconds < sample.resolutionSeconds) continue;
    const lengthMs = granularitySeconds * 1000;
    const startsAt = Math.floor(sample.at / lengthMs) * lengthMs;
    const expiresAt = startsAt + lengthMs + retentionMs;
    if (expiresAt <= cw.now) continue;
    const there = cw.buckets.get(series, granularitySeconds, startsAt, unit);
    const merged = there === undefined ? aggregate : mergeAggregates(there, aggregate);
    cw.buckets.put({ series, granularitySeconds, startsAt, unit, expiresAt, ...merged });
  }
}

/** The pieces of time that an answer speaks of. */
export interface Grid {
  readonly startsAt: number;
  /** Exclusive. */
  readonly endsAt: number;
  readonly periodSeconds: number;
  /** Which buckets to read. */
  readonly granularitySeconds: number;
}

/**
 * AWS: a start is rounded down to the minute, to five minutes when it is more than 15 days ago, to
 * the hour when more than 63; for periods below a minute, to the period. Periods follow each other
 * from there.
 */
export function gridOf(
  range: { readonly StartTime: Date; readonly EndTime: Date },
  periodSeconds: number,
  now: number,
): Grid {
  const start = range.StartTime.getTime();
  const endsAt = range.EndTime.getTime();
  const finest = finestKept(periodSeconds, now - start);
  const unitMs = (periodSeconds < 60 ? periodSeconds : finest) * 1000;
  const startsAt = Math.floor(start / unitMs) * unitMs;
  const fits = (seconds: number) =>
    [startsAt, endsAt, periodSeconds * 1000].every((ms) => ms % (seconds * 1000) === 0);
  // Where hours or five minutes do, their buckets say the same in fewer rows.
  const granularitySeconds =
    [3600, 300].find((seconds) => seconds > finest && fits(seconds)) ?? finest;
  return { startsAt, endsAt, periodSeconds, granularitySeconds };
}

function finestKept(periodSeconds: number, ageMs: number): number {
  if (periodSeconds < 60) return 1;
  const coarse = ageMs < 15 * DAY_MS ? 60 : ageMs < 63 * DAY_MS ? 300 : 3600;
  // AWS: who asks for a finer period than is kept for the whole range, sees what is kept.
  return (
    [coarse, 300, 60].find((seconds) => seconds <= coarse && periodSeconds % seconds === 0) ?? 60
  );
}

/** Every instant of a grid. */
export function instantsOf({ startsAt, endsAt, periodSeconds }: Grid): number[] {
  const instants: number[] = [];
  for (let at = startsAt; at < endsAt; at += periodSeconds * 1000) instants.push(at);
  return instants;
}

/**
 * The buckets of a series within a grid, each with the instant of the period it lies in, in order
 * of time.
 */
export function* readBuckets(
  series: string,
  grid: Grid,
  unit: Unit | undefined,
  cw: Cloudwatch,
): Iterable<readonly [number, Bucket]> {
  const { startsAt, endsAt, granularitySeconds } = grid;
  const periodMs = grid.periodSeconds * 1000;
  const bounds = { from: startsAt, before: endsAt };
  for (const bucket of cw.buckets.scan([series, granularitySeconds], bounds)) {
    if (unit !== undefined && bucket.unit !== unit) continue;
    const periods = Math.floor((bucket.startsAt - startsAt) / periodMs);
    yield [startsAt + periods * periodMs, bucket];
  }
}

export interface Told {
  readonly periods: ReadonlyMap<number, Aggregate>;
  /** Of all that was found, by name. */
  readonly units: readonly Unit[];
}

/**
 * What a series holds in each period of a grid that has data. AWS: units are never mixed; where
 * none is asked for and there are several, a period is told in the first of them by name (recorded:
 * Count before Milliseconds before Seconds).
 */
export function readSeries(
  series: string,
  grid: Grid,
  unit: Unit | undefined,
  cw: Cloudwatch,
): Told {
  const periods = new Map<number, { unit: Unit; aggregate: Aggregate }>();
  const units = new Set<Unit>();
  for (const [at, bucket] of readBuckets(series, grid, unit, cw)) {
    units.add(bucket.unit);
    const there = periods.get(at);
    if (there === undefined || bucket.unit < there.unit) {
      periods.set(at, { unit: bucket.unit, aggregate: bucket });
    } else if (bucket.unit === there.unit) {
      there.aggregate = mergeAggregates(there.aggregate, bucket);
    }
  }
  return {
    periods: new Map([...periods].map(([at, { aggregate }]) => [at, aggregate])),
    units: [...units].toSorted(),
  };
}
