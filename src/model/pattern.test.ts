import { expect, test } from "vitest";
import { openModels } from "./load.ts";
import { compilePattern } from "./pattern.ts";

test.for([
  ["[a-z]+", "abc", true],
  ["[a-z]+", "abc1", false],
  ["a|b", "ab", false],
  ["^$|^https://.*", "", true],
  [String.raw`[\p{L}\p{Z}-_]*`, "é -", true],
  [String.raw`\p{L}+`, "é1", false],
  [String.raw`\p{Print}+`, "a b~", true],
  [String.raw`\p{Print}+`, "a\tb", false],
  [String.raw`[\p{Upper}\p{Digit}_]+`, "A_1", true],
  ["(?s).{1,3}", "a\nb", true],
  [".{1,3}", "a\nb", false],
  ["^(?i)(true|false)$", "TRUE", true],
  [String.raw`\d{1}+:\d{12}+`, "1:123456789012", true],
  ["[*+]+", "*+", true],
  ["[!?+-/]", ".", true],
  [String.raw`\A\S[\p{Print}]*\z`, "x y", true],
  ["^[-_a-zA-Z0-9]*${2,64}$", "a-b", true],
  [String.raw`[\x{0022}]+`, '""', true],
  // No quantifier: a piece of the value.
  ["vpc-[0-9a-fA-F]", "vpc-0123456789abcdef0", true],
  ["vpc-[0-9a-fA-F]", "subnet-1", false],
] as const)("%s for %j: %s", ([pattern, text, matches]) => {
  expect(compilePattern(pattern)?.test(text)).toBe(matches);
});

test("the patterns of all models that JavaScript cannot say are these", () => {
  const models = openModels();
  let patterns = 0;
  const unsaid: string[] = [];
  for (const name of Object.keys(models.index.services)) {
    for (const shape of models.service(name).shapes.values()) {
      if (shape.pattern === undefined) continue;
      patterns += 1;
      if (shape.regexp === undefined) unsaid.push(`${name} ${shape.name}`);
    }
  }
  expect(patterns).toBe(8660);
  expect(unsaid).toEqual([
    "autoscaling-plans ScalingPlanName",
    "budgets BudgetName",
    "qbusiness MessageBody",
    "rbin RuleArn",
    "sso-admin ClaimAttributePath",
  ]);
});
