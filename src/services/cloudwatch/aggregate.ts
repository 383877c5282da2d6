import { distributionOf, mergeDistributions } from "./distribution.ts";
import type { Aggregate } from "./state.ts";

/** Of values and how often each came. */
export function aggregateOf(samples: readonly (readonly [number, number])[]): Aggregate {
  let count = 0;
  let sum = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  for (const [value, times] of samples) {
    count += times;
    sum += value * times;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  }
  // AWS: percentiles and their kin are not available when any of the values is negative.
  const distribution = minimum < 0 ? null : distributionOf(samples);
  return { count, sum, minimum, maximum, distribution };
}

export interface StatisticSet {
  readonly SampleCount: number;
  readonly Sum: number;
  readonly Minimum: number;
  readonly Maximum: number;
}

/** AWS: a statistic set tells the distribution only when all its samples are the same. */
export function aggregateOfSet(set: StatisticSet): Aggregate {
  const { SampleCount, Sum, Minimum, Maximum } = set;
  const same = Minimum === Maximum && Sum === Minimum * SampleCount && Minimum >= 0;
  return {
    count: SampleCount,
    sum: Sum,
    minimum: Minimum,
    maximum: Maximum,
    distribution: same ? distributionOf([[Minimum, SampleCount]]) : null,
  };
}

export function mergeAggregates(one: Aggregate, other: Aggregate): Aggregate {
  return {
    count: one.count + other.count,
    sum: one.sum + other.sum,
    minimum: Math.min(one.minimum, other.minimum),
    maximum: Math.max(one.maximum, other.maximum),
    distribution:
      one.distribution === null || other.distribution === null
        ? null
        : mergeDistributions(one.distribution, other.distribution),
  };
}
