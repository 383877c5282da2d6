import { createHash } from "node:crypto";
import { IAM } from "@aws-sdk/client-iam";
import { STS, type AssumeRoleCommandOutput } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { startCloud, type TestCloud } from "../../testing/cloud.ts";

const HERE = "000000000000";
const THERE = "111111111111";
const ROLE = `arn:aws:iam::${THERE}:role/app`;

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const trust = (AWS: string, more: object = {}) =>
  policy({ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole", ...more });
const allow = (Action: string | string[], Resource = "*") => ({
  Effect: "Allow",
  Action,
  Resource,
});

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "allowed",
    (error: Error) => `${error.name}: ${error.message}`,
  );

/** A user here, whose clients are given back, and the identity services of both accounts. */
async function world() {
  const cloud = await startCloud();
  const iam = new IAM(cloud.config());
  const there = new IAM(cloud.config({ accountId: THERE }));
  await iam.createUser({ UserName: "ana" });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ana" });
  const config = cloud.config({
    credentials: {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    },
  });
  const mayDo = (...statements: object[]) =>
    iam.putUserPolicy({
      UserName: "ana",
      PolicyName: "may",
      PolicyDocument: policy(...statements),
    });
  return { cloud, iam, there, sts: new STS(config), mayDo };
}

function configOf(cloud: TestCloud, { Credentials }: AssumeRoleCommandOutput) {
  return cloud.config({
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    },
  });
}

