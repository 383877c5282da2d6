import { KMS, type CreateKeyCommandInput } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { startCloud, type TestCloud } from "../../testing/cloud.ts";

async function world(region = "us-east-1") {
  const cloud = await startCloud();
  const kms = new KMS(cloud.config({ region }));
  const key = async (input: CreateKeyCommandInput = {}) => {
    const { KeyMetadata } = await kms.createKey(input);
    return KeyMetadata?.Arn;
  };
  return { cloud, kms, key };
}

/** Usage type and operation of all lines but those of making keys. */
const used = async (cloud: TestCloud) =>
  (await cloud.usage())
    .filter(({ operation }) => operation !== "CreateKey")
    .map(({ usageType, operation, quantity }) => [usageType, operation, quantity]);

const Plaintext = Buffer.from("snow");

test("a line names region, request and key as the bill does, also when an alias was asked", async () => {
  const { cloud, kms, key } = await world("eu-west-1");
  const arn = await key();
  await kms.createAlias({ AliasName: "alias/snow", TargetKeyId: arn });
  await kms.encrypt({ KeyId: "alias/snow", Plaintext });
  const common = {
    hourAt: Date.parse("2030-01-01T00:00:00Z"),
    accountId: "000000000000",
    region: "eu-west-1",
    service: "kms",
    usageType: "eu-west-1-KMS-Requests",
    resource: arn,
    unit: "Requests",
    quantity: 1,
  };
  expect(await cloud.usage()).toEqual([
    { ...common, operation: "CreateAlias" },
    { ...common, operation: "CreateKey" },
    { ...common, operation: "Encrypt" },
  ]);
});

test("keys are known by their id, too, and a list is of none", async () => {
  const { cloud, kms, key } = await world();
  const arn = await key();
  await kms.getKeyRotationStatus({ KeyId: arn?.split("/")[1] });
  await kms.listKeys({});
  const lines = await cloud.usage();
  expect(lines.map(({ operation, resource }) => [operation, resource])).toEqual([
    ["CreateKey", arn],
    ["GetKeyRotationStatus", arn],
    ["ListKeys", ""],
  ]);
});

test("asymmetric keys have usage types of their own, RSA of 2048 bits another", async () => {
  const { cloud, kms, key } = await world();
  const Message = Buffer.from("snow");
  const curve = await key({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" });
  await kms.sign({ KeyId: curve, Message, SigningAlgorithm: "ECDSA_SHA_256" });
  await kms.getPublicKey({ KeyId: curve });
  const rsa = await key({ KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" });
  const SigningAlgorithm = "RSASSA_PSS_SHA_256";
  const { Signature } = await kms.sign({ KeyId: rsa, Message, SigningAlgorithm });
  await kms.verify({ KeyId: rsa, Message, Signature, SigningAlgorithm });
  const large = await key({ KeySpec: "RSA_3072", KeyUsage: "ENCRYPT_DECRYPT" });
  const EncryptionAlgorithm = "RSAES_OAEP_SHA_256";
  await kms.encrypt({ KeyId: large, Plaintext, EncryptionAlgorithm });
  expect(await used(cloud)).toEqual([
    ["us-east-1-KMS-Requests-Asymmetric", "Encrypt", 1],
    ["us-east-1-KMS-Requests-Asymmetric", "GetPublicKey", 1],
    ["us-east-1-KMS-Requests-Asymmetric", "Sign", 1],
    ["us-east-1-KMS-Requests-Asymmetric-RSA_2048", "Sign", 1],
    ["us-east-1-KMS-Requests-Asymmetric-RSA_2048", "Verify", 1],
  ]);
});

test("making key pairs is billed by their kind, data keys are requests like others", async () => {
  const { cloud, kms, key } = await world();
  const KeyId = await key();
  await kms.generateDataKey({ KeyId, KeySpec: "AES_256" });
  await kms.generateDataKeyPair({ KeyId, KeyPairSpec: "ECC_NIST_P256" });
  await kms.generateDataKeyPairWithoutPlaintext({ KeyId, KeyPairSpec: "RSA_2048" });
  expect(await used(cloud)).toEqual([
    ["us-east-1-KMS-Requests", "GenerateDataKey", 1],
    ["us-east-1-KMS-Requests-GenerateDatakeyPair-ECC", "GenerateDataKeyPair", 1],
    ["us-east-1-KMS-Requests-GenerateDatakeyPair-RSA", "GenerateDataKeyPairWithoutPlaintext", 1],
  ]);
});
