import { expect, test } from "vitest";
import { alarmsOf, holds, parseRule, RuleError } from "./rule.ts";

const STATES = { cpu: "ALARM", disk: "OK", "the net": "INSUFFICIENT_DATA" } as const;
const stateOf = (name: string) => STATES[name as keyof typeof STATES];

test.for([
  ["ALARM(cpu)", true],
  ["ALARM(disk)", false],
  ['INSUFFICIENT_DATA("the net")', true],
  ["ALARM(cpu) AND ALARM(disk)", false],
  ["ALARM(cpu) AND NOT ALARM(disk)", true],
  ['(ALARM(cpu) OR ALARM(disk)) AND OK("the net")', false],
  ["ALARM(disk) AND ALARM(disk) OR ALARM(cpu)", true],
  ["NOT (ALARM(cpu) OR OK(disk))", false],
  ["NOT NOT TRUE", true],
  ["False", false],
  ["ALARM( cpu )  AND\n OK ( disk )", true],
  ["ALARM(nobody)", false],
] as const)("%s is %s", ([rule, expected]) => {
  expect(holds(parseRule(rule), stateOf)).toBe(expected);
});

test("a rule names its alarms, each once", () => {
  const rule = parseRule('ALARM(a) OR (OK("b \\"c") AND NOT ALARM(a)) OR TRUE');
  expect(alarmsOf(rule)).toEqual(["a", 'b "c']);
});

test.for(["", "ALARM(a", "ALARM()", "ALARM(a) OK(b)", "a", "(TRUE", "AND TRUE", "TRUE OR", "!"])(
  "%j is no rule",
  (text) => {
    expect(() => parseRule(text)).toThrow(RuleError);
  },
);
