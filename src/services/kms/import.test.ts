import { KMS, type AlgorithmSpec, type CreateKeyCommandInput } from "@aws-sdk/client-kms";
import { constants, createCipheriv, createPublicKey, publicEncrypt, verify } from "node:crypto";
import { expect, test } from "vitest";
import { startCloud, type TestCloud } from "../../testing/cloud.ts";
import { ecKeyPair, rsaKeyPair } from "./key-pair.testing.ts";

const KEEP = { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" } as const;
const MATERIAL = Buffer.alloc(32, 7);

async function start(input: CreateKeyCommandInput = {}) {
  const cloud = await startCloud();
  const kms = new KMS(cloud.config());
  const { KeyMetadata } = await kms.createKey({ ...input, Origin: "EXTERNAL" });
  const KeyId = KeyMetadata!.KeyId!;
  const state = async () => (await kms.describeKey({ KeyId })).KeyMetadata?.KeyState;
  return { cloud, kms, KeyId, arn: KeyMetadata!.Arn!, state };
}

/** What a caller does with the parameters: wraps the material for KMS's eyes alone. */
async function wrapped(
  kms: KMS,
  KeyId: string,
  material: Buffer,
  WrappingAlgorithm: AlgorithmSpec = "RSAES_OAEP_SHA_256",
) {
  const parameters = await kms.getParametersForImport({
    KeyId,
    WrappingAlgorithm,
    WrappingKeySpec: "RSA_2048",
  });
  const key = createPublicKey({
    key: Buffer.from(parameters.PublicKey!),
    format: "der",
    type: "spki",
  });
  const oaepHash = WrappingAlgorithm.endsWith("SHA_1") ? "sha1" : "sha256";
  const encrypt = (bytes: Buffer) =>
    publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
  const { ImportToken } = parameters;
  if (!WrappingAlgorithm.startsWith("RSA_AES")) {
    return { KeyId, ImportToken, EncryptedKeyMaterial: encrypt(material) };
  }
  const aes = Buffer.alloc(32, 9);
  const cipher = createCipheriv("id-aes256-wrap-pad", aes, Buffer.from("a65959a6", "hex"));
  const inner = Buffer.concat([cipher.update(material), cipher.final()]);
  return { KeyId, ImportToken, EncryptedKeyMaterial: Buffer.concat([encrypt(aes), inner]) };
}

test.for(["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_256"] as const)(
  "a key works once its material is imported with %s",
  async (algorithm) => {
    const { kms, KeyId, arn, state } = await start();
    expect(await state()).toBe("PendingImport");
    await expect(kms.encrypt({ KeyId, Plaintext: MATERIAL })).rejects.toMatchObject({
      name: "KMSInvalidStateException",
      message: `${arn} is pending import.`,
    });
    const imported = await kms.importKeyMaterial({
      ...(await wrapped(kms, KeyId, MATERIAL, algorithm)),
      ...KEEP,
    });
    expect(imported.KeyId).toBe(arn);
    const { KeyMetadata } = await kms.describeKey({ KeyId });
    expect(KeyMetadata).toMatchObject({
      KeyState: "Enabled",
      Enabled: true,
      Origin: "EXTERNAL",
      ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE",
      CurrentKeyMaterialId: imported.KeyMaterialId,
    });
    const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: Buffer.from("x") });
    const { Plaintext } = await kms.decrypt({ CiphertextBlob });
    expect(Buffer.from(Plaintext!).toString()).toBe("x");
  },
);

test("deleted material makes data unreadable until the same comes back", async () => {
  const { kms, KeyId, state } = await start();
  const bring = async (material: Buffer) =>
    kms.importKeyMaterial({ ...(await wrapped(kms, KeyId, material)), ...KEEP });
  await bring(MATERIAL);
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: Buffer.from("x") });
  await kms.deleteImportedKeyMaterial({ KeyId });
  expect(await state()).toBe("PendingImport");
  await expect(kms.decrypt({ CiphertextBlob })).rejects.toMatchObject({
    name: "KMSInvalidStateException",
  });
  await expect(bring(Buffer.alloc(32, 8))).rejects.toMatchObject({
    name: "IncorrectKeyMaterialException",
  });
  await bring(MATERIAL);
  expect(await state()).toBe("Enabled");
  const { Plaintext } = await kms.decrypt({ CiphertextBlob });
  expect(Buffer.from(Plaintext!).toString()).toBe("x");
});

