/** The points that an alarm sees at an instant. */
import type { Cloudwatch } from "../api.ts";
import { readSeries, type Grid } from "../bucket.ts";
import { isList, isSeries } from "../math/value.ts";
import { answersOf } from "../metric-data.ts";
import type { MetricAlarm, Watched } from "../state.ts";
import { toStatistic } from "../statistic.ts";
import { seriesWatched } from "./series.ts";
import type { Point } from "./verdict.ts";

/**
 * AWS retrieves more points than it evaluates, and says of how many only that it depends: two more
 * (as in its examples), and not less than two minutes more, for data of standard resolution lie on
 * whole minutes.
 */
const MORE_PERIODS = 2;
const MORE_SECONDS = 120;

export interface Range {
  readonly startsAt: number;
  /** Exclusive. */
  readonly endsAt: number;
}

/** Periods end now; those shorter than a minute end where their grid does. */
export function rangeOf(periodSeconds: number, count: number, now: number): Range {
  const periodMs = periodSeconds * 1000;
  const beatMs = Math.min(periodMs, 60_000);
  const endsAt = Math.floor(now / beatMs) * beatMs;
  const more = Math.max(MORE_PERIODS, Math.ceil(MORE_SECONDS / periodSeconds));
  return { startsAt: endsAt - (count + more) * periodMs, endsAt };
}

/** Of the evaluation range, the oldest first. */
export function pointsOf(alarm: MetricAlarm, cw: Cloudwatch): readonly Point[] {
  const { watched, evaluationPeriods } = alarm;
  const range = rangeOf(watched.period, evaluationPeriods, cw.now);
  const found =
    watched.kind === "metric" ? ofMetric(watched, range, cw) : ofMath(watched, range, cw);
  const points: Point[] = [];
  for (let at = range.startsAt; at < range.endsAt; at += watched.period * 1000) {
    points.push(found.get(at) ?? { at, value: undefined });
  }
  return points;
}

type Of<Kind> = Extract<Watched, { kind: Kind }>;

function ofMetric(watched: Of<"metric">, range: Range, cw: Cloudwatch): ReadonlyMap<number, Point> {
  const points = new Map<number, Point>();
  const [series = ""] = seriesWatched(watched);
  const statistic = toStatistic(watched.statistic ?? watched.extendedStatistic ?? "");
  const grid: Grid = { ...range, periodSeconds: watched.period, granularitySeconds: 60 };
  const finest = watched.period < 60 ? { ...grid, granularitySeconds: 1 } : grid;
  const fine = readSeries(series, finest, watched.unit, cw).periods;
  // What came with standard resolution is known by the minute alone.
  const read = fine.size > 0 ? fine : readSeries(series, grid, watched.unit, cw).periods;
  for (const [at, aggregate] of read) {
    points.set(at, { at, value: statistic?.(aggregate), samples: aggregate.count });
  }
  return points;
}

function ofMath(watched: Of<"math">, range: Range, cw: Cloudwatch): ReadonlyMap<number, Point> {
  const points = new Map<number, Point>();
  const told = watched.queries.find(({ ReturnData }) => ReturnData !== false);
  if (told === undefined) return points;
  const value = answersOf(
    {
      MetricDataQueries: watched.queries,
      StartTime: new Date(range.startsAt),
      EndTime: new Date(range.endsAt),
    },
    cw,
  )(told);
  const series = isList(value) ? value[0] : value;
  if (series === undefined || !isSeries(series)) return points;
  for (const [at, one] of series.points) points.set(at, { at, value: one });
  return points;
}
