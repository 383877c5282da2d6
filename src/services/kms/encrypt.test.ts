import { KMS } from "@aws-sdk/client-kms";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPublicKey, constants, publicEncrypt } from "node:crypto";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const bytes = (text: string) => Buffer.from(text);
const text = (given: Uint8Array | undefined) => Buffer.from(given ?? []).toString();

async function start() {
  const cloud = await startCloud();
  const kms = new KMS(cloud.config());
  const make = async (input: Parameters<typeof kms.createKey>[0] = {}) => {
    const { KeyMetadata } = await kms.createKey(input);
    return { KeyId: KeyMetadata!.KeyId!, arn: KeyMetadata!.Arn! };
  };
  return { cloud, kms, make };
}

test("what is encrypted is read again without naming the key", async () => {
  const { kms, make } = await start();
  const { KeyId, arn } = await make();
  const sealed = await kms.encrypt({ KeyId, Plaintext: bytes("attack at dawn") });
  expect(sealed).toMatchObject({ KeyId: arn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" });
  expect(text(sealed.CiphertextBlob)).not.toContain("dawn");

  const opened = await kms.decrypt({ CiphertextBlob: sealed.CiphertextBlob });
  expect(opened).toMatchObject({ KeyId: arn, EncryptionAlgorithm: "SYMMETRIC_DEFAULT" });
  expect(text(opened.Plaintext)).toBe("attack at dawn");
  const { KeyMetadata } = await kms.describeKey({ KeyId });
  expect(opened.KeyMaterialId).toBe(KeyMetadata?.CurrentKeyMaterialId);
});

test("the encryption context must be the same, in whatever order", async () => {
  const { kms, make } = await start();
  const { KeyId } = await make();
  const context = { department: "payroll", year: "2030" };
  const { CiphertextBlob } = await kms.encrypt({
    KeyId,
    Plaintext: bytes("secret"),
    EncryptionContext: context,
  });
  const read = (EncryptionContext?: Record<string, string>) =>
    kms.decrypt({ CiphertextBlob, EncryptionContext });

  expect(text((await read({ year: "2030", department: "payroll" })).Plaintext)).toBe("secret");
  for (const wrong of [undefined, { department: "payroll" }, { ...context, year: "2031" }]) {
    await expect(read(wrong)).rejects.toMatchObject({
      name: "InvalidCiphertextException",
      $metadata: { httpStatusCode: 400 },
    });
  }
});

test("no bit of a ciphertext can be changed", async () => {
  const { kms, make } = await start();
  const { KeyId } = await make();
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: bytes("x") });
  for (const at of [0, 27, 60, 71, CiphertextBlob!.length - 1]) {
    const changed = Uint8Array.from(CiphertextBlob!);
    changed[at] = changed[at]! ^ 1;
    await expect(kms.decrypt({ CiphertextBlob: changed, KeyId })).rejects.toMatchObject({
      name: "InvalidCiphertextException",
    });
  }
});

test("a ciphertext of another key than the one named is refused", async () => {
  const { kms, make } = await start();
  const [one, other] = [await make(), await make()];
  const { CiphertextBlob } = await kms.encrypt({ KeyId: one.KeyId, Plaintext: bytes("x") });
  await expect(kms.decrypt({ CiphertextBlob, KeyId: other.KeyId })).rejects.toMatchObject({
    name: "IncorrectKeyException",
    message: "The key ID in the request does not identify a CMK that can perform this operation.",
  });
});

test("re-encryption moves a ciphertext to another key and another context", async () => {
  const { kms, make } = await start();
  const [one, other] = [await make(), await make()];
  const first = await kms.encrypt({
    KeyId: one.KeyId,
    Plaintext: bytes("moved"),
    EncryptionContext: { a: "1" },
  });
  const second = await kms.reEncrypt({
    CiphertextBlob: first.CiphertextBlob,
    SourceEncryptionContext: { a: "1" },
    DestinationKeyId: other.KeyId,
    DestinationEncryptionContext: { b: "2" },
  });
  expect(second).toMatchObject({ SourceKeyId: one.arn, KeyId: other.arn });
  const opened = await kms.decrypt({
    CiphertextBlob: second.CiphertextBlob,
    EncryptionContext: { b: "2" },
  });
  expect([opened.KeyId, text(opened.Plaintext)]).toEqual([other.arn, "moved"]);
});

