/** Signing keys, derived once: an HMAC chain for SigV4, a key pair on P-256 for SigV4a. */
import { createECDH, createHmac, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { remembered } from "../../kernel/remembered.ts";
import { HmacKey } from "./hmac.ts";

/** A scope is a day, a region and a service. */
const SCOPES_MAX = 500;
const SECRETS_MAX = 100;

export interface SigningKeys {
  /** `scope`: `date/region/service/aws4_request`. */
  symmetric(secret: string, scope: string): HmacKey;
  /** The public half, which is enough to verify. */
  asymmetric(accessKeyId: string, secret: string): KeyObject;
}

/** Remembers what it derived, up to a limit. */
export function signingKeys(scopesMax = SCOPES_MAX, secretsMax = SECRETS_MAX): SigningKeys {
  const symmetric = remembered(scopesMax, (scope: string) =>
    remembered(secretsMax, (secret: string) => new HmacKey(deriveSigningKey(secret, scope))),
  );
  const asymmetric = remembered(secretsMax, (accessKeyId: string) =>
    remembered(secretsMax, (secret: string) => publicKeyOf(derivePrivateKey(accessKeyId, secret))),
  );
  return {
    symmetric: (secret, scope) => symmetric(scope)(secret),
    asymmetric: (accessKeyId, secret) => asymmetric(accessKeyId)(secret),
  };
}

/** `scope`: `date/region/service/aws4_request`. */
export function deriveSigningKey(secret: string, scope: string): Buffer {
  return scope
    .split("/")
    .reduce(
      (key, step) => createHmac("sha256", key).update(step).digest(),
      Buffer.from(`AWS4${secret}`),
    );
}

/** The order of the curve P-256. */
const ORDER = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
const LABEL = "AWS4-ECDSA-P256-SHA256";

/**
 * NIST SP 800-108 in counter mode: the first candidate within the order of the curve, plus one.
 * Hexadecimal.
 */
export function derivePrivateKey(accessKeyId: string, secret: string): string {
  for (let counter = 1; counter < 255; counter++) {
    const candidate = createHmac("sha256", `AWS4A${secret}`)
      .update(Buffer.from([0, 0, 0, 1]))
      .update(`${LABEL}\0${accessKeyId}`)
      .update(Buffer.from([counter, 0, 0, 1, 0]))
      .digest("hex");
    const value = BigInt(`0x${candidate}`);
    if (value <= ORDER - 2n) return (value + 1n).toString(16).padStart(64, "0");
  }
  throw new Error("No key of SigV4a can be derived from this secret");
}

function publicKeyOf(privateKey: string): KeyObject {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(privateKey, "hex");
  const point = pair.getPublicKey();
  const coordinate = (from: number) => point.subarray(from, from + 32).toString("base64url");
  return createPublicKey({
    format: "jwk",
    key: { kty: "EC", crv: "P-256", x: coordinate(1), y: coordinate(33) },
  });
}
