/**
 * What the tests of decisions share: callers, policies written short, and a decision as one text.
 */
import { parsePolicy } from "./document.ts";
import type { PolicyKind } from "./document.ts";
import { evaluateAccess } from "./evaluate.ts";
import type { AccessRequest, AttachedPolicy, PolicySets } from "./evaluate.ts";
import type { Principal } from "./principal.ts";

export const ACCOUNT = "111111111111";
export const OTHER = "222222222222";
export const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:jobs`;

export const ana: Principal = {
  kind: "user",
  accountId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:user/ana`,
  userId: "AIDAANA",
};
export const root: Principal = {
  kind: "root",
  accountId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  userId: ACCOUNT,
};
export const session: Principal = {
  kind: "role-session",
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/worker/s1`,
  issuerArn: `arn:aws:iam::${ACCOUNT}:role/worker`,
  userId: "AROAWORKERWORKER:s1",
};
export const federated: Principal = {
  kind: "federated-user",
  accountId: ACCOUNT,
  arn: `arn:aws:sts::${ACCOUNT}:federated-user/bob`,
  issuerArn: ana.arn,
  userId: `${ACCOUNT}:bob`,
};
export const lambda: Principal = { kind: "service", arn: "lambda.amazonaws.com", userId: "" };
export const anonymous: Principal = { kind: "anonymous", arn: "anonymous", userId: "anonymous" };
export const stranger: Principal = {
  kind: "user",
  accountId: OTHER,
  arn: `arn:aws:iam::${OTHER}:user/eve`,
  userId: "AIDAEVE",
};

export type Written = Record<string, unknown>;

export function policy(name: string, kind: PolicyKind, ...statements: Written[]): AttachedPolicy {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  return { name, document: parsePolicy(text, { kind }) };
}

export const allow = (Action: string, Resource = "*", more: Written = {}): Written => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
export const deny = (Action: string, Resource = "*", more: Written = {}): Written => ({
  ...allow(Action, Resource, more),
  Effect: "Deny",
});

export const identity = (...statements: Written[]) => [policy("own", "identity", ...statements)];
export const limit = (name: string, ...statements: Written[]) =>
  policy(name, "identity", ...statements);
export const resource = (Principal: unknown, statement: Written = allow("sqs:*", QUEUE)) => [
  policy("queue", "resource", { ...statement, Principal }),
];
export const AWS = (arn: string) => ({ AWS: arn });
export const everything = allow("*");
export const nothing = allow("none:None");

export function decide(principal: Principal, sets: PolicySets, more: Partial<AccessRequest> = {}) {
  const request: AccessRequest = {
    principal,
    action: "sqs:SendMessage",
    resource: QUEUE,
    resourceAccountId: ACCOUNT,
    context: {},
    ...more,
  };
  return evaluateAccess(request, sets);
}

/** "allowed", or AWS's reason. */
export function outcome(principal: Principal, sets: PolicySets, more: Partial<AccessRequest> = {}) {
  const decision = decide(principal, sets, more);
  return decision.allowed ? "allowed" : decision.reasonText;
}

export const ALLOWED = "allowed";
export const no = (policyName: string) =>
  `because no ${policyName} allows the sqs:SendMessage action`;
export const denied = (policyName: string) => `with an explicit deny in ${policyName}`;

export type Case = [fact: string, principal: Principal, sets: PolicySets, expected: string];
