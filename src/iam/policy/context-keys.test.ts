import { expect, test } from "vitest";
import { requestContext } from "./context-keys.ts";
import type { RequestFacts } from "./context-keys.ts";
import type { Principal } from "./principal.ts";

const session: Principal = {
  kind: "role-session",
  accountId: "111111111111",
  arn: "arn:aws:sts::111111111111:assumed-role/worker/s1",
  issuerArn: "arn:aws:iam::111111111111:role/worker",
  userId: "AROAWORKER:s1",
};
const NOW = Date.UTC(2030, 0, 1);

function all(facts: RequestFacts, serviceKeys = {}) {
  const context = requestContext(facts, serviceKeys);
  return Object.fromEntries(context.names().map((name) => [name, context.get(name.toLowerCase())]));
}

test("a role session with a second factor, tags, and a service's own keys", () => {
  const facts: RequestFacts = {
    nowMs: NOW,
    principal: session,
    principalTags: { Team: "blue" },
    principalOrganization: { id: "o-1", path: "o-1/r-1/" },
    session: { issuedAt: NOW - 60_000, mfaAt: NOW - 90_000, sourceIdentity: "ana" },
    sourceIp: "10.0.0.1",
    secure: true,
    userAgent: "sdk",
    region: "us-east-1",
    requestTags: { Env: "dev" },
    resourceTags: { Env: "prod" },
    resourceAccountId: "222222222222",
    calledVia: ["athena.amazonaws.com", "s3.amazonaws.com"],
  };
  expect(all(facts, { "s3:prefix": "a/", "s3:none": undefined })).toEqual({
    "aws:CurrentTime": ["2030-01-01T00:00:00Z"],
    "aws:EpochTime": ["1893456000"],
    "aws:SecureTransport": ["true"],
    "aws:UserAgent": ["sdk"],
    "aws:RequestedRegion": ["us-east-1"],
    "aws:SourceIp": ["10.0.0.1"],
    "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/worker"],
    "aws:PrincipalAccount": ["111111111111"],
    "aws:PrincipalType": ["AssumedRole"],
    "aws:PrincipalIsAWSService": ["false"],
    "aws:PrincipalOrgID": ["o-1"],
    "aws:PrincipalOrgPaths": ["o-1/r-1/"],
    "aws:userid": ["AROAWORKER:s1"],
    "aws:MultiFactorAuthPresent": ["true"],
    "aws:MultiFactorAuthAge": ["90"],
    "aws:TokenIssueTime": ["2029-12-31T23:59:00Z"],
    "aws:SourceIdentity": ["ana"],
    "aws:TagKeys": ["Env"],
    "aws:ResourceAccount": ["222222222222"],
    "aws:CalledVia": ["athena.amazonaws.com", "s3.amazonaws.com"],
    "aws:CalledViaFirst": ["athena.amazonaws.com"],
    "aws:CalledViaLast": ["s3.amazonaws.com"],
    "aws:ViaAWSService": ["true"],
    "aws:PrincipalTag/Team": ["blue"],
    "aws:RequestTag/Env": ["dev"],
    "aws:ResourceTag/Env": ["prod"],
    "s3:prefix": ["a/"],
  });
});

test("a service that calls for a resource", () => {
  const principal: Principal = {
    kind: "service",
    arn: "sns.amazonaws.com",
    names: ["sns.amazonaws.com", "sns.us-east-1.amazonaws.com"],
    userId: "",
  };
  const source = { arn: "arn:aws:sns:us-east-1:111111111111:t", accountId: "111111111111" };
  expect(all({ nowMs: NOW, principal, secure: true, source })).toEqual({
    "aws:CurrentTime": ["2030-01-01T00:00:00Z"],
    "aws:EpochTime": ["1893456000"],
    "aws:SecureTransport": ["true"],
    "aws:PrincipalIsAWSService": ["true"],
    "aws:PrincipalServiceName": ["sns.amazonaws.com"],
    "aws:PrincipalServiceNamesList": ["sns.amazonaws.com", "sns.us-east-1.amazonaws.com"],
    "aws:SourceArn": ["arn:aws:sns:us-east-1:111111111111:t"],
    "aws:SourceAccount": ["111111111111"],
    "aws:ViaAWSService": ["false"],
  });
});

test("a user with long-term keys has a name, and no second factor to speak of", () => {
  const principal: Principal = {
    kind: "user",
    accountId: "111111111111",
    arn: "arn:aws:iam::111111111111:user/ana",
    userId: "AIDAANA",
  };
  const context = requestContext({ nowMs: NOW, principal, userName: "ana", secure: false });
  expect(context.get("aws:username")).toEqual(["ana"]);
  expect(context.get("aws:multifactorauthpresent")).toBe(undefined);
  expect(context.get("aws:tagkeys")).toBe(undefined);
  expect(context.get("aws:principaltag/team")).toBe(undefined);
});

test("through a VPC endpoint the address has another name, and nothing is computed unasked", () => {
  const facts = {
    nowMs: NOW,
    principal: session,
    secure: true,
    sourceIp: "10.0.0.1",
    vpc: { id: "vpc-1", endpointId: "vpce-1" },
    get resourceTags(): never {
      throw new Error("nobody asked");
    },
  };
  const context = requestContext(facts);
  expect(context.get("aws:sourceip")).toBe(undefined);
  expect(context.get("aws:vpcsourceip")).toEqual(["10.0.0.1"]);
  expect(context.get("aws:sourcevpce")).toEqual(["vpce-1"]);
});
