import { KMS } from "@aws-sdk/client-kms";
import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function start() {
  const cloud = await startCloud();
  const east = new KMS(cloud.config());
  const west = new KMS(cloud.config({ region: "us-west-2" }));
  const { KeyMetadata } = await east.createKey({ MultiRegion: true });
  return { cloud, east, west, KeyId: KeyMetadata!.KeyId! };
}

const arn = (region: string, id: string) => `arn:aws:kms:${region}:000000000000:key/${id}`;

test("what one key of a family encrypts, the other decrypts, after rotations, too", async () => {
  const { east, west, KeyId } = await start();
  expect(KeyId).toMatch(/^mrk-[0-9a-f]{32}$/);
  const first = await east.encrypt({ KeyId, Plaintext: Buffer.from("first") });
  const { ReplicaKeyMetadata } = await east.replicateKey({ KeyId, ReplicaRegion: "us-west-2" });
  expect(ReplicaKeyMetadata).toMatchObject({
    Arn: arn("us-west-2", KeyId),
    KeyState: "Enabled",
    MultiRegion: true,
    MultiRegionConfiguration: {
      MultiRegionKeyType: "REPLICA",
      PrimaryKey: { Arn: arn("us-east-1", KeyId), Region: "us-east-1" },
      ReplicaKeys: [{ Arn: arn("us-west-2", KeyId), Region: "us-west-2" }],
    },
  });
  await east.rotateKeyOnDemand({ KeyId });
  const second = await east.encrypt({ KeyId, Plaintext: Buffer.from("second") });
  for (const [{ CiphertextBlob }, text] of [
    [first, "first"],
    [second, "second"],
  ] as const) {
    const opened = await west.decrypt({ CiphertextBlob });
    expect([opened.KeyId, Buffer.from(opened.Plaintext!).toString()]).toEqual([
      arn("us-west-2", KeyId),
      text,
    ]);
  }
});

test("a family rotates on one schedule, and every key of it says so", async () => {
  const { east, west, KeyId } = await start();
  await east.replicateKey({ KeyId, ReplicaRegion: "us-west-2" });
  const statusOf = async (kms: KMS) => {
    const { $metadata: _, ...status } = await kms.getKeyRotationStatus({ KeyId });
    return status;
  };
  expect(await statusOf(west)).toEqual({
    KeyId: arn("us-west-2", KeyId),
    KeyRotationEnabled: false,
  });
  await east.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
  const schedule = {
    KeyRotationEnabled: true,
    RotationPeriodInDays: 90,
    NextRotationDate: new Date("2030-04-01T00:00:00Z"),
  };
  expect(await statusOf(west)).toEqual({ KeyId: arn("us-west-2", KeyId), ...schedule });
  await east.updatePrimaryRegion({ KeyId, PrimaryRegion: "us-west-2" });
  expect(await statusOf(east)).toEqual({ KeyId: arn("us-east-1", KeyId), ...schedule });
  await west.disableKeyRotation({ KeyId });
  expect((await statusOf(east)).KeyRotationEnabled).toBe(false);
});

test("a replica is not replicated again", async () => {
  const { east, west, KeyId } = await start();
  await east.replicateKey({ KeyId, ReplicaRegion: "us-west-2" });
  await expect(west.replicateKey({ KeyId, ReplicaRegion: "eu-west-1" })).rejects.toMatchObject({
    name: "UnsupportedOperationException",
    message: `${arn("us-west-2", KeyId)} is not a multi-region primary key.`,
  });
});

test("the primary can be another one", async () => {
  const { east, west, KeyId } = await start();
  await east.replicateKey({ KeyId, ReplicaRegion: "us-west-2" });
  await east.replicateKey({ KeyId, ReplicaRegion: "eu-west-1" });
  await east.updatePrimaryRegion({ KeyId, PrimaryRegion: "us-west-2" });
  for (const [kms, type] of [
    [east, "REPLICA"],
    [west, "PRIMARY"],
  ] as const) {
    const { KeyMetadata } = await kms.describeKey({ KeyId });
    expect(KeyMetadata?.MultiRegionConfiguration).toEqual({
      MultiRegionKeyType: type,
      PrimaryKey: { Arn: arn("us-west-2", KeyId), Region: "us-west-2" },
      ReplicaKeys: ["eu-west-1", "us-east-1"].map((Region) => ({
        Arn: arn(Region, KeyId),
        Region,
      })),
    });
  }
});

test("a primary waits with its own deletion until its last replica is gone", async () => {
  const { cloud, east, west, KeyId } = await start();
  await east.replicateKey({ KeyId, ReplicaRegion: "us-west-2" });
  const asked = await east.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
  expect([asked.KeyState, asked.DeletionDate]).toEqual(["PendingReplicaDeletion", undefined]);
  await west.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 10 });
  await cloud.clock.advance({ days: 10 });
  const { KeyMetadata } = await east.describeKey({ KeyId });
  expect([KeyMetadata?.KeyState, KeyMetadata?.DeletionDate]).toEqual([
    "PendingDeletion",
    new Date("2030-01-18T00:00:00Z"),
  ]);
  await cloud.clock.advance({ days: 7 });
  await expect(east.describeKey({ KeyId })).rejects.toMatchObject({ name: "NotFoundException" });
});

test("imported material goes into each key of a family, and no other does", async () => {
  const { cloud, east, west } = await start();
  const { KeyMetadata } = await east.createKey({ MultiRegion: true, Origin: "EXTERNAL" });
  const KeyId = KeyMetadata!.KeyId!;
  const bring = async (kms: KMS, fill: number) => {
    const parameters = await kms.getParametersForImport({
      KeyId,
      WrappingAlgorithm: "RSAES_OAEP_SHA_256",
      WrappingKeySpec: "RSA_2048",
    });
    const key = createPublicKey({
      key: Buffer.from(parameters.PublicKey!),
      format: "der",
      type: "spki",
    });
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    return kms.importKeyMaterial({
      KeyId,
      ImportToken: parameters.ImportToken,
      EncryptedKeyMaterial: publicEncrypt(
        { key, padding, oaepHash: "sha256" },
        Buffer.alloc(32, fill),
      ),
      ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE",
    });
  };
  await bring(east, 1);
  await east.replicateKey({ KeyId, ReplicaRegion: "us-west-2" });
  expect((await west.describeKey({ KeyId })).KeyMetadata?.KeyState).toBe("PendingImport");
  await expect(bring(west, 2)).rejects.toMatchObject({ name: "IncorrectKeyMaterialException" });
  await bring(west, 1);
  const { CiphertextBlob } = await west.encrypt({ KeyId, Plaintext: Buffer.from("x") });
  expect((await east.decrypt({ CiphertextBlob })).KeyId).toBe(arn("us-east-1", KeyId));
  await cloud.close();
});
