import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const trusting = (Principal: unknown) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }],
  });

const EC2 = trusting({ Service: "ec2.amazonaws.com" });

const world = async () => new IAM({ ...(await startCloud()).config(), maxAttempts: 1 });

const trustOf = async (iam: IAM, RoleName: string): Promise<unknown> => {
  const { Role } = await iam.getRole({ RoleName });
  return JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""));
};

test("a new role is answered without its duration, and described with it", async () => {
  const iam = await world();
  const created = await iam.createRole({ RoleName: "app", AssumeRolePolicyDocument: EC2 });
  expect(created.Role).toEqual({
    Path: "/",
    RoleName: "app",
    RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
    Arn: "arn:aws:iam::000000000000:role/app",
    CreateDate: new Date("2030-01-01T00:00:00Z"),
    AssumeRolePolicyDocument: encodeURIComponent(EC2),
  });
  expect((await iam.getRole({ RoleName: "app" })).Role).toEqual({
    ...created.Role,
    MaxSessionDuration: 3600,
    RoleLastUsed: {},
  });
  expect((await iam.listRoles({})).Roles).toEqual([{ ...created.Role, MaxSessionDuration: 3600 }]);
});

test("the path of service-linked roles is not for others", async () => {
  const iam = await world();
  await expect(
    iam.createRole({
      RoleName: "app",
      Path: "/aws-service-role/ecs.amazonaws.com/",
      AssumeRolePolicyDocument: EC2,
    }),
  ).rejects.toMatchObject({
    name: "InvalidInputException",
    message: "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles",
    $metadata: { httpStatusCode: 400 },
  });
});

test("a trust policy that is no JSON is refused", async () => {
  const iam = await world();
  const creating = iam.createRole({ RoleName: "app", AssumeRolePolicyDocument: "no" });
  await expect(creating).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
    message: "This policy contains invalid Json",
    $metadata: { httpStatusCode: 400 },
  });
});

test("a trust policy that names nobody is refused", async () => {
  const iam = await world();
  const nobody = "arn:aws:iam::000000000000:user/nobody";
  const creating = iam.createRole({
    RoleName: "app",
    AssumeRolePolicyDocument: trusting({ AWS: nobody }),
  });
  await expect(creating).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
    message: `Invalid principal in policy: "AWS":"${nobody}"`,
  });
});

test("an account is answered as it was sent, and kept as its root user", async () => {
  const iam = await world();
  const others = ["222222222222", "*"];
  const sent = trusting({ AWS: ["111111111111", ...others], Service: "ec2.amazonaws.com" });
  const created = await iam.createRole({ RoleName: "app", AssumeRolePolicyDocument: sent });
  expect(decodeURIComponent(created.Role?.AssumeRolePolicyDocument ?? "")).toBe(sent);
  const AWS = ["arn:aws:iam::111111111111:root", "arn:aws:iam::222222222222:root", "*"];
  const kept = trusting({ AWS, Service: "ec2.amazonaws.com" });
  expect(await trustOf(iam, "app")).toEqual(JSON.parse(kept));
  const one = trusting({ AWS: "333333333333" });
  await iam.updateAssumeRolePolicy({ RoleName: "app", PolicyDocument: one });
  const root = trusting({ AWS: "arn:aws:iam::333333333333:root" });
  expect(await trustOf(iam, "app")).toEqual(JSON.parse(root));
});

test("who is deleted is trusted by id no more than by name: a namesake is somebody else", async () => {
  const iam = await world();
  const { User } = await iam.createUser({ UserName: "ana" });
  const document = trusting({ AWS: User?.Arn });
  await iam.createRole({ RoleName: "app", AssumeRolePolicyDocument: document });
  expect(await trustOf(iam, "app")).toEqual(JSON.parse(document));

  await iam.deleteUser({ UserName: "ana" });
  expect(await trustOf(iam, "app")).toEqual(JSON.parse(trusting({ AWS: User?.UserId })));
  await iam.createUser({ UserName: "ana" });
  expect(await trustOf(iam, "app")).toEqual(JSON.parse(trusting({ AWS: User?.UserId })));
});

test("who is renamed stays trusted", async () => {
  const iam = await world();
  const { User } = await iam.createUser({ UserName: "ana" });
  const Condition = { ArnEquals: { "aws:PrincipalArn": User?.Arn } };
  const trust = (AWS: unknown) => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole", Condition }],
  });
  await iam.createRole({
    RoleName: "app",
    AssumeRolePolicyDocument: JSON.stringify(trust([User?.Arn, "111111111111"])),
  });
  await iam.updateUser({ UserName: "ana", NewUserName: "anna" });
  expect(await trustOf(iam, "app")).toEqual(
    trust(["arn:aws:iam::000000000000:user/anna", "arn:aws:iam::111111111111:root"]),
  );
});

