import { createECDH, createHash, createPrivateKey, sign as ecdsaSign } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { SignedRequest } from "./request-signature.ts";
import { derivePrivateKey } from "./signing-keys.ts";
import { EMPTY, check, keys, refusal, service } from "./verify.testing.ts";

const textOf = (canonical: string) =>
  [
    "AWS4-ECDSA-P256-SHA256",
    "20150830T123600Z",
    "20150830/service/aws4_request",
    createHash("sha256").update(canonical).digest("hex"),
  ].join("\n");

describe("SigV4a", () => {
  const accessKeyId = "AKISORANDOMAASORANDOM";
  const secret = "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom";

  test("derives the key pair of AWS's published vector", () => {
    const privateKey = derivePrivateKey(accessKeyId, secret);
    expect(privateKey).toBe("7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd");
    const jwk = keys.asymmetric(accessKeyId, secret).export({ format: "jwk" });
    expect(Buffer.from(jwk.x ?? "", "base64url").toString("hex")).toBe(
      "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb",
    );
    expect(Buffer.from(jwk.y ?? "", "base64url").toString("hex")).toBe(
      "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0",
    );
  });

  test("a signature by that key verifies, and not for a region outside its set", () => {
    const canonical = `GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\nx-amz-region-set:us-*\n\nhost;x-amz-date;x-amz-region-set\n${EMPTY}`;
    const signature = ecdsaSign(
      "sha256",
      Buffer.from(textOf(canonical)),
      privateKeyOf(accessKeyId, secret),
    );
    const request: SignedRequest = {
      method: "GET",
      path: "/",
      query: "",
      headers: {
        host: "example.amazonaws.com",
        "x-amz-date": "20150830T123600Z",
        "x-amz-region-set": "us-*",
        authorization: `AWS4-ECDSA-P256-SHA256 Credential=${accessKeyId}/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=${signature.toString("hex")}`,
      },
    };
    const options = { ...service, secret, expected: { region: "us-west-2", service: "service" } };
    expect(check(request, options).chain.scope).toBe("20150830/service/aws4_request");
    expect(
      refusal(() => check(request, { ...options, expected: { region: "eu-west-1" } })),
    ).toEqual({
      code: "SignatureDoesNotMatch",
      status: 403,
      members: {},
      message: "Credential should be scoped to a valid region, not 'us-*'. ",
    });
    expect(refusal(() => check({ ...request, path: "/x" }, options)).code).toBe(
      "SignatureDoesNotMatch",
    );
  });
});

function privateKeyOf(id: string, key: string) {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(derivePrivateKey(id, key), "hex");
  const point = pair.getPublicKey();
  return createPrivateKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      d: pair.getPrivateKey("base64url"),
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
  });
}
