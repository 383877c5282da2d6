import { IAM } from "@aws-sdk/client-iam";
import { KMS, type GrantConstraints, type GrantOperation } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { startCloud, type TestCloud } from "../../testing/cloud.ts";

const Plaintext = Buffer.from("x");
const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";

/** A user with a policy, as an SDK client. */
async function user(cloud: TestCloud, UserName: string, statements: object[] | "administrator") {
  const iam = new IAM(cloud.config());
  const { User } = await iam.createUser({ UserName });
  if (statements === "administrator") {
    await iam.attachUserPolicy({ UserName, PolicyArn: ADMINISTRATOR });
  } else if (statements.length > 0) {
    await iam.putUserPolicy({ UserName, PolicyName: "own", PolicyDocument: policy(...statements) });
  }
  const { AccessKey } = await iam.createAccessKey({ UserName });
  const credentials = {
    accessKeyId: AccessKey!.AccessKeyId!,
    secretAccessKey: AccessKey!.SecretAccessKey!,
  };
  return { arn: User!.Arn!, kms: new KMS(cloud.config({ credentials })) };
}

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (principal: string, Action: string | string[], more: object = {}) => ({
  Effect: "Allow",
  Principal: { AWS: principal },
  Action,
  Resource: "*",
  ...more,
});
const own = (Action: string | string[], more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource: "*",
  ...more,
});
const ROOT = "arn:aws:iam::000000000000:root";

async function start(Policy?: string) {
  const cloud = await startCloud();
  const root = new KMS(cloud.config());
  const { KeyMetadata } = await root.createKey({ Policy });
  return { cloud, root, KeyId: KeyMetadata!.KeyId!, arn: KeyMetadata!.Arn! };
}

test("an administrator whom the key's policy does not know is refused until it does", async () => {
  const { cloud, root, KeyId, arn } = await start();
  const admin = await user(cloud, "admin", "administrator");
  await root.putKeyPolicy({
    KeyId,
    Policy: policy({
      ...allow("*", "kms:*"),
      Condition: { ArnEquals: { "aws:PrincipalArn": ROOT } },
    }),
  });
  await expect(admin.kms.encrypt({ KeyId, Plaintext })).rejects.toMatchObject({
    name: "AccessDeniedException",
    message:
      `User: ${admin.arn} is not authorized to perform: kms:Encrypt on resource: ${arn} ` +
      "because no resource-based policy allows the kms:Encrypt action",
    $metadata: { httpStatusCode: 400 },
  });
  await root.putKeyPolicy({
    KeyId,
    Policy: policy(allow(ROOT, "kms:*"), allow(admin.arn, "kms:Encrypt")),
  });
  await expect(admin.kms.encrypt({ KeyId, Plaintext })).resolves.toMatchObject({ KeyId: arn });
});

test("the default policy leaves the decision to the account's own policies", async () => {
  const { cloud, KeyId, arn } = await start();
  const nobody = await user(cloud, "nobody", []);
  const writer = await user(cloud, "writer", [own("kms:Encrypt", { Resource: arn })]);
  await expect(nobody.kms.encrypt({ KeyId, Plaintext })).rejects.toMatchObject({
    message:
      `User: ${nobody.arn} is not authorized to perform: kms:Encrypt on resource: ${arn} ` +
      "because no identity-based policy allows the kms:Encrypt action",
  });
  const { CiphertextBlob } = await writer.kms.encrypt({ KeyId, Plaintext });
  await expect(writer.kms.decrypt({ CiphertextBlob })).rejects.toMatchObject({
    message:
      `User: ${writer.arn} is not authorized to perform: kms:Decrypt on resource: ${arn} ` +
      "because no identity-based policy allows the kms:Decrypt action",
  });
});

test("a key's policy alone is enough for whom it names", async () => {
  const { cloud, root, KeyId, arn } = await start();
  const named = await user(cloud, "named", []);
  await root.putKeyPolicy({
    KeyId,
    Policy: policy(allow(ROOT, "kms:*"), allow(named.arn, ["kms:Encrypt", "kms:Decrypt"])),
  });
  await expect(named.kms.encrypt({ KeyId, Plaintext })).resolves.toMatchObject({ KeyId: arn });
});

