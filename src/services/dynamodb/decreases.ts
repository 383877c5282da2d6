/**
 * How often provisioned throughput may fall: four times a day of UTC, and then once an hour. Of a
 * table and of each index by itself.
 */
import { LimitExceededException } from "./errors.ts";
import type { Index } from "./state.ts";

const FREE_A_DAY = 4;
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

type Decreased = Pick<Index, "decreases" | "decreasedAt">;

const dayOf = (at: number): number => Math.floor(at / DAY_MS);

export function decreasesToday({ decreases = 0, decreasedAt }: Decreased, now: number): number {
  return decreasedAt !== undefined && dayOf(decreasedAt) === dayOf(now) ? decreases : 0;
}

export function refuseDecrease(decreased: Decreased, now: number): void {
  const today = decreasesToday(decreased, now);
  const { decreasedAt: last } = decreased;
  if (today < FREE_A_DAY || last === undefined) return;
  const next = Math.min(last + HOUR_MS, (dayOf(last) + 1) * DAY_MS);
  if (now >= next) return;
  throw LimitExceededException(
    "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC " +
      `day. After the first ${FREE_A_DAY} decreases, each subsequent decrease in the same UTC day ` +
      "can be performed at most once every 3600 seconds. " +
      `Number of decreases today: ${today}. Last decrease at ${spoken(last)}. ` +
      `Next decrease can be made at ${spoken(next)}`,
  );
}

const FORMAT = new Intl.DateTimeFormat("en-US", {
  dateStyle: "full",
  timeStyle: "full",
  timeZone: "UTC",
});

/** "Friday, October 9, 2026 at 12:21:34 AM Coordinated Universal Time". */
const spoken = (at: number): string => FORMAT.format(at).replaceAll("\u202f", " ");
