/** What stands for the body in the canonical request, and what the body must turn out to be. */
import { hash } from "node:crypto";
import { invalidArgument, invalidRequest } from "./errors.ts";
import type { Dialect } from "./errors.ts";
import type { SignedRequest, SigV4 } from "./request-signature.ts";

export type Payload =
  /**
   * The body must have this SHA-256, hexadecimal. `checked`: it has, the text was computed from it.
   */
  | { readonly kind: "hashed"; readonly text: string; readonly checked?: true }
  | { readonly kind: "unsigned"; readonly text: string }
  /** The body comes in aws-chunked frames; `signed`: each carries a signature. */
  | {
      readonly kind: "chunked";
      readonly text: string;
      readonly signed: boolean;
      readonly trailer: boolean;
    }
  /** An event stream whose messages carry their signatures. */
  | { readonly kind: "events"; readonly text: string };

export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";
const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/**
 * `signedPayloadHeader`: object storage believes the header here and checks the body when it has
 * been read; everywhere else the body itself is hashed, so that a changed body is a wrong
 * signature.
 */
export function payloadOf(
  request: SignedRequest,
  signature: Pick<SigV4, "location">,
  options: { signedPayloadHeader: boolean; dialect: Dialect; body?: Uint8Array | undefined },
): Payload {
  const declared = request.headers["x-amz-content-sha256"];
  if (options.signedPayloadHeader) {
    return storagePayload(request, signature, declared);
  }
  const special = declared === undefined ? undefined : specialPayload(declared);
  if (special !== undefined) return special;
  const { body } = options;
  if (body !== undefined) {
    const text = body.length === 0 ? EMPTY_SHA256 : hash("sha256", body);
    return { kind: "hashed", text, checked: true };
  }
  return { kind: "hashed", text: declared ?? EMPTY_SHA256 };
}

function storagePayload(
  request: SignedRequest,
  signature: Pick<SigV4, "location">,
  header: string | undefined,
): Payload {
  const declared =
    signature.location === "query"
      ? (/(?:^|&)X-Amz-Content-Sha256=([^&]*)/i.exec(request.query)?.[1] ??
        header ??
        UNSIGNED_PAYLOAD)
      : header;
  if (declared === undefined) {
    throw invalidRequest("Missing required header for this request: x-amz-content-sha256");
  }
  const special = specialPayload(declared);
  if (special !== undefined) return special;
  if (/^[0-9a-f]{64}$/.test(declared)) return { kind: "hashed", text: declared };
  throw invalidArgument(
    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, " +
      "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, " +
      "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER " +
      "or a valid sha256 value.",
    { ArgumentName: "x-amz-content-sha256", ArgumentValue: declared },
  );
}

const STREAMING =
  /^STREAMING-(UNSIGNED-PAYLOAD|AWS4-(?:HMAC-SHA256|ECDSA-P256-SHA256)-(PAYLOAD|EVENTS))(-TRAILER)?$/;

function specialPayload(text: string): Payload | undefined {
  if (text.length === EMPTY_SHA256.length) return undefined;
  if (text === UNSIGNED_PAYLOAD) return { kind: "unsigned", text };
  const streaming = STREAMING.exec(text);
  if (streaming === null) return undefined;
  if (streaming[2] === "EVENTS") return { kind: "events", text };
  const signed = streaming[1] !== UNSIGNED_PAYLOAD;
  return { kind: "chunked", text, signed, trailer: streaming[3] !== undefined };
}
