/**
 * The body of a request: whole, or decoded while it streams, and in both cases checked against what
 * was signed.
 */
import { createHash, hash } from "node:crypto";
import { decodeChunked } from "../iam/signature/chunked.ts";
import { checkPayloadHash, type Verified } from "../iam/signature/verify.ts";
import type { Operation } from "../model/model.ts";
import type { ParsedRequest } from "../kernel/http.ts";
import type { Visit } from "./visit.ts";

/** Bodies that are not streamed have to fit into memory. */
export const BUFFERED_BODY_BYTES_MAX = 64 * 1024 * 1024;

/** Services that take less than we can hold, by the model's name. */
const SERVICE_BODY_BYTES_MAX: Readonly<Record<string, number>> = {
  dynamodb: 16 * 1024 * 1024,
};

export function bodyBytesMax(serviceName: string | undefined): number {
  return SERVICE_BODY_BYTES_MAX[serviceName ?? ""] ?? BUFFERED_BODY_BYTES_MAX;
}

/** A streamed input: what follows the body is known when the body has ended. */
export interface InputStream extends AsyncIterable<Uint8Array> {
  /** Lower-case names; complete once the stream has ended. */
  readonly trailers: Readonly<Record<string, string>>;
  /** Of the decoded bytes, where the client said so. */
  readonly sizeBytes: number | undefined;
}

export function streamsInput(operation: Operation | undefined): boolean {
  const payload = operation?.input?.payload;
  if (payload === undefined) return false;
  const member = operation?.input?.members?.get(payload);
  return member?.streaming === true || member?.shape.streaming === true;
}

/** What the codec reads. */
export function bodyFor(visit: Visit): ParsedRequest {
  const { body, verified } = visit;
  if (body === undefined) return parsedRequest(visit, decoded(visit));
  if (verified?.payload.kind === "hashed" && verified.payload.checked !== true) {
    checkPayloadHash(verified.payload, hash("sha256", body));
  }
  return parsedRequest(visit, undefined);
}

function parsedRequest({ request, body }: Visit, stream: InputStream | undefined): ParsedRequest {
  const { method, path, query, headers, secure, sourceIp, abandoned } = request;
  return { method, path, query, headers, secure, sourceIp, abandoned, body, stream };
}

function decoded({ request, verified }: Visit): InputStream {
  const raw = request.body.stream();
  const declaredBytes = numberIn(request.headers["content-length"]);
  const chunked = (request.headers["x-amz-content-sha256"] ?? "").startsWith("STREAMING-");
  if (chunked) {
    const decodedBytes = numberIn(request.headers["x-amz-decoded-content-length"]) ?? 0;
    const { stream, trailers } = decodeChunked(raw, {
      chain: signedChunks(verified) ? verified?.chain : undefined,
      trailer: (request.headers["x-amz-content-sha256"] ?? "").endsWith("-TRAILER"),
      decodedBytes,
    });
    return { trailers, sizeBytes: decodedBytes, [Symbol.asyncIterator]: () => iterator(stream) };
  }
  const stream = verified?.payload.kind === "hashed" ? hashed(raw, verified) : raw;
  return { trailers: {}, sizeBytes: declaredBytes, [Symbol.asyncIterator]: () => iterator(stream) };
}

const iterator = (stream: AsyncIterable<Uint8Array>) => stream[Symbol.asyncIterator]();

const signedChunks = (verified: Verified | undefined) =>
  verified?.payload.kind === "chunked" && verified.payload.signed;

/** Hands the bytes on, and refuses the end when they are not those that were signed. */
async function* hashed(raw: AsyncIterable<Uint8Array>, verified: Verified) {
  const sha256 = createHash("sha256");
  for await (const chunk of raw) {
    sha256.update(chunk);
    yield chunk;
  }
  checkPayloadHash(verified.payload, sha256.digest("hex"));
}

function numberIn(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