test("description, duration and trust can be changed", async () => {
  const iam = await world();
  await iam.createRole({ RoleName: "app", AssumeRolePolicyDocument: EC2 });
  await iam.updateRole({ RoleName: "app", Description: "runs it", MaxSessionDuration: 7200 });
  const lambda = trusting({ Service: "lambda.amazonaws.com" });
  await iam.updateAssumeRolePolicy({ RoleName: "app", PolicyDocument: lambda });
  const { Role } = await iam.getRole({ RoleName: "app" });
  expect([Role?.Description, Role?.MaxSessionDuration]).toEqual(["runs it", 7200]);
  expect(await trustOf(iam, "app")).toEqual(JSON.parse(lambda));
  const described = await iam.updateRoleDescription({ RoleName: "app", Description: "still" });
  expect(described.Role?.Description).toBe("still");
});

test("a role goes only when it is in no profile and has no policies", async () => {
  const iam = await world();
  const RoleName = "app";
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
  await iam.createRole({ RoleName, AssumeRolePolicyDocument: EC2 });
  await iam.attachRolePolicy({ RoleName, PolicyArn });
  await iam.createInstanceProfile({ InstanceProfileName: "app" });
  await iam.addRoleToInstanceProfile({ InstanceProfileName: "app", RoleName });
  const refusal = () =>
    iam.deleteRole({ RoleName }).then(
      () => "deleted",
      (error: Error) => error.message,
    );

  expect(await refusal()).toBe(
    "Cannot delete entity, must remove roles from instance profile first.",
  );
  await iam.removeRoleFromInstanceProfile({ InstanceProfileName: "app", RoleName });
  expect(await refusal()).toBe("Cannot delete entity, must detach all policies first.");
  await iam.detachRolePolicy({ RoleName, PolicyArn });
  expect(await refusal()).toBe("deleted");
});

test("a profile holds one role, and shows it", async () => {
  const iam = await world();
  for (const RoleName of ["app", "other"]) {
    await iam.createRole({ RoleName, AssumeRolePolicyDocument: EC2 });
  }
  await iam.createInstanceProfile({ InstanceProfileName: "box" });
  await iam.addRoleToInstanceProfile({ InstanceProfileName: "box", RoleName: "app" });
  await expect(
    iam.addRoleToInstanceProfile({ InstanceProfileName: "box", RoleName: "other" }),
  ).rejects.toMatchObject({
    name: "LimitExceededException",
    message: "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
  });
  const { InstanceProfile } = await iam.getInstanceProfile({ InstanceProfileName: "box" });
  expect(InstanceProfile?.Arn).toBe("arn:aws:iam::000000000000:instance-profile/box");
  expect(InstanceProfile?.Roles?.map(({ RoleName }) => RoleName)).toEqual(["app"]);
  const profiles = await iam.listInstanceProfilesForRole({ RoleName: "app" });
  expect(profiles.InstanceProfiles).toEqual([InstanceProfile]);
  await expect(iam.getInstanceProfile({ InstanceProfileName: "none" })).rejects.toThrow(
    "Instance Profile none cannot be found.",
  );
});

test("a trust policy has its size", async () => {
  const iam = await world();
  const accounts = Array.from({ length: 200 }, (_, index) => String(100_000_000_000 + index));
  const creating = iam.createRole({
    RoleName: "app",
    AssumeRolePolicyDocument: trusting({ AWS: accounts }),
  });
  await expect(creating).rejects.toMatchObject({
    name: "LimitExceededException",
    message: "Cannot exceed quota for ACLSizePerRole: 2048",
  });
});

test("a trust policy names providers by domain or ARN", async () => {
  const iam = await world();
  const create = (RoleName: string, Federated: string) =>
    iam
      .createRole({ RoleName, AssumeRolePolicyDocument: trusting({ Federated }) })
      .then(() => "created")
      .catch((error: Error) => `${error.name}: ${error.message}`);
  const arn = "arn:aws:iam::000000000000";
  expect(await create("a", "accounts.google.com")).toBe("created");
  expect(await create("b", `${arn}:oidc-provider/id.example.com/realm`)).toBe("created");
  expect(await create("c", `${arn}:saml-provider/okta`)).toBe("created");
  const refused =
    "MalformedPolicyDocumentException: " +
    "Federated principals must be valid domain names or SAML metadata ARNs";
  expect(await create("d", `${arn}:role/app`)).toBe(refused);
  expect(await create("e", "https://id.example.com")).toBe(refused);
});
