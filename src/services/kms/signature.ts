/** Signatures of every algorithm, over a message or over its digest. */
import { constants, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { MessageType, SigningAlgorithmSpec } from "@aws-sdk/client-kms";
import { signDigest, verifyDigest } from "./ecdsa.ts";
import { NotImplementedBySnowglobe, ValidationException } from "./errors.ts";
import { signPkcs1, signPss, verifyPkcs1, verifyPss, type HashName } from "./rsa-signature.ts";

export interface Message {
  readonly bytes: Uint8Array;
  readonly type: MessageType | undefined;
  readonly algorithm: SigningAlgorithmSpec;
}

type Scheme = "pkcs1" | "pss" | "ecdsa" | "ed25519";

interface Read {
  readonly scheme: Scheme;
  readonly hash: HashName;
  readonly isDigest: boolean;
}

const DIGEST_BYTES: Readonly<Record<HashName, number>> = { sha256: 32, sha384: 48, sha512: 64 };

const HASHES: Readonly<Record<string, HashName>> = {
  "256": "sha256",
  "384": "sha384",
  "512": "sha512",
};

/** By what stands before "_SHA_" in the algorithm's name. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  RSASSA_PKCS1_V1_5: "pkcs1",
  RSASSA_PSS: "pss",
  ECDSA: "ecdsa",
  ED25519: "ed25519",
};

/** Refuses digests of the wrong length and what is not built. */
export function readMessage({ bytes, type = "RAW", algorithm }: Message): Read {
  const [, start = "", bits = ""] = /^(.+)_SHA_(\d+)$/.exec(algorithm) ?? [];
  const scheme = SCHEMES[start];
  const hash = HASHES[bits];
  if (scheme === undefined || hash === undefined) throw NotImplementedBySnowglobe(algorithm);
  if (type === "EXTERNAL_MU" || (scheme === "ed25519" && type === "DIGEST")) {
    throw ValidationException(`MessageType ${type} is not valid for algorithm ${algorithm}.`);
  }
  const isDigest = type === "DIGEST";
  if (isDigest && bytes.length !== DIGEST_BYTES[hash]) {
    throw ValidationException(`Digest is invalid length for algorithm ${algorithm}.`);
  }
  return { scheme, hash, isDigest };
}

const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
};

/** Where Node signs, the chance in a signature is OpenSSL's; over a digest it is `chance`. */
export function makeSignature(
  message: Message,
  secret: Uint8Array,
  chance: (count: number) => Uint8Array,
): Uint8Array {
  const { scheme, hash, isDigest } = readMessage(message);
  const { bytes } = message;
  const key = createPrivateKey({ key: Buffer.from(secret), format: "der", type: "pkcs8" });
  if (scheme === "ed25519") return sign(null, bytes, key);
  if (!isDigest) return sign(hash, bytes, scheme === "pss" ? { key, ...PSS } : key);
  if (scheme === "pkcs1") return signPkcs1(bytes, hash, key);
  if (scheme === "pss") return signPss(bytes, chance(bytes.length), hash, key);
  return signDigest(bytes, key, chance);
}

export function isSignature(
  signature: Uint8Array,
  message: Message,
  publicKey: Uint8Array,
): boolean {
  const { scheme, hash, isDigest } = readMessage(message);
  const { bytes } = message;
  const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  if (scheme === "ed25519") return verify(null, bytes, key, signature);
  if (!isDigest) return verify(hash, bytes, scheme === "pss" ? { key, ...PSS } : key, signature);
  if (scheme === "pkcs1") return verifyPkcs1(bytes, signature, hash, key);
  if (scheme === "pss") return verifyPss(bytes, signature, hash, key);
  return verifyDigest(bytes, signature, key);
}
