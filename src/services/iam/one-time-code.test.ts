import { expect, test } from "vitest";
import { base32, oneTimeCode, stepAt, stepOfCode, stepOfCodes } from "./one-time-code.ts";
import type { MfaDevice } from "./state.ts";

/** The seed and the times of RFC 6238's appendix B; its codes have two digits more. */
const SEED = Buffer.from("12345678901234567890");
const NOW = 1_234_567_890_000;
const STEP = stepAt(NOW);

const DEVICE: MfaDevice = {
  serial: "arn:aws:iam::000000000000:mfa/phone",
  createdAt: 0,
  seed: SEED,
  tags: {},
  driftSteps: 0,
  usedStep: 0,
};

const code = (step: number) => oneTimeCode(SEED, step);

test.for([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
] as const)("at second %d the code is %s", ([second, expected]) => {
  expect(code(stepAt(second * 1000))).toBe(expected);
});

test("seeds are written in base 32", () => {
  expect(base32(SEED)).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
});

test("a code is good a step early or late, and once", () => {
  const found = [-2, -1, 0, 1, 2].map((off) => stepOfCode(DEVICE, code(STEP + off), NOW));
  expect(found).toEqual([undefined, STEP - 1, STEP, STEP + 1, undefined]);
  const used = { ...DEVICE, usedStep: STEP };
  expect(stepOfCode(used, code(STEP), NOW)).toBe(undefined);
  expect(stepOfCode(used, code(STEP + 1), NOW)).toBe(STEP + 1);
});

test("a device whose clock is ahead is followed", () => {
  const ahead = { ...DEVICE, driftSteps: 5 };
  expect(stepOfCode(ahead, code(STEP + 6), NOW)).toBe(STEP + 6);
  expect(stepOfCode(ahead, code(STEP), NOW)).toBe(undefined);
});

test("two codes that follow one another tell a device's clock, ten minutes off at most", () => {
  const pair = (from: number, to = from + 1) =>
    stepOfCodes(DEVICE, [code(STEP + from), code(STEP + to)], NOW);
  expect([pair(0), pair(-20), pair(20)]).toEqual([STEP + 1, STEP - 19, STEP + 21]);
  expect([pair(21), pair(-21), pair(0, 2), pair(1, 0)]).toEqual(Array(4).fill(undefined));
});
