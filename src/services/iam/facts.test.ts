import { expect, test } from "vitest";
import type { Identities } from "../../iam/identities.ts";
import { bindService } from "../../kernel/context.ts";
import { DecodeAuthorizationMessage } from "../sts/authorization-message.ts";
import { sts as stsService } from "../sts/service.ts";
import type { Sts } from "../sts/api.ts";
import type { Iam } from "./api.ts";
import { ACCOUNT, inIam } from "./facts.testing.ts";
import { identities } from "./identities.ts";
import * as operations from "./operations.ts";

const EC2 = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});
const READ = "arn:aws:iam::aws:policy/ReadOnlyAccess";

const HOUR_MS = 3_600_000;

function sessionOf(iam: Iam, more: { policyArns?: string[]; tags?: Record<string, string> } = {}) {
  const role = identities(iam).role(`arn:aws:iam::${ACCOUNT}:role/app`);
  return identities(iam).issueSession({
    caller: {
      kind: "role-session",
      accountId: ACCOUNT,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/s1`,
      userId: `${role?.roleId}:s1`,
    },
    session: {
      kind: "role",
      issuedAt: 0,
      name: "s1",
      issuerArn: role?.arn ?? "",
      tags: {},
      transitiveTagKeys: [],
      policyArns: [],
      ...more,
    },
    expiresAt: HOUR_MS,
  });
}

test("a profile tells its role", async () => {
  await inIam((iam) => {
    operations.CreateRole({ RoleName: "app", Path: "/x/", AssumeRolePolicyDocument: EC2 }, iam);
    operations.CreateInstanceProfile({ InstanceProfileName: "box" }, iam);
    const arn = `arn:aws:iam::${ACCOUNT}:instance-profile/box`;
    const facts = { arn, name: "box", profileId: expect.stringMatching(/^AIPA/) };
    expect(identities(iam).instanceProfile(arn)).toEqual(facts);
    operations.AddRoleToInstanceProfile({ InstanceProfileName: "box", RoleName: "app" }, iam);
    expect(identities(iam).instanceProfile(arn)).toEqual({
      ...facts,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/x/app`,
    });
    expect(identities(iam).instanceProfile(`${arn}2`)).toBe(undefined);
  });
});

test("a role is found by its whole ARN alone", async () => {
  await inIam((iam) => {
    operations.CreateRole({ RoleName: "app", Path: "/x/", AssumeRolePolicyDocument: EC2 }, iam);
    const names = ["role/x/app", "role/app", "role/x/APP", "user/x/app"].map(
      (name) => identities(iam).role(`arn:aws:iam::${ACCOUNT}:${name}`)?.name,
    );
    expect(names).toEqual(["app", undefined, undefined, undefined]);
    expect(identities(iam).role("arn:aws:iam::111111111111:role/x/app")).toBe(undefined);
  });
});

test("a session has the role's policies and tags, its own tags before the role's", async () => {
  await inIam((iam) => {
    const Tags = [
      { Key: "Team", Value: "blue" },
      { Key: "cost", Value: "1" },
    ];
    operations.CreateRole({ RoleName: "app", AssumeRolePolicyDocument: EC2, Tags }, iam);
    operations.AttachRolePolicy({ RoleName: "app", PolicyArn: READ }, iam);
    const issued = sessionOf(iam, { tags: { team: "red" } });
    const credential = identities(iam).credential(issued.accessKeyId);
    if (credential === undefined) throw new Error("issued, and not there");
    const policies = identities(iam).policiesOf(credential);
    expect(policies.identity.map(({ name, kind }) => [name, kind])).toEqual([[READ, "managed"]]);
    expect(policies.tags).toEqual({ cost: "1", team: "red" });
    expect(policies.session).toBe(undefined);
  });
});

test("a session stays narrow when the policy that narrows it is deleted", async () => {
  await inIam((iam) => {
    operations.CreateRole({ RoleName: "app", AssumeRolePolicyDocument: EC2 }, iam);
    const gone = `arn:aws:iam::${ACCOUNT}:policy/gone`;
    const issued = sessionOf(iam, { policyArns: [gone] });
    const credential = identities(iam).credential(issued.accessKeyId);
    if (credential === undefined) throw new Error("issued, and not there");
    expect(identities(iam).policiesOf(credential).session).toEqual([
      {
        name: gone,
        kind: "managed",
        document: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "nothing:Nothing", Resource: "*" }],
        }),
      },
    ]);
  });
});

test("a key's use is noted once a minute, a role's by its sessions", async () => {
  await inIam((iam) => {
    operations.CreateRole({ RoleName: "app", AssumeRolePolicyDocument: EC2 }, iam);
    operations.CreateUser({ UserName: "ana" }, iam);
    const key = operations.CreateAccessKey({ UserName: "ana" }, iam);
    const AccessKeyId = key.AccessKey?.AccessKeyId ?? "";
    const use = (id: string, at: number) => {
      const credential = identities(iam).credential(id);
      if (credential === undefined) throw new Error("issued, and not there");
      identities(iam).markUsed(credential, { service: "sqs", region: "eu-west-1", at });
    };
    use(AccessKeyId, 1_000_000);
    use(AccessKeyId, 1_059_999);
    const lastUsed = () => operations.GetAccessKeyLastUsed({ AccessKeyId }, iam);
    expect(lastUsed()).toEqual({
      UserName: "ana",
      AccessKeyLastUsed: {
        LastUsedDate: new Date(1_000_000),
        ServiceName: "sqs",
        Region: "eu-west-1",
      },
    });
    use(AccessKeyId, 1_060_000);
    expect(lastUsed().AccessKeyLastUsed?.LastUsedDate).toEqual(new Date(1_060_000));

    use(sessionOf(iam).accessKeyId, 2_000_000);
    const { Role } = operations.GetRole({ RoleName: "app" }, iam);
    expect(Role?.RoleLastUsed).toEqual({ LastUsedDate: new Date(2_000_000), Region: "eu-west-1" });
  });
});

test("what a denial sealed is decoded", async () => {
  await inIam((iam, attempt) => {
    operations.CreateAccessKey({}, iam);
    const EncodedMessage = identities(iam).seal(ACCOUNT, '{"allowed":false}') ?? "";
    const place = { accountId: ACCOUNT, region: "us-east-1" };
    const sts = bindService(stsService).context(attempt, place) as unknown as Sts;
    expect(DecodeAuthorizationMessage({ EncodedMessage }, sts)).toEqual({
      DecodedMessage: '{"allowed":false}',
    });
    const other: Identities = identities(iam);
    expect(other.unseal("111111111111", EncodedMessage)).toBe(undefined);
  });
});
