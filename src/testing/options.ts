/**
 * What a test gives the kit, looked at before it is used: nonsense is refused, with what would have
 * been right.
 */
import { inspect, types } from "node:util";
import { accountId, BadValue, iamMode, region, whyPast } from "../cloud-options.ts";
import type { ConfigOptions, Duration, StartOptions } from "./cloud.ts";

/** Throws for a value that makes no sense; the message begins with the name. */
type Check = (value: unknown, name: string) => void;
type Checks<Options> = Readonly<Record<keyof Options, Check>>;

const START: Checks<StartOptions> = {
  accountId: text(accountId),
  region: text(region),
  clock: kind((value) => value === "flowing" || isInstant(value), 'a valid Date or "flowing"'),
  seed: kind(Number.isSafeInteger, "a whole number"),
  strict: kind((value) => typeof value === "boolean", "true or false"),
  iam: text(iamMode),
  directory: kind((value) => typeof value === "string" && value !== "", "the path of a directory"),
};

const CONFIG: Checks<ConfigOptions> = {
  accountId: text(accountId),
  // The cloud answers for these as AWS does.
  region: text(() => undefined),
  credentials: kind((value) => typeof value === "object" && value !== null, "an object of keys"),
};

const span = kind(Number.isFinite, "a finite number");
const DURATION: Checks<Duration> = {
  days: span,
  hours: span,
  minutes: span,
  seconds: span,
  milliseconds: span,
};

export function checkStartOptions(options: StartOptions): void {
  check("startCloud", options, START);
}

export function checkConfigOptions(options: ConfigOptions): void {
  check("config", options, CONFIG);
}

/** The parts add up, so that `{ days: 1, seconds: -1 }` is a second less than a day. */
export function toMilliseconds(by: Duration): number {
  check("advance", by, DURATION);
  const { days, hours, minutes, seconds, milliseconds } = by;
  if ((days ?? hours ?? minutes ?? seconds ?? milliseconds) === undefined) {
    throw new TypeError(`advance takes at least one of ${namesOf(DURATION)}.`);
  }
  const wholeHours = (days ?? 0) * 24 + (hours ?? 0);
  const wholeSeconds = (wholeHours * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
  const sum = wholeSeconds * 1000 + (milliseconds ?? 0);
  if (sum >= 0) return sum;
  throw new RangeError(`advance is ${sum} ms in all; the clock does not run backwards.`);
}

/** Epoch milliseconds. */
export function toInstant(at: Date, nowAt: number): number {
  if (!isInstant(at)) throw new TypeError(`advanceTo takes a valid Date, not ${inspect(at)}.`);
  const past = whyPast(at.getTime(), nowAt);
  if (past !== undefined) throw new RangeError(`advanceTo: ${past}`);
  return at.getTime();
}

function check<Options extends object>(
  what: string,
  given: Options,
  checks: Checks<Options>,
): void {
  if (typeof given !== "object" || given === null) {
    throw new TypeError(`${what} takes an object of ${namesOf(checks)}, not ${inspect(given)}.`);
  }
  const known = new Map<string, Check>(Object.entries(checks));
  for (const [name, value] of Object.entries(given)) {
    const checked = known.get(name);
    if (checked === undefined) {
      throw new TypeError(`${what} has no option "${name}"; it has ${namesOf(checks)}.`);
    }
    if (value !== undefined) checked(value, `${what}: ${name}`);
  }
}

const namesOf = (checks: object) => Object.keys(checks).join(", ");

function text(rule: (text: string) => unknown): Check {
  return (value, name) => {
    if (typeof value !== "string") {
      throw new TypeError(`${name} is ${shown(value)}; it takes text.`);
    }
    try {
      rule(value);
    } catch (error) {
      throw error instanceof BadValue ? new RangeError(`${name} ${error.message}`) : error;
    }
  };
}

function kind(isOne: (value: unknown) => boolean, takes: string): Check {
  return (value, name) => {
    if (!isOne(value)) throw new TypeError(`${name} is ${shown(value)}; it takes ${takes}.`);
  };
}

const shown = (value: unknown) =>
  typeof value === "string" ? `"${value}"` : inspect(value, { depth: 0 });

const isInstant = (value: unknown): boolean =>
  types.isDate(value) && !Number.isNaN(value.getTime());