test.for(["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"] as const)(
  "what anybody encrypts with the public key and %s, the key decrypts",
  async (EncryptionAlgorithm) => {
    const { kms, make } = await start();
    const { KeyId } = await make({ KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" });
    const { PublicKey } = await kms.getPublicKey({ KeyId });
    const CiphertextBlob = publicEncrypt(
      {
        key: createPublicKey({ key: Buffer.from(PublicKey!), format: "der", type: "spki" }),
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: EncryptionAlgorithm === "RSAES_OAEP_SHA_1" ? "sha1" : "sha256",
      },
      bytes("from outside"),
    );
    const opened = await kms.decrypt({ KeyId, CiphertextBlob, EncryptionAlgorithm });
    expect(text(opened.Plaintext)).toBe("from outside");
    expect(opened.KeyMaterialId).toBeUndefined();
    const own = await kms.encrypt({ KeyId, Plaintext: bytes("inside"), EncryptionAlgorithm });
    const again = { KeyId, CiphertextBlob: own.CiphertextBlob, EncryptionAlgorithm };
    expect(text((await kms.decrypt(again)).Plaintext)).toBe("inside");
  },
);

test("an RSA key encrypts no more than fits, and nothing with a context", async () => {
  const { kms, make } = await start();
  const { KeyId } = await make({ KeySpec: "RSA_2048", KeyUsage: "ENCRYPT_DECRYPT" });
  const EncryptionAlgorithm = "RSAES_OAEP_SHA_256";
  const encrypt = (Plaintext: Uint8Array, EncryptionContext?: Record<string, string>) =>
    kms.encrypt({ KeyId, Plaintext, EncryptionAlgorithm, EncryptionContext });
  await expect(encrypt(Buffer.alloc(190))).resolves.toMatchObject({ EncryptionAlgorithm });
  await expect(encrypt(Buffer.alloc(191))).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190 bytes.",
  });
  await expect(encrypt(bytes("x"), { a: "1" })).rejects.toMatchObject({
    name: "ValidationException",
  });
});

test("keys do only what they are for", async () => {
  const { kms, make } = await start();
  const { KeyId, arn } = await make({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
  await expect(kms.encrypt({ KeyId, Plaintext: bytes("x") })).rejects.toMatchObject({
    name: "InvalidKeyUsageException",
    message: `${arn} key usage is SIGN_VERIFY which is not valid for Encrypt.`,
  });
});

test("a dry run says that it would have worked, and fails where it would have failed", async () => {
  const { kms, make } = await start();
  const { KeyId } = await make();
  await expect(kms.encrypt({ KeyId, Plaintext: bytes("x"), DryRun: true })).rejects.toMatchObject({
    name: "DryRunOperationException",
    message: "The request would have succeeded, but the DryRun option is set.",
    $metadata: { httpStatusCode: 400 },
  });
  await kms.disableKey({ KeyId });
  await expect(kms.encrypt({ KeyId, Plaintext: bytes("x"), DryRun: true })).rejects.toMatchObject({
    name: "DisabledException",
  });
});

test("another region does not know the key behind a ciphertext", async () => {
  const { cloud, kms, make } = await start();
  const { KeyId } = await make();
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: bytes("x") });
  const west = new KMS(cloud.config({ region: "us-west-2" }));
  await expect(west.decrypt({ CiphertextBlob })).rejects.toMatchObject({
    name: "AccessDeniedException",
    message:
      "User: arn:aws:iam::000000000000:root is not authorized to perform: kms:Decrypt on the " +
      "resource associated with this ciphertext because the resource does not exist in this Region, " +
      "no resource-based policies allow access, or a resource-based policy explicitly denies access",
  });
});

test("two runs from the same seed give the same ciphertext", async () => {
  const run = async () => {
    const { kms, make } = await start();
    const { KeyId } = await make();
    const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: bytes("same") });
    return Buffer.from(CiphertextBlob!).toString("base64");
  };
  expect(await run()).toBe(await run());
});

test("a ciphertext is read after a restart", async () => {
  const directory = mkdtempSync(join(tmpdir(), "snowglobe-kms-"));
  try {
    const before = await startCloud({ directory });
    const kms = new KMS(before.config());
    const { KeyMetadata } = await kms.createKey({});
    const { CiphertextBlob } = await kms.encrypt({
      KeyId: KeyMetadata!.KeyId,
      Plaintext: bytes("kept"),
    });
    await kms.rotateKeyOnDemand({ KeyId: KeyMetadata!.KeyId });
    await before.close();

    const after = await startCloud({ directory });
    const opened = await new KMS(after.config()).decrypt({ CiphertextBlob });
    expect(text(opened.Plaintext)).toBe("kept");
    await after.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
