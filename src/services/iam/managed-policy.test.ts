import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const allowing = (Action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource: "*" }],
  });

const PolicyDocument = allowing("lambda:ListFunctions");
const ARN = "arn:aws:iam::000000000000:policy/list";

const world = async () => new IAM({ ...(await startCloud()).config(), maxAttempts: 1 });

async function refusal(doing: Promise<unknown>): Promise<string> {
  return doing.then(
    () => "done",
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

test("a policy is described with how often it is attached", async () => {
  const iam = await world();
  const created = await iam.createPolicy({ PolicyName: "list", PolicyDocument });
  expect(created.Policy).toEqual({
    PolicyName: "list",
    PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{17}$/),
    Arn: ARN,
    Path: "/",
    DefaultVersionId: "v1",
    AttachmentCount: 0,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: new Date("2030-01-01T00:00:00Z"),
    UpdateDate: new Date("2030-01-01T00:00:00Z"),
  });
  await iam.createUser({ UserName: "ana" });
  await iam.attachUserPolicy({ UserName: "ana", PolicyArn: ARN });
  const { Policy } = await iam.getPolicy({ PolicyArn: ARN });
  expect(Policy).toEqual({ ...created.Policy, AttachmentCount: 1, Tags: [] });
  expect(await refusal(iam.deletePolicy({ PolicyArn: ARN }))).toBe(
    "DeleteConflictException: Cannot delete a policy attached to entities.",
  );
});

test("a name is taken whatever its path and case", async () => {
  const iam = await world();
  await iam.createPolicy({ PolicyName: "list", PolicyDocument });
  const again = iam.createPolicy({ PolicyName: "List", Path: "/x/", PolicyDocument });
  expect(await refusal(again)).toBe(
    "EntityAlreadyExistsException: A policy called List already exists. Duplicate names are not allowed.",
  );
});

test("an ARN is parsed, and what is not there cannot be attached or deleted", async () => {
  const iam = await world();
  await iam.createUser({ UserName: "ana" });
  const attach = (PolicyArn: string) =>
    refusal(iam.attachUserPolicy({ UserName: "ana", PolicyArn }));
  expect(await attach("longpolicynamebutnoarn")).toBe(
    "ValidationError: Invalid ARN:  Could not be parsed!",
  );
  expect(await attach(ARN)).toBe(
    `NoSuchEntityException: Policy ${ARN} does not exist or is not attachable.`,
  );
  expect(await refusal(iam.deletePolicy({ PolicyArn: ARN }))).toBe(
    `NoSuchEntityException: Policy ${ARN} was not found.`,
  );
  expect(await refusal(iam.detachUserPolicy({ UserName: "ana", PolicyArn: ARN }))).toBe(
    `NoSuchEntityException: Policy ${ARN} was not found.`,
  );
});

test("a policy is no longer than 6144 characters, white space aside", async () => {
  const iam = await world();
  const long = allowing(`s3:${"x".repeat(6100)}`);
  expect(await refusal(iam.createPolicy({ PolicyName: "long", PolicyDocument: long }))).toBe(
    "LimitExceededException: Cannot exceed quota for PolicySize: 6144",
  );
  const spaced = PolicyDocument.replace("{", `{${" ".repeat(7000)}`);
  expect(await refusal(iam.createPolicy({ PolicyName: "wide", PolicyDocument: spaced }))).toBe(
    "done",
  );
});

test("a managed policy is of the current version; an inline one may be older", async () => {
  const iam = await world();
  const old = PolicyDocument.replace("2012", "2008");
  const create = (text: string) =>
    refusal(iam.createPolicy({ PolicyName: "list", PolicyDocument: text }));
  const tooOld =
    "MalformedPolicyDocumentException: Policy document must be version 2012-10-17 or greater.";
  expect(await create(old)).toBe(tooOld);
  expect(await create(PolicyDocument)).toBe("done");
  const version = iam.createPolicyVersion({ PolicyArn: ARN, PolicyDocument: old });
  expect(await refusal(version)).toBe(tooOld);
  await iam.createUser({ UserName: "ana" });
  const inline = { UserName: "ana", PolicyName: "list", PolicyDocument: old };
  expect(await refusal(iam.putUserPolicy(inline))).toBe("done");
});

test("five versions, of which one counts; their numbers are never given twice", async () => {
  const iam = await world();
  await iam.createPolicy({ PolicyName: "list", PolicyDocument });
  const add = (SetAsDefault = false) =>
    iam.createPolicyVersion({ PolicyArn: ARN, PolicyDocument: allowing("s3:*"), SetAsDefault });
  for (let count = 0; count < 4; count++) await add();
  expect(await refusal(add())).toBe(
    "LimitExceededException: A managed policy can have up to 5 versions. " +
      "Before you create a new version, you must delete an existing version.",
  );
  expect(await refusal(iam.deletePolicyVersion({ PolicyArn: ARN, VersionId: "v1" }))).toBe(
    "DeleteConflictException: Cannot delete the default version of a policy.",
  );
  await iam.deletePolicyVersion({ PolicyArn: ARN, VersionId: "v5" });
  const { PolicyVersion } = await add(true);
  expect(PolicyVersion).toEqual({
    VersionId: "v6",
    IsDefaultVersion: true,
    CreateDate: new Date("2030-01-01T00:00:00Z"),
  });
  const { Versions } = await iam.listPolicyVersions({ PolicyArn: ARN });
  expect(Versions?.map((version) => [version.VersionId, version.IsDefaultVersion])).toEqual([
    ["v6", true],
    ["v4", false],
    ["v3", false],
    ["v2", false],
    ["v1", false],
  ]);
  const read = await iam.getPolicyVersion({ PolicyArn: ARN, VersionId: "v1" });
  expect(decodeURIComponent(read.PolicyVersion?.Document ?? "")).toBe(PolicyDocument);
  expect(await refusal(iam.getPolicyVersion({ PolicyArn: ARN, VersionId: "v9" }))).toBe(
    `NoSuchEntityException: Policy ${ARN} version v9 does not exist or is not attachable.`,
  );
  expect(await refusal(iam.deletePolicy({ PolicyArn: ARN }))).toBe(
    "DeleteConflictException: This policy has more than one version. Before you delete a policy, " +
      "you must delete the policy's versions. The default version is deleted with the policy.",
  );
});

test("AWS's own policies are there with their documents", async () => {
  const iam = await world();
  const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  const { Policy } = await iam.getPolicy({ PolicyArn });
  expect([Policy?.PolicyId, Policy?.DefaultVersionId, Policy?.CreateDate?.toISOString()]).toEqual([
    "ANPAIWMBCKSKIEE64ZLYK",
    "v1",
    "2015-02-06T18:39:46.000Z",
  ]);
  const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId: "v1" });
  expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ""))).toEqual({
    Version: "2012-10-17",
    Statement: [{ Action: "*", Resource: "*", Effect: "Allow" }],
  });
});

