import { expect, test } from "vitest";
import { gridOf } from "./bucket.ts";

const NOW = Date.parse("2030-01-01T00:00:00Z");
const MINUTE = 60_000;
const DAY_MINUTES = 1440;

/** Minutes from now to where a range begins, and the buckets that it is read from. */
function grid(startMinutes: number, endMinutes: number, periodSeconds: number) {
  const StartTime = new Date(NOW + startMinutes * MINUTE);
  const EndTime = new Date(NOW + endMinutes * MINUTE);
  const { startsAt, granularitySeconds } = gridOf({ StartTime, EndTime }, periodSeconds, NOW);
  return [(startsAt - NOW) / MINUTE, granularitySeconds];
}

test.for<readonly [string, readonly [number, number, number], readonly [number, number]]>([
  ["a period below a minute reads seconds", [-1.3, 0, 30], [-1.5, 1]],
  ["a young range begins at a minute", [-62.5, -1, 3600], [-63, 60]],
  ["a young range of whole hours reads hours", [-120, 0, 3600], [-120, 3600]],
  ["a young range of whole five minutes reads those", [-25, 0, 300], [-25, 300]],
  ["what ends within an hour is read in minutes", [-120, -1, 3600], [-120, 60]],
  [
    "after 15 days a range begins at five minutes",
    [-16 * DAY_MINUTES + 2, 0, 600],
    [-16 * DAY_MINUTES, 300],
  ],
  [
    "after 63 days a range begins at an hour",
    [-64 * DAY_MINUTES + 2, 0, 3600],
    [-64 * DAY_MINUTES, 3600],
  ],
  [
    "minutes of an old range are those that are left",
    [-64 * DAY_MINUTES + 2, 0, 60],
    [-64 * DAY_MINUTES + 2, 60],
  ],
])("%s", ([, [start, end, period], [begins, granularity]]) => {
  expect(grid(start, end, period)).toEqual([begins, granularity]);
});