test("a condition on the encryption context decides", async () => {
  const { cloud, KeyId, arn } = await start();
  const condition = { StringEquals: { "kms:EncryptionContext:department": "payroll" } };
  const clerk = await user(cloud, "clerk", [own("kms:*", { Condition: condition })]);
  const encrypt = (EncryptionContext?: Record<string, string>) =>
    clerk.kms.encrypt({ KeyId, Plaintext, EncryptionContext });
  await expect(encrypt({ department: "payroll" })).resolves.toMatchObject({ KeyId: arn });
  for (const wrong of [undefined, { department: "sales" }]) {
    await expect(encrypt(wrong)).rejects.toMatchObject({ name: "AccessDeniedException" });
  }
});

test("a condition on the alias in the request decides", async () => {
  const { cloud, root, KeyId } = await start();
  await root.createAlias({ AliasName: "alias/app", TargetKeyId: KeyId });
  const condition = { StringEquals: { "kms:RequestAlias": "alias/app" } };
  const clerk = await user(cloud, "clerk", [own("kms:Encrypt", { Condition: condition })]);
  await expect(clerk.kms.encrypt({ KeyId: "alias/app", Plaintext })).resolves.toMatchObject({
    EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
  });
  await expect(clerk.kms.encrypt({ KeyId, Plaintext })).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
});

test("a condition on the algorithm knows what the request leaves out", async () => {
  const { cloud, KeyId, arn } = await start();
  const condition = { StringEquals: { "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT" } };
  const clerk = await user(cloud, "clerk", [own("kms:*", { Condition: condition })]);
  await expect(clerk.kms.encrypt({ KeyId, Plaintext })).resolves.toMatchObject({ KeyId: arn });
  await expect(clerk.kms.describeKey({ KeyId })).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
});

test("an alias needs permission on the alias and on the key", async () => {
  const { cloud, KeyId, arn } = await start();
  const half = await user(cloud, "half", [own("kms:CreateAlias", { Resource: arn })]);
  const AliasName = "alias/app";
  await expect(half.kms.createAlias({ AliasName, TargetKeyId: KeyId })).rejects.toMatchObject({
    message:
      `User: ${half.arn} is not authorized to perform: kms:CreateAlias on resource: ` +
      "arn:aws:kms:us-east-1:000000000000:alias/app " +
      "because no identity-based policy allows the kms:CreateAlias action",
  });
  const whole = await user(cloud, "whole", [own("kms:CreateAlias")]);
  await whole.kms.createAlias({ AliasName, TargetKeyId: KeyId });
});

test("an alias that leads nowhere is said before anything else", async () => {
  const { cloud } = await start();
  const nobody = await user(cloud, "nobody", []);
  await expect(nobody.kms.encrypt({ KeyId: "alias/none", Plaintext })).rejects.toMatchObject({
    name: "NotFoundException",
    message: "Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found.",
  });
});

test("re-encryption needs both keys' leave", async () => {
  const { cloud, root, KeyId } = await start();
  const other = (await root.createKey({})).KeyMetadata!;
  const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext });
  const mover = await user(cloud, "mover", [own("kms:ReEncryptFrom")]);
  await expect(
    mover.kms.reEncrypt({ CiphertextBlob, DestinationKeyId: other.KeyId }),
  ).rejects.toMatchObject({
    message:
      `User: ${mover.arn} is not authorized to perform: kms:ReEncryptTo on resource: ${other.Arn} ` +
      "because no identity-based policy allows the kms:ReEncryptTo action",
  });
});

