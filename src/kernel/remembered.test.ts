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
