/** awsJson 1.0 and 1.1: one path, the operation in `x-amz-target`, a JSON object each way. */
import { isUtf8 } from "node:buffer";
import { crc32 } from "node:zlib";
import type { Operation, ServiceModel, Shape } from "../../model/model.ts";
import {
  type EventCodec,
  eventStreamInput,
  eventStreamMember,
  eventStreamResponse,
} from "../event-stream/events.ts";
import { documentBody } from "../content-encoding.ts";
import { errorFacts, reading, serializationError } from "../errors.ts";
import type { HttpResponse, ParsedRequest } from "../../kernel/http.ts";
import type { Protocol } from "../protocol.ts";
import { isRecord } from "../scalars.ts";
import { errorBody } from "./error-body.ts";
import { errorType } from "./error-type.ts";
import { jsonReader } from "./read.ts";
import { CLASS_WORDS, jsonWords } from "./words.ts";
import { shapeText } from "./write.ts";

export const json: Protocol = {
  name: "json",
  parse(operation, request) {
    const input = operation.input;
    if (input === undefined) return {};
    const streamed = eventStreamMember(input);
    if (streamed !== undefined)
      return eventStreamInput(streamed, request, jsonEvents(operation, true));
    return readBody(operation, input, request);
  },
  serialise(operation, output, meta) {
    const shape = operation.output;
    const streamed = shape === undefined ? undefined : eventStreamMember(shape);
    if (shape !== undefined && streamed !== undefined) {
      return eventStreamResponse(shape, streamed, output, meta, jsonEvents(operation, true));
    }
    if (shape === undefined) {
      const body = NOTHING_IS_EMPTY.has(operation.service.name) ? "" : "{}";
      return respond(operation.service, 200, body, meta.requestId);
    }
    const body = shapeText(shape)(output);
    return respond(operation.service, 200, body, meta.requestId);
  },
  serialiseError(service, operation, error, meta) {
    const facts = errorFacts(service, operation, error);
    const type = errorType(service, facts.name, facts.shape !== undefined);
    const body = JSON.stringify({ __type: type, ...errorBody(facts, error.message) });
    const response = respond(service, facts.status, body, meta.requestId);
    Object.assign(response.headers, queryErrorHeader(service, facts), error.headers);
    return response;
  },
};

/** AWS: these answer nothing at all where an operation has no output; others an empty object. */
const NOTHING_IS_EMPTY = new Set(["dynamodb"]);

/** Clients of services that came from the query protocol go on seeing the old codes. */
export function queryErrorHeader(
  service: ServiceModel,
  facts: { readonly queryCode: string; readonly fault: string },
): Record<string, string> {
  if (service.queryCompatible !== true) return {};
  return { "x-amzn-query-error": `${facts.queryCode};${facts.fault}` };
}

/** The JSON object in a body; an empty body is an empty object, where the words allow it. */
export function parseJson(body: Uint8Array | undefined, words = CLASS_WORDS): unknown {
  if (!words.needsObject && (body === undefined || body.length === 0)) return {};
  try {
    return JSON.parse(utf8(body ?? NO_BYTES)) as unknown;
  } catch {
    throw serializationError(words.malformed);
  }
}

/** Faster than a TextDecoder for the small bodies that most requests have, and as strict. */
function utf8(body: Uint8Array): string {
  if (!isUtf8(body)) throw new TypeError("not UTF-8");
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return bytes.toString("utf8");
}

const UTF8_OUT = new TextEncoder();
const NO_BYTES = new Uint8Array(0);

export function readJson(
  operation: Operation,
  shape: Shape,
  value: unknown,
): Record<string, unknown> {
  const words = jsonWords(operation.service.name);
  if (value === null && !words.needsObject) return {};
  const read = jsonReader(shape, words, "root");
  const tooDeep = () => serializationError("The request body is nested too deeply");
  const result = reading(() => read(value), tooDeep);
  return isRecord(result) ? result : {};
}

export function jsonEvents(operation: Operation, hasInitialMessage: boolean): EventCodec {
  return {
    contentType: "application/json",
    read: (shape, body) => readJson(operation, shape, parseJson(body)),
    write: (shape, value) => UTF8_OUT.encode(shapeText(shape)(value)),
    hasInitialMessage,
  };
}

function readBody(operation: Operation, shape: Shape, request: ParsedRequest) {
  const { name } = operation.service;
  return readJson(operation, shape, parseJson(documentBody(request, name), jsonWords(name)));
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  "1.0": "application/x-amz-json-1.0",
  "1.1": "application/x-amz-json-1.1",
};

/** AWS: their clients compare what they have read with the answer's CRC-32. */
const CHECKSUMMED = new Set(["dynamodb", "dynamodbstreams"]);

function respond(
  service: ServiceModel,
  status: number,
  body: string,
  requestId: string,
): HttpResponse {
  const headers: Record<string, string> = {
    "content-type": CONTENT_TYPES[service.jsonVersion ?? "1.0"] ?? "",
    "x-amzn-requestid": requestId,
  };
  if (CHECKSUMMED.has(service.name)) setChecksum(headers, body);
  return { status, headers, body };
}

/** AWS: of the bytes as they are sent, compressed where they are. */
export function setChecksum(headers: Record<string, string>, body: string | Uint8Array): void {
  headers["x-amz-crc32"] = String(crc32(body));
}
