import fc from "fast-check";
import { expect, test } from "vitest";
import { distributionOf, EXACT_VALUES, mergeDistributions } from "./distribution.ts";

const once = (values: readonly number[]) => values.map((value) => [value, 1] as const);
const countOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

test("few values are kept as they are, in order, each once", () => {
  expect(distributionOf(once([3, 1, 3, 0]))).toEqual({
    level: 0,
    values: [0, 1, 3],
    counts: [1, 1, 2],
  });
});

test("as many values as fit are exact, one more is not", () => {
  const values = Array.from({ length: EXACT_VALUES }, (_, value) => value);
  expect(distributionOf(once(values)).level).toBe(0);
  expect(distributionOf(once([...values, EXACT_VALUES])).level).toBe(1);
});

test("a thousand milliseconds are told to within one percent", () => {
  const { level, values } = distributionOf(once(Array.from({ length: 1000 }, (_, ms) => ms + 1)));
  expect(level).toBe(1);
  const worst = Array.from({ length: 1000 }, (_, ms) => {
    const nearest = Math.min(...values.map((value) => Math.abs(value - (ms + 1))));
    return nearest / (ms + 1);
  });
  expect(Math.max(...worst)).toBeLessThanOrEqual(0.0100001);
});

test("a distribution never grows beyond its size, and loses no sample", () => {
  const list = fc.array(fc.double({ min: 0, max: 2 ** 360, noNaN: true }), { maxLength: 900 });
  fc.assert(
    fc.property(list, list, (one, other) => {
      const merged = mergeDistributions(distributionOf(once(one)), distributionOf(once(other)));
      return (
        merged.values.length <= EXACT_VALUES &&
        countOf(merged.counts) === one.length + other.length &&
        merged.values.every((value, at) => value > (merged.values[at - 1] ?? -1))
      );
    }),
    { numRuns: 50 },
  );
});

test("merging gives the same whichever comes first", () => {
  const small = distributionOf(once([1, 2, 3]));
  const large = distributionOf(once(Array.from({ length: 2000 }, (_, value) => value / 7)));
  expect(mergeDistributions(small, large)).toEqual(mergeDistributions(large, small));
});
