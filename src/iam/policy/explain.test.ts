import { describe, expect, test } from "vitest";
import { denialMessage } from "./decision.ts";
import { parsePolicy } from "./document.ts";
import type { AccessRequest, PolicySets } from "./evaluate.ts";
import {
  ACCOUNT,
  QUEUE,
  ana,
  root,
  session,
  stranger,
  policy,
  allow,
  deny,
  identity,
  limit,
  everything,
  nothing,
  decide,
  outcome,
  ALLOWED,
  no,
  denied,
} from "./evaluate.testing.ts";
import type { Written } from "./evaluate.testing.ts";

const but = (arns: string[]): PolicySets => ({
  identity: identity(everything),
  resource: [policy("queue", "resource", { ...deny("sqs:*"), NotPrincipal: { AWS: arns } })],
});

describe("NotPrincipal", () => {
  test("a deny spares those of whom every part is listed", () => {
    expect(outcome(ana, but([ana.arn, root.arn]))).toBe(ALLOWED);
    expect(outcome(ana, but([ana.arn]))).toBe(denied("a resource-based policy"));
    const role = session.issuerArn ?? "";
    expect(outcome(session, but([session.arn, role, ACCOUNT]))).toBe(ALLOWED);
    expect(outcome(session, but([role, ACCOUNT]))).toBe(denied("a resource-based policy"));
    expect(outcome(root, but([root.arn]))).toBe(ALLOWED);
  });
});

describe("explanations", () => {
  test("an allowed call names the statement that allowed it", () => {
    const own = identity(allow("s3:*"), allow("sqs:*", "*", { Sid: "Queues" }));
    expect(decide(ana, { identity: own })).toEqual({
      allowed: true,
      kind: "allowed",
      decidedBy: { policyType: "identity", policy: "own", index: 1, sid: "Queues" },
      missing: [],
      smallestPolicy: undefined,
      reasonText: "",
    });
  });

  test("an explicit denial names the statement that denied it", () => {
    const sets = { identity: identity(everything, deny("sqs:Send*", QUEUE, { Sid: "Stop" })) };
    expect(decide(ana, sets).decidedBy).toEqual({
      policyType: "identity",
      policy: "own",
      index: 1,
      sid: "Stop",
    });
  });

  test("an implicit denial says all that is missing, and adding that allows the call", () => {
    const decision = decide(stranger, { scps: [[limit("p", nothing)]] });
    expect(decision.missing).toEqual(
      (["scp", "identity", "resource"] as const).map((policyType) => ({
        policyType,
        smallestPolicy: {
          version: "2012-10-17",
          statements: [
            {
              effect: "Allow",
              ...(policyType === "resource" && { principal: { aws: [stranger.arn] } }),
              actions: ["sqs:SendMessage"],
              resources: [QUEUE],
              conditions: [],
            },
          ],
        },
      })),
    );
    const [scp, own, queue] = decision.missing.map(({ smallestPolicy: document }) => [
      { name: "added", document },
    ]);
    expect(outcome(stranger, { scps: [scp ?? []], identity: own, resource: queue })).toBe(ALLOWED);
  });

  test("AWS's whole sentence", () => {
    const decision = decide(ana, {}, { action: "sqs:CreateQueue" });
    expect(denialMessage(ana, "sqs:CreateQueue", QUEUE, decision)).toBe(
      "User: arn:aws:iam::111111111111:user/ana is not authorized to perform: sqs:CreateQueue on resource: " +
        "arn:aws:sqs:us-east-1:111111111111:jobs because no identity-based policy allows the sqs:CreateQueue action",
    );
    expect(denialMessage(ana, "sqs:CreateQueue", undefined, decision)).toBe(
      "User: arn:aws:iam::111111111111:user/ana is not authorized to perform: sqs:CreateQueue " +
        "because no identity-based policy allows the sqs:CreateQueue action",
    );
  });
});

const only = (statement: Written, more: Partial<AccessRequest> = {}) =>
  outcome(ana, { identity: identity({ Effect: "Allow", ...statement }) }, more) === ALLOWED;

describe("statements", () => {
  test("NotAction and NotResource mean all others", () => {
    expect(only({ NotAction: "iam:*", Resource: "*" })).toBe(true);
    expect(only({ NotAction: ["iam:*", "SQS:sendmessage"], Resource: "*" })).toBe(false);
    expect(only({ Action: "*", NotResource: "arn:aws:s3:::*" })).toBe(true);
    expect(only({ Action: "*", NotResource: [QUEUE] })).toBe(false);
  });

  test("variables stand for what is known of the caller, in version 2012-10-17", () => {
    const own = { Action: "sqs:*", Resource: `arn:aws:sqs:*:${ACCOUNT}:\${aws:username}` };
    expect(only(own, { context: { "aws:username": "jobs" } })).toBe(true);
    expect(only(own, { context: { "aws:username": "*" } })).toBe(false);
    expect(only(own)).toBe(false);
    const old = JSON.stringify({
      Version: "2008-10-17",
      Statement: { Effect: "Allow", ...own },
    });
    const document = parsePolicy(old, { kind: "identity", errorCode: "x" });
    const sets = { identity: [{ name: "old", document }] };
    expect(outcome(ana, sets, { context: { "aws:username": "jobs" } })).toBe(
      no("identity-based policy"),
    );
  });
});
