/** Signatures of every algorithm, over a message or over its digest. */
import { ed25519ph } from "@noble/curves/ed25519.js";
import {
  constants,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import type { MessageType, SigningAlgorithmSpec } from "@aws-sdk/client-kms";
import { signDigest, verifyDigest } from "./ecdsa.ts";
import { NotImplementedBySnowglobe, ValidationException } from "./errors.ts";
import { signPkcs1, signPss, verifyPkcs1, verifyPss, type HashName } from "./rsa-signature.ts";

export interface Message {
  readonly bytes: Uint8Array;
  readonly type: MessageType | undefined;
  readonly algorithm: SigningAlgorithmSpec;
}

type Scheme = "pkcs1" | "pss" | "ecdsa" | "ed25519" | "ed25519ph";

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
  ED25519_PH: "ed25519ph",
};

/** AWS: one of the two kinds of Ed25519 takes messages, the other digests. */
const WRONG_TYPES: { readonly [Name in Scheme]?: MessageType } = {
  ed25519: "DIGEST",
  ed25519ph: "RAW",
};

/** Refuses digests of the wrong length and what is not built. */
export function readMessage({ bytes, type = "RAW", algorithm }: Message): Read {
  const [, start = "", bits = ""] = /^(.+)_SHA_(\d+)$/.exec(algorithm) ?? [];
  const scheme = SCHEMES[start];
  const hashName = HASHES[bits];
  if (scheme === undefined || hashName === undefined) throw NotImplementedBySnowglobe(algorithm);
  if (type === "EXTERNAL_MU" || WRONG_TYPES[scheme] === type) {
    throw ValidationException(`MessageType ${type} is not valid for algorithm ${algorithm}.`);
  }
  const isDigest = type === "DIGEST";
  if (isDigest && bytes.length !== DIGEST_BYTES[hashName]) {
    throw ValidationException(`Digest is invalid length for algorithm ${algorithm}.`);
  }
  return { scheme, hash: hashName, isDigest };
}

const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
};

/** The 32 bytes that a key of Ed25519 is: of the private half "d", of the public one "x". */
const rawHalf = (key: KeyObject, name: "d" | "x"): Buffer =>
  Buffer.from(key.export({ format: "jwk" })[name] ?? "", "base64url");

/** Where Node signs, the chance in a signature is OpenSSL's; over a digest it is `chance`. */
export function makeSignature(
  message: Message,
  secret: Uint8Array,
  chance: (count: number) => Uint8Array,
): Uint8Array {
  const { scheme, hash: hashName, isDigest } = readMessage(message);
  const { bytes } = message;
  const key = createPrivateKey({ key: Buffer.from(secret), format: "der", type: "pkcs8" });
  // AWS: the digest that comes is hashed once more.
  if (scheme === "ed25519ph") return ed25519ph.sign(bytes, rawHalf(key, "d"));
  if (scheme === "ed25519") return sign(null, bytes, key);
  if (!isDigest) return sign(hashName, bytes, scheme === "pss" ? { key, ...PSS } : key);
  if (scheme === "pkcs1") return signPkcs1(bytes, hashName, key);
  if (scheme === "pss") return signPss(bytes, chance(bytes.length), hashName, key);
  return signDigest(bytes, key, chance);
}

const ED25519_BYTES = 64;

const isPrehashed = (signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array) =>
  signature.length === ED25519_BYTES &&
  ed25519ph.verify(signature, digest, publicKey, { zip215: false });

export function isSignature(
  signature: Uint8Array,
  message: Message,
  publicKey: Uint8Array,
): boolean {
  const { scheme, hash: hashName, isDigest } = readMessage(message);
  const { bytes } = message;
  const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  if (scheme === "ed25519ph") return isPrehashed(signature, bytes, rawHalf(key, "x"));
  if (scheme === "ed25519") return verify(null, bytes, key, signature);
  if (!isDigest)
    return verify(hashName, bytes, scheme === "pss" ? { key, ...PSS } : key, signature);
  if (scheme === "pkcs1") return verifyPkcs1(bytes, signature, hashName, key);
  if (scheme === "pss") return verifyPss(bytes, signature, hashName, key);
  return verifyDigest(bytes, signature, key);
}
