import { generateKeyPairSync, hash } from "node:crypto";
import { expect, test } from "vitest";
import { signPrehashed, verifyPrehashed } from "./ed25519ph.ts";

/** RFC 8032, section 7.3. */
const RFC = {
  seed: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
  publicKey: "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
  signature:
    "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41" +
    "31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406",
};
const DIGEST = hash("sha512", "abc", "buffer");
const bytes = (hex: string) => Buffer.from(hex, "hex");

test("the signature of the RFC's vector is the RFC's, and holds", () => {
  expect(Buffer.from(signPrehashed(DIGEST, bytes(RFC.seed))).toString("hex")).toBe(RFC.signature);
  expect(verifyPrehashed(DIGEST, bytes(RFC.signature), bytes(RFC.publicKey))).toBe(true);
});

test("nothing else holds", () => {
  const signature = bytes(RFC.signature);
  const publicKey = bytes(RFC.publicKey);
  const other = hash("sha512", "abd", "buffer");
  expect(verifyPrehashed(other, signature, publicKey)).toBe(false);
  for (const at of [0, 31, 32, 63]) {
    const changed = Uint8Array.from(signature);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(verifyPrehashed(DIGEST, changed, publicKey)).toBe(false);
  }
  expect(verifyPrehashed(DIGEST, signature.subarray(1), publicKey)).toBe(false);
  expect(verifyPrehashed(DIGEST, Buffer.alloc(64, 255), publicKey)).toBe(false);
  expect(verifyPrehashed(DIGEST, signature, Buffer.alloc(32, 255))).toBe(false);
});

test("what OpenSSL makes as keys of Ed25519 signs here and is believed here", () => {
  const pair = generateKeyPairSync("ed25519");
  const seed = pair.privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
  const publicKey = pair.publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  expect(verifyPrehashed(DIGEST, signPrehashed(DIGEST, seed), publicKey)).toBe(true);
});
