import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { SourceData } from "@smithy/types";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPayloadHash } from "./verify.ts";
import type { VerifyOptions } from "./verify.ts";
import { at, check, keys, refusal } from "./verify.testing.ts";

const toBytes = (data: SourceData): string | Uint8Array => {
  if (typeof data === "string") return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
};

/** The hash that the official signer asks for, over node:crypto. */
class Sha256 {
  readonly #hash;
  constructor(secret?: SourceData) {
    this.#hash =
      secret === undefined ? createHash("sha256") : createHmac("sha256", toBytes(secret));
  }
  update(data: SourceData) {
    this.#hash.update(toBytes(data));
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}

const signer = (name: string, uriEscapePath: boolean) =>
  new SignatureV4({
    service: name,
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDFUZZ", secretAccessKey: "secret/+=" },
    sha256: Sha256,
    uriEscapePath,
  });

const escape = (text: string) =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
const word = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .filter((text) => text !== "__proto__");
const path = fc.array(word, { maxLength: 4 });
const query = fc.dictionary(
  word,
  fc.oneof(word, fc.constant(""), fc.array(word, { minLength: 1, maxLength: 3 })),
  {
    maxKeys: 5,
  },
);
const moreHeaders = fc.dictionary(
  fc.stringMatching(/^x-(amz-)?meta-[a-z0-9]{1,6}$/),
  fc.string({ minLength: 0, maxLength: 20 }),
  { maxKeys: 4 },
);

/** As `queryText` of a client: in the order in which the client happened to build it. */
function queryText(parts: Record<string, string | string[] | null>): string {
  return Object.entries(parts)
    .flatMap(([name, value]) => [value].flat().map((one) => `${escape(name)}=${escape(one ?? "")}`))
    .join("&");
}

describe("what the official signer signs verifies", () => {
  const signedAt = at("20260102T030405Z");
  const date = new Date(signedAt);
  const common = { secret: "secret/+=", nowsMs: [signedAt], keys } as const;

  test.for([
    ["a service", "sqs", true],
    ["object storage", "s3", false],
  ] as const)("%s, with any path, query, headers and body", async ([, name, double]) => {
    await fc.assert(
      fc.asyncProperty(
        path,
        query,
        moreHeaders,
        fc.string(),
        async (segments, parts, more, text) => {
          const body = Buffer.from(text);
          const sent = `/${segments.map(escape).join("/")}`;
          const request = {
            method: "PUT",
            protocol: "http:",
            hostname: "localhost",
            port: 4566,
            path: sent,
            query: parts,
            headers: { host: "localhost:4566", ...more, "content-type": "text/plain" },
            body,
          };
          const signed = await signer(name, double).sign(request, { signingDate: date });
          const received = {
            method: "PUT",
            path: sent,
            query: queryText(parts),
            headers: lower(signed.headers),
          };
          const verified = check(received, {
            ...common,
            dialect: double ? "json" : "storage",
            doubleEncodePath: double,
            signedPayloadHeader: !double,
            body,
          });
          const sha256 = createHash("sha256").update(body).digest("hex");
          const checked = double ? { checked: true } : {};
          expect(verified.payload).toEqual({ kind: "hashed", text: sha256, ...checked });
          checkPayloadHash(verified.payload, sha256);
          const changed = {
            ...received,
            headers: { ...received.headers, "content-type": "text/html" },
          };
          expect(() =>
            check(changed, {
              ...common,
              dialect: "json",
              doubleEncodePath: double,
              signedPayloadHeader: !double,
              body,
            }),
          ).toThrow("does not match the signature you provided");
        },
      ),
      { numRuns: 150 },
    );
  });

  test("presigned requests, with any path and query", async () => {
    await fc.assert(
      fc.asyncProperty(path, query, async (segments, parts) => {
        const sent = `/${segments.map(escape).join("/")}`;
        const request = {
          method: "GET",
          protocol: "http:",
          hostname: "bucket.localhost",
          path: sent,
          query: parts,
          headers: { host: "bucket.localhost" },
        };
        const signed = await signer("s3", false).presign(request, {
          signingDate: date,
          expiresIn: 60,
        });
        const received = {
          method: "GET",
          path: sent,
          query: queryText(signed.query ?? {}),
          headers: { host: "bucket.localhost" },
        };
        const options: VerifyOptions = {
          ...common,
          dialect: "rest",
          doubleEncodePath: false,
          signedPayloadHeader: false,
          body: new Uint8Array(0),
        };
        expect(check(received, options).chain.date).toBe("20260102T030405Z");
        expect(refusal(() => check({ ...received, method: "PUT" }, options)).code).toBe(
          "InvalidSignatureException",
        );
      }),
      { numRuns: 100 },
    );
  });
});

const lower = (from: Record<string, string>) =>
  Object.fromEntries(Object.entries(from).map(([name, value]) => [name.toLowerCase(), value]));
