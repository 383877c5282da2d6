/**
 * A rule for faults on purpose, as plain data: which calls, how often, and what happens to them.
 * What comes from outside is checked here, so that a rule in force always makes sense.
 */

export interface FaultRule {
  /** Default: "fault-1", "fault-2" and so on. Named in the trail by each call that it met. */
  readonly id?: string;
  /** As the trail spells it: "sqs". Absent: any; a "*" stands for any characters, here and below. */
  readonly service?: string;
  /** One of several, or all. */
  readonly operation?: string | readonly string[];
  readonly accountId?: string;
  readonly region?: string;
  /** From 0 to 1; absent: every time. */
  readonly probability?: number;
  /** Makes the draws repeatable. Absent: the cloud's seed decides. */
  readonly seed?: number;
  /** So many matching calls pass first. */
  readonly skip?: number;
  /** After so many faults the rule is gone. */
  readonly count?: number;
  /**
   * Real milliseconds of waiting before the call, at most five minutes; the cloud's clock does not
   * move. May stand alone, or with one of those below.
   */
  readonly latencyMs?: number;
  /** The call fails so. */
  readonly error?: InjectedError;
  /** The call fails with the service's own refusal of too many requests. */
  readonly throttle?: boolean;
  /** The call fails with 503, as when the service is down. */
  readonly unavailable?: boolean;
  /** The connection is closed without an answer. */
  readonly drop?: boolean;
}

export interface InjectedError {
  readonly code: string;
  readonly message?: string;
  /** HTTP status, 400 to 599. Default: the model's for this code; 500 or 400 by `fault`. */
  readonly status?: number;
  /** Whose fault it is, where the protocol says so. Default: the model's, or by the status. */
  readonly fault?: "client" | "server";
}

/** A rule in force, with its account of what it has done. */
export interface ActiveFault extends FaultRule {
  readonly id: string;
  /** Calls that it was asked about and that it concerned. */
  readonly matched: number;
  /** Those of them that it met. */
  readonly injected: number;
}

/** A rule that makes no sense; the message says why. */
export class FaultRuleError extends Error {
  override readonly name = "FaultRuleError";
}

export const LATENCY_MS_MAX = 300_000;
const COUNT_MAX = 1_000_000_000;
const OPERATIONS_MAX = 100;
const MESSAGE_CHARACTERS_MAX = 4096;

/** Also goes into a header of the answer. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const PATTERN = /^[A-Za-z0-9*_.-]{1,128}$/;
const CODE = /^[A-Za-z][A-Za-z0-9._:-]{0,127}$/;

type Check = (value: unknown) => boolean;

const MEMBERS: Readonly<Record<keyof FaultRule, readonly [Check, string]>> = {
  id: [matches(ID), 'letters, digits, ".", "_" and "-", 64 at most'],
  service: [matches(PATTERN), "a name such as sqs; * stands for any characters"],
  operation: [isOperations, "a name such as SendMessage, or a list of them; * as above"],
  accountId: [matches(/^(?:\d{12}|\d*\*[\d*]{0,12})$/), "twelve digits; * stands for any"],
  region: [matches(PATTERN), "a name such as eu-west-1; * stands for any characters"],
  probability: [isProbability, "a number from 0 to 1"],
  seed: [(value) => Number.isSafeInteger(value), "a whole number"],
  skip: [isCount(0, COUNT_MAX), `a whole number up to ${COUNT_MAX}`],
  count: [isCount(1, COUNT_MAX), `a whole number from 1 to ${COUNT_MAX}`],
  latencyMs: [isLatency, `milliseconds from 0 to ${LATENCY_MS_MAX}`],
  error: [isRecord, "an object with code, and perhaps message, status, fault"],
  throttle: [isBoolean, "true or false"],
  unavailable: [isBoolean, "true or false"],
  drop: [isBoolean, "true or false"],
};

const ERROR_MEMBERS: Readonly<Record<keyof InjectedError, readonly [Check, string]>> = {
  code: [matches(CODE), "an error code such as InternalError"],
  message: [isSentence, `text of at most ${MESSAGE_CHARACTERS_MAX} characters`],
  status: [isCount(400, 599), "an HTTP status from 400 to 599"],
  fault: [(value) => value === "client" || value === "server", '"client" or "server"'],
};

/** The rule, if it is one. */
export function toFaultRule(given: unknown): FaultRule {
  if (!isRecord(given)) throw new FaultRuleError("A fault rule is an object.");
  const rule = checked(given, MEMBERS, "A fault rule");
  if (isRecord(rule["error"])) {
    const error = checked(rule["error"], ERROR_MEMBERS, "The error of a fault rule");
    if (error["code"] === undefined) throw new FaultRuleError('"error" needs a "code".');
    rule["error"] = error;
  }
  const { error, latencyMs } = rule;
  const ends = ["throttle", "unavailable", "drop"].filter((name) => rule[name] === true);
  if (error !== undefined) ends.push("error");
  if (ends.length > 1) throw new FaultRuleError(`A call ends in one way, not in ${all(ends)}.`);
  if (ends.length === 0 && latencyMs === undefined) {
    throw new FaultRuleError(
      "What is to happen? Give error, throttle, unavailable, drop or latencyMs.",
    );
  }
  return rule;
}

const all = (names: readonly string[]) => names.join(" and ");

/** The members that are given, each checked; a name that nobody knows was meant to be another. */
function checked(
  given: Readonly<Record<string, unknown>>,
  members: Readonly<Record<string, readonly [Check, string]>>,
  what: string,
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (member === undefined) {
      const known = Object.keys(members).join(", ");
      throw new FaultRuleError(`${what} has no "${name}"; it has ${known}.`);
    }
    const [check, takes] = member;
    if (!check(value)) throw new FaultRuleError(`"${name}" takes ${takes}.`);
    kept[name] = Array.isArray(value) ? [...value] : value;
  }
  return kept;
}

function matches(pattern: RegExp): Check {
  return (value) => typeof value === "string" && pattern.test(value);
}

function isCount(least: number, most: number): Check {
  return (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}

function isOperations(value: unknown): boolean {
  const isName = matches(PATTERN);
  if (!Array.isArray(value)) return isName(value);
  return value.length > 0 && value.length <= OPERATIONS_MAX && value.every(isName);
}

function isProbability(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function isLatency(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= LATENCY_MS_MAX;
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

/** No control characters: XML cannot write them. */
function isSentence(value: unknown): boolean {
  return (
    typeof value === "string" &&
    value.length <= MESSAGE_CHARACTERS_MAX &&
    !/[\u0000-\u001f\u007f]/.test(value)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
