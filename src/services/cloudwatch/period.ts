/** Periods, in seconds: what AWS lets a caller ask for. */
const BELOW_A_MINUTE: ReadonlySet<number> = new Set([1, 5, 10, 20, 30]);

export const isPeriod = (seconds: number): boolean =>
  BELOW_A_MINUTE.has(seconds) || (seconds > 0 && seconds % 60 === 0);

export const PERIODS_IN_WORDS = "a value in the set [1, 5, 10, 20, 30] or a multiple of 60";
