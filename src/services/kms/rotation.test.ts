import { KMS } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function start() {
  const cloud = await startCloud();
  const kms = new KMS(cloud.config());
  const { KeyMetadata } = await kms.createKey({});
  const KeyId = KeyMetadata!.KeyId!;
  const arn = KeyMetadata!.Arn!;
  const material = async () => (await kms.describeKey({ KeyId })).KeyMetadata?.CurrentKeyMaterialId;
  const read = async (CiphertextBlob: Uint8Array | undefined) =>
    Buffer.from((await kms.decrypt({ CiphertextBlob })).Plaintext!).toString();
  return { cloud, kms, KeyId, arn, material, read };
}

test("old ciphertext is read after rotations, and new one is made with the new material", async () => {
  const { kms, KeyId, arn, material, read } = await start();
  const before = await material();
  const first = await kms.encrypt({ KeyId, Plaintext: Buffer.from("first") });
  expect((await kms.rotateKeyOnDemand({ KeyId })).KeyId).toBe(arn);
  const after = await material();
  expect(after).not.toBe(before);
  const second = await kms.encrypt({ KeyId, Plaintext: Buffer.from("second") });
  await kms.rotateKeyOnDemand({ KeyId });

  expect(await read(first.CiphertextBlob)).toBe("first");
  expect(await read(second.CiphertextBlob)).toBe("second");
  const opened = await kms.decrypt({ CiphertextBlob: second.CiphertextBlob });
  expect(opened.KeyMaterialId).toBe(after);
});

test("automatic rotation happens on its day, again and again", async () => {
  const { cloud, kms, KeyId, arn, material } = await start();
  expect((await kms.getKeyRotationStatus({ KeyId })).KeyRotationEnabled).toBe(false);
  await kms.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
  const { $metadata: _, ...status } = await kms.getKeyRotationStatus({ KeyId });
  expect(status).toEqual({
    KeyId: arn,
    KeyRotationEnabled: true,
    RotationPeriodInDays: 90,
    NextRotationDate: new Date("2030-04-01T00:00:00Z"),
  });
  const before = await material();
  await cloud.clock.advance({ days: 90, seconds: -1 });
  expect(await material()).toBe(before);
  await cloud.clock.advance({ seconds: 1 });
  expect(await material()).not.toBe(before);
  await cloud.clock.advance({ days: 90 });

  const { Rotations } = await kms.listKeyRotations({ KeyId });
  expect(Rotations).toEqual([
    {
      KeyId,
      KeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
      RotationDate: new Date("2030-04-01T00:00:00Z"),
      RotationType: "AUTOMATIC",
    },
    {
      KeyId,
      KeyMaterialId: await material(),
      RotationDate: new Date("2030-06-30T00:00:00Z"),
      RotationType: "AUTOMATIC",
    },
  ]);
  const all = await kms.listKeyRotations({ KeyId, IncludeKeyMaterial: "ALL_KEY_MATERIAL" });
  expect(all.Rotations?.map(({ KeyMaterialState }) => KeyMaterialState)).toEqual([
    "NON_CURRENT",
    "NON_CURRENT",
    "CURRENT",
  ]);
});

test("rotation that is turned off does not happen", async () => {
  const { cloud, kms, KeyId, material } = await start();
  await kms.enableKeyRotation({ KeyId });
  await kms.disableKeyRotation({ KeyId });
  const before = await material();
  await cloud.clock.advance({ days: 800 });
  expect(await material()).toBe(before);
});

test("a key that is off on the day rotates when it is back", async () => {
  const { cloud, kms, KeyId, material } = await start();
  await kms.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
  const before = await material();
  await kms.disableKey({ KeyId });
  await cloud.clock.advance({ days: 100 });
  expect(await material()).toBe(before);
  await kms.enableKey({ KeyId });
  expect(await material()).not.toBe(before);
  const { NextRotationDate } = await kms.getKeyRotationStatus({ KeyId });
  expect(NextRotationDate).toEqual(new Date("2030-07-10T00:00:00Z"));
});

test("a key rotates on demand 25 times", async () => {
  const { kms, KeyId, arn } = await start();
  for (let count = 0; count < 25; count += 1) await kms.rotateKeyOnDemand({ KeyId });
  await expect(kms.rotateKeyOnDemand({ KeyId })).rejects.toMatchObject({
    name: "LimitExceededException",
    message:
      "The on-demand rotations limit has been reached for the given keyId. " +
      `No more on-demand rotations can be performed for this key: ${arn}`,
  });
});

test("only symmetric keys rotate, and of all others it is known that they do not", async () => {
  const { kms } = await start();
  const { KeyMetadata } = await kms.createKey({
    KeySpec: "ECC_NIST_P256",
    KeyUsage: "SIGN_VERIFY",
  });
  const { KeyId, Arn } = KeyMetadata!;
  await expect(kms.enableKeyRotation({ KeyId })).rejects.toMatchObject({
    name: "UnsupportedOperationException",
  });
  const { $metadata: _, ...status } = await kms.getKeyRotationStatus({ KeyId });
  expect(status).toEqual({ KeyId: Arn, KeyRotationEnabled: false });
});

test("material from outside does not rotate by itself, in whatever state the key is", async () => {
  const { kms } = await start();
  const { KeyMetadata } = await kms.createKey({ Origin: "EXTERNAL" });
  const { KeyId, Arn } = KeyMetadata!;
  for (const work of [
    () => kms.enableKeyRotation({ KeyId }),
    () => kms.disableKeyRotation({ KeyId }),
  ]) {
    await expect(work()).rejects.toMatchObject({
      name: "UnsupportedOperationException",
      message: `${Arn} origin is EXTERNAL which is not valid for this operation.`,
    });
  }
});
