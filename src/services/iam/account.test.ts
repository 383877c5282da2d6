import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const document = (more: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...more }] });
const PolicyDocument = document({ Action: "s3:Get", Resource: "*" });
const EC2 = document({ Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } });
const READ = "arn:aws:iam::aws:policy/ReadOnlyAccess";

test("the summary counts", async () => {
  const iam = new IAM((await startCloud()).config());
  await iam.createUser({ UserName: "ana" });
  await iam.createGroup({ GroupName: "eng" });
  await iam.createRole({ RoleName: "app", AssumeRolePolicyDocument: EC2 });
  const { Policy } = await iam.createPolicy({ PolicyName: "p", PolicyDocument });
  await iam.createPolicyVersion({ PolicyArn: Policy?.Arn, PolicyDocument });
  const { SummaryMap } = await iam.getAccountSummary({});
  expect(SummaryMap).toMatchObject({
    Users: 1,
    UsersQuota: 5000,
    Groups: 1,
    Roles: 1,
    Policies: 1,
    PolicyVersionsInUse: 2,
    InstanceProfiles: 0,
    AccountAccessKeysPresent: 0,
    AccountMFAEnabled: 0,
    AccountPasswordPresent: 0,
  });
});

test("the root user's own key is counted, and is the root user", async () => {
  const cloud = await startCloud();
  const iam = new IAM(cloud.config());
  const { AccessKey } = await iam.createAccessKey({});
  expect((await iam.getAccountSummary({})).SummaryMap?.AccountAccessKeysPresent).toBe(1);
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const { User } = await new IAM(cloud.config({ credentials })).getUser({});
  expect(User?.Arn).toBe("arn:aws:iam::000000000000:root");
});

test("authorization details tell all that decides, in pages", async () => {
  const iam = new IAM((await startCloud()).config());
  await iam.createUser({ UserName: "ana", Tags: [{ Key: "team", Value: "blue" }] });
  await iam.createGroup({ GroupName: "eng" });
  await iam.addUserToGroup({ GroupName: "eng", UserName: "ana" });
  await iam.putGroupPolicy({ GroupName: "eng", PolicyName: "in", PolicyDocument });
  await iam.createRole({ RoleName: "app", AssumeRolePolicyDocument: EC2 });
  await iam.attachRolePolicy({ RoleName: "app", PolicyArn: READ });

  const all = await iam.getAccountAuthorizationDetails({});
  expect(all.UserDetailList?.map(({ GroupList, Tags }) => [GroupList, Tags])).toEqual([
    [["eng"], [{ Key: "team", Value: "blue" }]],
  ]);
  expect(all.GroupDetailList?.map((group) => group.GroupPolicyList)).toEqual([
    [
      {
        PolicyName: "in",
        PolicyDocument: encodeURIComponent(PolicyDocument).replaceAll("*", "%2A"),
      },
    ],
  ]);
  expect(all.RoleDetailList?.map((role) => role.AttachedManagedPolicies)).toEqual([
    [{ PolicyName: "ReadOnlyAccess", PolicyArn: READ }],
  ]);
  expect(all.Policies?.map(({ Arn, AttachmentCount }) => [Arn, AttachmentCount])).toEqual([
    [READ, 1],
  ]);

  const seen = [];
  for (let Marker: string | undefined, more = true; more;) {
    const page = await iam.getAccountAuthorizationDetails({
      MaxItems: 1,
      ...(Marker && { Marker }),
    });
    seen.push(
      page.UserDetailList?.length,
      page.GroupDetailList?.length,
      page.RoleDetailList?.length,
      page.Policies?.length,
    );
    Marker = page.Marker;
    more = page.IsTruncated === true;
  }
  expect(seen.reduce((sum, count = 0) => (sum ?? 0) + count, 0)).toBe(4);
  expect(seen.length).toBe(16);
  const users = await iam.getAccountAuthorizationDetails({ Filter: ["User"] });
  expect([users.UserDetailList?.length, users.RoleDetailList?.length]).toEqual([1, 0]);
});

test("without inline policies, a user has no list of them, and groups and roles an empty one", async () => {
  const iam = new IAM((await startCloud()).config());
  await iam.createUser({ UserName: "ana" });
  await iam.createGroup({ GroupName: "eng" });
  await iam.createRole({ RoleName: "app", AssumeRolePolicyDocument: EC2 });
  const all = await iam.getAccountAuthorizationDetails({});
  expect([
    all.UserDetailList?.[0]?.UserPolicyList,
    all.GroupDetailList?.[0]?.GroupPolicyList,
    all.RoleDetailList?.[0]?.RolePolicyList,
  ]).toEqual([undefined, [], []]);
});

test("an account has one alias, which nobody takes again, not even its holder", async () => {
  const cloud = await startCloud();
  const iam = new IAM(cloud.config());
  const other = new IAM(cloud.config({ accountId: "111111111111" }));
  await iam.createAccountAlias({ AccountAlias: "acme" });
  for (const who of [other, iam]) {
    await expect(who.createAccountAlias({ AccountAlias: "acme" })).rejects.toMatchObject({
      name: "EntityAlreadyExistsException",
      message: "The account alias acme already exists.",
      $metadata: { httpStatusCode: 409 },
    });
  }
  await iam.createAccountAlias({ AccountAlias: "acme-two" });
  expect((await iam.listAccountAliases({})).AccountAliases).toEqual(["acme-two"]);
  await iam.deleteAccountAlias({ AccountAlias: "acme-two" });
  expect((await iam.listAccountAliases({})).AccountAliases).toEqual([]);
});
