/** Statistics by their names: `Average`, `p99.9`, `tm90`, `TC(0.005:0.030)`, `PR(:300)`, `IQM`. */
import type { Distribution } from "./distribution.ts";
import type { Aggregate } from "./state.ts";

/** Gives undefined when the statistic cannot be told of these samples. */
export type Statistic = (of: Aggregate) => number | undefined;

export const BASIC_STATISTICS: ReadonlyMap<string, Statistic> = new Map<string, Statistic>([
  ["SampleCount", ({ count }) => count],
  ["Average", ({ sum, count }) => sum / count],
  ["Sum", ({ sum }) => sum],
  ["Minimum", ({ minimum }) => minimum],
  ["Maximum", ({ maximum }) => maximum],
]);

export function toStatistic(name: string): Statistic | undefined {
  return BASIC_STATISTICS.get(name) ?? toExtendedStatistic(name);
}

const NUMBER = String.raw`\d+(?:\.\d{1,10})?`;
const PERCENTILE = new RegExp(`^p(${NUMBER})$`);
const UP_TO = new RegExp(`^(tm|tc|ts|wm)(${NUMBER})$`);
const BETWEEN = new RegExp(`^(TM|TC|TS|WM|PR)\\((${NUMBER}%?)?:(${NUMBER}%?)?\\)$`);

export function toExtendedStatistic(name: string): Statistic | undefined {
  if (name === "IQM" || name === "iqm") return ranged("TM", { low: 25, high: 75, percent: true });
  const [, percent] = PERCENTILE.exec(name) ?? [];
  if (percent !== undefined) return percentile(Number(percent));
  const [, kind, most] = UP_TO.exec(name) ?? [];
  if (kind !== undefined && most !== undefined) {
    if (Number(most) > 100) return undefined;
    return ranged(kind.toUpperCase(), { low: undefined, high: Number(most), percent: true });
  }
  const [, between, low, high] = BETWEEN.exec(name) ?? [];
  return between === undefined ? undefined : ranged(between, rangeOf(low, high));
}

interface Range {
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Bounds are parts of the samples in their order, not values. */
  readonly percent: boolean;
}

/**
 * Undefined when it makes no sense: no bound at all, a percentage and a value, too much, the wrong
 * way round.
 */
function rangeOf(lowText: string | undefined, highText: string | undefined): Range | undefined {
  const texts = [lowText, highText].filter((text) => text !== undefined);
  const percents = texts.filter((text) => text.endsWith("%")).length;
  if (texts.length === 0 || (percents !== 0 && percents !== texts.length)) return undefined;
  const [low, high] = [lowText, highText].map((text) =>
    text === undefined ? undefined : Number.parseFloat(text),
  );
  if (percents > 0 && Math.max(low ?? 0, high ?? 0) > 100) return undefined;
  if (low !== undefined && high !== undefined && low >= high) return undefined;
  return { low, high, percent: percents > 0 };
}

function ranged(kind: string, range: Range | undefined): Statistic | undefined {
  if (range === undefined) return undefined;
  switch (kind) {
    case "TM":
      return ofDistribution((all) => {
        const { count, sum } = total(within(all, range));
        return count === 0 ? undefined : sum / count;
      });
    case "TC":
      return ofDistribution((all) => total(within(all, range)).count);
    case "TS":
      return ofDistribution((all) => total(within(all, range)).sum);
    case "WM":
      return ofDistribution((all) => winsorizedMean(all, range));
    default:
      if (range.percent) return undefined;
      return ofDistribution((all) => (total(within(all, range)).count / total(all).count) * 100);
  }
}

const ofDistribution =
  (compute: (all: Distribution) => number | undefined): Statistic =>
  ({ distribution }) =>
    distribution === null ? undefined : compute(distribution);

/** The smallest value that at least this part of the samples does not exceed. */
function percentile(percent: number): Statistic | undefined {
  if (percent > 100) return undefined;
  return ({ distribution, minimum, maximum }) => {
    if (distribution === null) return undefined;
    // The ends are known exactly, whatever the distribution has gathered in bins.
    if (percent === 0) return minimum;
    if (percent === 100) return maximum;
    const value = valueAt(distribution, percent);
    return value === undefined ? undefined : Math.min(Math.max(value, minimum), maximum);
  };
}

function valueAt({ values, counts }: Distribution, percent: number): number | undefined {
  const rank = Math.max(rounded((sumOf(counts) * percent) / 100), Number.MIN_VALUE);
  let below = 0;
  for (const [at, value] of values.entries()) {
    below += counts[at] ?? 0;
    if (rounded(below) >= rank) return value;
  }
  return values.at(-1);
}

/** The samples within a range: above the low bound, up to the high one. */
function within(all: Distribution, range: Range): Distribution {
  const counts = range.percent ? countsByRank(all, range) : countsByValue(all, range);
  return { ...all, counts };
}

const countsByValue = ({ values, counts }: Distribution, { low, high }: Range) =>
  counts.map((count, at) => {
    const value = values[at] ?? 0;
    return value > (low ?? -Infinity) && value <= (high ?? Infinity) ? count : 0;
  });

/** Whole samples: those that the bounds cut through stay in. */
function countsByRank({ counts }: Distribution, { low, high }: Range): number[] {
  const samples = sumOf(counts);
  const from = Math.floor(rounded((samples * (low ?? 0)) / 100));
  const upTo = Math.ceil(rounded((samples * (high ?? 100)) / 100));
  let before = 0;
  return counts.map((count) => {
    const kept = Math.min(before + count, upTo) - Math.max(before, from);
    before += count;
    return Math.max(kept, 0);
  });
}

/** The mean when what lies outside the range is taken to lie on its bound. */
function winsorizedMean(all: Distribution, range: Range): number | undefined {
  const low = range.percent ? firstWithin(all, range) : range.low;
  const high = range.percent ? lastWithin(all, range) : range.high;
  const values = all.values.map((value) =>
    Math.min(Math.max(value, low ?? -Infinity), high ?? Infinity),
  );
  const { count, sum } = total({ ...all, values });
  return count === 0 ? undefined : sum / count;
}

const firstWithin = (all: Distribution, range: Range) =>
  all.values[within(all, range).counts.findIndex((count) => count > 0)];
const lastWithin = (all: Distribution, range: Range) =>
  all.values[within(all, range).counts.findLastIndex((count) => count > 0)];

function total({ values, counts }: Distribution): { count: number; sum: number } {
  return {
    count: sumOf(counts),
    sum: values.reduce((sum, value, at) => sum + value * (counts[at] ?? 0), 0),
  };
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** Products of percentages are a hair off whole numbers: 99.9 % of 1000 is 999. */
const rounded = (value: number) => Math.round(value * 1e9) / 1e9;
