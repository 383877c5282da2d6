import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function world() {
  const iam = new IAM({ ...(await startCloud()).config(), maxAttempts: 1 });
  await iam.createGroup({ GroupName: "eng", Path: "/teams/" });
  await iam.createUser({ UserName: "ana" });
  return iam;
}

test("a group knows its members, and a member its groups", async () => {
  const iam = await world();
  await iam.addUserToGroup({ GroupName: "eng", UserName: "ana" });
  await iam.addUserToGroup({ GroupName: "eng", UserName: "ana" });

  const { Group, Users } = await iam.getGroup({ GroupName: "eng" });
  expect(Group).toEqual({
    Path: "/teams/",
    GroupName: "eng",
    GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
    Arn: "arn:aws:iam::000000000000:group/teams/eng",
    CreateDate: new Date("2030-01-01T00:00:00Z"),
  });
  expect(Users?.map(({ UserName }) => UserName)).toEqual(["ana"]);
  expect((await iam.listGroupsForUser({ UserName: "ana" })).Groups).toEqual([Group]);
});

test("a group with members stays; removing who is not in it succeeds", async () => {
  const iam = await world();
  await iam.addUserToGroup({ GroupName: "eng", UserName: "ana" });
  await expect(iam.deleteGroup({ GroupName: "eng" })).rejects.toMatchObject({
    name: "DeleteConflictException",
    message: "Cannot delete entity, must remove users from group first.",
  });
  await iam.removeUserFromGroup({ GroupName: "eng", UserName: "ana" });
  await iam.removeUserFromGroup({ GroupName: "eng", UserName: "ana" });
  await iam.deleteGroup({ GroupName: "eng" });
  await expect(iam.getGroup({ GroupName: "eng" })).rejects.toMatchObject({
    name: "NoSuchEntityException",
    message: "The group with name eng cannot be found.",
  });
});

test("a user is in ten groups at most", async () => {
  const iam = await world();
  for (let count = 0; count < 10; count++) {
    await iam.createGroup({ GroupName: `g${count}` });
    await iam.addUserToGroup({ GroupName: `g${count}`, UserName: "ana" });
  }
  await expect(iam.addUserToGroup({ GroupName: "eng", UserName: "ana" })).rejects.toMatchObject({
    name: "LimitExceededException",
    message: "Cannot exceed quota for GroupsPerUser: 10",
    $metadata: { httpStatusCode: 409 },
  });
});

test("a renamed group keeps its members", async () => {
  const iam = await world();
  await iam.addUserToGroup({ GroupName: "eng", UserName: "ana" });
  await iam.updateGroup({ GroupName: "eng", NewGroupName: "engineering" });
  const { Users } = await iam.getGroup({ GroupName: "engineering" });
  expect(Users?.map(({ UserName }) => UserName)).toEqual(["ana"]);
});
