/**
 * What may be put. All that is wrong with a kind of mistake is said at once, a line each, as AWS
 * does.
 */
import type { Operation } from "./api.ts";
import {
  InvalidParameterCombinationException,
  InvalidParameterValueException,
  numberInWords,
} from "./errors.ts";

type Input = Parameters<Operation<"PutMetricData">>[0];
export type Datum = NonNullable<Input["MetricData"]>[number];

const VALUES_MAX = 150;
const OLDEST_MS = 14 * 24 * 3_600_000;
const NEWEST_MS = 2 * 3_600_000;
/** AWS: values lie between these, or are zero. */
const LARGEST = 2 ** 360;
const SMALLEST = 2 ** -360;

/** Data by the name of the list they stand in. */
export function checkData(
  groups: readonly (readonly [string, readonly Datum[]])[],
  now: number,
): void {
  const combinations: string[] = [];
  const values: string[] = [];
  for (const [list, data] of groups) {
    for (const [at, datum] of data.entries()) {
      const path = `${list}.member.${at + 1}`;
      combinations.push(...wrongCombinations(datum, path));
      values.push(...wrongDimensions(datum, path), ...wrongValues(datum, path));
      values.push(...wrongTime(datum, path, now));
    }
  }
  if (combinations.length > 0) throw InvalidParameterCombinationException(combinations.join("\n"));
  if (values.length > 0) throw InvalidParameterValueException(values.join("\n"));
}

function wrongCombinations(datum: Datum, path: string): string[] {
  const { Value, Values, StatisticValues } = datum;
  const besides = [
    ...(Values === undefined ? [] : ["Values"]),
    ...(StatisticValues === undefined ? [] : ["StatisticValues"]),
  ];
  if (Value === undefined && besides.length === 0) {
    return [
      `At least one of the parameters ${path}.Value, ${path}.Values and ${path}.StatisticValues ` +
        "must be specified.",
    ];
  }
  if (Value === undefined) return [];
  return besides.map(
    (other) =>
      `The parameters ${path}.Value and ${path}.${other} are mutually exclusive ` +
      "and you have specified both.",
  );
}

/** AWS: ASCII without control characters, more than blanks; a name does not begin with a colon. */
function wrongDimensions({ Dimensions = [] }: Datum, path: string): string[] {
  return Dimensions.flatMap(({ Name, Value }, at) => {
    const place = `${path}.Dimensions.member.${at + 1}`;
    return [
      ...(isPlain(Name) && !Name.startsWith(":") ? [] : [invalid(Name, `${place}.Name`)]),
      ...(isPlain(Value) ? [] : [invalid(Value, `${place}.Value`)]),
    ];
  });
}

/** ASCII, and not blank. */
export const isPlain = (text: string): boolean => /^[ -~]*$/.test(text) && text.trim() !== "";

export const invalid = (value: string, path: string): string =>
  `The value ${value} for parameter ${path} is invalid.`;

function wrongValues(datum: Datum, path: string): string[] {
  const { Value, Values, Counts, StatisticValues, StorageResolution } = datum;
  const wrong: string[] = [];
  const check = (name: string, value: number | undefined, allowed: (value: number) => boolean) => {
    if (value === undefined || allowed(value)) return;
    wrong.push(invalid(numberInWords(value), `${path}.${name}`));
  };
  check("Value", Value, inRange);
  for (const [list, most] of Object.entries({ Values, Counts })) {
    if ((most?.length ?? 0) > VALUES_MAX) {
      wrong.push(`The collection ${path}.${list} must not have a size greater than ${VALUES_MAX}.`);
    }
  }
  if (Counts !== undefined && Counts.length !== (Values?.length ?? 0)) {
    wrong.push(`The parameters ${path}.Values and ${path}.Counts must be of the same size.`);
  }
  Values?.forEach((value, at) => check(`Values.member.${at + 1}`, value, inRange));
  Counts?.forEach((count, at) => check(`Counts.member.${at + 1}`, count, isCount));
  check("StatisticValues.SampleCount", StatisticValues?.SampleCount, isCount);
  for (const name of ["Sum", "Minimum", "Maximum"] as const) {
    check(`StatisticValues.${name}`, StatisticValues?.[name], inRange);
  }
  check("StorageResolution", StorageResolution, (seconds) => seconds === 1 || seconds === 60);
  if (Values?.length === 0 && StatisticValues === undefined) {
    wrong.push(`The parameter ${path}.Values must not be empty.`);
  }
  return wrong;
}

const isCount = (value: number) => inRange(value) && value > 0;

function inRange(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= SMALLEST && size <= LARGEST);
}

function wrongTime({ Timestamp }: Datum, path: string, now: number): string[] {
  if (Timestamp === undefined) return [];
  const at = Timestamp.getTime();
  if (at < now - OLDEST_MS) {
    return [`The parameter ${path}.Timestamp must specify a time within the past two weeks.`];
  }
  if (at > now + NEWEST_MS) {
    return [
      `The parameter ${path}.Timestamp must specify a time no more than two hours in the future.`,
    ];
  }
  return [];
}
