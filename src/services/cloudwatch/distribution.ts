/**
 * How samples are distributed: which value came how often. Exact up to `EXACT_VALUES` different
 * values; beyond, values are gathered in bins whose bounds grow by a constant factor, and each bin
 * speaks for its values to within a known fraction (1 % at level 1, about twice as much at each
 * level more). Two bins of one level are one bin of the next, so that distributions merge in any
 * order, and a distribution is never larger than `EXACT_VALUES` entries.
 */
export interface Distribution {
  /** 0: exact. */
  readonly level: number;
  /** Ascending, never negative. */
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

export const EXACT_VALUES = 400;

const LEVEL_1_FACTOR = 1.02;

/** Of values that may come in any order and more than once. */
export function distributionOf(samples: readonly (readonly [number, number])[]): Distribution {
  const counts = new Map<number, number>();
  for (const [value, count] of samples) counts.set(value, (counts.get(value) ?? 0) + count);
  return bounded(0, counts);
}

export function mergeDistributions(one: Distribution, other: Distribution): Distribution {
  const level = Math.max(one.level, other.level);
  const counts = new Map<number, number>();
  for (const { values, counts: given } of [coarsened(one, level), coarsened(other, level)]) {
    for (const [at, value] of values.entries()) {
      counts.set(value, (counts.get(value) ?? 0) + (given[at] ?? 0));
    }
  }
  return bounded(level, counts);
}

function bounded(level: number, counts: ReadonlyMap<number, number>): Distribution {
  const sorted = [...counts].toSorted(([a], [b]) => a - b);
  let distribution: Distribution = {
    level,
    values: sorted.map(([value]) => value),
    counts: sorted.map(([, count]) => count),
  };
  while (distribution.values.length > EXACT_VALUES) {
    distribution = coarsened(distribution, distribution.level + 1);
  }
  return distribution;
}

function coarsened(distribution: Distribution, level: number): Distribution {
  if (distribution.level === level) return distribution;
  const factor = LEVEL_1_FACTOR ** (2 ** (level - 1));
  const values: number[] = [];
  const counts: number[] = [];
  for (const [at, value] of distribution.values.entries()) {
    const bin = binOf(value, factor);
    const count = distribution.counts[at] ?? 0;
    const last = values.length - 1;
    if (values[last] === bin) counts[last] = (counts[last] ?? 0) + count;
    else {
      values.push(bin);
      counts.push(count);
    }
  }
  return { level, values, counts };
}

/**
 * The value that speaks for the bin (factor^(n-1), factor^n]: as far from its lower bound as from
 * its upper, in parts.
 */
function binOf(value: number, factor: number): number {
  if (value === 0) return 0;
  const exponent = Math.ceil(Math.log(value) / Math.log(factor));
  return (2 * factor ** exponent) / (factor + 1);
}
