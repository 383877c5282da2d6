/** Expected, QueryFilter and ScanFilter: conditions on top-level attributes, all of them or any. */
import { invalidValues, ValidationException } from "../errors.ts";
import type { Test } from "../expression/condition.ts";
import { type AttributeValue, attribute, readValue } from "../item/value.ts";
import { type LegacyCondition, refuseComparison, type ValueTest, valueTest } from "./comparison.ts";

export type Filters = Readonly<Record<string, LegacyCondition>>;

export interface ExpectedValue extends LegacyCondition {
  readonly Value?: AttributeValue | undefined;
  readonly Exists?: boolean | undefined;
}

export type Expected = Readonly<Record<string, ExpectedValue>>;

interface Bound {
  readonly name: string;
  readonly test: ValueTest;
}

export function bindFilters(
  filters: Filters | undefined,
  conditionalOperator: string | undefined,
): Test | undefined {
  if (filters === undefined) return undefined;
  const read = Object.entries(filters).map(([name, filter]) => ({
    name,
    operator: filter.ComparisonOperator ?? "",
    values: (filter.AttributeValueList ?? []).map((value) => readValue(value)),
  }));
  for (const { operator, values } of read) refuseComparison(operator, values);
  return combined(
    read.map(({ name, operator, values }) => ({ name, test: valueTest(operator, values) })),
    conditionalOperator,
  );
}

export function bindExpected(
  expected: Expected | undefined,
  conditionalOperator: string | undefined,
): Test | undefined {
  if (expected === undefined) return undefined;
  const read = Object.entries(expected).map(([name, one]) => readExpected(name, one));
  return combined(read.map(boundExpected), conditionalOperator);
}

interface ReadExpected {
  readonly name: string;
  readonly one: ExpectedValue;
  readonly values: readonly AttributeValue[];
}

function readExpected(name: string, one: ExpectedValue): ReadExpected {
  const values = (one.AttributeValueList ?? []).map((value) => readValue(value));
  const value = one.Value === undefined ? undefined : readValue(one.Value);
  return { name, one, values: value === undefined ? values : [value] };
}

function boundExpected({ name, one, values }: ReadExpected): Bound {
  const refuse = (what: string) => invalidValues(`${what} for Attribute: ${name}`);
  const { ComparisonOperator: operator, Exists: exists, Value: value } = one;
  if (value !== undefined && one.AttributeValueList !== undefined) {
    throw refuse("Value and AttributeValueList cannot be used together");
  }
  if (operator !== undefined) {
    if (exists !== undefined) throw refuse("Exists and ComparisonOperator cannot be used together");
    const needsNone = operator === "NULL" || operator === "NOT_NULL";
    if (values.length === 0 && !needsNone && one.AttributeValueList === undefined) {
      throw refuse(`Value or AttributeValueList must be used with ComparisonOperator: ${operator}`);
    }
    refuseComparison(operator, values);
    return { name, test: valueTest(operator, values) };
  }
  if (one.AttributeValueList !== undefined) {
    throw refuse("AttributeValueList can only be used with a ComparisonOperator");
  }
  if (exists === false) {
    if (value !== undefined) throw refuse("Value cannot be used when Exists is false");
    return { name, test: valueTest("NULL", []) };
  }
  if (value === undefined) {
    throw refuse(`Value must be provided when Exists is ${exists ?? "null"}`);
  }
  return { name, test: valueTest("EQ", values) };
}

function combined(bound: readonly Bound[], conditionalOperator: string | undefined): Test {
  if (conditionalOperator === "OR" && bound.length > 0) {
    return (item) => bound.some(({ name, test }) => test(attribute(item, name)));
  }
  return (item) => bound.every(({ name, test }) => test(attribute(item, name)));
}

/** ConditionalOperator has a sense only beside the conditions that it joins. */
export function refuseLoneOperator(
  conditionalOperator: string | undefined,
  conditions: Readonly<Record<string, unknown>> | undefined,
  member: string,
): void {
  if (conditionalOperator === undefined) return;
  if (conditions === undefined || Object.keys(conditions).length === 0) {
    throw ValidationException(`ConditionalOperator cannot be used without ${member}`);
  }
  if (Object.keys(conditions).length < 2) {
    throw ValidationException(
      `ConditionalOperator can only be used when ${member} has two or more elements`,
    );
  }
}
