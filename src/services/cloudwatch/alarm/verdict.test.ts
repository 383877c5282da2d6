import { expect, test } from "vitest";
import { judge, type MissingData, type Point } from "./verdict.ts";

/** "0 - X": the oldest first; 0 is good, X breaches, - is missing. */
const pointsOf = (drawn: string): Point[] =>
  drawn
    .split(" ")
    .map((sign, at) => ({ at, value: sign === "-" ? undefined : sign === "X" ? 1 : 0 }));

const stateOf = (drawn: string, toAlarm: number, missingData: MissingData) =>
  judge(pointsOf(drawn), { periods: 3, toAlarm, missingData, breaches: (value) => value > 0 })
    .value;

const KEPT = undefined;
const NONE = "INSUFFICIENT_DATA";

// AWS's own tables: three of three, then two of three.
test.for([
  ["0 - X - X", 3, ["OK", "OK", "OK", "OK"]],
  ["0 - - - -", 3, ["OK", "OK", "OK", "OK"]],
  ["- - - - -", 3, [NONE, KEPT, "ALARM", "OK"]],
  ["0 X X - X", 3, ["ALARM", "ALARM", "ALARM", "ALARM"]],
  ["- - X - -", 3, ["ALARM", KEPT, "ALARM", "OK"]],
  ["- - - - X", 3, [KEPT, KEPT, "ALARM", "OK"]],
  ["- - - X -", 3, [KEPT, KEPT, "ALARM", "OK"]],
  ["0 - X - X", 2, ["ALARM", "ALARM", "ALARM", "ALARM"]],
  ["0 0 X 0 X", 2, ["ALARM", "ALARM", "ALARM", "ALARM"]],
  ["0 - X - -", 2, ["OK", "OK", "ALARM", "OK"]],
  ["- - - - 0", 2, ["OK", "OK", "ALARM", "OK"]],
  ["- - - X -", 2, ["ALARM", KEPT, "ALARM", "OK"]],
] as const)("%s with %i of 3", ([drawn, toAlarm, states]) => {
  const found = (["missing", "ignore", "breaching", "notBreaching"] as const).map((missingData) =>
    stateOf(drawn, toAlarm, missingData),
  );
  expect(found).toEqual(states);
});

test("the newest points count, and it is known how many had to be filled in", () => {
  const criteria = { periods: 2, toAlarm: 2, breaches: (value: number) => value > 0 };
  expect(judge(pointsOf("X X 0 -"), { ...criteria, missingData: "missing" })).toEqual({
    value: "OK",
    evaluated: [
      { at: 2, value: 0 },
      { at: 1, value: 1 },
    ],
    filled: 0,
  });
  expect(judge(pointsOf("- - X -"), { ...criteria, missingData: "breaching" })).toEqual({
    value: "ALARM",
    evaluated: [{ at: 2, value: 1 }],
    filled: 1,
  });
});
