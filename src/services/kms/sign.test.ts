import { ed25519ph } from "@noble/curves/ed25519.js";
import {
  KMS,
  type KeySpec,
  type MessageType,
  type SigningAlgorithmSpec,
} from "@aws-sdk/client-kms";
import { constants, createPublicKey, hash, verify } from "node:crypto";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const cloud = await startCloud();
const kms = new KMS(cloud.config());
const MESSAGE = Buffer.from("the terms of the contract");

const keys = new Map<KeySpec, string>();
async function keyOf(KeySpec: KeySpec): Promise<string> {
  const made = keys.get(KeySpec);
  if (made !== undefined) return made;
  const { KeyMetadata } = await kms.createKey({ KeySpec, KeyUsage: "SIGN_VERIFY" });
  keys.set(KeySpec, KeyMetadata!.KeyId!);
  return KeyMetadata!.KeyId!;
}

/** Node's own check, from the public key alone. */
async function outsideSays(
  KeyId: string,
  algorithm: SigningAlgorithmSpec,
  signature: Uint8Array,
): Promise<boolean> {
  const { PublicKey } = await kms.getPublicKey({ KeyId });
  const key = createPublicKey({ key: Buffer.from(PublicKey!), format: "der", type: "spki" });
  if (algorithm.startsWith("ED25519")) return verify(null, MESSAGE, key, signature);
  const name = `sha${algorithm.slice(-3)}`;
  if (!algorithm.includes("PSS")) return verify(name, MESSAGE, key, signature);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
  return verify(name, MESSAGE, { key, padding, saltLength }, signature);
}

const RSA: SigningAlgorithmSpec[] = [
  "RSASSA_PKCS1_V1_5_SHA_256",
  "RSASSA_PKCS1_V1_5_SHA_384",
  "RSASSA_PKCS1_V1_5_SHA_512",
  "RSASSA_PSS_SHA_256",
  "RSASSA_PSS_SHA_384",
  "RSASSA_PSS_SHA_512",
];
const CASES: readonly (readonly [KeySpec, SigningAlgorithmSpec, MessageType])[] = [
  ...RSA.map((algorithm) => ["RSA_2048", algorithm, "RAW"] as const),
  ...RSA.map((algorithm) => ["RSA_2048", algorithm, "DIGEST"] as const),
  ...(["RAW", "DIGEST"] as const).flatMap(
    (type) =>
      [
        ["ECC_NIST_P256", "ECDSA_SHA_256", type],
        ["ECC_NIST_P384", "ECDSA_SHA_384", type],
        ["ECC_NIST_P521", "ECDSA_SHA_512", type],
        ["ECC_SECG_P256K1", "ECDSA_SHA_256", type],
      ] as const,
  ),
  ["ECC_NIST_EDWARDS25519", "ED25519_SHA_512", "RAW"],
];

test.for(CASES)("a signature of %s with %s over %s holds, inside and outside", async (one) => {
  const [spec, SigningAlgorithm, MessageType] = one;
  const KeyId = await keyOf(spec);
  const Message =
    MessageType === "RAW" ? MESSAGE : hash(`sha${SigningAlgorithm.slice(-3)}`, MESSAGE, "buffer");
  const asked = { KeyId, Message, MessageType, SigningAlgorithm };
  const { Signature } = await kms.sign(asked);
  expect(await outsideSays(KeyId, SigningAlgorithm, Signature!)).toBe(true);
  expect((await kms.verify({ ...asked, Signature })).SignatureValid).toBe(true);

  // Over the message, over its digest: it is the same signature.
  if (SigningAlgorithm !== "ED25519_SHA_512") {
    const Digest = hash(`sha${SigningAlgorithm.slice(-3)}`, MESSAGE, "buffer");
    for (const other of [
      { Message: MESSAGE, MessageType: "RAW" },
      { Message: Digest, MessageType: "DIGEST" },
    ] as const) {
      expect((await kms.verify({ ...asked, ...other, Signature })).SignatureValid).toBe(true);
    }
  }
  for (const at of [0, 5, Signature!.length - 1]) {
    const changed = Uint8Array.from(Signature!);
    changed[at] = changed[at]! ^ 1;
    await expect(kms.verify({ ...asked, Signature: changed })).rejects.toMatchObject({
      name: "KMSInvalidSignatureException",
      $metadata: { httpStatusCode: 400 },
    });
  }
});

test("a signature over something else does not hold", async () => {
  for (const MessageType of ["RAW", "DIGEST"] as const) {
    const KeyId = await keyOf("ECC_NIST_P256");
    const asked = { KeyId, MessageType, SigningAlgorithm: "ECDSA_SHA_256" } as const;
    const { Signature } = await kms.sign({ ...asked, Message: Buffer.alloc(32, 1) });
    await expect(
      kms.verify({ ...asked, Signature, Message: Buffer.alloc(32, 2) }),
    ).rejects.toMatchObject({ name: "KMSInvalidSignatureException" });
  }
});

test("a digest has the length of its algorithm", async () => {
  const KeyId = await keyOf("ECC_NIST_P384");
  await expect(
    kms.sign({
      KeyId,
      Message: Buffer.alloc(32),
      MessageType: "DIGEST",
      SigningAlgorithm: "ECDSA_SHA_384",
    }),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message: "Digest is invalid length for algorithm ECDSA_SHA_384.",
  });
});

test("an algorithm that does not go with the key is refused", async () => {
  const KeyId = await keyOf("ECC_NIST_P256");
  await expect(
    kms.sign({ KeyId, Message: MESSAGE, SigningAlgorithm: "ECDSA_SHA_384" }),
  ).rejects.toMatchObject({
    name: "InvalidKeyUsageException",
    message: "Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.",
  });
});

test("Ed25519ph takes digests alone, and hashes them once more", async () => {
  const KeyId = await keyOf("ECC_NIST_EDWARDS25519");
  const digest = hash("sha512", MESSAGE, "buffer");
  const asked = { KeyId, MessageType: "DIGEST", SigningAlgorithm: "ED25519_PH_SHA_512" } as const;
  const { Signature } = await kms.sign({ ...asked, Message: digest });
  expect((await kms.verify({ ...asked, Message: digest, Signature })).SignatureValid).toBe(true);
  const { PublicKey } = await kms.getPublicKey({ KeyId });
  const outside = (message: Uint8Array) =>
    ed25519ph.verify(Signature!, message, PublicKey!.subarray(-32));
  expect([outside(digest), outside(MESSAGE)]).toEqual([true, false]);
  const short = { ...asked, Message: digest, Signature: Signature!.subarray(1) };
  await expect(kms.verify(short)).rejects.toMatchObject({ name: "KMSInvalidSignatureException" });
  const other = hash("sha512", "other", "buffer");
  await expect(kms.verify({ ...asked, Message: other, Signature })).rejects.toMatchObject({
    name: "KMSInvalidSignatureException",
  });
  const raw = { ...asked, Message: digest, MessageType: "RAW" } as const;
  await expect(kms.sign(raw)).rejects.toMatchObject({
    name: "ValidationException",
    message: "MessageType RAW is not valid for algorithm ED25519_PH_SHA_512.",
  });
});

test("what is not built is said", async () => {
  await expect(
    kms.createKey({ KeySpec: "ML_DSA_44", KeyUsage: "SIGN_VERIFY" }),
  ).rejects.toMatchObject({ message: "Snowglobe's KMS does not have keys of the spec ML_DSA_44." });
});
