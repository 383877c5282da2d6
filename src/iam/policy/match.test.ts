import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contextOf } from "./context.ts";
import type { ContextValues } from "./context.ts";
import { compileActions, compileArn, compileGlob, variablesIn } from "./match.ts";

const none = contextOf({});
const like = { wildcards: true, fold: false, variables: true };
const glob = (pattern: string, text: string, context: ContextValues = {}) =>
  compileGlob(pattern, like)(text, contextOf(context));
const arn = (pattern: string, text: string) => compileArn(pattern, true)(text, none);

/** Slow and plain: what the words of the documentation say. */
function reference(pattern: string, text: string): boolean {
  const [wanted, ...rest] = pattern;
  if (wanted === undefined) return text === "";
  if (wanted === "*") {
    return Array.from({ length: text.length + 1 }, (_, at) => text.slice(at)).some((tail) =>
      reference(rest.join(""), tail),
    );
  }
  if (text === "") return false;
  return (wanted === "?" || wanted === text[0]) && reference(rest.join(""), text.slice(1));
}

/** Six parts, each by itself; the last holds all colons that are left. */
function arnReference(pattern: string, text: string): boolean {
  if (pattern === "*") return true;
  const count = Math.min(pattern.split(":").length, 6);
  const split = (whole: string) => {
    const parts = whole.split(":");
    return [...parts.slice(0, count - 1), parts.slice(count - 1).join(":")];
  };
  const parts = split(text);
  if (text.split(":").length < count) return false;
  return split(pattern).every((part, at) => reference(part, parts[at] ?? ""));
}

const letters = (alphabet: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet.split("")), maxLength });

describe("the compiled matcher says what the slow one says", () => {
  test("of any text", () => {
    fc.assert(
      fc.property(letters("ab*?", 8), letters("ab", 10), (pattern, text) => {
        expect(glob(pattern, text)).toBe(reference(pattern, text));
      }),
      { numRuns: 3000 },
    );
  });

  test("of ARNs", () => {
    fc.assert(
      fc.property(letters("a:*?", 12), letters("ab:", 12), (pattern, text) => {
        expect(arn(pattern, text)).toBe(arnReference(pattern, text));
      }),
      { numRuns: 3000 },
    );
  });

  test("of actions, whatever their case", () => {
    fc.assert(
      fc.property(
        fc.array(letters("aB:*?", 5), { minLength: 1, maxLength: 3 }),
        letters("Ab:", 6),
        (patterns, action) => {
          const lower = action.toLowerCase();
          const expected = patterns.some((pattern) => reference(pattern.toLowerCase(), lower));
          expect(compileActions(patterns)(lower)).toBe(expected);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test("many stars do not take long", () => {
  const pattern = `${"*a".repeat(40)}b`;
  expect(glob(pattern, "a".repeat(5000))).toBe(false);
});

test("a wildcard in an ARN does not reach over a colon, except in the last part", () => {
  expect(arn("arn:aws:sqs:*:111111111111:jobs", "arn:aws:sqs:eu-west-1:111111111111:jobs")).toBe(
    true,
  );
  expect(arn("arn:aws:sqs:*:jobs", "arn:aws:sqs:eu-west-1:111111111111:jobs")).toBe(false);
  expect(arn("arn:aws:logs:*:*:log-group:*:x", "arn:aws:logs:a:1:log-group:g:y:x")).toBe(true);
  expect(arn("arn:aws:s3:::b/*/c", "arn:aws:s3:::b/a/a/c")).toBe(true);
});

describe("variables", () => {
  const context = {
    "aws:PrincipalTag/Team": "blue",
    "aws:TagKeys": ["a", "b"],
    "aws:username": "a*",
  };

  test("have no case in their names, and stand for the value as it is", () => {
    expect(glob("home/${AWS:principaltag/team}/*", "home/blue/x", context)).toBe(true);
    expect(glob("${aws:username}", "a*", context)).toBe(true);
    expect(glob("${aws:username}", "ab", context)).toBe(false);
  });

  test("fall back to their default where the key is not there", () => {
    expect(glob("x/${aws:PrincipalTag/cost, 'none'}", "x/none", context)).toBe(true);
    expect(glob("x/${aws:PrincipalTag/team, 'none'}", "x/blue", context)).toBe(true);
    expect(glob("x/${aws:PrincipalTag/cost}", "x/", context)).toBe(false);
  });

  test("do not stand for many values", () => {
    expect(glob("${aws:TagKeys}", "a", context)).toBe(false);
  });

  test("${*}, ${?} and ${$} are the characters themselves", () => {
    expect(glob("a${*}b", "a*b")).toBe(true);
    expect(glob("a${*}b", "axb")).toBe(false);
    expect(glob("a${?}*", "a?zz")).toBe(true);
    expect(glob("a${?}*", "abzz")).toBe(false);
    expect(glob("${$}{x}", "${x}")).toBe(true);
    expect(compileArn("arn:aws:s3:::b/${*}", true)("arn:aws:s3:::b/*", none)).toBe(true);
    expect(compileArn("arn:aws:s3:::b/${*}", true)("arn:aws:s3:::b/x", none)).toBe(false);
  });

  test("are found in a text", () => {
    expect(variablesIn("${aws:username}/${*}/${s3:Prefix, 'x'}")).toEqual([
      "aws:username",
      "s3:Prefix",
    ]);
  });
});
