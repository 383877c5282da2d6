import { hash, sign, verify } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { signDigest, verifyDigest } from "./ecdsa.ts";
import { ecKeyPair } from "./key-pair.testing.ts";

const CURVES = [
  ["prime256v1", "sha256"],
  ["secp384r1", "sha384"],
  ["secp521r1", "sha512"],
  ["secp256k1", "sha256"],
] as const;

test.for(CURVES)(
  "on %s with %s, OpenSSL and we accept each other's signatures",
  ([namedCurve, name]) => {
    const { privateKey, publicKey } = ecKeyPair(namedCurve);
    let drawn = 0;
    const chance = (count: number) =>
      Uint8Array.from({ length: count }, (_, at) => (at * 31 + (drawn += 7)) % 256);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (message) => {
        const digest = hash(name, message, "buffer");
        const ours = signDigest(digest, privateKey, chance);
        const theirs = sign(name, message, privateKey);
        const otherDigest = hash(name, Buffer.concat([message, Buffer.from("!")]), "buffer");
        expect(verify(name, message, publicKey, ours)).toBe(true);
        expect(verifyDigest(digest, theirs, publicKey)).toBe(true);
        expect(verifyDigest(otherDigest, theirs, publicKey)).toBe(false);
        expect(verifyDigest(digest, theirs.subarray(0, -1), publicKey)).toBe(false);
      }),
      { numRuns: 12 },
    );
  },
);