test("another account needs the key's policy, and its own", async () => {
  const { cloud, root, KeyId, arn } = await start();
  const stranger = new KMS(cloud.config({ accountId: "111122223333" }));
  const hidden =
    "because the resource does not exist in this Region, no resource-based policies allow access, " +
    "or a resource-based policy explicitly denies access";
  const who = "User: arn:aws:iam::111122223333:root is not authorized to perform:";
  await expect(stranger.encrypt({ KeyId: arn, Plaintext })).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: `${who} kms:Encrypt on resource: ${arn} ${hidden}`,
  });
  const { CiphertextBlob } = await root.encrypt({ KeyId, Plaintext });
  await expect(stranger.decrypt({ CiphertextBlob })).rejects.toMatchObject({
    message: `${who} kms:Decrypt on the resource associated with this ciphertext ${hidden}`,
  });
  const open = allow("arn:aws:iam::111122223333:root", "kms:*");
  await root.putKeyPolicy({ KeyId, Policy: policy(allow(ROOT, "kms:*"), open) });
  await expect(stranger.decrypt({ CiphertextBlob })).resolves.toMatchObject({ KeyId: arn });
  await expect(stranger.disableKey({ KeyId: arn })).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
});

test("a policy that locks its writer out is refused, unless they insist", async () => {
  const { cloud, root, KeyId } = await start();
  const other = await user(cloud, "other", []);
  const Policy = policy(allow(other.arn, "kms:*"));
  await expect(root.putKeyPolicy({ KeyId, Policy })).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
    message: "The new key policy will not allow you to update the key policy in the future.",
    $metadata: { httpStatusCode: 400 },
  });
  await expect(root.createKey({ Policy })).rejects.toMatchObject({
    name: "MalformedPolicyDocumentException",
  });
  await root.putKeyPolicy({ KeyId, Policy, BypassPolicyLockoutSafetyCheck: true });
  await expect(root.getKeyPolicy({ KeyId })).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  await expect(other.kms.getKeyPolicy({ KeyId })).resolves.toMatchObject({ PolicyName: "default" });
});

test("a policy that is none, or names nobody, is refused", async () => {
  const { root, KeyId } = await start();
  for (const Policy of [
    "{",
    policy({ Effect: "Allow" }),
    policy(allow(ROOT, "kms:*"), allow("arn:aws:iam::000000000000:user/nobody", "kms:*")),
  ]) {
    await expect(root.putKeyPolicy({ KeyId, Policy })).rejects.toMatchObject({
      name: "MalformedPolicyDocumentException",
    });
  }
});

test("a policy is at most 32 KB long", async () => {
  const { root, KeyId } = await start();
  const Policy = policy(allow(ROOT, "kms:*"));
  const padded = (bytes: number) => Policy.padEnd(bytes, " ");
  await root.putKeyPolicy({ KeyId, Policy: padded(32_768) });
  for (const work of [
    () => root.putKeyPolicy({ KeyId, Policy: padded(32_769) }),
    () => root.createKey({ Policy: padded(32_769) }),
  ]) {
    await expect(work()).rejects.toMatchObject({ name: "LimitExceededException" });
  }
});

test("a new key has AWS's default policy, in AWS's writing", async () => {
  const { root, KeyId } = await start();
  const { Policy, PolicyName } = await root.getKeyPolicy({ KeyId });
  expect([PolicyName, Policy]).toEqual([
    "default",
    `{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::000000000000:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}`,
  ]);
  const { PolicyNames, Truncated } = await root.listKeyPolicies({ KeyId });
  expect([PolicyNames, Truncated]).toEqual([["default"], false]);
});

test("tags on a new key need leave to tag, and decide over the key later", async () => {
  const { cloud, root } = await start();
  const Tags = [{ TagKey: "team", TagValue: "red" }];
  const plain = await user(cloud, "plain", [own("kms:CreateKey")]);
  await expect(plain.kms.createKey({ Tags })).rejects.toMatchObject({
    message: expect.stringContaining("kms:TagResource"),
  });
  const condition = { StringEquals: { "aws:ResourceTag/team": "red" } };
  const red = await user(cloud, "red", [own("kms:Encrypt", { Condition: condition })]);
  const tagged = (await root.createKey({ Tags })).KeyMetadata!;
  const bare = (await root.createKey({})).KeyMetadata!;
  await red.kms.encrypt({ KeyId: tagged.KeyId, Plaintext });
  await expect(red.kms.encrypt({ KeyId: bare.KeyId, Plaintext })).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
});

