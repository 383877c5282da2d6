/**
 * SDKs compress large requests of some operations (CloudWatch's PutMetricData): `content-encoding:
 * gzip`.
 */
import { gunzipSync, inflateSync } from "node:zlib";
import type { AwsError } from "../kernel/errors.ts";
import { serializationError } from "./errors.ts";
import type { ParsedRequest } from "../kernel/http.ts";

/** A small body must not become a large heap. */
export const INFLATED_BYTES_MAX = 64 * 1024 * 1024;

type Inflate = (body: Uint8Array, limits: { readonly maxOutputLength: number }) => Uint8Array;

/** What a front end makes of `content-encoding`. */
export interface EncodingRules {
  readonly inflate: ReadonlyMap<string, Inflate>;
  readonly bytesMax: number;
  /** An encoding that is not known: the body is read as it is, or refused like a broken one. */
  readonly strict: boolean;
  readonly refuse: () => AwsError;
}

const USUAL: EncodingRules = {
  inflate: new Map([["gzip", gunzipSync]]),
  bytesMax: INFLATED_BYTES_MAX,
  strict: false,
  refuse: () => serializationError("The request body is not gzip, or too large once inflated"),
};

/**
 * Differs: AWS answers 500 to what it cannot inflate, as a fault of its own; here it is the
 * caller's, so that a 500 always is ours.
 */
const DYNAMODB: EncodingRules = {
  inflate: new Map<string, Inflate>([
    ["identity", (body) => body],
    ["gzip", gunzipSync],
    ["deflate", inflateSync],
  ]),
  bytesMax: 16 * 1024 * 1024,
  strict: true,
  refuse: () => USUAL.refuse(),
};

const RULES: Readonly<Record<string, EncodingRules>> = { dynamodb: DYNAMODB };

/**
 * The body of a request whose content is a document. Objects that are stored as they come are none
 * of these.
 */
export function documentBody(
  request: Pick<ParsedRequest, "body" | "headers">,
  serviceName = "",
): Uint8Array {
  const rules = RULES[serviceName] ?? USUAL;
  const body = request.body ?? EMPTY;
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined || (body.length === 0 && !rules.strict)) return body;
  const inflate = rules.inflate.get(encoding.split(",").at(-1)?.trim().toLowerCase() ?? "");
  if (inflate === undefined) {
    if (rules.strict) throw rules.refuse();
    return body;
  }
  try {
    return inflate(body, { maxOutputLength: rules.bytesMax });
  } catch {
    throw rules.refuse();
  }
}

const EMPTY = new Uint8Array(0);
