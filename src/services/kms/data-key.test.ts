import { KMS } from "@aws-sdk/client-kms";
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function start() {
  const kms = new KMS((await startCloud()).config());
  const { KeyMetadata } = await kms.createKey({});
  return { kms, KeyId: KeyMetadata!.KeyId!, arn: KeyMetadata!.Arn! };
}

test("a data key comes in the open and sealed, and it is the same", async () => {
  const { kms, KeyId, arn } = await start();
  for (const [size, count] of [
    [{ KeySpec: "AES_128" }, 16],
    [{ KeySpec: "AES_256" }, 32],
    [{ NumberOfBytes: 1000 }, 1000],
  ] as const) {
    const EncryptionContext = { file: "1" };
    const made = await kms.generateDataKey({ KeyId, ...size, EncryptionContext });
    expect([made.KeyId, made.Plaintext?.length]).toEqual([arn, count]);
    const opened = await kms.decrypt({ CiphertextBlob: made.CiphertextBlob, EncryptionContext });
    expect(opened.Plaintext).toEqual(made.Plaintext);
  }
});

test("a data key has one size", async () => {
  const { kms, KeyId } = await start();
  const both = { KeyId, KeySpec: "AES_256", NumberOfBytes: 3 } as const;
  for (const input of [{ KeyId }, both]) {
    await expect(kms.generateDataKey(input)).rejects.toMatchObject({ name: "ValidationException" });
  }
});

test("without plaintext there is only the sealed one", async () => {
  const { kms, KeyId } = await start();
  const made = await kms.generateDataKeyWithoutPlaintext({ KeyId, KeySpec: "AES_256" });
  expect("Plaintext" in made).toBe(false);
  const opened = await kms.decrypt({ CiphertextBlob: made.CiphertextBlob });
  expect(opened.Plaintext?.length).toBe(32);
});

test.for(["RSA_2048", "ECC_NIST_P256", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"] as const)(
  "the private half of a data key pair of %s signs what the public half verifies",
  async (KeyPairSpec) => {
    const { kms, KeyId, arn } = await start();
    const made = await kms.generateDataKeyPair({ KeyId, KeyPairSpec });
    expect([made.KeyId, made.KeyPairSpec]).toEqual([arn, KeyPairSpec]);
    const opened = await kms.decrypt({ CiphertextBlob: made.PrivateKeyCiphertextBlob });
    expect(opened.Plaintext).toEqual(made.PrivateKeyPlaintext);

    const key = Buffer.from(opened.Plaintext!);
    const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
    const publicKey = createPublicKey({
      key: Buffer.from(made.PublicKey!),
      format: "der",
      type: "spki",
    });
    const name = KeyPairSpec.endsWith("25519") ? null : "sha256";
    const signature = sign(name, Buffer.from("x"), privateKey);
    expect(verify(name, Buffer.from("x"), publicKey, signature)).toBe(true);
  },
);

test("a data key pair without plaintext keeps its private half sealed", async () => {
  const { kms, KeyId } = await start();
  const made = await kms.generateDataKeyPairWithoutPlaintext({
    KeyId,
    KeyPairSpec: "ECC_NIST_P384",
  });
  expect("PrivateKeyPlaintext" in made).toBe(false);
  const opened = await kms.decrypt({ CiphertextBlob: made.PrivateKeyCiphertextBlob });
  const key = Buffer.from(opened.Plaintext!);
  const details = createPrivateKey({ key, format: "der", type: "pkcs8" }).asymmetricKeyDetails;
  expect(details?.namedCurve).toBe("secp384r1");
});

test("random bytes are as many as were asked for, and others each time", async () => {
  const { kms } = await start();
  const draw = async () => (await kms.generateRandom({ NumberOfBytes: 32 })).Plaintext;
  const [one, other] = [await draw(), await draw()];
  expect([one?.length, other?.length]).toEqual([32, 32]);
  expect(one).not.toEqual(other);
  await expect(kms.generateRandom({})).rejects.toMatchObject({
    name: "ValidationException",
    message: "NumberOfBytes is required.",
  });
});
