import { expect, test } from "vitest";
import { counted, double, instant, longInstant, shortInstant } from "./words.ts";

const AT = Date.parse("2022-07-22T15:57:45.394Z");

test.for([
  [21, "21.0"],
  [0, "0.0"],
  [-0.5, "-0.5"],
  [0.0666851903306472, "0.0666851903306472"],
  [12_345_678, "1.2345678E7"],
  [1e7, "1.0E7"],
  [9_999_999, "9999999.0"],
  [0.0001, "1.0E-4"],
] as const)("%d is written %s", ([value, text]) => {
  expect(double(value)).toBe(text);
});

test("instants are written in three ways", () => {
  expect(instant(AT)).toBe("2022-07-22T15:57:45.394+0000");
  expect(shortInstant(AT)).toBe("22/07/22 15:57:45");
  expect(longInstant(AT)).toBe("Friday 22 July, 2022 15:57:45 UTC");
});

test("one is not many", () => {
  expect([counted(1, "period"), counted(2, "period")]).toEqual(["1 period", "2 periods"]);
});
