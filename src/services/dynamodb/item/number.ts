/**
 * DynamoDB's numbers: 38 significant digits, magnitudes from 1E-130 to just under 1E+126. Never a
 * float: a number is its normal text ("12.5", never "+12.50" or "125E-1"), so equal numbers are
 * equal strings.
 */
import { ValidationException } from "../errors.ts";

const DIGITS_MAX = 38;
const EXPONENT_MAX = 125;
const EXPONENT_MIN = -130;

const OVERFLOW =
  "Number overflow. Attempting to store a number with magnitude larger than supported range";
const UNDERFLOW =
  "Number underflow. Attempting to store a number with magnitude smaller than supported range";
const TOO_PRECISE = "Attempting to store more than 38 significant digits in a Number";
const NOT_A_NUMBER = "The parameter cannot be converted to a numeric value";

/**
 * A number taken apart: its digits without zeros at either end, and the power of ten of the first
 * of them.
 */
interface Parts {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const ZERO: Parts = { negative: false, digits: "", exponent: 0 };

const SHORT_INTEGER = /^(?:0|-?[1-9]\d{0,37})$/;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** The normal text of a number as the caller wrote it. */
export function normalNumber(text: string): string {
  if (SHORT_INTEGER.test(text)) return text;
  return toText(parse(text));
}

function parse(text: string): Parts {
  const match = NUMBER.exec(text);
  const whole = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (match === null || whole.length + fraction.length === 0) {
    throw ValidationException(text === "" ? NOT_A_NUMBER : `${NOT_A_NUMBER}: ${text}`);
  }
  const all = whole + fraction;
  const leading = all.length - all.replace(/^0+/, "").length;
  const digits = all.slice(leading).replace(/0+$/, "");
  const exponent = whole.length - 1 - leading + Number(match[4] ?? "0");
  if (digits === "") return ZERO;
  return checked({ negative: match[1] === "-", digits, exponent });
}

function checked(parts: Parts): Parts {
  if (parts.exponent > EXPONENT_MAX) throw ValidationException(OVERFLOW);
  if (parts.exponent < EXPONENT_MIN) throw ValidationException(UNDERFLOW);
  if (parts.digits.length > DIGITS_MAX) throw ValidationException(TOO_PRECISE);
  return parts;
}

function toText({ negative, digits, exponent }: Parts): string {
  if (digits === "") return "0";
  const sign = negative ? "-" : "";
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, "0");
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** `text` is normal. */
function partsOf(text: string): Parts {
  if (text === "0") return ZERO;
  const negative = text.startsWith("-");
  const bare = negative ? text.slice(1) : text;
  const point = bare.indexOf(".");
  const whole = point === -1 ? bare : bare.slice(0, point);
  const fraction = point === -1 ? "" : bare.slice(point + 1);
  if (whole === "0") {
    const digits = fraction.replace(/^0+/, "");
    return { negative, digits, exponent: digits.length - fraction.length - 1 };
  }
  return {
    negative,
    digits: (whole + fraction).replace(/0+$/, ""),
    exponent: whole.length - 1,
  };
}

const SAFE_LENGTH = 15;

/** Negative, zero or positive. Both are normal. */
export function compareNumbers(left: string, right: string): number {
  if (left === right) return 0;
  if (left.length <= SAFE_LENGTH && right.length <= SAFE_LENGTH) {
    return Number(left) - Number(right);
  }
  return numberOrder(left) < numberOrder(right) ? -1 : 1;
}

const EXPONENT_OFFSET = 500;

/**
 * A text whose order is the order of the numbers: sign, shifted exponent, digits. Below zero
 * everything is turned round, and "~", which is above every digit, ends it: -1.2 stands above
 * -1.23.
 */
export function numberOrder(text: string): string {
  const { negative, digits, exponent } = partsOf(text);
  if (digits === "") return "1";
  if (!negative) return `2${EXPONENT_OFFSET + exponent}${digits}`;
  let turned = "";
  for (const digit of digits) turned += 9 - Number(digit);
  return `0${EXPONENT_OFFSET - exponent}${turned}~`;
}

/**
 * What a number takes: a byte, one more below zero, and one for every two digits as they lie around
 * the point.
 */
export function numberBytes(text: string): number {
  const { negative, digits, exponent } = partsOf(text);
  if (digits === "") return 1;
  const last = exponent - digits.length + 1;
  const pairs = Math.floor(exponent / 2) - Math.floor(last / 2) + 1;
  return 1 + pairs + (negative ? 1 : 0);
}

export const addNumbers = (left: string, right: string): string => sum(left, right, 1n);
export const subtractNumbers = (left: string, right: string): string => sum(left, right, -1n);

function sum(left: string, right: string, sign: bigint): string {
  const a = partsOf(left);
  const b = partsOf(right);
  const scale = Math.min(lowest(a), lowest(b));
  const total = scaled(a, scale) + sign * scaled(b, scale);
  if (total === 0n) return "0";
  const negative = total < 0n;
  const text = String(negative ? -total : total);
  const exponent = text.length - 1 + scale;
  const digits = text.replace(/0+$/, "");
  // AWS: a sum that needs more than 38 digits is called an overflow.
  if (digits.length > DIGITS_MAX) throw ValidationException(OVERFLOW);
  return toText(checked({ negative, digits, exponent }));
}

const lowest = (parts: Parts) =>
  parts.digits === "" ? 0 : parts.exponent - parts.digits.length + 1;

function scaled(parts: Parts, scale: number): bigint {
  if (parts.digits === "") return 0n;
  const value = BigInt(parts.digits) * 10n ** BigInt(lowest(parts) - scale);
  return parts.negative ? -value : value;
}