test("material can be deleted while its key waits to be deleted", async () => {
  const { kms, KeyId, state } = await start();
  await kms.importKeyMaterial({ ...(await wrapped(kms, KeyId, MATERIAL)), ...KEEP });
  const late = await wrapped(kms, KeyId, MATERIAL);
  await kms.scheduleKeyDeletion({ KeyId });
  await kms.deleteImportedKeyMaterial({ KeyId });
  expect(await state()).toBe("PendingDeletion");
  await expect(kms.importKeyMaterial({ ...late, ...KEEP })).rejects.toMatchObject({
    name: "KMSInvalidStateException",
  });
  await kms.cancelKeyDeletion({ KeyId });
  expect(await state()).toBe("PendingImport");
});

test("material goes away on the day that was set", async () => {
  const { cloud, kms, KeyId, state } = await start();
  const ValidTo = new Date("2030-01-11T00:00:00Z");
  const first = await wrapped(kms, KeyId, MATERIAL);
  await expect(kms.importKeyMaterial(first)).rejects.toMatchObject({
    name: "ValidationException",
    message: "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
  });
  await kms.importKeyMaterial({ ...first, ValidTo });
  expect((await kms.describeKey({ KeyId })).KeyMetadata).toMatchObject({
    ExpirationModel: "KEY_MATERIAL_EXPIRES",
    ValidTo,
  });
  await cloud.clock.advance({ days: 10, seconds: -1 });
  expect(await state()).toBe("Enabled");
  await cloud.clock.advance({ seconds: 1 });
  expect(await state()).toBe("PendingImport");
});

test("an import token is good for a day, and for its key alone", async () => {
  const { cloud, kms, KeyId } = await start();
  const other = await kms.createKey({ Origin: "EXTERNAL" });
  const ready = { ...(await wrapped(kms, KeyId, MATERIAL)), ...KEEP };
  await expect(
    kms.importKeyMaterial({ ...ready, KeyId: other.KeyMetadata!.KeyId }),
  ).rejects.toMatchObject({ name: "InvalidImportTokenException" });
  await cloud.clock.advance({ days: 1 });
  await expect(kms.importKeyMaterial(ready)).rejects.toMatchObject({
    name: "ExpiredImportTokenException",
  });
});

test("new material of a symmetric key waits for a rotation, one at a time", async () => {
  const { kms, KeyId, arn } = await start();
  const bring = async (fill: number) =>
    kms.importKeyMaterial({
      ...(await wrapped(kms, KeyId, Buffer.alloc(32, fill))),
      ...KEEP,
      ImportType: "NEW_KEY_MATERIAL",
    });
  const current = async () => (await kms.describeKey({ KeyId })).KeyMetadata?.CurrentKeyMaterialId;
  const first = await bring(1);
  const old = await kms.encrypt({ KeyId, Plaintext: Buffer.from("old") });
  await expect(kms.rotateKeyOnDemand({ KeyId })).rejects.toMatchObject({
    name: "KMSInvalidStateException",
    message: `No available key material pending rotation for the key: ${arn}.`,
  });
  const second = await bring(2);
  expect(await current()).toBe(first.KeyMaterialId);
  await expect(bring(3)).rejects.toMatchObject({
    name: "KMSInvalidStateException",
    message: expect.stringMatching(
      `^New key material \\(id: [0-9a-f]{64}\\) cannot be imported into KMS key ${arn}, ` +
        `because another key material \\(id: ${second.KeyMaterialId}\\) is pending rotation.$`,
    ),
  });
  await kms.rotateKeyOnDemand({ KeyId });
  expect(await current()).toBe(second.KeyMaterialId);
  const { Plaintext } = await kms.decrypt({ CiphertextBlob: old.CiphertextBlob });
  expect(Buffer.from(Plaintext!).toString()).toBe("old");
});

