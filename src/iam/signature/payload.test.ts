import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { AwsError } from "../../kernel/errors.ts";
import { payloadOf } from "./payload.ts";

const storage = { signedPayloadHeader: true, dialect: "storage" } as const;
const service = { signedPayloadHeader: false, dialect: "json" } as const;
const sent = (sha256?: string, query = "") => ({
  method: "PUT",
  path: "/",
  query,
  headers: sha256 === undefined ? {} : { "x-amz-content-sha256": sha256 },
});
const header = { location: "header" } as const;
const inQuery = { location: "query" } as const;
const EMPTY = createHash("sha256").digest("hex");

test.for<[text: string, kind: object]>([
  [EMPTY, { kind: "hashed" }],
  ["UNSIGNED-PAYLOAD", { kind: "unsigned" }],
  ["STREAMING-UNSIGNED-PAYLOAD-TRAILER", { kind: "chunked", signed: false, trailer: true }],
  ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD", { kind: "chunked", signed: true, trailer: false }],
  ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", { kind: "chunked", signed: true, trailer: true }],
  [
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
    { kind: "chunked", signed: true, trailer: true },
  ],
  ["STREAMING-AWS4-HMAC-SHA256-EVENTS", { kind: "events" }],
])("%s", ([text, expected]) => {
  expect(payloadOf(sent(text), header, storage)).toEqual({ text, ...expected });
});

test("object storage wants the header, and a value that it knows", () => {
  const refusal = (text: string | undefined) => {
    try {
      return payloadOf(sent(text), header, storage);
    } catch (error) {
      if (error instanceof AwsError) return `${error.code} ${error.status}: ${error.message}`;
      throw error;
    }
  };
  expect(refusal(undefined)).toBe(
    "InvalidRequest 400: Missing required header for this request: x-amz-content-sha256",
  );
  expect(refusal("abc")).toBe(
    "InvalidArgument 400: x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, " +
      "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, " +
      "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
  );
});

test("a presigned request leaves its body unsigned unless the query says otherwise", () => {
  expect(payloadOf(sent(), inQuery, storage)).toEqual({
    kind: "unsigned",
    text: "UNSIGNED-PAYLOAD",
  });
  const hashed = sent(undefined, `a=b&X-Amz-Content-Sha256=${EMPTY}`);
  expect(payloadOf(hashed, inQuery, storage)).toEqual({ kind: "hashed", text: EMPTY });
});

test("a service hashes the body that it has, whatever the header says, and believes it only without one", () => {
  const body = Buffer.from("abc");
  const text = createHash("sha256").update(body).digest("hex");
  expect(payloadOf(sent(EMPTY), header, { ...service, body })).toEqual({
    kind: "hashed",
    text,
    checked: true,
  });
  expect(payloadOf(sent(text), header, service)).toEqual({ kind: "hashed", text });
  expect(payloadOf(sent("UNSIGNED-PAYLOAD"), header, { ...service, body }).kind).toBe("unsigned");
});
