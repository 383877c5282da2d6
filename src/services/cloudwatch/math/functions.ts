/** The functions of metric math by their names, and those that we do not have. */
import { notHere } from "../errors.ts";
import { ARRAY_FUNCTIONS } from "./arrays.ts";
import { CALENDAR_FUNCTIONS } from "./calendar.ts";
import { choose } from "./condition.ts";
import { MathError, type MathFunction } from "./environment.ts";
import { fill } from "./fill.ts";
import { POINT_FUNCTIONS } from "./point-functions.ts";
import { REDUCTIONS } from "./reductions.ts";

export const FUNCTIONS: ReadonlyMap<string, MathFunction> = new Map([
  ...Object.entries(REDUCTIONS),
  ...Object.entries(POINT_FUNCTIONS),
  ...Object.entries(ARRAY_FUNCTIONS),
  ...Object.entries(CALENDAR_FUNCTIONS),
  ["FILL", fill],
  ["IF", choose],
]);

/** What AWS has besides: each needs something that is not here. */
const ABSENT: ReadonlySet<string> = new Set([
  "ANOMALY_DETECTION_BAND",
  "DB_PERF_INSIGHTS",
  "INSIGHT_RULE_METRIC",
  "LAMBDA",
  "SERVICE_QUOTA",
]);

export const refuseAbsent = (name: string): Error =>
  ABSENT.has(name)
    ? notHere(`the metric math function ${name}`)
    : new MathError(`There is no function '${name}'`);
