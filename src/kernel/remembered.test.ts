import { expect, test } from "vitest";
import { remembered, rememberedLast } from "./remembered.ts";

test("a result is made once, until too many are known", () => {
  const made: string[] = [];
  const length = remembered(2, (text: string) => {
    made.push(text);
    return text.length;
  });

  expect(["a", "bb", "a", "ccc", "a"].map(length)).toEqual([1, 2, 1, 3, 1]);
  expect(made).toEqual(["a", "bb", "ccc", "a"]);
});

test("a long text is not remembered", () => {
  let calls = 0;
  const length = remembered(2, (text: string) => {
    calls += 1;
    return text.length;
  });

  expect([length("a".repeat(1025)), length("a".repeat(1025))]).toEqual([1025, 1025]);
  expect(calls).toBe(2);
});

test("what throws is not remembered", () => {
  let calls = 0;
  const refuse = remembered(2, () => {
    calls += 1;
    throw new Error("no");
  });

  expect(() => refuse("a")).toThrow("no");
  expect(() => refuse("a")).toThrow("no");
  expect(calls).toBe(2);
});

test("of several, the last alone is remembered", () => {
  const made: string[] = [];
  const length = rememberedLast((text) => {
    made.push(text);
    return text.length;
  });

  expect(["a", "a", "bb", "a"].map(length)).toEqual([1, 1, 2, 1]);
  expect(made).toEqual(["a", "bb", "a"]);
});
