import { describe, expect, test } from "vitest";
import {
  ACCOUNT,
  ana,
  root,
  session,
  federated,
  lambda,
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

describe("within an account", () => {
  test.for<Case>([
    ["nothing allows", ana, {}, no("identity-based policy")],
    ["an identity policy allows", ana, { identity: identity(allow("sqs:Send*")) }, ALLOWED],
    [
      "an identity policy of another action",
      ana,
      { identity: identity(allow("sqs:Get*")) },
      no("identity-based policy"),
    ],
    [
      "a deny wins over an allow",
      ana,
      { identity: identity(everything, deny("sqs:*")) },
      denied("an identity-based policy"),
    ],
    [
      "a resource policy alone suffices for the user that it names",
      ana,
      { resource: resource(AWS(ana.arn)) },
      ALLOWED,
    ],
    ["a resource policy for everyone suffices", ana, { resource: resource("*") }, ALLOWED],
    [
      "a resource policy for the account leaves it to the account",
      ana,
      { resource: resource(AWS(ACCOUNT)) },
      no("identity-based policy"),
    ],
    [
      "a deny in the resource policy wins",
      ana,
      { identity: identity(everything), resource: resource("*", deny("sqs:*")) },
      denied("a resource-based policy"),
    ],
    [
      "a boundary allows nothing by itself",
      ana,
      { boundary: limit("b", everything) },
      no("identity-based policy"),
    ],
    [
      "a boundary cuts the identity policy",
      ana,
      { identity: identity(everything), boundary: limit("b", nothing) },
      no("permissions boundary"),
    ],
    [
      "both boundary and identity policy allow",
      ana,
      { identity: identity(everything), boundary: limit("b", allow("sqs:*")) },
      ALLOWED,
    ],
    [
      "a deny in the boundary",
      ana,
      { identity: identity(everything), boundary: limit("b", everything, deny("sqs:*")) },
      denied("a permissions boundary"),
    ],
    [
      "a boundary does not cut what a resource policy grants to the user itself",
      ana,
      { boundary: limit("b", nothing), resource: resource(AWS(ana.arn)) },
      ALLOWED,
    ],
    [
      "a boundary cuts what a resource policy grants to the role",
      session,
      { boundary: limit("b", nothing), resource: resource(AWS(session.issuerArn ?? "")) },
      no("permissions boundary"),
    ],
    [
      "a resource policy for the role suffices without boundary",
      session,
      { resource: resource(AWS(session.issuerArn ?? "")) },
      ALLOWED,
    ],
    [
      "a session policy cuts what a resource policy grants to the role",
      session,
      { session: [limit("s", nothing)], resource: resource(AWS(session.issuerArn ?? "")) },
      no("session policy"),
    ],
    [
      "a grant to the session itself is not cut",
      session,
      {
        boundary: limit("b", nothing),
        session: [limit("s", nothing)],
        resource: resource(AWS(session.arn)),
      },
      ALLOWED,
    ],
    [
      "a role may be named by its unique id",
      session,
      { resource: resource(AWS("AROAWORKERWORKER")) },
      ALLOWED,
    ],
    [
      "a session policy cuts the role's policies",
      session,
      { identity: identity(everything), session: [limit("s", allow("s3:*"))] },
      no("session policy"),
    ],
    [
      "a deny in a session policy",
      session,
      { identity: identity(everything), session: [limit("s", deny("sqs:*"))] },
      denied("a session policy"),
    ],
    [
      "a federated user without session policy may do nothing",
      federated,
      { identity: identity(everything) },
      no("session policy"),
    ],
    [
      "a federated user with one may do what both allow",
      federated,
      { identity: identity(everything), session: [limit("s", everything)] },
      ALLOWED,
    ],
    ["root needs no policy", root, {}, ALLOWED],
    [
      "root is bound by a deny of the resource",
      root,
      { resource: resource(AWS(root.arn), deny("sqs:*")) },
      denied("a resource-based policy"),
    ],
    [
      "root is bound by an SCP",
      root,
      { scps: [[limit("p", nothing)]] },
      no("service control policy"),
    ],
  ])("%s", ([, principal, sets, expected]) => {
    expect(outcome(principal, sets)).toBe(expected);
  });
});

describe("limits of the organisation and of the endpoint", () => {
  const may = { identity: identity(everything) };
  const full = limit("FullAWSAccess", everything);
  test.for<Case>([
    [
      "every level of SCPs allows",
      ana,
      { ...may, scps: [[full], [limit("ou", allow("sqs:*")), limit("x", nothing)]] },
      ALLOWED,
    ],
    [
      "one level of SCPs does not",
      ana,
      { ...may, scps: [[full], [limit("ou", allow("s3:*"))], [full]] },
      no("service control policy"),
    ],
    [
      "a level without any SCP allows nothing",
      ana,
      { ...may, scps: [[full], []] },
      no("service control policy"),
    ],
    [
      "a deny in an SCP",
      ana,
      { ...may, scps: [[full, limit("d", deny("sqs:*"))]] },
      denied("a service control policy"),
    ],
    [
      "SCPs do not bind service-linked roles",
      { ...session, serviceLinkedRole: true },
      { ...may, scps: [[limit("d", deny("*"))]], rcps: [[limit("d", deny("*"))]] },
      ALLOWED,
    ],
    [
      "SCPs do not bind services",
      lambda,
      { scps: [[limit("d", deny("*"))]], resource: resource({ Service: "lambda.amazonaws.com" }) },
      ALLOWED,
    ],
    [
      "RCPs bind services",
      lambda,
      {
        rcps: [[policy("r", "resource", { ...deny("*"), Principal: "*" })]],
        resource: resource({ Service: "lambda.amazonaws.com" }),
      },
      denied("a resource control policy"),
    ],
    [
      "an RCP that does not allow",
      ana,
      { ...may, rcps: [[policy("r", "resource", { ...nothing, Principal: "*" })]] },
      no("resource control policy"),
    ],
    [
      "an SCP limits what a resource policy grants",
      ana,
      { resource: resource(AWS(ana.arn)), scps: [[limit("p", nothing)]] },
      no("service control policy"),
    ],
    [
      "an endpoint policy that does not allow",
      ana,
      { ...may, endpoint: policy("vpce", "resource", { ...allow("s3:*"), Principal: "*" }) },
      no("VPC endpoint policy"),
    ],
    [
      "an endpoint policy for another",
      ana,
      {
        ...may,
        endpoint: policy("vpce", "resource", { ...everything, Principal: AWS(stranger.arn) }),
      },
      no("VPC endpoint policy"),
    ],
    [
      "an endpoint policy that denies",
      ana,
      { ...may, endpoint: policy("vpce", "resource", { ...deny("sqs:*"), Principal: "*" }) },
      denied("a VPC endpoint policy"),
    ],
  ])("%s", ([, principal, sets, expected]) => {
    expect(outcome(principal, sets)).toBe(expected);
  });
});
