import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addNumbers,
  compareNumbers,
  normalNumber,
  numberBytes,
  numberOrder,
  subtractNumbers,
} from "./number.ts";

test.for([
  ["0", "0"],
  ["-0.000", "0"],
  ["+012.500", "12.5"],
  ["1E3", "1000"],
  ["12.30e-5", "0.000123"],
  [".5", "0.5"],
  ["5.", "5"],
  ["-1e-130", `-0.${"0".repeat(129)}1`],
  ["9.9e125", `99${"0".repeat(124)}`],
  ["12345678901234567890123456789012345678", "12345678901234567890123456789012345678"],
])("%s is kept as %s", ([written, kept]) => {
  expect(normalNumber(written!)).toBe(kept);
});

test.for([
  ["", "The parameter cannot be converted to a numeric value"],
  ["b", "The parameter cannot be converted to a numeric value: b"],
  [" 1", "The parameter cannot be converted to a numeric value:  1"],
  ["NaN", "The parameter cannot be converted to a numeric value: NaN"],
  [
    "123456789012345678901234567890123456789",
    "Attempting to store more than 38 significant digits in a Number",
  ],
  [
    "-1e126",
    "Number overflow. Attempting to store a number with magnitude larger than supported range",
  ],
  [
    "1e-131",
    "Number underflow. Attempting to store a number with magnitude smaller than supported range",
  ],
])("%s is refused: %s", ([written, sentence]) => {
  expect(() => normalNumber(written!)).toThrow(sentence);
});

const numbers = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 38n - 1n }),
    fc.integer({ min: -80, max: 80 }),
  )
  .map(([negative, digits, power]) => normalNumber(`${negative ? "-" : ""}${digits}e${power}`));

test("the order of the key texts is the order of the numbers", () => {
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const byText = numberOrder(a) < numberOrder(b) ? -1 : a === b ? 0 : 1;
      expect(Math.sign(compareNumbers(a, b))).toBe(byText);
    }),
  );
});

test("the key texts keep the order of numbers that are next to each other", () => {
  const ordered = ["-1e125", "-100", "-1.23", "-1.2", "-1", "-0.5", "0", "0.05", "0.5", "1", "1.2"];
  const texts = ordered.map((text) => numberOrder(normalNumber(text)));
  expect(texts.toSorted()).toEqual(texts);
});

test("sums are exact to 38 digits, and what needs more is an overflow", () => {
  expect(addNumbers("10000000000000000000000", "1")).toBe("10000000000000000000001");
  expect(addNumbers("0.1", "0.2")).toBe("0.3");
  expect(subtractNumbers("1", "1.5")).toBe("-0.5");
  expect(subtractNumbers("5", "5")).toBe("0");
  expect(() => addNumbers(normalNumber("1e50"), "1")).toThrow("Number overflow.");
});

test.for([
  ["0", 1],
  ["1", 2],
  ["-1", 3],
  ["100", 2],
  ["123", 3],
  ["1.5", 3],
  ["0.01", 2],
] as const)("%s takes %i bytes", ([text, bytes]) => {
  expect(numberBytes(text)).toBe(bytes);
});
