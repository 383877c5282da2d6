import { KMS } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function start() {
  const cloud = await startCloud();
  const kms = new KMS(cloud.config());
  const make = async () => (await kms.createKey({})).KeyMetadata!.KeyId!;
  const own = async () =>
    (await kms.listAliases({})).Aliases?.filter(({ AliasName }) => !AliasName?.includes("/aws/"));
  return { cloud, kms, make, own };
}

test("an alias points to a key until it points to another", async () => {
  const { cloud, kms, make, own } = await start();
  const [one, other] = [await make(), await make()];
  await kms.createAlias({ AliasName: "alias/app", TargetKeyId: one });
  await cloud.clock.advance({ hours: 1 });
  await kms.updateAlias({ AliasName: "alias/app", TargetKeyId: other });
  expect((await kms.describeKey({ KeyId: "alias/app" })).KeyMetadata?.KeyId).toBe(other);
  expect(await own()).toEqual([
    {
      AliasName: "alias/app",
      AliasArn: "arn:aws:kms:us-east-1:000000000000:alias/app",
      TargetKeyId: other,
      CreationDate: new Date("2030-01-01T00:00:00Z"),
      LastUpdatedDate: new Date("2030-01-01T01:00:00Z"),
    },
  ]);
  expect((await kms.listAliases({ KeyId: one })).Aliases).toEqual([]);
  await kms.deleteAlias({ AliasName: "alias/app" });
  await expect(kms.deleteAlias({ AliasName: "alias/app" })).rejects.toMatchObject({
    name: "NotFoundException",
    message: "Alias arn:aws:kms:us-east-1:000000000000:alias/app is not found.",
  });
});

test("a name is given once, and not under AWS's own", async () => {
  const { kms, make } = await start();
  const TargetKeyId = await make();
  await kms.createAlias({ AliasName: "alias/app", TargetKeyId });
  await expect(kms.createAlias({ AliasName: "alias/app", TargetKeyId })).rejects.toMatchObject({
    name: "AlreadyExistsException",
    message: "An alias with the name arn:aws:kms:us-east-1:000000000000:alias/app already exists",
  });
  await expect(kms.createAlias({ AliasName: "alias/aws/mine", TargetKeyId })).rejects.toMatchObject(
    {
      name: "NotAuthorizedException",
    },
  );
  await expect(kms.createAlias({ AliasName: "app", TargetKeyId })).rejects.toMatchObject({
    name: "ValidationException",
    message:
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
  });
});

test("an alias does not move to a key of another kind", async () => {
  const { kms, make } = await start();
  await kms.createAlias({ AliasName: "alias/app", TargetKeyId: await make() });
  const mac = await kms.createKey({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
  await expect(
    kms.updateAlias({ AliasName: "alias/app", TargetKeyId: mac.KeyMetadata!.KeyId! }),
  ).rejects.toMatchObject({ name: "ValidationException" });
});

test("the key of an AWS service comes into being when it is first asked for", async () => {
  const { kms } = await start();
  const listed = async () =>
    (await kms.listAliases({})).Aliases?.find(({ AliasName }) => AliasName === "alias/aws/s3");
  expect(await listed()).toEqual({
    AliasName: "alias/aws/s3",
    AliasArn: "arn:aws:kms:us-east-1:000000000000:alias/aws/s3",
  });
  const first = (await kms.describeKey({ KeyId: "alias/aws/s3" })).KeyMetadata!;
  expect(first).toMatchObject({
    KeyManager: "AWS",
    KeyState: "Enabled",
    Description: "Default key that protects my S3 objects when no other key is defined",
  });
  const again = (await kms.describeKey({ KeyId: "alias/aws/s3" })).KeyMetadata!;
  expect(again.KeyId).toBe(first.KeyId);
  expect((await listed())?.TargetKeyId).toBe(first.KeyId);
  const status = await kms.getKeyRotationStatus({ KeyId: first.KeyId });
  expect([status.KeyRotationEnabled, status.RotationPeriodInDays]).toEqual([true, 365]);
});

test("nobody uses or changes the key of an AWS service by themselves, not even root", async () => {
  const { kms } = await start();
  const { KeyMetadata } = await kms.describeKey({ KeyId: "alias/aws/s3" });
  const { KeyId, Arn } = KeyMetadata!;
  const why = (action: string) =>
    `User: arn:aws:iam::000000000000:root is not authorized to perform: ${action} on resource: ` +
    `${Arn} because no resource-based policy allows the ${action} action`;
  await expect(
    kms.encrypt({ KeyId: "alias/aws/s3", Plaintext: Buffer.from("x") }),
  ).rejects.toMatchObject({ name: "AccessDeniedException", message: why("kms:Encrypt") });
  await expect(kms.scheduleKeyDeletion({ KeyId })).rejects.toMatchObject({
    name: "AccessDeniedException",
    message: why("kms:ScheduleKeyDeletion"),
  });
});

test("predefined aliases and one's own come in one order, page by page", async () => {
  const { kms, make } = await start();
  const TargetKeyId = await make();
  for (const name of ["zebra", "app"]) {
    await kms.createAlias({ AliasName: `alias/${name}`, TargetKeyId });
  }
  await kms.describeKey({ KeyId: "alias/aws/kinesis" });
  const all = (await kms.listAliases({})).Aliases?.map(({ AliasName }) => AliasName);
  expect(all).toHaveLength(24);
  expect(all).toEqual(all?.toSorted());
  const paged: (string | undefined)[] = [];
  for (let Marker: string | undefined, more = true; more;) {
    const page = await kms.listAliases({ Limit: 5, ...(Marker !== undefined && { Marker }) });
    paged.push(...(page.Aliases ?? []).map(({ AliasName }) => AliasName));
    Marker = page.NextMarker;
    more = page.Truncated === true;
  }
  expect(paged).toEqual(all);
});

test("an alias is of a key, not of an alias", async () => {
  const { kms, make } = await start();
  await kms.createAlias({ AliasName: "alias/app", TargetKeyId: await make() });
  for (const TargetKeyId of ["alias/app", "arn:aws:kms:us-east-1:000000000000:alias/app"]) {
    await expect(kms.createAlias({ AliasName: "alias/two", TargetKeyId })).rejects.toMatchObject({
      name: "ValidationException",
      message: "Aliases must refer to keys. Not aliases",
    });
  }
});
