import { KMS } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function start() {
  const cloud = await startCloud();
  return { cloud, kms: new KMS(cloud.config()) };
}

test("a new key is enabled, symmetric and the caller's", async () => {
  const { kms } = await start();
  const { KeyMetadata } = await kms.createKey({ Description: "for tests" });
  const { KeyId, CurrentKeyMaterialId, ...rest } = KeyMetadata!;
  expect(KeyId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(CurrentKeyMaterialId).toMatch(/^[0-9a-f]{64}$/);
  expect(rest).toEqual({
    AWSAccountId: "000000000000",
    Arn: `arn:aws:kms:us-east-1:000000000000:key/${KeyId}`,
    CreationDate: new Date("2030-01-01T00:00:00Z"),
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    Description: "for tests",
    Enabled: true,
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    KeyManager: "CUSTOMER",
    KeySpec: "SYMMETRIC_DEFAULT",
    KeyState: "Enabled",
    KeyUsage: "ENCRYPT_DECRYPT",
    MultiRegion: false,
    Origin: "AWS_KMS",
  });
});

test("a spec other than the symmetric one needs a usage, and one that fits", async () => {
  const { kms } = await start();
  await expect(kms.createKey({ KeySpec: "RSA_2048" })).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
  });
  await expect(
    kms.createKey({ KeySpec: "RSA_2048", KeyUsage: "KEY_AGREEMENT" }),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message: "KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048",
  });
});

test("a key is found by its id, its ARN, its alias and its alias's ARN", async () => {
  const { kms } = await start();
  const { KeyMetadata } = await kms.createKey({});
  const { KeyId, Arn } = KeyMetadata!;
  await kms.createAlias({ AliasName: "alias/app", TargetKeyId: KeyId });
  for (const name of [KeyId, Arn, "alias/app", Arn!.replace(/key\/.*/, "alias/app")]) {
    const described = await kms.describeKey({ KeyId: name });
    expect(described.KeyMetadata?.Arn).toBe(Arn);
  }
});

test("what is not there is said in AWS's words", async () => {
  const { kms } = await start();
  const id = "11111111-2222-3333-4444-555555555555";
  const here = "arn:aws:kms:us-east-1:000000000000";
  const sentences = {
    [id]: `Key '${here}:key/${id}' does not exist`,
    "fake-key-id": "Invalid keyId 'fake-key-id'",
    "mrk-fake-key-id": "Invalid keyId 'mrk-fake-key-id'",
    "alias/nobody": `Alias ${here}:alias/nobody is not found.`,
    [`arn:aws:kms:eu-west-1:000000000000:key/${id}`]: "Invalid arn eu-west-1",
  };
  for (const [KeyId, message] of Object.entries(sentences)) {
    await expect(kms.describeKey({ KeyId })).rejects.toMatchObject({
      name: "NotFoundException",
      message,
      $metadata: { httpStatusCode: 400 },
    });
  }
});

test("operations that manage keys take no alias", async () => {
  const { kms } = await start();
  const { KeyMetadata } = await kms.createKey({});
  await kms.createAlias({ AliasName: "alias/app", TargetKeyId: KeyMetadata!.KeyId! });
  await expect(kms.disableKey({ KeyId: "alias/app" })).rejects.toMatchObject({
    name: "NotFoundException",
    message: "Invalid keyId 'alias/app'",
  });
  await expect(
    kms.disableKey({ KeyId: "arn:aws:kms:us-east-1:000000000000:alias/app" }),
  ).rejects.toMatchObject({
    name: "InvalidArnException",
    message: "Key Aliases are not supported for this operation.",
  });
});

test("the list of keys comes in pages", async () => {
  const { kms } = await start();
  const made: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    made.push((await kms.createKey({})).KeyMetadata!.KeyId!);
  }
  const seen: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await kms.listKeys({ Limit: 2, Marker });
    seen.push(...page.Keys!.map(({ KeyId }) => KeyId!));
    expect(page.Truncated).toBe(page.NextMarker !== undefined);
    Marker = page.NextMarker;
  } while (Marker !== undefined);
  expect(seen).toEqual(made.toSorted());
  await expect(kms.listKeys({ Marker: "bogus" })).rejects.toMatchObject({
    name: "InvalidMarkerException",
  });
});

test("a description can be changed", async () => {
  const { kms } = await start();
  const { KeyMetadata } = await kms.createKey({ Description: "before" });
  const KeyId = KeyMetadata!.KeyId!;
  await kms.updateKeyDescription({ KeyId, Description: "after" });
  expect((await kms.describeKey({ KeyId })).KeyMetadata?.Description).toBe("after");
});

test("there are no key stores to keep a key in", async () => {
  const { kms } = await start();
  await expect(
    kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId: "cks-1" }),
  ).rejects.toMatchObject({ name: "CustomKeyStoreNotFoundException" });
});

test("tags are kept, replaced and taken away", async () => {
  const { kms } = await start();
  const tag = (TagKey: string, TagValue: string) => ({ TagKey, TagValue });
  const { KeyMetadata } = await kms.createKey({ Tags: [tag("b", "1"), tag("a", "1")] });
  const KeyId = KeyMetadata!.KeyId!;
  await kms.tagResource({ KeyId, Tags: [tag("b", "2"), tag("c", "3")] });
  const first = await kms.listResourceTags({ KeyId });
  expect(first.Tags).toEqual([tag("a", "1"), tag("b", "2"), tag("c", "3")]);
  await kms.untagResource({ KeyId, TagKeys: ["a", "c"] });
  expect((await kms.listResourceTags({ KeyId })).Tags).toEqual([tag("b", "2")]);
  for (const reserved of ["aws:x", "AWS:x"]) {
    await expect(kms.tagResource({ KeyId, Tags: [tag(reserved, "1")] })).rejects.toMatchObject({
      name: "TagException",
      message: "Tags beginning with aws: are reserved",
    });
  }
});
