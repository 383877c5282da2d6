/** Signing keys, derived once: an HMAC chain for SigV4, a key pair on P-256 for SigV4a. */
import { createECDH, createHmac, createPublicKey } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { scopeText, type CredentialScope } from "./credential.ts";
import { HmacKey } from "./hmac.ts";

const KEYS_MAX = 2000;

export interface SigningKeys {
  /** `text`: the scope as one text, where the caller has it. */
  symmetric(secret: string, scope: CredentialScope, text?: string): HmacKey;
  /** The public half, which is enough to verify. */
  asymmetric(accessKeyId: string, secret: string): KeyObject;
}

/** Remembers what it derived, up to a limit; the oldest goes first. */
export function signingKeys(keysMax = KEYS_MAX): SigningKeys {
  const symmetric = new Map<string, HmacKey>();
  const asymmetric = new Map<string, KeyObject>();
  return {
    symmetric: (secret, scope, text = scopeText(scope, "AWS4-HMAC-SHA256")) =>
      remember(
        symmetric,
        keysMax,
        `${secret}\n${text}`,
        () => new HmacKey(deriveSigningKey(secret, scope)),
      ),
    asymmetric: (accessKeyId, secret) =>
      remember(asymmetric, keysMax, `${accessKeyId}\n${secret}`, () =>
        publicKeyOf(derivePrivateKey(accessKeyId, secret)),
      ),
  };
}

function remember<Key>(known: Map<string, Key>, max: number, name: string, derive: () => Key): Key {
  const found = known.get(name);
  if (found !== undefined) return found;
  const key = derive();
  if (known.size >= max) {
    for (const oldest of known.keys()) {
      known.delete(oldest);
      break;
    }
  }
  known.set(name, key);
  return key;
}

export function deriveSigningKey(secret: string, scope: CredentialScope): Buffer {
  const steps = [scope.date, scope.region, scope.service, "aws4_request"];
  return steps.reduce(
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
