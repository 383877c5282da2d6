/**
 * SDKs compress large requests of some operations (CloudWatch's PutMetricData): `content-encoding:
 * gzip`.
 */
import { gunzipSync } from "node:zlib";
import { serializationError } from "./errors.ts";
import type { ParsedRequest } from "./http.ts";

/** A small body must not become a large heap. */
export const INFLATED_BYTES_MAX = 64 * 1024 * 1024;

/**
 * The body of a request whose content is a document. Objects that are stored as they come are none
 * of these.
 */
export function documentBody(request: Pick<ParsedRequest, "body" | "headers">): Uint8Array {
  const body = request.body ?? EMPTY;
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined || body.length === 0) return body;
  if (encoding.split(",").at(-1)?.trim().toLowerCase() !== "gzip") return body;
  try {
    return gunzipSync(body, { maxOutputLength: INFLATED_BYTES_MAX });
  } catch {
    throw serializationError("The request body is not gzip, or too large once inflated");
  }
}

const EMPTY = new Uint8Array(0);
