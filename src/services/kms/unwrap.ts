/** Opens what was encrypted to the public key of GetParametersForImport. */
import {
  constants,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  type KeyObject,
} from "node:crypto";
import type { KeySpec } from "@aws-sdk/client-kms";
import type { FreshMaterial } from "./key-material.ts";
import { factsOf, type SpecFacts } from "./key-spec.ts";
import type { ImportParameters } from "./state.ts";

export type Unwrapped = FreshMaterial;

/** AES key wrap with padding (RFC 5649), and its initial value. */
const WRAP = "id-aes256-wrap-pad";
const WRAP_START = Buffer.from("a65959a6", "hex");

/** Undefined when it was not encrypted so. */
export function unwrap(
  wrapped: Uint8Array,
  { algorithm, privateKey }: ImportParameters,
): Uint8Array | undefined {
  const key = createPrivateKey({ key: Buffer.from(privateKey), format: "der", type: "pkcs8" });
  const oaepHash = algorithm.endsWith("_SHA_1") ? "sha1" : "sha256";
  try {
    if (!algorithm.startsWith("RSA_AES_KEY_WRAP")) return openRsa(wrapped, key, oaepHash);
    // First an AES key under RSA, then the material under that.
    const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
    const aes = openRsa(wrapped.subarray(0, size), key, oaepHash);
    const decipher = createDecipheriv(WRAP, aes, WRAP_START);
    return Buffer.concat([decipher.update(wrapped.subarray(size)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function openRsa(wrapped: Uint8Array, key: KeyObject, oaepHash: string): Buffer {
  return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, wrapped);
}

/** Undefined when the bytes are no key of this spec. */
export function readMaterial(bytes: Uint8Array, spec: KeySpec): Unwrapped | undefined {
  const facts = factsOf(spec);
  if ("bytes" in facts) {
    return bytes.length === facts.bytes ? { secret: Uint8Array.from(bytes) } : undefined;
  }
  try {
    const key = createPrivateKey({ key: Buffer.from(bytes), format: "der", type: "pkcs8" });
    if (!fits(key, facts)) return undefined;
    const publicKey = createPublicKey(key).export({ format: "der", type: "spki" });
    const secret = key.export({ format: "der", type: "pkcs8" });
    return { secret: Uint8Array.from(secret), publicKey: Uint8Array.from(publicKey) };
  } catch {
    return undefined;
  }
}

function fits({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, facts: SpecFacts): boolean {
  if (asymmetricKeyType !== facts.kind) return false;
  if (facts.kind === "rsa") return asymmetricKeyDetails?.modulusLength === facts.bits;
  if (facts.kind === "ec") return asymmetricKeyDetails?.namedCurve === facts.curve;
  return true;
}
