import { expect, test } from "vitest";
import { parsePolicy } from "./document.ts";
import type { AccessRequest } from "./evaluate.ts";
import { contextKeysOf, matchedStatements, missingContextValues } from "./simulate.ts";

const document = parsePolicy(
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Sid: "A", Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::${aws:username}/*" },
      {
        Sid: "B",
        Effect: "Deny",
        Action: "s3:Get*",
        Resource: "*",
        Condition: {
          StringEquals: { "aws:PrincipalTag/Team": "${aws:ResourceTag/Team}", "AWS:UserName": "x" },
        },
      },
      { Sid: "C", Effect: "Deny", Action: "s3:GetObject", Resource: "*" },
    ],
  }),
  { kind: "identity" },
);
const sets = { identity: [{ name: "own", document }] };
const request: AccessRequest = {
  principal: { kind: "user", accountId: "1", arn: "arn:aws:iam::1:user/ana", userId: "A" },
  action: "s3:GetObject",
  resource: "arn:aws:s3:::ana/key",
  context: { "aws:username": "ana" },
};

test("all statements that apply, not only the one that decides", () => {
  const own = { policyType: "identity", policy: "own" };
  const [first, , third] = document.statements;
  expect(matchedStatements(request, sets)).toEqual([
    { ...own, index: 0, sid: "A", effect: "Allow", statement: first },
    { ...own, index: 2, sid: "C", effect: "Deny", statement: third },
  ]);
});

test("the keys that policies ask for, once each, and those that nobody gave", () => {
  expect(contextKeysOf([document])).toEqual([
    "aws:username",
    "aws:PrincipalTag/Team",
    "aws:ResourceTag/Team",
  ]);
  expect(missingContextValues(request, sets)).toEqual([
    "aws:PrincipalTag/Team",
    "aws:ResourceTag/Team",
  ]);
});
