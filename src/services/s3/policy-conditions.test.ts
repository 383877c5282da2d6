import { expect, test } from "vitest";
import { conditionProblem } from "./policy-conditions.ts";

test("operators and keys that a policy may use are taken, in any spelling", () => {
  expect(
    conditionProblem({
      StringEquals: { "s3:x-amz-acl": "public-read", "S3:ExistingObjectTag/team": "a" },
      NumericLessThanIfExists: { "s3:TLSVersion": "1.2" },
      Bool: { "aws:SecureTransport": "false" },
      "ForAnyValue:StringLike": { "s3:RequestObjectTagKeys": "t*" },
    }),
  ).toBe(undefined);
});

test.for([
  [{ Foo: { "aws:SourceIp": "10.0.0.0/8" } }, "Invalid Condition type : Foo"],
  [{ StringEquals: { "s3:x-acl": "private" } }, "Policy has an invalid condition key"],
  [{ StringEquals: { "s3:ExistingObjectTag/": "x" } }, "Policy has an invalid condition key"],
  [{ StringEquals: { prefix: "x" } }, "Policy has an invalid condition key"],
] as const)("%j is refused", ([condition, sentence]) => {
  expect(conditionProblem(condition)).toBe(sentence);
});