test("across accounts it takes both: the role's trust and the caller's own policy", async () => {
  const { cloud, there, sts, mayDo } = await world();
  const created = await there.createRole({
    RoleName: "app",
    AssumeRolePolicyDocument: trust(HERE),
  });
  const assume = () => sts.assumeRole({ RoleArn: ROLE, RoleSessionName: "s1" });
  expect(await outcome(assume())).toBe(
    `AccessDenied: User: arn:aws:iam::${HERE}:user/ana is not authorized to perform: sts:AssumeRole ` +
      `on resource: ${ROLE} because no identity-based policy allows the sts:AssumeRole action`,
  );
  await mayDo(allow("sts:AssumeRole", ROLE));
  const session = await assume();
  expect(session.AssumedRoleUser).toEqual({
    AssumedRoleId: `${created.Role?.RoleId}:s1`,
    Arn: `arn:aws:sts::${THERE}:assumed-role/app/s1`,
  });
  expect(session.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  expect(session.Credentials?.Expiration).toEqual(new Date("2030-01-01T01:00:00Z"));
  const { Account, UserId, Arn } = await new STS(configOf(cloud, session)).getCallerIdentity({});
  expect({ Account, UserId, Arn }).toEqual({
    Account: THERE,
    UserId: `${created.Role?.RoleId}:s1`,
    Arn: `arn:aws:sts::${THERE}:assumed-role/app/s1`,
  });

  await there.updateAssumeRolePolicy({ RoleName: "app", PolicyDocument: trust("222222222222") });
  expect(await outcome(assume())).toMatch(/^AccessDenied: .* no role trust policy allows/);
});

test("within an account, a trust policy that names the caller is enough", async () => {
  const { iam, sts } = await world();
  await iam.createRole({
    RoleName: "own",
    AssumeRolePolicyDocument: trust(`arn:aws:iam::${HERE}:user/ana`),
  });
  await iam.createRole({ RoleName: "account", AssumeRolePolicyDocument: trust(HERE) });
  const assume = (role: string) =>
    outcome(
      sts.assumeRole({ RoleArn: `arn:aws:iam::${HERE}:role/${role}`, RoleSessionName: "s1" }),
    );
  expect(await assume("own")).toBe("allowed");
  expect(await assume("account")).toMatch(/^AccessDenied/);
  expect(await assume("none")).toMatch(/^AccessDenied/);
});

test("who is deleted is no longer trusted, and a namesake never was", async () => {
  const { cloud, iam, there, sts, mayDo } = await world();
  const AssumeRolePolicyDocument = trust(`arn:aws:iam::${HERE}:user/ana`);
  await there.createRole({ RoleName: "app", AssumeRolePolicyDocument });
  await mayDo(allow("sts:AssumeRole"));
  const asked = { RoleArn: ROLE, RoleSessionName: "s1" };
  expect(await outcome(sts.assumeRole(asked))).toBe("allowed");

  await iam.deleteUserPolicy({ UserName: "ana", PolicyName: "may" });
  const { AccessKeyMetadata = [] } = await iam.listAccessKeys({ UserName: "ana" });
  for (const { AccessKeyId } of AccessKeyMetadata) {
    await iam.deleteAccessKey({ UserName: "ana", AccessKeyId });
  }
  await iam.deleteUser({ UserName: "ana" });
  await iam.createUser({ UserName: "ana" });
  await mayDo(allow("sts:AssumeRole"));
  const { AccessKey } = await iam.createAccessKey({ UserName: "ana" });
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const namesake = new STS(cloud.config({ credentials }));
  expect(await outcome(namesake.assumeRole(asked))).toMatch(/no role trust policy allows/);
});

test("a wrong external id is refused", async () => {
  const { there, sts, mayDo } = await world();
  const Condition = { StringEquals: { "sts:ExternalId": "secret-1" } };
  const AssumeRolePolicyDocument = trust(HERE, { Condition });
  await there.createRole({ RoleName: "app", AssumeRolePolicyDocument });
  await mayDo(allow("sts:AssumeRole"));
  const assume = (ExternalId?: string) =>
    outcome(
      sts.assumeRole({
        RoleArn: ROLE,
        RoleSessionName: "s1",
        ...(ExternalId !== undefined && { ExternalId }),
      }),
    );
  expect(await assume()).toMatch(/^AccessDenied/);
  expect(await assume("secret-2")).toMatch(/^AccessDenied/);
  expect(await assume("secret-1")).toBe("allowed");
});

test("a session ends on the clock", async () => {
  const { cloud, there } = await world();
  await there.createRole({ RoleName: "app", AssumeRolePolicyDocument: trust(HERE) });
  const session = await new STS(cloud.config()).assumeRole({
    RoleArn: ROLE,
    RoleSessionName: "s1",
    DurationSeconds: 900,
  });
  const sts = new STS(configOf(cloud, session));
  await cloud.clock.advance({ seconds: 899 });
  expect((await sts.getCallerIdentity({})).Account).toBe(THERE);
  await cloud.clock.advance({ seconds: 1 });
  await expect(sts.getCallerIdentity({})).rejects.toMatchObject({
    name: "ExpiredToken",
    message: "The security token included in the request is expired",
  });
});

test("the token belongs to the key", async () => {
  const { cloud, there } = await world();
  await there.createRole({ RoleName: "app", AssumeRolePolicyDocument: trust(HERE) });
  const asked = { RoleArn: ROLE, RoleSessionName: "s1" };
  const root = new STS(cloud.config());
  const first = configOf(cloud, await root.assumeRole(asked));
  const second = configOf(cloud, await root.assumeRole(asked));
  const { sessionToken = "" } = second.credentials;
  const mixed = cloud.config({ credentials: { ...first.credentials, sessionToken } });
  await expect(new STS(mixed).getCallerIdentity({})).rejects.toMatchObject({
    name: "InvalidClientTokenId",
  });
});

test("durations: the role's limit, and an hour for who is a role already", async () => {
  const { cloud, there } = await world();
  const AssumeRolePolicyDocument = trust(HERE);
  await there.createRole({ RoleName: "app", AssumeRolePolicyDocument, MaxSessionDuration: 7200 });
  await there.createRole({
    RoleName: "next",
    AssumeRolePolicyDocument: trust(ROLE),
    MaxSessionDuration: 7200,
  });
  const asked = { RoleArn: ROLE, RoleSessionName: "s1" };
  const root = new STS(cloud.config());
  expect(await outcome(root.assumeRole({ ...asked, DurationSeconds: 7201 }))).toBe(
    "ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
  );
  const session = await root.assumeRole({ ...asked, DurationSeconds: 7200 });
  const next = { RoleArn: `arn:aws:iam::${THERE}:role/next`, RoleSessionName: "s2" };
  const sts = new STS(configOf(cloud, session));
  expect(await outcome(sts.assumeRole({ ...next, DurationSeconds: 3601 }))).toBe(
    "ValidationError: The requested DurationSeconds exceeds the 1 hour session limit " +
      "for roles assumed by role chaining.",
  );
  expect(await outcome(sts.assumeRole(next))).toBe("allowed");
});

test("a session policy narrows, and tells its size", async () => {
  const { cloud, there } = await world();
  await there.createRole({ RoleName: "app", AssumeRolePolicyDocument: trust(HERE) });
  await there.attachRolePolicy({
    RoleName: "app",
    PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  });
  const session = await new STS(cloud.config()).assumeRole({
    RoleArn: ROLE,
    RoleSessionName: "s1",
    Policy: policy(allow("iam:ListRoles")),
  });
  expect(session.PackedPolicySize).toBeGreaterThan(0);
  const iam = new IAM(configOf(cloud, session));
  expect(await outcome(iam.listRoles({}))).toBe("allowed");
  expect(await outcome(iam.listUsers({}))).toBe(
    `AccessDenied: User: arn:aws:sts::${THERE}:assumed-role/app/s1 is not authorized to perform: ` +
      `iam:ListUsers on resource: arn:aws:iam::${THERE}:user/ ` +
      "because no session policy allows the iam:ListUsers action",
  );
});

test("tags that do not fit are refused, and by themselves", async () => {
  const { cloud, there } = await world();
  const PolicyDocument = trust(HERE, { Action: ["sts:AssumeRole", "sts:TagSession"] });
  await there.createRole({ RoleName: "app", AssumeRolePolicyDocument: PolicyDocument });
  const digest = (text: string) => createHash("sha512").update(text).digest("hex");
  const assume = (count: number) =>
    new STS(cloud.config()).assumeRole({
      RoleArn: ROLE,
      RoleSessionName: "s1",
      Tags: Array.from({ length: count }, (_, index) => ({
        Key: `tag${index}`,
        Value: digest(`a${index}`) + digest(`b${index}`),
      })),
    });
  expect(await outcome(assume(2))).toBe("allowed");
  expect(await outcome(assume(50))).toMatch(
    /^PackedPolicyTooLargeException: Packed size of session tags consumes \d{3}% of allotted space\.$/,
  );
});

test("a role's session makes no federated one, whatever it may do", async () => {
  const { cloud, there } = await world();
  await there.createRole({ RoleName: "app", AssumeRolePolicyDocument: trust(HERE) });
  const asked = { RoleArn: ROLE, RoleSessionName: "s1" };
  const session = await new STS(cloud.config()).assumeRole(asked);
  const sts = new STS(configOf(cloud, session));
  expect(await outcome(sts.getFederationToken({ Name: "eve" }))).toBe(
    "AccessDenied: Cannot call GetFederationToken with session credentials",
  );
});

test("revoking what was issued before an instant ends live sessions", async () => {
  const { cloud, there } = await world();
  await there.createRole({ RoleName: "app", AssumeRolePolicyDocument: trust(HERE) });
  await there.attachRolePolicy({
    RoleName: "app",
    PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
  });
  const assume = async () =>
    new IAM(
      configOf(
        cloud,
        await new STS(cloud.config()).assumeRole({ RoleArn: ROLE, RoleSessionName: "s1" }),
      ),
    );
  const early = await assume();
  await cloud.clock.advance({ minutes: 10 });
  const Condition = { DateLessThan: { "aws:TokenIssueTime": "2030-01-01T00:05:00Z" } };
  await there.putRolePolicy({
    RoleName: "app",
    PolicyName: "AWSRevokeOlderSessions",
    PolicyDocument: policy({ Effect: "Deny", Action: "*", Resource: "*", Condition }),
  });
  expect(await outcome(early.listRoles({}))).toMatch(/with an explicit deny in an identity-based/);
  expect(await outcome((await assume()).listRoles({}))).toBe("allowed");
});

test("session tags need sts:TagSession, have rules, and transitive ones go on", async () => {
  const { cloud, there } = await world();
  const both = { Action: ["sts:AssumeRole", "sts:TagSession"] };
  const root = new STS(cloud.config());
  const asked = { RoleArn: ROLE, RoleSessionName: "s1" };
  const Tags = [{ Key: "Team", Value: "blue" }];
  await there.createRole({ RoleName: "app", AssumeRolePolicyDocument: trust(HERE) });
  expect(await outcome(root.assumeRole({ ...asked, Tags }))).toMatch(
    /^AccessDenied: .* sts:TagSession on resource: arn:aws:iam::111111111111:role\/app/,
  );
  await there.updateAssumeRolePolicy({ RoleName: "app", PolicyDocument: trust(HERE, both) });
  await there.createRole({ RoleName: "next", AssumeRolePolicyDocument: trust(ROLE, both) });

  const twice = [...Tags, { Key: "team", Value: "red" }];
  expect(await outcome(root.assumeRole({ ...asked, Tags: twice }))).toBe(
    "InvalidParameterValue: Duplicate tag keys found. Please note that Tag keys are case insensitive.",
  );
  const other = { ...asked, Tags, TransitiveTagKeys: ["other"] };
  expect(await outcome(root.assumeRole(other))).toBe(
    "InvalidParameterValue: The specified transitive tag key must be included in the requested tags.",
  );
  const session = await root.assumeRole({ ...asked, Tags, TransitiveTagKeys: ["team"] });
  const sts = new STS(configOf(cloud, session));
  const next = { RoleArn: `arn:aws:iam::${THERE}:role/next`, RoleSessionName: "s2" };
  expect(await outcome(sts.assumeRole({ ...next, Tags, TransitiveTagKeys: ["Team"] }))).toBe(
    "InvalidParameterValue: One of the specified transitive tag keys can't be set because " +
      "it conflicts with a transitive tag key from the calling session.",
  );
  const own = {
    ...allow("iam:ListRoles"),
    Condition: { StringEquals: { "aws:PrincipalTag/team": "blue" } },
  };
  await there.putRolePolicy({ RoleName: "next", PolicyName: "p", PolicyDocument: policy(own) });
  const chained = new IAM(configOf(cloud, await sts.assumeRole(next)));
  expect(await outcome(chained.listRoles({}))).toBe("allowed");
});

test("a source identity needs a permission, and stays", async () => {
  const { cloud, there } = await world();
  const actions = { Action: ["sts:AssumeRole", "sts:SetSourceIdentity"] };
  await there.createRole({ RoleName: "app", AssumeRolePolicyDocument: trust(HERE) });
  const root = new STS(cloud.config());
  const asked = { RoleArn: ROLE, RoleSessionName: "s1", SourceIdentity: "ana" };
  expect(await outcome(root.assumeRole(asked))).toMatch(/^AccessDenied: .* sts:SetSourceIdentity/);
  await there.updateAssumeRolePolicy({ RoleName: "app", PolicyDocument: trust(HERE, actions) });
  await there.createRole({ RoleName: "next", AssumeRolePolicyDocument: trust(ROLE, actions) });
  const session = await root.assumeRole(asked);
  expect(session.SourceIdentity).toBe("ana");
  const sts = new STS(configOf(cloud, session));
  const next = { RoleArn: `arn:aws:iam::${THERE}:role/next`, RoleSessionName: "s2" };
  expect((await sts.assumeRole(next)).SourceIdentity).toBe("ana");
  expect(await outcome(sts.assumeRole({ ...next, SourceIdentity: "bob" }))).toMatch(
    /^AccessDenied/,
  );
});

test.for(["arn::b:::something/test-role", "arn:a:a::aaaaaaaaaa:", "nothing-valid-in-here"])(
  "%s is no role",
  async (RoleArn) => {
    const { sts } = await world();
    expect(await outcome(sts.assumeRole({ RoleArn, RoleSessionName: "s1" }))).toBe(
      `ValidationError: ${RoleArn} is invalid`,
    );
  },
);

test("without a device no MFA code is right", async () => {
  const { cloud, there } = await world();
  await there.createRole({ RoleName: "app", AssumeRolePolicyDocument: trust(HERE) });
  const asking = new STS(cloud.config()).assumeRole({
    RoleArn: ROLE,
    RoleSessionName: "s1",
    SerialNumber: `arn:aws:iam::${HERE}:mfa/ana`,
    TokenCode: "123456",
  });
  await expect(asking).rejects.toMatchObject({
    name: "AccessDenied",
    message:
      "MultiFactorAuthentication failed, unable to validate MFA code.  " +
      "Please verify your MFA serial number is valid and associated with this user.",
  });
});
