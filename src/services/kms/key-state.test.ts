import { KMS } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function start() {
  const cloud = await startCloud();
  const kms = new KMS(cloud.config());
  const { KeyMetadata } = await kms.createKey({});
  const KeyId = KeyMetadata!.KeyId!;
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: Buffer.from("kept") });
  const stateNow = async () => (await kms.describeKey({ KeyId })).KeyMetadata?.KeyState;
  return { cloud, kms, KeyId, arn: KeyMetadata!.Arn!, CiphertextBlob, stateNow };
}

test("a disabled key refuses all work until it is enabled", async () => {
  const { kms, KeyId, arn, CiphertextBlob, stateNow } = await start();
  await kms.disableKey({ KeyId });
  expect(await stateNow()).toBe("Disabled");
  for (const work of [
    () => kms.encrypt({ KeyId, Plaintext: Buffer.from("x") }),
    () => kms.decrypt({ CiphertextBlob }),
    () => kms.generateDataKey({ KeyId, KeySpec: "AES_256" }),
    () => kms.enableKeyRotation({ KeyId }),
  ]) {
    await expect(work()).rejects.toMatchObject({
      name: "DisabledException",
      message: `${arn} is disabled.`,
    });
  }
  await kms.enableKey({ KeyId });
  const { Plaintext } = await kms.decrypt({ CiphertextBlob });
  expect(Buffer.from(Plaintext!).toString()).toBe("kept");
});

test("a key that waits to be deleted makes its data unreadable", async () => {
  const { kms, KeyId, arn, CiphertextBlob } = await start();
  const scheduled = await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
  const { $metadata: _, ...rest } = scheduled;
  expect(rest).toEqual({
    KeyId: arn,
    DeletionDate: new Date("2030-01-08T00:00:00Z"),
    KeyState: "PendingDeletion",
    PendingWindowInDays: 7,
  });
  for (const work of [
    () => kms.decrypt({ CiphertextBlob }),
    () => kms.enableKey({ KeyId }),
    () => kms.disableKey({ KeyId }),
    () => kms.scheduleKeyDeletion({ KeyId }),
    () => kms.createAlias({ AliasName: "alias/late", TargetKeyId: KeyId }),
  ]) {
    await expect(work()).rejects.toMatchObject({
      name: "KMSInvalidStateException",
      message: `${arn} is pending deletion.`,
      $metadata: { httpStatusCode: 400 },
    });
  }
});

test("a key is gone when its waiting period ends, and not a second before", async () => {
  const { cloud, kms, KeyId, arn, CiphertextBlob, stateNow } = await start();
  await kms.createAlias({ AliasName: "alias/old", TargetKeyId: KeyId });
  await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
  await cloud.clock.advance({ days: 7, seconds: -1 });
  expect(await stateNow()).toBe("PendingDeletion");

  await cloud.clock.advance({ seconds: 1 });
  await expect(kms.describeKey({ KeyId })).rejects.toMatchObject({
    name: "NotFoundException",
    message: `Key '${arn}' does not exist`,
  });
  await expect(kms.decrypt({ CiphertextBlob })).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  const names = (await kms.listAliases({})).Aliases?.map(({ AliasName }) => AliasName);
  expect(names).not.toContain("alias/old");
  expect((await kms.listKeys({})).Keys).toEqual([]);
});

test("a deletion that is cancelled leaves the key disabled, and nothing happens later", async () => {
  const { cloud, kms, KeyId, arn, CiphertextBlob, stateNow } = await start();
  await kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
  expect((await kms.cancelKeyDeletion({ KeyId })).KeyId).toBe(arn);
  expect(await stateNow()).toBe("Disabled");
  await cloud.clock.advance({ days: 30 });
  await kms.enableKey({ KeyId });
  const { Plaintext } = await kms.decrypt({ CiphertextBlob });
  expect(Buffer.from(Plaintext!).toString()).toBe("kept");
  await expect(kms.cancelKeyDeletion({ KeyId })).rejects.toMatchObject({
    name: "KMSInvalidStateException",
    message: `${arn} is not pending deletion.`,
  });
});

test("the waiting period is 7 to 30 days", async () => {
  const { kms, KeyId } = await start();
  for (const PendingWindowInDays of [6, 31]) {
    await expect(kms.scheduleKeyDeletion({ KeyId, PendingWindowInDays })).rejects.toMatchObject({
      name: "ValidationException",
    });
  }
  expect((await kms.scheduleKeyDeletion({ KeyId })).PendingWindowInDays).toBe(30);
});

test("a key that waits to be deleted takes another policy, and loses its grants and aliases", async () => {
  const { kms, KeyId } = await start();
  const { GrantId } = await kms.createGrant({
    KeyId,
    GranteePrincipal: "arn:aws:iam::000000000000:root",
    Operations: ["Encrypt"],
  });
  await kms.createAlias({ AliasName: "alias/old", TargetKeyId: KeyId });
  await kms.scheduleKeyDeletion({ KeyId });
  const { Policy } = await kms.getKeyPolicy({ KeyId });
  const renamed = Policy!.replace("key-default-1", "last-words");
  await kms.putKeyPolicy({ KeyId, Policy: renamed });
  expect((await kms.getKeyPolicy({ KeyId })).Policy).toBe(renamed);
  await kms.revokeGrant({ KeyId, GrantId });
  expect((await kms.listGrants({ KeyId })).Grants).toEqual([]);
  await kms.deleteAlias({ AliasName: "alias/old" });
});
