import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function world() {
  const cloud = await startCloud();
  return { cloud, iam: new IAM({ ...cloud.config(), maxAttempts: 1 }) };
}

const DOCUMENT = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
});

test("a user is described as it was created, in its path", async () => {
  const { iam } = await world();
  const Tags = [{ Key: "team", Value: "blue" }];
  const { User } = await iam.createUser({ UserName: "Ana", Path: "/eng/", Tags });
  expect(User).toEqual({
    Path: "/eng/",
    UserName: "Ana",
    UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    Arn: "arn:aws:iam::000000000000:user/eng/Ana",
    CreateDate: new Date("2030-01-01T00:00:00Z"),
    Tags,
  });
  expect((await iam.getUser({ UserName: "Ana" })).User).toEqual(User);
});

test("a name that differs in case alone is taken", async () => {
  const { iam } = await world();
  await iam.createUser({ UserName: "Ana" });
  await expect(iam.createUser({ UserName: "ana" })).rejects.toMatchObject({
    name: "EntityAlreadyExistsException",
    message: "User with name ana already exists.",
    $metadata: { httpStatusCode: 409 },
  });
});

test("who is not there cannot be found", async () => {
  const { iam } = await world();
  await expect(iam.getUser({ UserName: "bob" })).rejects.toMatchObject({
    name: "NoSuchEntityException",
    message: "The user with name bob cannot be found.",
    $metadata: { httpStatusCode: 404 },
  });
});

test("users are listed by name, in pages, and under a path", async () => {
  const { iam } = await world();
  for (const UserName of ["carl", "Ana", "bob"]) await iam.createUser({ UserName });
  await iam.createUser({ UserName: "dora", Path: "/eng/" });

  const first = await iam.listUsers({ MaxItems: 3 });
  expect(first.Users?.map(({ UserName }) => UserName)).toEqual(["Ana", "bob", "carl"]);
  expect(first.IsTruncated).toBe(true);
  const second = await iam.listUsers({ MaxItems: 3, Marker: first.Marker });
  expect(second.Users?.map(({ UserName }) => UserName)).toEqual(["dora"]);
  expect([second.IsTruncated, second.Marker]).toEqual([false, undefined]);

  const under = await iam.listUsers({ PathPrefix: "/eng/" });
  expect(under.Users?.map(({ Arn }) => Arn)).toEqual(["arn:aws:iam::000000000000:user/eng/dora"]);
});

test("a renamed user keeps its id, its groups, its policies and its keys", async () => {
  const { iam } = await world();
  const { User } = await iam.createUser({ UserName: "ana" });
  await iam.createGroup({ GroupName: "eng" });
  await iam.addUserToGroup({ GroupName: "eng", UserName: "ana" });
  await iam.putUserPolicy({ UserName: "ana", PolicyName: "queues", PolicyDocument: DOCUMENT });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ana" });
  await iam.updateUser({ UserName: "ana", NewUserName: "anna", NewPath: "/eng/" });

  await expect(iam.getUser({ UserName: "ana" })).rejects.toThrow("cannot be found");
  const renamed = await iam.getUser({ UserName: "anna" });
  expect(renamed.User).toEqual({
    ...User,
    UserName: "anna",
    Path: "/eng/",
    Arn: "arn:aws:iam::000000000000:user/eng/anna",
  });
  const group = await iam.getGroup({ GroupName: "eng" });
  expect(group.Users?.map(({ UserName }) => UserName)).toEqual(["anna"]);
  expect((await iam.listUserPolicies({ UserName: "anna" })).PolicyNames).toEqual(["queues"]);
  const keys = await iam.listAccessKeys({ UserName: "anna" });
  expect(keys.AccessKeyMetadata?.map((key) => [key.UserName, key.AccessKeyId])).toEqual([
    ["anna", AccessKey?.AccessKeyId],
  ]);
});

test("a user goes only when nothing hangs on it any more", async () => {
  const { iam } = await world();
  const UserName = "ana";
  const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  await iam.createUser({ UserName });
  await iam.createGroup({ GroupName: "eng" });
  await iam.addUserToGroup({ GroupName: "eng", UserName });
  await iam.putUserPolicy({ UserName, PolicyName: "queues", PolicyDocument: DOCUMENT });
  await iam.attachUserPolicy({ UserName, PolicyArn });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  await iam.createLoginProfile({ UserName, Password: "Correct-horse-9" });
  const refusal = () =>
    iam.deleteUser({ UserName }).then(
      () => "deleted",
      (error: Error) => `${error.name}: ${error.message}`,
    );

  expect(await refusal()).toBe(
    "DeleteConflictException: Cannot delete entity, must remove users from group first.",
  );
  await iam.removeUserFromGroup({ GroupName: "eng", UserName });
  expect(await refusal()).toBe(
    "DeleteConflictException: Cannot delete entity, must delete policies first.",
  );
  await iam.deleteUserPolicy({ UserName, PolicyName: "queues" });
  expect(await refusal()).toBe(
    "DeleteConflictException: Cannot delete entity, must detach all policies first.",
  );
  await iam.detachUserPolicy({ UserName, PolicyArn });
  expect(await refusal()).toBe(
    "DeleteConflictException: Cannot delete entity, must delete access keys first.",
  );
  await iam.deleteAccessKey({ UserName, AccessKeyId: AccessKey?.AccessKeyId });
  expect(await refusal()).toBe(
    "DeleteConflictException: Cannot delete entity, must delete login profile first.",
  );
  await iam.deleteLoginProfile({ UserName });
  expect(await refusal()).toBe("deleted");
});

test("accounts do not see each other's users", async () => {
  const { cloud, iam } = await world();
  await iam.createUser({ UserName: "ana" });
  const other = new IAM(cloud.config({ accountId: "111111111111" }));
  expect((await other.listUsers({})).Users).toEqual([]);
});
