/** Before every test file: nothing may leave this machine, and a test that tries fails. */
import { afterAll, expect } from "vitest";
import { takeAttempts } from "./outward.ts";

afterAll(() => {
  expect(takeAttempts(), "what tried to leave this machine").toEqual([]);
});