test("an imported key pair signs as it did outside", async () => {
  const { kms, KeyId } = await start({ KeySpec: "ECC_NIST_P384", KeyUsage: "SIGN_VERIFY" });
  const { privateKey, publicKey } = ecKeyPair("secp384r1");
  const material = privateKey.export({ format: "der", type: "pkcs8" });
  await kms.importKeyMaterial({ ...(await wrapped(kms, KeyId, material)), ...KEEP });
  const Message = Buffer.from("mine");
  const { Signature } = await kms.sign({ KeyId, Message, SigningAlgorithm: "ECDSA_SHA_384" });
  expect(verify("sha384", Message, publicKey, Signature!)).toBe(true);
  const published = await kms.getPublicKey({ KeyId });
  expect(Buffer.from(published.PublicKey!)).toEqual(
    publicKey.export({ format: "der", type: "spki" }),
  );
});

test("an RSA key pair is imported under an AES key", async () => {
  const { kms, KeyId } = await start({ KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" });
  const { privateKey, publicKey } = rsaKeyPair(2048);
  const material = privateKey.export({ format: "der", type: "pkcs8" });
  const ready = await wrapped(kms, KeyId, material, "RSA_AES_KEY_WRAP_SHA_256");
  await kms.importKeyMaterial({ ...ready, ...KEEP });
  const Message = Buffer.from("mine");
  const SigningAlgorithm = "RSASSA_PKCS1_V1_5_SHA_256";
  const { Signature } = await kms.sign({ KeyId, Message, SigningAlgorithm });
  expect(verify("sha256", Message, publicKey, Signature!)).toBe(true);
});

test.for([
  ["HMAC_256", "GENERATE_VERIFY_MAC", { MacAlgorithms: ["HMAC_SHA_256"] }, Buffer.alloc(32, 5)],
  [
    "ECC_NIST_P256",
    "SIGN_VERIFY",
    { SigningAlgorithms: ["ECDSA_SHA_256"] },
    ecKeyPair("prime256v1").privateKey.export({
      format: "der",
      type: "pkcs8",
    }),
  ],
] as const)("a key of %s is described before, with and without its material", async (one) => {
  const [KeySpec, KeyUsage, algorithms, material] = one;
  const { kms, KeyId, arn } = await start({ KeySpec, KeyUsage });
  const described = async () => (await kms.describeKey({ KeyId })).KeyMetadata;
  const empty = {
    AWSAccountId: "000000000000",
    Arn: arn,
    CreationDate: new Date("2030-01-01T00:00:00Z"),
    CustomerMasterKeySpec: KeySpec,
    Description: "",
    Enabled: false,
    KeyId,
    KeyManager: "CUSTOMER",
    KeySpec,
    KeyState: "PendingImport",
    KeyUsage,
    MultiRegion: false,
    Origin: "EXTERNAL",
    ...algorithms,
  };
  expect(await described()).toEqual(empty);
  await kms.importKeyMaterial({ ...(await wrapped(kms, KeyId, material)), ...KEEP });
  expect(await described()).toEqual({ ...empty, ...KEEP, Enabled: true, KeyState: "Enabled" });
  await kms.deleteImportedKeyMaterial({ KeyId });
  expect(await described()).toEqual(empty);
});

test("material that does not fit the key is refused", async () => {
  const { kms, KeyId } = await start();
  await expect(
    kms.importKeyMaterial({ ...(await wrapped(kms, KeyId, Buffer.alloc(16))), ...KEEP }),
  ).rejects.toMatchObject({ name: "IncorrectKeyMaterialException" });
});

test("nothing is imported into a key that KMS made", async () => {
  const { cloud } = await start();
  const { kms, KeyId, arn } = await ownKey(cloud);
  await expect(
    kms.getParametersForImport({
      KeyId,
      WrappingAlgorithm: "RSAES_OAEP_SHA_256",
      WrappingKeySpec: "RSA_2048",
    }),
  ).rejects.toMatchObject({
    name: "UnsupportedOperationException",
    message: `${arn} origin is AWS_KMS which is not valid for this operation.`,
  });
});

async function ownKey(cloud: TestCloud) {
  const kms = new KMS(cloud.config());
  const { KeyMetadata } = await kms.createKey({});
  return { kms, KeyId: KeyMetadata!.KeyId!, arn: KeyMetadata!.Arn! };
}
