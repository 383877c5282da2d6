import { IAM } from "@aws-sdk/client-iam";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function world() {
  const cloud = await startCloud();
  const iam = new IAM(cloud.config());
  await iam.createUser({ UserName: "ana" });
  return { cloud, iam };
}

const outcome = (doing: Promise<unknown>): Promise<string> =>
  doing.then(
    () => "done",
    (error: Error) => `${error.name}: ${error.message}`,
  );

test("an account has no password policy until it gets one", async () => {
  const { iam } = await world();
  expect(await outcome(iam.getAccountPasswordPolicy({}))).toBe(
    "NoSuchEntityException: The Password Policy with domain name 000000000000 cannot be found.",
  );
  await iam.updateAccountPasswordPolicy({ MinimumPasswordLength: 12, MaxPasswordAge: 90 });
  expect((await iam.getAccountPasswordPolicy({})).PasswordPolicy).toEqual({
    MinimumPasswordLength: 12,
    RequireSymbols: false,
    RequireNumbers: false,
    RequireUppercaseCharacters: false,
    RequireLowercaseCharacters: false,
    AllowUsersToChangePassword: false,
    ExpirePasswords: true,
    MaxPasswordAge: 90,
    HardExpiry: false,
  });
  await iam.deleteAccountPasswordPolicy({});
  expect(await outcome(iam.deleteAccountPasswordPolicy({}))).toMatch(/^NoSuchEntityException/);
});

test("a password must keep the rules", async () => {
  const { iam } = await world();
  await iam.updateAccountPasswordPolicy({
    MinimumPasswordLength: 10,
    RequireNumbers: true,
    RequireSymbols: true,
    RequireUppercaseCharacters: true,
  });
  const set = (Password: string) => outcome(iam.createLoginProfile({ UserName: "ana", Password }));
  const refusal = (what: string) =>
    `PasswordPolicyViolationException: Password should have ${what}`;
  expect(await set("short")).toBe(refusal("a minimum length of 10"));
  expect(await set("long-enough-1")).toBe(refusal("at least one uppercase letter"));
  expect(await set("Long-enough")).toBe(refusal("at least one number"));
  expect(await set("Long0enough")).toBe(refusal("at least one symbol"));
  expect(await set("Long-enough-1")).toBe("done");
  expect((await iam.getLoginProfile({ UserName: "ana" })).LoginProfile).toEqual({
    UserName: "ana",
    CreateDate: new Date("2030-01-01T00:00:00Z"),
    PasswordResetRequired: false,
  });
});

test("a user changes its password with the old one, and not back to an earlier one", async () => {
  const { cloud, iam } = await world();
  await iam.updateAccountPasswordPolicy({ PasswordReusePrevention: 2 });
  await iam.createLoginProfile({
    UserName: "ana",
    Password: "first-1",
    PasswordResetRequired: true,
  });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ana" });
  await iam.attachUserPolicy({
    UserName: "ana",
    PolicyArn: "arn:aws:iam::aws:policy/IAMUserChangePassword",
  });
  const ana = new IAM(
    cloud.config({
      credentials: {
        accessKeyId: AccessKey?.AccessKeyId ?? "",
        secretAccessKey: AccessKey?.SecretAccessKey ?? "",
      },
    }),
  );
  const change = (OldPassword: string, NewPassword: string) =>
    outcome(ana.changePassword({ OldPassword, NewPassword }));
  expect(await change("wrong-1", "second-2")).toBe("AccessDenied: The old password was incorrect.");
  expect(await change("first-1", "second-2")).toBe("done");
  expect(await change("second-2", "first-1")).toMatch(/^PasswordPolicyViolationException/);
  expect(await change("second-2", "third-3")).toBe("done");
  expect((await iam.getLoginProfile({ UserName: "ana" })).LoginProfile?.PasswordResetRequired).toBe(
    false,
  );
});

test("where the account lets them, users need no permission to change their password", async () => {
  const { cloud, iam } = await world();
  await iam.createLoginProfile({ UserName: "ana", Password: "First-one-1" });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ana" });
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const ana = new IAM(cloud.config({ credentials }));
  const change = () =>
    outcome(ana.changePassword({ OldPassword: "First-one-1", NewPassword: "Second-one-2" }));
  expect(await change()).toMatch(/^AccessDenied: User: .* iam:ChangePassword/);
  await iam.updateAccountPasswordPolicy({ AllowUsersToChangePassword: true });
  expect(await change()).toBe("done");
});

test("who has no password cannot be found", async () => {
  const { iam } = await world();
  expect(await outcome(iam.getLoginProfile({ UserName: "ana" }))).toBe(
    "NoSuchEntityException: Login Profile for User ana cannot be found.",
  );
  await iam.createLoginProfile({ UserName: "ana", Password: "Long-enough-1" });
  expect(
    await outcome(iam.createLoginProfile({ UserName: "ana", Password: "Long-enough-1" })),
  ).toBe("EntityAlreadyExistsException: Login Profile for user ana already exists.");
});
