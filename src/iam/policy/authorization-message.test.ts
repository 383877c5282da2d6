import { expect, test } from "vitest";
import { authorizationMessage } from "./authorization-message.ts";
import { parsePolicy } from "./document.ts";
import { evaluateAccess, type AccessRequest, type PolicySets } from "./evaluate.ts";

const request: AccessRequest = {
  principal: {
    kind: "user",
    accountId: "111111111111",
    arn: "arn:aws:iam::111111111111:user/eng/ana",
    userId: "AIDAEXAMPLE",
  },
  action: "ec2:StopInstances",
  resource: "arn:aws:ec2:us-east-1:111111111111:instance/i-1",
  context: { "ec2:Tenancy": "default", "aws:TagKeys": ["a", "b"], "aws:Referer": undefined },
};

const told = (sets: PolicySets) => {
  const message = authorizationMessage(request, sets, evaluateAccess(request, sets));
  return JSON.parse(message) as unknown;
};

const context = {
  principal: { id: "AIDAEXAMPLE", name: "ana", arn: "arn:aws:iam::111111111111:user/eng/ana" },
  action: "ec2:StopInstances",
  resource: "arn:aws:ec2:us-east-1:111111111111:instance/i-1",
  conditions: {
    items: [
      { key: "aws:TagKeys", values: { items: [{ value: "a" }, { value: "b" }] } },
      { key: "ec2:Tenancy", values: { items: [{ value: "default" }] } },
    ],
  },
};

test("what nobody allows is told with the request as policies saw it", () => {
  expect(told({})).toEqual({
    allowed: false,
    explicitDeny: false,
    matchedStatements: { items: [] },
    failures: { items: [] },
    context,
  });
});

test("what a statement denies is told with that statement", () => {
  const document = parsePolicy(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "*", Resource: "*" },
        {
          Sid: "NotDefault",
          Effect: "Deny",
          Action: ["ec2:Stop*", "ec2:Start*"],
          Resource: "*",
          Condition: { StringEquals: { "ec2:Tenancy": "default" } },
        },
      ],
    }),
    { kind: "identity" },
  );
  expect(told({ identity: [{ name: "own", document }] })).toEqual({
    allowed: false,
    explicitDeny: true,
    matchedStatements: {
      items: [
        {
          statementId: "NotDefault",
          effect: "DENY",
          principals: { items: [{ value: "AIDAEXAMPLE" }] },
          principalGroups: { items: [] },
          actions: { items: [{ value: "ec2:Stop*" }, { value: "ec2:Start*" }] },
          resources: { items: [{ value: "*" }] },
          conditions: {
            items: [{ key: "ec2:Tenancy", values: { items: [{ value: "default" }] } }],
          },
        },
      ],
    },
    failures: { items: [] },
    context,
  });
});
