import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const document = (more: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...more }] });

/** The four kinds of things that have tags, each with its three operations. */
async function things() {
  const iam = new IAM({ ...(await startCloud()).config(), maxAttempts: 1 });
  const RoleName = "app";
  const InstanceProfileName = "box";
  const UserName = "ana";
  const created = await iam.createPolicy({
    PolicyName: "p",
    PolicyDocument: document({ Action: "s3:*", Resource: "*" }),
  });
  const PolicyArn = created.Policy?.Arn;
  await iam.createUser({ UserName });
  await iam.createRole({
    RoleName,
    AssumeRolePolicyDocument: document({
      Action: "sts:AssumeRole",
      Principal: { Service: "ec2.amazonaws.com" },
    }),
  });
  await iam.createInstanceProfile({ InstanceProfileName });
  type Tags = { Key: string; Value: string }[];
  return [
    {
      tag: (Tags: Tags) => iam.tagUser({ UserName, Tags }),
      untag: (TagKeys: string[]) => iam.untagUser({ UserName, TagKeys }),
      list: async () => (await iam.listUserTags({ UserName })).Tags,
      describe: async () => (await iam.getUser({ UserName })).User?.Tags,
    },
    {
      tag: (Tags: Tags) => iam.tagRole({ RoleName, Tags }),
      untag: (TagKeys: string[]) => iam.untagRole({ RoleName, TagKeys }),
      list: async () => (await iam.listRoleTags({ RoleName })).Tags,
      describe: async () => (await iam.getRole({ RoleName })).Role?.Tags,
    },
    {
      tag: (Tags: Tags) => iam.tagPolicy({ PolicyArn, Tags }),
      untag: (TagKeys: string[]) => iam.untagPolicy({ PolicyArn, TagKeys }),
      list: async () => (await iam.listPolicyTags({ PolicyArn })).Tags,
      describe: async () => (await iam.getPolicy({ PolicyArn })).Policy?.Tags,
    },
    {
      tag: (Tags: Tags) => iam.tagInstanceProfile({ InstanceProfileName, Tags }),
      untag: (TagKeys: string[]) => iam.untagInstanceProfile({ InstanceProfileName, TagKeys }),
      list: async () => (await iam.listInstanceProfileTags({ InstanceProfileName })).Tags,
      describe: async () =>
        (await iam.getInstanceProfile({ InstanceProfileName })).InstanceProfile?.Tags,
    },
  ];
}

test.for([0, 1, 2, 3])("thing %i is tagged, shows its tags, and loses them", async (index) => {
  const thing = (await things())[index];
  if (thing === undefined) throw new Error("four things");
  await thing.tag([
    { Key: "Team", Value: "blue" },
    { Key: "cost", Value: "1" },
  ]);
  await thing.tag([{ Key: "team", Value: "red" }]);
  const left = [
    { Key: "cost", Value: "1" },
    { Key: "team", Value: "red" },
  ];
  expect(await thing.list()).toEqual(left);
  expect(await thing.describe()).toEqual(left);
  await thing.untag(["TEAM"]);
  expect(await thing.list()).toEqual([{ Key: "cost", Value: "1" }]);
  const twice = thing.tag([
    { Key: "a", Value: "1" },
    { Key: "A", Value: "2" },
  ]);
  await expect(twice).rejects.toMatchObject({
    name: "InvalidInputException",
    message: "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
  });
});