test.for([
  "PowerUserAccess",
  "ReadOnlyAccess",
  "SecurityAudit",
  "IAMFullAccess",
  "AmazonS3FullAccess",
  "AmazonDynamoDBFullAccess",
  "AmazonSQSFullAccess",
  "AmazonEC2ReadOnlyAccess",
  "AmazonSSMManagedInstanceCore",
  "job-function/ViewOnlyAccess",
  "service-role/AWSLambdaBasicExecutionRole",
  "service-role/AmazonECSTaskExecutionRolePolicy",
  "aws-service-role/AutoScalingServiceRolePolicy",
])("%s has a document", async (place) => {
  const iam = await world();
  const PolicyArn = `arn:aws:iam::aws:policy/${place}`;
  const { Policy } = await iam.getPolicy({ PolicyArn });
  const VersionId = Policy?.DefaultVersionId;
  const { PolicyVersion } = await iam.getPolicyVersion({ PolicyArn, VersionId });
  const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "")) as object;
  expect(document).toHaveProperty("Statement.0.Effect", "Allow");
});

test("a list is of AWS's policies, of the account's, or of those in use", async () => {
  const iam = await world();
  await iam.createPolicy({ PolicyName: "list", PolicyDocument });
  await iam.createUser({ UserName: "ana" });
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonSQSFullAccess";
  await iam.attachUserPolicy({ UserName: "ana", PolicyArn });

  const local = await iam.listPolicies({ Scope: "Local" });
  expect(local.Policies?.map(({ Arn }) => Arn)).toEqual([ARN]);
  const used = await iam.listPolicies({ OnlyAttached: true });
  expect(used.Policies?.map(({ Arn }) => Arn)).toEqual([PolicyArn]);
  const page = await iam.listPolicies({ Scope: "AWS", MaxItems: 1000 });
  expect([page.Policies?.length, page.IsTruncated]).toEqual([1000, true]);
});

