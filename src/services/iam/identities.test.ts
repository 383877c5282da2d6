import { IAM } from "@aws-sdk/client-iam";
import { SQS } from "@aws-sdk/client-sqs";
import { STS } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { startCloud, type TestCloud } from "../../testing/cloud.ts";

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string, Resource = "*") => ({ Effect: "Allow", Action, Resource });

async function world() {
  const cloud = await startCloud();
  return { cloud, iam: new IAM({ ...cloud.config(), maxAttempts: 1 }) };
}

/** A user with a key, and clients that use it. */
async function user(cloud: TestCloud, iam: IAM, UserName: string) {
  await iam.createUser({ UserName });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const config = cloud.config({ credentials });
  return { credentials, iam: new IAM(config), sqs: new SQS(config), sts: new STS(config) };
}

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "allowed",
    (error: Error) => `${error.name}: ${error.message}`,
  );

const denied = (action: string, resource: string, why: string) =>
  `AccessDenied: User: arn:aws:iam::000000000000:user/ana is not authorized to perform: ${action} ` +
  `on resource: ${resource} ${why}`;

test("a key is its user's, who may what its policies allow", async () => {
  const { cloud, iam } = await world();
  const ana = await user(cloud, iam, "ana");
  const own = { UserName: "ana", PolicyName: "read" };
  await iam.putUserPolicy({ ...own, PolicyDocument: policy(allow("iam:GetUser")) });

  const { User } = await ana.iam.getUser({});
  expect(User?.UserName).toBe("ana");
  expect(await outcome(ana.iam.createUser({ UserName: "bob" }))).toBe(
    denied(
      "iam:CreateUser",
      "arn:aws:iam::000000000000:user/bob",
      "because no identity-based policy allows the iam:CreateUser action",
    ),
  );
  expect(await outcome(ana.iam.listUsers({}))).toBe(
    denied(
      "iam:ListUsers",
      "arn:aws:iam::000000000000:user/",
      "because no identity-based policy allows the iam:ListUsers action",
    ),
  );
  expect(await ana.sts.getCallerIdentity({})).toMatchObject({
    Account: "000000000000",
    UserId: User?.UserId,
    Arn: "arn:aws:iam::000000000000:user/ana",
  });
});

test("joining and leaving a group counts from the next call on", async () => {
  const { cloud, iam } = await world();
  const ana = await user(cloud, iam, "ana");
  await iam.createGroup({ GroupName: "readers" });
  const PolicyArn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
  await iam.attachGroupPolicy({ GroupName: "readers", PolicyArn });

  expect(await outcome(ana.iam.listRoles({}))).toMatch(/^AccessDenied/);
  await iam.addUserToGroup({ GroupName: "readers", UserName: "ana" });
  expect(await outcome(ana.iam.listRoles({}))).toBe("allowed");
  await iam.removeUserFromGroup({ GroupName: "readers", UserName: "ana" });
  expect(await outcome(ana.iam.listRoles({}))).toMatch(/^AccessDenied/);
});

test("an explicit deny wins over an administrator's policy, and a boundary cuts it", async () => {
  const { cloud, iam } = await world();
  const ana = await user(cloud, iam, "ana");
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  await iam.attachUserPolicy({ UserName: "ana", PolicyArn });
  expect(await outcome(ana.iam.listRoles({}))).toBe("allowed");

  await iam.putUserPermissionsBoundary({
    UserName: "ana",
    PermissionsBoundary: "arn:aws:iam::aws:policy/AmazonSQSFullAccess",
  });
  expect(await outcome(ana.iam.listRoles({}))).toBe(
    denied(
      "iam:ListRoles",
      "arn:aws:iam::000000000000:role/",
      "because no permissions boundary allows the iam:ListRoles action",
    ),
  );
  await iam.deleteUserPermissionsBoundary({ UserName: "ana" });
  const no = policy({ Effect: "Deny", Action: "iam:List*", Resource: "*" });
  await iam.putUserPolicy({ UserName: "ana", PolicyName: "no", PolicyDocument: no });
  expect(await outcome(ana.iam.listRoles({}))).toBe(
    denied(
      "iam:ListRoles",
      "arn:aws:iam::000000000000:role/",
      "with an explicit deny in an identity-based policy",
    ),
  );
});

test("the default version of a managed policy is the one that counts", async () => {
  const { cloud, iam } = await world();
  const ana = await user(cloud, iam, "ana");
  const created = await iam.createPolicy({
    PolicyName: "p",
    PolicyDocument: policy(allow("iam:ListUsers")),
  });
  const PolicyArn = created.Policy?.Arn;
  await iam.attachUserPolicy({ UserName: "ana", PolicyArn });
  await iam.createPolicyVersion({ PolicyArn, PolicyDocument: policy(allow("iam:ListRoles")) });
  expect(await outcome(ana.iam.listUsers({}))).toBe("allowed");
  await iam.setDefaultPolicyVersion({ PolicyArn, VersionId: "v2" });
  expect(await outcome(ana.iam.listUsers({}))).toMatch(/^AccessDenied/);
  expect(await outcome(ana.iam.listRoles({}))).toBe("allowed");
});

