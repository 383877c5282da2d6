/**
 * Smithy RPC v2 in CBOR: `POST /service/{service}/operation/{operation}`, `smithy-protocol:
 * rpc-v2-cbor`.
 */
import type { Shape } from "../../model/model.ts";
import { documentBody } from "../content-encoding.ts";
import { errorFacts, reading, serializationError } from "../errors.ts";
import {
  eventStreamInput,
  type EventCodec,
  eventStreamResponse,
  eventStreamMember,
} from "../event-stream/events.ts";
import type { HttpResponse } from "../../kernel/http.ts";
import { errorType } from "../json/error-type.ts";
import { queryErrorHeader } from "../json/json.ts";
import type { Protocol } from "../protocol.ts";
import { isRecord } from "../scalars.ts";
import { CborError, decodeCbor } from "./decode.ts";
import { cborSink, finished, Kind, putHead, putText } from "./encode.ts";
import { cborReader } from "./read.ts";
import { cborWriter, putAny } from "./write.ts";

export const cbor: Protocol = {
  name: "smithy-rpc-v2-cbor",
  parse(operation, request) {
    const input = operation.input;
    if (input === undefined) return {};
    const streamed = eventStreamMember(input);
    if (streamed !== undefined) return eventStreamInput(streamed, request, cborEvents);
    const body = documentBody(request);
    return body.length === 0 ? {} : readCbor(input, body);
  },
  serialise(operation, output, meta) {
    const shape = operation.output;
    if (shape === undefined) return respond(200, new Uint8Array(0), meta.requestId);
    const streamed = eventStreamMember(shape);
    if (streamed === undefined) return respond(200, writeCbor(shape, output), meta.requestId);
    const response = eventStreamResponse(shape, streamed, output, meta, cborEvents);
    response.headers["smithy-protocol"] = "rpc-v2-cbor";
    return response;
  },
  serialiseError(service, operation, error, meta) {
    const facts = errorFacts(service, operation, error);
    const body = errorBytes(errorType(service, facts.name, facts.shape !== undefined), {
      ...facts.members,
      [facts.messageMember ?? "message"]: error.message,
    });
    const response = respond(facts.status, body, meta.requestId);
    Object.assign(response.headers, queryErrorHeader(service, facts), error.headers);
    return response;
  },
};

const cborEvents: EventCodec = {
  contentType: "application/cbor",
  read: readCbor,
  write: writeCbor,
  hasInitialMessage: true,
};

function readCbor(shape: Shape, body: Uint8Array): Record<string, unknown> {
  const refused = () => serializationError("Unable to parse the request body as CBOR");
  const value = reading(() => {
    try {
      return decodeCbor(body);
    } catch (error) {
      throw error instanceof CborError ? refused() : error;
    }
  }, refused);
  if (value === null) return {};
  const result = cborReader(shape)(value);
  return isRecord(result) ? result : {};
}

function writeCbor(shape: Shape, value: unknown): Uint8Array {
  const sink = cborSink();
  cborWriter(shape)(sink, value);
  return finished(sink);
}

function errorBytes(type: string, members: Record<string, unknown>): Uint8Array {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  const sink = cborSink();
  putHead(sink, Kind.map, entries.length + 1);
  putText(sink, "__type");
  putText(sink, type);
  for (const [name, value] of entries) {
    putText(sink, name);
    putAny(sink, value);
  }
  return finished(sink);
}

function respond(status: number, body: Uint8Array, requestId: string): HttpResponse {
  const headers: Record<string, string> = {
    "smithy-protocol": "rpc-v2-cbor",
    "x-amzn-requestid": requestId,
  };
  if (body.length > 0) headers["content-type"] = "application/cbor";
  return { status, headers, body };
}