test("who has a policy can be asked", async () => {
  const iam = await world();
  await iam.createPolicy({ PolicyName: "list", PolicyDocument });
  const { User } = await iam.createUser({ UserName: "ana" });
  const { Group } = await iam.createGroup({ GroupName: "eng" });
  await iam.attachUserPolicy({ UserName: "ana", PolicyArn: ARN });
  await iam.attachGroupPolicy({ GroupName: "eng", PolicyArn: ARN });
  await iam.createUser({ UserName: "bob", PermissionsBoundary: ARN });
  const all = await iam.listEntitiesForPolicy({ PolicyArn: ARN });
  expect(all.PolicyUsers?.map(({ UserName }) => UserName)).toEqual(["ana", "bob"]);
  const attached = await iam.listEntitiesForPolicy({
    PolicyArn: ARN,
    PolicyUsageFilter: "PermissionsPolicy",
  });
  expect([attached.PolicyUsers, attached.PolicyGroups, attached.PolicyRoles]).toEqual([
    [{ UserName: "ana", UserId: User?.UserId }],
    [{ GroupName: "eng", GroupId: Group?.GroupId }],
    [],
  ]);
  const bounded = await iam.listEntitiesForPolicy({
    PolicyArn: ARN,
    PolicyUsageFilter: "PermissionsBoundary",
  });
  expect(bounded.PolicyUsers?.map(({ UserName }) => UserName)).toEqual(["bob"]);
});

test("ten policies can be attached to one entity", async () => {
  const iam = await world();
  await iam.createUser({ UserName: "ana" });
  const attach = (PolicyArn: string) => iam.attachUserPolicy({ UserName: "ana", PolicyArn });
  for (let count = 0; count < 10; count++) {
    await iam.createPolicy({ PolicyName: `p${count}`, PolicyDocument });
    await attach(`arn:aws:iam::000000000000:policy/p${count}`);
  }
  await attach("arn:aws:iam::000000000000:policy/p0");
  expect(await refusal(attach("arn:aws:iam::aws:policy/ReadOnlyAccess"))).toBe(
    "LimitExceededException: Cannot exceed quota for PoliciesPerUser: 10",
  );
});

test("inline policies are read as written, and share a quota", async () => {
  const iam = await world();
  await iam.createUser({ UserName: "ana" });
  const put = (PolicyName: string, document: string) =>
    iam.putUserPolicy({ UserName: "ana", PolicyName, PolicyDocument: document });
  await put("b", allowing("sqs:*"));
  await put("a", PolicyDocument);
  expect((await iam.listUserPolicies({ UserName: "ana" })).PolicyNames).toEqual(["a", "b"]);
  const read = await iam.getUserPolicy({ UserName: "ana", PolicyName: "a" });
  expect([read.UserName, read.PolicyName, read.PolicyDocument]).toEqual([
    "ana",
    "a",
    encodeURIComponent(PolicyDocument).replaceAll("*", "%2A"),
  ]);
  expect(await refusal(put("c", allowing(`s3:${"x".repeat(2000)}`)))).toBe(
    "LimitExceededException: Maximum policy size of 2048 bytes exceeded for user ana",
  );
  expect(await refusal(iam.getUserPolicy({ UserName: "ana", PolicyName: "c" }))).toBe(
    "NoSuchEntityException: The user policy with name c cannot be found.",
  );
});

test("what is no policy is no boundary", async () => {
  const iam = await world();
  await iam.createUser({ UserName: "ana" });
  const put = iam.putUserPermissionsBoundary({ UserName: "ana", PermissionsBoundary: ARN });
  expect(await refusal(put)).toBe(
    `NoSuchEntityException: Scope ARN: ${ARN} does not exist or is not attachable.`,
  );
});

test("a boundary is shown, counted and taken away", async () => {
  const iam = await world();
  await iam.createPolicy({ PolicyName: "list", PolicyDocument });
  await iam.createUser({ UserName: "ana" });
  await iam.putUserPermissionsBoundary({ UserName: "ana", PermissionsBoundary: ARN });
  expect((await iam.getUser({ UserName: "ana" })).User?.PermissionsBoundary).toEqual({
    PermissionsBoundaryType: "Policy",
    PermissionsBoundaryArn: ARN,
  });
  const count = async () =>
    (await iam.getPolicy({ PolicyArn: ARN })).Policy?.PermissionsBoundaryUsageCount;
  expect(await count()).toBe(1);
  await iam.deleteUserPermissionsBoundary({ UserName: "ana" });
  expect(await count()).toBe(0);
});
