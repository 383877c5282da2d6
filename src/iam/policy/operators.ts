/**
 * The condition operators: their names taken apart, and what each does with one value of the
 * policy and one of the request.
 */
import { isIP } from "node:net";
import { compileArn, compileGlob } from "./match.ts";
import type { Pattern } from "./match.ts";

/** Tells whether a value of the request agrees with one value of the policy. */
export type Agrees = (actual: string) => boolean;

export interface Operator {
  readonly set?: "ForAllValues" | "ForAnyValue";
  readonly ifExists: boolean;
  /** The request's value must agree with none of the policy's. */
  readonly negated: boolean;
  readonly isNull: boolean;
  /** Where variables are replaced: `pattern` compiles a value with variables in it. */
  readonly pattern?: (value: string, variables: boolean) => Pattern;
  readonly agrees?: (wanted: string) => Agrees;
}

type Kind = Pick<Operator, "pattern" | "agrees">;

const never: Agrees = () => false;

const exactly = (fold: boolean): Kind => ({
  pattern: (value, variables) => compileGlob(value, { wildcards: false, fold, variables }),
});
const like: Kind = {
  pattern: (value, variables) => compileGlob(value, { wildcards: true, fold: false, variables }),
};
const arn: Kind = { pattern: (value, variables) => compileArn(value, variables) };

/** `good` judges the sign of actual minus wanted. */
const compared = (read: (text: string) => number, good: (sign: number) => boolean): Kind => ({
  agrees: (wanted) => {
    const limit = read(wanted);
    if (Number.isNaN(limit)) return never;
    return (actual) => {
      const value = read(actual);
      return !Number.isNaN(value) && good(Math.sign(value - limit));
    };
  },
});

const toNumber = (text: string) => (text.trim() === "" ? Number.NaN : Number(text));

const DAY = /^\d{4}-\d{2}(-\d{2})?(T|$)/;
const ZONELESS = /T[\d:.,]+$/;

/** ISO 8601, or seconds since the epoch. A time that names no zone is UTC's. */
export function toInstant(text: string): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!DAY.test(text)) return Number.NaN;
  return Date.parse(ZONELESS.test(text) ? `${text}Z` : text);
}

const SIGNS: Readonly<Record<string, (sign: number) => boolean>> = {
  Equals: (sign) => sign === 0,
  NotEquals: (sign) => sign === 0,
  LessThan: (sign) => sign < 0,
  LessThanEquals: (sign) => sign <= 0,
  GreaterThan: (sign) => sign > 0,
  GreaterThanEquals: (sign) => sign >= 0,
};

const bool: Kind = {
  agrees: (wanted) => {
    const lower = wanted.toLowerCase();
    return (actual) => actual.toLowerCase() === lower;
  },
};

const binary: Kind = {
  agrees: (wanted) => {
    const bytes = Buffer.from(wanted, "base64");
    return (actual) => Buffer.from(actual, "base64").equals(bytes);
  },
};

const address: Kind = {
  agrees: (wanted) => {
    const [base = "", length] = wanted.split("/");
    const network = toBits(base);
    const prefix = length === undefined ? (network?.length ?? 0) : Number(length);
    if (network === undefined || !Number.isInteger(prefix) || prefix > network.length) return never;
    const start = network.slice(0, prefix);
    return (actual) => {
      const bits = toBits(actual);
      return bits !== undefined && bits.length === network.length && bits.startsWith(start);
    };
  },
};

/**
 * An address as a text of 32 or 128 zeros and ones. An IPv4 address within IPv6 is an IPv4
 * address.
 */
export function toBits(text: string): string | undefined {
  const kind = isIP(text);
  if (kind === 4) return bitsOf(text.split(".").map(Number), 8);
  if (kind !== 6) return undefined;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text)?.[1];
  if (mapped !== undefined) return toBits(mapped);
  const dotted = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((n) => n.toString(16)).join(":"),
  );
  const [head = "", tail] = dotted.replace(/%.*$/, "").split("::");
  const left = groups(head);
  const right = groups(tail ?? "");
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return bitsOf(
    [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16)),
    16,
  );
}

const groups = (part: string) => part.split(":").filter((group) => group !== "");

const bitsOf = (numbers: readonly number[], width: number) =>
  numbers.map((number) => number.toString(2).padStart(width, "0")).join("");

const KINDS: Readonly<Record<string, Kind>> = {
  StringEquals: exactly(false),
  StringNotEquals: exactly(false),
  StringEqualsIgnoreCase: exactly(true),
  StringNotEqualsIgnoreCase: exactly(true),
  StringLike: like,
  StringNotLike: like,
  ...Object.fromEntries(
    Object.entries(SIGNS).flatMap(([name, good]) => [
      [`Numeric${name}`, compared(toNumber, good)],
      [`Date${name}`, compared(toInstant, good)],
    ]),
  ),
  Bool: bool,
  BinaryEquals: binary,
  IpAddress: address,
  NotIpAddress: address,
  // AWS: with ARNs, Equals and Like are the same.
  ArnEquals: arn,
  ArnLike: arn,
  ArnNotEquals: arn,
  ArnNotLike: arn,
  Null: {},
};

const NAME = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/i;
const BY_LOWER_CASE = new Map(Object.keys(KINDS).map((name) => [name.toLowerCase(), name]));

const operators = new Map<string, Operator>();

/** Undefined when there is no such operator. */
export function findOperator(text: string): Operator | undefined {
  const known = operators.get(text);
  if (known !== undefined) return known;
  const [, set, plain = "", ifExists] = NAME.exec(text) ?? [];
  const name = BY_LOWER_CASE.get(plain.toLowerCase());
  const kind = name === undefined ? undefined : KINDS[name];
  if (name === undefined || kind === undefined) return undefined;
  if (name === "Null" && ifExists !== undefined) return undefined;
  const operator: Operator = {
    ...(set !== undefined && {
      set: set.toLowerCase() === "forallvalues" ? "ForAllValues" : "ForAnyValue",
    }),
    ifExists: ifExists !== undefined,
    negated: name.includes("Not"),
    isNull: name === "Null",
    ...kind,
  };
  operators.set(text, operator);
  return operator;
}
