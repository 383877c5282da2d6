/** RSA with OAEP padding. */
import {
  constants,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
} from "node:crypto";
import type { EncryptionAlgorithmSpec, KeySpec } from "@aws-sdk/client-kms";
import { ValidationException } from "./errors.ts";
import { factsOf } from "./key-spec.ts";

const HASHES: {
  readonly [Algorithm in EncryptionAlgorithmSpec]?: { name: string; bytes: number };
} = {
  RSAES_OAEP_SHA_1: { name: "sha1", bytes: 20 },
  RSAES_OAEP_SHA_256: { name: "sha256", bytes: 32 },
};

function hashOf(algorithm: EncryptionAlgorithmSpec) {
  const hash = HASHES[algorithm];
  if (hash === undefined) throw new Error(`${algorithm} is not RSA's`);
  return hash;
}

export function encryptRsa(
  plaintext: Uint8Array,
  algorithm: EncryptionAlgorithmSpec,
  { spec, publicKey }: { readonly spec: KeySpec; readonly publicKey: Uint8Array },
): Uint8Array {
  const hash = hashOf(algorithm);
  const facts = factsOf(spec);
  const most = facts.kind === "rsa" ? facts.bits / 8 - 2 * hash.bytes - 2 : 0;
  if (plaintext.length > most) {
    throw ValidationException(
      `Algorithm ${algorithm} and key spec ${spec} cannot encrypt data larger than ${most} bytes.`,
    );
  }
  const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return publicEncrypt({ key, padding, oaepHash: hash.name }, plaintext);
}

/** Undefined when this key did not make it, or not so. */
export function decryptRsa(
  ciphertext: Uint8Array,
  algorithm: EncryptionAlgorithmSpec,
  secret: Uint8Array,
): Uint8Array | undefined {
  const key = createPrivateKey({ key: Buffer.from(secret), format: "der", type: "pkcs8" });
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  try {
    return privateDecrypt({ key, padding, oaepHash: hashOf(algorithm).name }, ciphertext);
  } catch {
    return undefined;
  }
}
