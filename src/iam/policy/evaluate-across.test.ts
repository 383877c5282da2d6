import { describe, expect, test } from "vitest";
import type { PolicySets } from "./evaluate.ts";
import {
  ACCOUNT,
  OTHER,
  ana,
  root,
  lambda,
  anonymous,
  stranger,
  policy,
  allow,
  deny,
  identity,
  limit,
  resource,
  AWS,
  everything,
  nothing,
  outcome,
  ALLOWED,
  no,
  denied,
} from "./evaluate.testing.ts";
import type { Case } from "./evaluate.testing.ts";
import type { Principal } from "./principal.ts";

describe("across accounts, and without one", () => {
  const may = { identity: identity(allow("sqs:*")) };
  test.for<Case>([
    ["the caller's policy alone", stranger, may, no("resource-based policy")],
    [
      "the resource's policy alone",
      stranger,
      { resource: resource(AWS(stranger.arn)) },
      no("identity-based policy"),
    ],
    ["both", stranger, { ...may, resource: resource(AWS(stranger.arn)) }, ALLOWED],
    [
      "both, where the resource trusts the account",
      stranger,
      { ...may, resource: resource(AWS(`arn:aws:iam::${OTHER}:root`)) },
      ALLOWED,
    ],
    ["both, where everyone may", stranger, { ...may, resource: resource("*") }, ALLOWED],
    [
      "another account is trusted",
      stranger,
      { ...may, resource: resource(AWS("333333333333")) },
      no("resource-based policy"),
    ],
    [
      "the caller's boundary cuts even a direct grant",
      stranger,
      { ...may, boundary: limit("b", nothing), resource: resource(AWS(stranger.arn)) },
      no("permissions boundary"),
    ],
    [
      "another account's root needs the resource's policy",
      { ...root, accountId: OTHER, arn: `arn:aws:iam::${OTHER}:root` },
      {},
      no("resource-based policy"),
    ],
    ["a service without resource policy", lambda, {}, no("resource-based policy")],
    [
      "a service that is named",
      lambda,
      { resource: resource({ Service: ["lambda.amazonaws.com"] }) },
      ALLOWED,
    ],
    [
      "another service is named",
      lambda,
      { resource: resource({ Service: "sns.amazonaws.com" }) },
      no("resource-based policy"),
    ],
    ["everyone holds for anonymous callers", anonymous, { resource: resource("*") }, ALLOWED],
    [
      "an account does not",
      anonymous,
      { resource: resource(AWS(ACCOUNT)) },
      no("resource-based policy"),
    ],
  ])("%s", ([, principal, sets, expected]) => {
    expect(outcome(principal, sets)).toBe(expected);
  });
});

describe("resources whose policy must allow", () => {
  const rule = { resourceRule: "required" } as const;
  const may = { identity: identity(everything) };
  test.for<Case>([
    ["an identity policy is not enough", ana, { ...rule, ...may }, no("resource-based policy")],
    ["nor is being root", root, rule, no("resource-based policy")],
    [
      "the account is trusted, and its policy allows",
      ana,
      { ...rule, ...may, resource: resource(AWS(root.arn)) },
      ALLOWED,
    ],
    [
      "the account is trusted, and no policy of it allows",
      ana,
      { ...rule, resource: resource(AWS(root.arn)) },
      no("identity-based policy"),
    ],
    [
      "the account is trusted, and root asks",
      root,
      { ...rule, resource: resource(AWS(root.arn)) },
      ALLOWED,
    ],
    ["the user is named", ana, { ...rule, resource: resource(AWS(ana.arn)) }, ALLOWED],
    [
      "a grant stands for both sides",
      stranger,
      { ...rule, grants: resource(AWS(stranger.arn)) },
      ALLOWED,
    ],
    [
      "a grant does not lift a deny",
      ana,
      { ...rule, grants: resource(AWS(ana.arn)), identity: identity(deny("sqs:*")) },
      denied("an identity-based policy"),
    ],
  ])("%s", ([, principal, sets, expected]) => {
    expect(outcome(principal, sets)).toBe(expected);
  });
});

describe("roles and their trust policies", () => {
  const role = `arn:aws:iam::${ACCOUNT}:role/worker`;
  const assume = (principal: Principal, Principal: unknown, own: PolicySets = {}) => {
    const statement = { Effect: "Allow", Action: "sts:AssumeRole", Principal };
    const trust = [policy("trust", "trust", statement)];
    const request = { action: "sts:AssumeRole", resource: role };
    return outcome(principal, { ...own, resource: trust, resourceRule: "trust" }, request);
  };
  const may = { identity: identity(allow("sts:AssumeRole", role)) };

  test("a user that is named needs no policy of its own", () => {
    expect(assume(ana, AWS(ana.arn))).toBe(ALLOWED);
  });
  test("a trusted account decides by its own policies", () => {
    const reason = "because no identity-based policy allows the sts:AssumeRole action";
    expect(assume(ana, AWS(root.arn))).toBe(reason);
    expect(assume(ana, AWS(root.arn), may)).toBe(ALLOWED);
  });
  test("a role that does not trust the caller", () => {
    const reason = "because no role trust policy allows the sts:AssumeRole action";
    expect(assume(ana, { Service: "ec2.amazonaws.com" }, may)).toBe(reason);
    expect(assume(stranger, AWS(root.arn), may)).toBe(reason);
  });
  test("services and identity providers are trusted by name", () => {
    expect(assume(lambda, { Service: "lambda.amazonaws.com" })).toBe(ALLOWED);
    const google: Principal = { kind: "federated", arn: "accounts.google.com", userId: "" };
    expect(assume(google, { Federated: "accounts.google.com" })).toBe(ALLOWED);
    expect(assume(google, { Federated: "www.amazon.com" })).toBe(
      "because no role trust policy allows the sts:AssumeRole action",
    );
  });
});
