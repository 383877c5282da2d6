/**
 * Functions of time itself: each instant of the request's range has a point. Calendars are UTC's.
 */
import { checkCount, oneSeries, scalar } from "./arguments.ts";
import type { MathFunction } from "./environment.ts";

export const CALENDAR_FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  DATE: ofInstants((date) => date.getUTCDate()),
  /** Monday is 1, Sunday is 7. */
  DAY: ofInstants((date) => ((date.getUTCDay() + 6) % 7) + 1),
  EPOCH: ofInstants((date) => date.getTime() / 1000),
  HOUR: ofInstants((date) => date.getUTCHours()),
  MINUTE: ofInstants((date) => date.getUTCMinutes()),
  MONTH: ofInstants((date) => date.getUTCMonth() + 1),
  YEAR: ofInstants((date) => date.getUTCFullYear()),
  PERIOD: (call) => {
    checkCount(call, 1);
    return oneSeries(call, 0).periodSeconds;
  },
  TIME_SERIES: (call) => {
    checkCount(call, 1);
    const value = scalar(call, 0);
    const { environment } = call;
    const { periodSeconds } = environment;
    const points = new Map(environment.instants(periodSeconds).map((at) => [at, value]));
    return { label: "", periodSeconds, points };
  },
};

function ofInstants(compute: (date: Date) => number): MathFunction {
  return (call) => {
    checkCount(call, 1);
    const { label, periodSeconds } = oneSeries(call, 0);
    const instants = call.environment.instants(periodSeconds);
    return {
      label,
      periodSeconds,
      points: new Map(instants.map((at) => [at, compute(new Date(at))])),
    };
  };
}
