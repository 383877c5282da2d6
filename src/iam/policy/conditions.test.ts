import { describe, expect, test } from "vitest";
import { compileConditions } from "./conditions.ts";
import { contextOf } from "./context.ts";
import type { ContextValues } from "./context.ts";

const KEY = "ns:Key";

function holds(operator: string, wanted: string | string[], context: ContextValues): boolean {
  const values = [wanted].flat();
  return compileConditions([{ operator, key: KEY, values }], true)(contextOf(context));
}

describe("a value of the request against the policy's", () => {
  test.for<
    [
      operator: string,
      wanted: string | string[],
      actual: string | number | boolean,
      expected: boolean,
    ]
  >([
    ["StringEquals", "a", "a", true],
    ["StringEquals", "a", "A", false],
    ["StringEquals", "a*", "ab", false],
    ["StringEquals", ["x", "a"], "a", true],
    ["StringNotEquals", "a", "b", true],
    ["StringNotEquals", ["a", "b"], "b", false],
    ["StringEqualsIgnoreCase", "AbC", "aBc", true],
    ["StringNotEqualsIgnoreCase", "AbC", "aBc", false],
    ["StringLike", "a*c?", "abbcd", true],
    ["StringLike", "a*", "A", false],
    ["StringNotLike", "a*", "abc", false],
    ["StringNotLike", ["x*", "y*"], "abc", true],
    ["NumericEquals", "10", 10, true],
    ["NumericEquals", "10", "10.0", true],
    ["NumericEquals", "10", "ten", false],
    ["NumericNotEquals", "10", "11", true],
    ["NumericLessThan", "10", "9.5", true],
    ["NumericLessThan", "10", "10", false],
    ["NumericLessThanEquals", "10", "10", true],
    ["NumericGreaterThan", "10", "11", true],
    ["NumericGreaterThanEquals", "10", "9", false],
    ["DateEquals", "2026-01-01T00:00:00Z", "1767225600", true],
    ["DateLessThan", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", true],
    ["DateLessThan", "1767225600", "2026-01-01T00:00:00Z", false],
    ["DateGreaterThan", "2026-01-01", "2026-01-01T00:00:01Z", true],
    ["DateNotEquals", "2026-01-01", "2026-01-01T00:00:00Z", false],
    ["DateLessThanEquals", "2026-01-01", "2026-01-01T00:00:00Z", true],
    ["DateEquals", "2026-01-01T00:00:00", "2026-01-01T00:00:00Z", true],
    ["DateEquals", "2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00Z", true],
    ["DateGreaterThan", "Jan 1 2026", "2027-01-01T00:00:00Z", false],
    ["DateGreaterThanEquals", "2026-01-01", "2025-01-01T00:00:00Z", false],
    ["Bool", "true", true, true],
    ["Bool", "TRUE", "true", true],
    ["Bool", "false", true, false],
    ["BinaryEquals", "QmluYXJ5", "QmluYXJ5", true],
    ["BinaryEquals", "QmluYXJ5", "QmluYXJ6", false],
    ["IpAddress", "203.0.113.0/24", "203.0.113.77", true],
    ["IpAddress", "203.0.113.0/24", "203.0.114.1", false],
    ["IpAddress", "203.0.113.7", "203.0.113.7", true],
    ["IpAddress", "203.0.113.0/25", "203.0.113.128", false],
    ["IpAddress", "0.0.0.0/0", "10.1.2.3", true],
    ["IpAddress", "0.0.0.0/0", "2001:db8::1", false],
    ["IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5678:9::1", true],
    ["IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5679::1", false],
    ["IpAddress", "10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["NotIpAddress", "10.0.0.0/8", "10.1.2.3", false],
    ["NotIpAddress", "10.0.0.0/8", "11.1.2.3", true],
    ["NotIpAddress", ["10.0.0.0/8", "11.0.0.0/8"], "11.1.2.3", false],
    ["ArnEquals", "arn:aws:sns:*:111111111111:*", "arn:aws:sns:us-east-1:111111111111:t", true],
    ["ArnLike", "arn:aws:sns:us-*", "arn:aws:sns:us-east-1:111111111111:t", true],
    ["ArnLike", "arn:aws:sns:*:t", "arn:aws:sns:us-east-1:111111111111:t", false],
    ["ArnNotEquals", "arn:aws:sns:*:*:t", "arn:aws:sns:us-east-1:111111111111:t", false],
    ["ArnNotLike", "arn:aws:sns:*:*:u", "arn:aws:sns:us-east-1:111111111111:t", true],
    ["Null", "true", "there", false],
    ["Null", "false", "there", true],
    ["stringequals", "a", "a", true],
    ["StringEqualsIfExists", "a", "b", false],
    ["NoSuchOperator", "a", "a", false],
  ])("%s %s against %s: %s", ([operator, wanted, actual, expected]) => {
    expect(holds(operator, wanted, { [KEY]: actual })).toBe(expected);
  });
});

describe("a key that is not there", () => {
  test.for<[operator: string, expected: boolean]>([
    ["StringEquals", false],
    ["StringLike", false],
    ["NumericLessThan", false],
    ["DateGreaterThan", false],
    ["Bool", false],
    ["BinaryEquals", false],
    ["IpAddress", false],
    ["ArnLike", false],
    ["StringNotEquals", true],
    ["StringNotEqualsIgnoreCase", true],
    ["StringNotLike", true],
    ["NumericNotEquals", true],
    ["DateNotEquals", true],
    ["NotIpAddress", true],
    ["ArnNotLike", true],
    ["StringEqualsIfExists", true],
    ["BoolIfExists", true],
    ["StringNotLikeIfExists", true],
    ["ForAllValues:StringEquals", true],
    ["ForAllValues:StringNotEquals", true],
    ["ForAnyValue:StringEquals", false],
    ["ForAnyValue:StringNotEquals", false],
    ["ForAnyValue:StringEqualsIfExists", true],
  ])("%s: %s", ([operator, expected]) => {
    expect(holds(operator, "1", {})).toBe(expected);
    expect(holds(operator, "1", { [KEY]: [] })).toBe(expected);
  });

  test("Null asks for just that", () => {
    expect(holds("Null", "true", {})).toBe(true);
    expect(holds("Null", "false", {})).toBe(false);
  });
});

describe("a key with many values", () => {
  test.for<[operator: string, wanted: string[], actual: string[], expected: boolean]>([
    ["ForAllValues:StringEquals", ["a", "b"], ["a"], true],
    ["ForAllValues:StringEquals", ["a", "b"], ["a", "b"], true],
    ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], false],
    ["ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], true],
    ["ForAnyValue:StringEquals", ["a", "b"], ["c", "d"], false],
    ["ForAllValues:StringNotEquals", ["a"], ["b", "c"], true],
    ["ForAllValues:StringNotEquals", ["a"], ["b", "a"], false],
    ["ForAnyValue:StringNotEquals", ["a"], ["a", "b"], true],
    ["ForAnyValue:StringNotEquals", ["a"], ["a"], false],
    ["ForAllValues:StringLike", ["x-*"], ["x-1", "x-2"], true],
    ["StringEquals", ["a"], ["b", "a"], true],
    ["StringNotEquals", ["a"], ["b", "a"], false],
  ])("%s %s against %s: %s", ([operator, wanted, actual, expected]) => {
    expect(holds(operator, wanted, { [KEY]: actual })).toBe(expected);
  });
});

test("all conditions must hold, and key names have no case", () => {
  const conditions = [
    { operator: "StringEquals", key: "NS:KEY", values: ["a"] },
    { operator: "StringEquals", key: "ns:other", values: ["b"] },
  ];
  const both = compileConditions(conditions, true);
  expect(both(contextOf({ "ns:Key": "a", "ns:Other": "b" }))).toBe(true);
  expect(both(contextOf({ "ns:Key": "a", "ns:Other": "c" }))).toBe(false);
  expect(both(contextOf({ "ns:Key": "a" }))).toBe(false);
});

test("a variable stands for a value of the request", () => {
  const context = { [KEY]: "ana", "aws:username": "ana" };
  expect(holds("StringEquals", "${aws:username}", context)).toBe(true);
  expect(holds("StringLike", "${aws:username}*", { ...context, [KEY]: "ana2" })).toBe(true);
  expect(holds("StringEquals", "${aws:nobody}", context)).toBe(false);
  expect(holds("StringNotEquals", "${aws:nobody}", context)).toBe(true);
  expect(
    holds("ArnLike", "arn:aws:iam::1:user/${aws:username}", {
      ...context,
      [KEY]: "arn:aws:iam::1:user/ana",
    }),
  ).toBe(true);
});