test("an inactive or deleted key opens nothing", async () => {
  const { cloud, iam } = await world();
  const ana = await user(cloud, iam, "ana");
  const AccessKeyId = ana.credentials.accessKeyId;
  await iam.updateAccessKey({ UserName: "ana", AccessKeyId, Status: "Inactive" });
  await expect(ana.sts.getCallerIdentity({})).rejects.toMatchObject({
    name: "InvalidClientTokenId",
    message: "The security token included in the request is invalid.",
    $metadata: { httpStatusCode: 403 },
  });
  await iam.updateAccessKey({ UserName: "ana", AccessKeyId, Status: "Active" });
  expect((await ana.sts.getCallerIdentity({})).Account).toBe("000000000000");
  await iam.deleteAccessKey({ UserName: "ana", AccessKeyId });
  await expect(ana.sts.getCallerIdentity({})).rejects.toMatchObject({
    name: "InvalidClientTokenId",
  });
});

test("a wrong secret is no signature", async () => {
  const { cloud, iam } = await world();
  const { credentials } = await user(cloud, iam, "ana");
  const wrong = { ...credentials, secretAccessKey: "wrong" };
  const sts = new STS(cloud.config({ credentials: wrong }));
  await expect(sts.getCallerIdentity({})).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
});

test("a user has two keys, and tells when they were used", async () => {
  const { cloud, iam } = await world();
  const ana = await user(cloud, iam, "ana");
  await iam.createAccessKey({ UserName: "ana" });
  expect(await outcome(iam.createAccessKey({ UserName: "ana" }))).toBe(
    "LimitExceededException: Cannot exceed quota for AccessKeysPerUser: 2",
  );
  const used = await iam.getAccessKeyLastUsed({ AccessKeyId: ana.credentials.accessKeyId });
  expect([used.UserName, used.AccessKeyLastUsed]).toEqual([
    "ana",
    { ServiceName: "N/A", Region: "N/A" },
  ]);
});

test("tags of the user and of the thing decide", async () => {
  const { cloud, iam } = await world();
  const ana = await user(cloud, iam, "ana");
  await iam.tagUser({ UserName: "ana", Tags: [{ Key: "team", Value: "blue" }] });
  const own = {
    ...allow("iam:GetUser"),
    Condition: { StringEquals: { "iam:ResourceTag/team": "${aws:PrincipalTag/team}" } },
  };
  await iam.putUserPolicy({ UserName: "ana", PolicyName: "team", PolicyDocument: policy(own) });
  await iam.createUser({ UserName: "blue", Tags: [{ Key: "team", Value: "blue" }] });
  await iam.createUser({ UserName: "red", Tags: [{ Key: "team", Value: "red" }] });
  expect(await outcome(ana.iam.getUser({ UserName: "blue" }))).toBe("allowed");
  expect(await outcome(ana.iam.getUser({ UserName: "red" }))).toMatch(/^AccessDenied/);
});

test("which policy may be attached can be limited", async () => {
  const { cloud, iam } = await world();
  const ana = await user(cloud, iam, "ana");
  const only = {
    ...allow("iam:AttachUserPolicy"),
    Condition: { ArnEquals: { "iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess" } },
  };
  await iam.putUserPolicy({ UserName: "ana", PolicyName: "only", PolicyDocument: policy(only) });
  const attach = (name: string) =>
    ana.iam.attachUserPolicy({ UserName: "ana", PolicyArn: `arn:aws:iam::aws:policy/${name}` });
  expect(await outcome(attach("AdministratorAccess"))).toMatch(/^AccessDenied/);
  expect(await outcome(attach("ReadOnlyAccess"))).toBe("allowed");
});

test("putting a role into a profile takes iam:PassRole on the role", async () => {
  const { cloud, iam } = await world();
  const ana = await user(cloud, iam, "ana");
  const trust = {
    Effect: "Allow",
    Principal: { Service: "ec2.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  await iam.createRole({ RoleName: "app", AssumeRolePolicyDocument: policy(trust) });
  await iam.createInstanceProfile({ InstanceProfileName: "box" });
  const add = () =>
    ana.iam.addRoleToInstanceProfile({ InstanceProfileName: "box", RoleName: "app" });
  const adding = allow("iam:AddRoleToInstanceProfile");
  const name = { UserName: "ana", PolicyName: "p" };
  await iam.putUserPolicy({ ...name, PolicyDocument: policy(adding) });
  expect(await outcome(add())).toBe(
    denied(
      "iam:PassRole",
      "arn:aws:iam::000000000000:role/app",
      "because no identity-based policy allows the iam:PassRole action",
    ),
  );
  const passing = allow("iam:PassRole", "arn:aws:iam::000000000000:role/app");
  await iam.putUserPolicy({ ...name, PolicyDocument: policy(adding, passing) });
  expect(await outcome(add())).toBe("allowed");
});