test("a grant gives what it names under its encryption context, until it is revoked", async () => {
  const { cloud, root, KeyId, arn } = await start();
  const worker = await user(cloud, "worker", []);
  const made = await root.createGrant({
    KeyId,
    GranteePrincipal: worker.arn,
    Operations: ["Encrypt", "Decrypt"],
    Constraints: { EncryptionContextSubset: { job: "7" } },
  });
  const encrypt = (EncryptionContext?: Record<string, string>) =>
    worker.kms.encrypt({ KeyId, Plaintext, EncryptionContext, GrantTokens: [made.GrantToken!] });
  await expect(encrypt({ job: "7", part: "1" })).resolves.toMatchObject({ KeyId: arn });
  await expect(encrypt({ job: "8" })).rejects.toMatchObject({ name: "AccessDeniedException" });
  await expect(worker.kms.describeKey({ KeyId })).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  await root.revokeGrant({ KeyId, GrantId: made.GrantId });
  await expect(
    worker.kms.encrypt({ KeyId, Plaintext, EncryptionContext: { job: "7" } }),
  ).rejects.toMatchObject({ name: "AccessDeniedException" });
});

test("who may create grants by a grant gives no more than it gives", async () => {
  const { cloud, root, KeyId } = await start();
  const worker = await user(cloud, "worker", []);
  const other = await user(cloud, "other", []);
  await root.createGrant({
    KeyId,
    GranteePrincipal: worker.arn,
    Operations: ["Decrypt", "GenerateDataKey", "CreateGrant"],
    Constraints: { EncryptionContextSubset: { job: "7" } },
  });
  const give = (Operations: GrantOperation[], Constraints?: GrantConstraints) =>
    worker.kms.createGrant({ KeyId, GranteePrincipal: other.arn, Operations, Constraints }).then(
      () => "given",
      ({ name }: Error) => name,
    );
  const strict = { EncryptionContextSubset: { job: "7" } };
  expect(await give(["Decrypt"], strict)).toBe("given");
  expect(await give(["Decrypt", "CreateGrant"], strict)).toBe("given");
  expect(await give(["Decrypt"], { EncryptionContextSubset: { job: "7", part: "1" } })).toBe(
    "given",
  );
  expect(await give(["Decrypt"], { EncryptionContextEquals: { job: "7" } })).toBe("given");
  expect(await give(["Encrypt"], strict)).toBe("AccessDeniedException");
  expect(await give(["Decrypt", "Encrypt"], strict)).toBe("AccessDeniedException");
  expect(await give(["Decrypt"])).toBe("AccessDeniedException");
  const lax = { EncryptionContextSubset: { part: "1" } };
  expect(await give(["Decrypt"], lax)).toBe("AccessDeniedException");
});

test("a grant crosses accounts without the stranger's own policy being the owner's business", async () => {
  const { cloud, root, KeyId, arn } = await start();
  await root.createGrant({
    KeyId,
    GranteePrincipal: "arn:aws:iam::111122223333:root",
    Operations: ["Encrypt"],
  });
  const stranger = new KMS(cloud.config({ accountId: "111122223333" }));
  await expect(stranger.encrypt({ KeyId: arn, Plaintext })).resolves.toMatchObject({ KeyId: arn });
});

test("those whom a grant names retire it, and others do not", async () => {
  const { cloud, root, KeyId } = await start();
  const [worker, warden, other] = [
    await user(cloud, "worker", []),
    await user(cloud, "warden", []),
    await user(cloud, "other", []),
  ];
  const make = () =>
    root.createGrant({
      KeyId,
      GranteePrincipal: worker.arn,
      RetiringPrincipal: warden.arn,
      Operations: ["Encrypt"],
    });
  const { GrantToken } = await make();
  for (const { kms } of [worker, other]) {
    await expect(kms.retireGrant({ GrantToken })).rejects.toMatchObject({
      name: "AccessDeniedException",
    });
  }
  const listed = await root.listRetirableGrants({ RetiringPrincipal: warden.arn });
  expect(listed.Grants).toHaveLength(1);
  await warden.kms.retireGrant({ GrantToken });
  expect((await root.listGrants({ KeyId })).Grants).toEqual([]);
  await expect(warden.kms.retireGrant({ GrantToken })).rejects.toMatchObject({
    name: "InvalidGrantTokenException",
  });
});
