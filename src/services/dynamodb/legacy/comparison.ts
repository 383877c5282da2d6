/**
 * ComparisonOperator with its AttributeValueList, as Expected, QueryFilter, ScanFilter and
 * KeyConditions share it.
 */
import { invalidValues, ValidationException } from "../errors.ts";
import { beginsWith, compareValues, containsValue, valuesEqual } from "../item/compare.ts";
import { type AttributeValue, type TypeName, typeOf } from "../item/value.ts";
import { ordered } from "../expression/condition.ts";

export type ValueTest = (value: AttributeValue | undefined) => boolean;

export interface LegacyCondition {
  readonly ComparisonOperator?: string | undefined;
  readonly AttributeValueList?: readonly AttributeValue[] | undefined;
}

/** `values` are read. */
export function refuseComparison(operator: string, values: readonly AttributeValue[]): void {
  const wrongCount = () =>
    invalidValues(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
  const count = values.length;
  switch (operator) {
    case "NULL":
    case "NOT_NULL":
      if (count !== 0) throw wrongCount();
      return;
    case "IN":
      if (count === 0) throw wrongCount();
      break;
    case "BETWEEN":
      if (count !== 2) throw wrongCount();
      break;
    default:
      if (count !== 1) throw wrongCount();
  }
  const types = values.map(typeOf);
  const [first] = types;
  if (first === undefined) return;
  if (types.some((type) => type !== first)) {
    throw invalidValues("AttributeValues inside AttributeValueList must be of same type");
  }
  if (!typesOf(operator).has(first)) {
    throw invalidValues(
      `ComparisonOperator ${operator} is not valid for ${first} AttributeValue type`,
    );
  }
  if (operator === "BETWEEN") refuseBounds(values);
}

function refuseBounds([low, high]: readonly AttributeValue[]): void {
  if (low === undefined || high === undefined || (compareValues(low, high) ?? 0) <= 0) return;
  throw ValidationException(
    "The BETWEEN condition was provided a range where the lower bound is greater than the " +
      "upper bound",
  );
}

const ALL: ReadonlySet<TypeName> = new Set([
  "S",
  "N",
  "B",
  "SS",
  "NS",
  "BS",
  "M",
  "L",
  "NULL",
  "BOOL",
]);
const SCALARS: ReadonlySet<TypeName> = new Set(["S", "N", "B"]);
const CONTAINABLE: ReadonlySet<TypeName> = new Set(["S", "N", "B", "BOOL", "NULL"]);
const TEXTS: ReadonlySet<TypeName> = new Set(["S", "B"]);

function typesOf(operator: string): ReadonlySet<TypeName> {
  switch (operator) {
    case "EQ":
    case "NE":
      return ALL;
    case "CONTAINS":
    case "NOT_CONTAINS":
      return CONTAINABLE;
    case "BEGINS_WITH":
      return TEXTS;
    default:
      return SCALARS;
  }
}

export function valueTest(operator: string, values: readonly AttributeValue[]): ValueTest {
  const [first, second] = values;
  const equals = (value: AttributeValue | undefined) =>
    value !== undefined && values.some((wanted) => valuesEqual(value, wanted));
  const compares = (
    test: (value: AttributeValue, operand: AttributeValue) => boolean,
  ): ValueTest => {
    return (value) => value !== undefined && first !== undefined && test(value, first);
  };
  switch (operator) {
    case "EQ":
    case "IN":
      return equals;
    case "NE":
      return (value) => !equals(value);
    case "LE":
      return (value) => ordered("<=", value, first);
    case "LT":
      return (value) => ordered("<", value, first);
    case "GE":
      return (value) => ordered(">=", value, first);
    case "GT":
      return (value) => ordered(">", value, first);
    case "BETWEEN":
      return (value) => ordered(">=", value, first) && ordered("<=", value, second);
    case "BEGINS_WITH":
      return compares(beginsWith);
    case "CONTAINS":
      return compares(containsValue);
    case "NOT_CONTAINS":
      return compares((value, operand) => !containsValue(value, operand));
    case "NULL":
      return (value) => value === undefined;
    default:
      return (value) => value !== undefined;
  }
}
