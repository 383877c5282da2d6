import { KMS } from "@aws-sdk/client-kms";
import { createPublicKey, diffieHellman } from "node:crypto";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { ecKeyPair } from "./key-pair.testing.ts";

const kms = new KMS((await startCloud()).config());

test("a public key says what it is for", async () => {
  const { KeyMetadata } = await kms.createKey({
    KeySpec: "ECC_SECG_P256K1",
    KeyUsage: "SIGN_VERIFY",
  });
  const {
    $metadata: _,
    PublicKey,
    ...rest
  } = await kms.getPublicKey({
    KeyId: KeyMetadata!.KeyId,
  });
  expect(rest).toEqual({
    KeyId: KeyMetadata!.Arn,
    CustomerMasterKeySpec: "ECC_SECG_P256K1",
    KeySpec: "ECC_SECG_P256K1",
    KeyUsage: "SIGN_VERIFY",
    SigningAlgorithms: ["ECDSA_SHA_256"],
  });
  const key = createPublicKey({ key: Buffer.from(PublicKey!), format: "der", type: "spki" });
  expect(key.asymmetricKeyDetails).toEqual({ namedCurve: "secp256k1" });
});

test("a symmetric key has no public half", async () => {
  const { KeyMetadata } = await kms.createKey({});
  await expect(kms.getPublicKey({ KeyId: KeyMetadata!.KeyId })).rejects.toMatchObject({
    name: "UnsupportedOperationException",
  });
});

test("both sides derive the same secret", async () => {
  const { KeyMetadata } = await kms.createKey({
    KeySpec: "ECC_NIST_P256",
    KeyUsage: "KEY_AGREEMENT",
  });
  const { KeyId, KeyAgreementAlgorithms } = KeyMetadata!;
  expect(KeyAgreementAlgorithms).toEqual(["ECDH"]);
  const { PublicKey } = await kms.getPublicKey({ KeyId });
  const peer = ecKeyPair("prime256v1");
  const derived = await kms.deriveSharedSecret({
    KeyId,
    KeyAgreementAlgorithm: "ECDH",
    PublicKey: peer.publicKey.export({ format: "der", type: "spki" }),
  });
  const publicKey = createPublicKey({ key: Buffer.from(PublicKey!), format: "der", type: "spki" });
  const theirs = diffieHellman({ privateKey: peer.privateKey, publicKey });
  expect(Buffer.from(derived.SharedSecret!)).toEqual(theirs);
});

test("a peer on another curve is refused", async () => {
  const { KeyMetadata } = await kms.createKey({
    KeySpec: "ECC_NIST_P256",
    KeyUsage: "KEY_AGREEMENT",
  });
  const peer = ecKeyPair("secp384r1");
  await expect(
    kms.deriveSharedSecret({
      KeyId: KeyMetadata!.KeyId,
      KeyAgreementAlgorithm: "ECDH",
      PublicKey: peer.publicKey.export({ format: "der", type: "spki" }),
    }),
  ).rejects.toMatchObject({ name: "ValidationException" });
});
