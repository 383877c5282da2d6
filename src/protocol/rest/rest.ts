/** What REST in JSON and REST in XML have in common: the bindings, and which member is the body. */
import type { Member, Operation, Shape } from "../../model/model.ts";
import {
  EVENT_STREAM_TYPE,
  type EventCodec,
  readEvents,
  writeEvents,
} from "../event-stream/events.ts";
import { documentBody } from "../content-encoding.ts";
import type { HttpResponse, ParsedRequest } from "../../kernel/http.ts";
import { perModel } from "../memo.ts";
import { isBoundToHead } from "../members.ts";
import { bytesOf } from "../scalars.ts";
import { readBindings } from "./read-bindings.ts";
import { type ResponseHead, writeBindings } from "./write-bindings.ts";

/** The half of a REST protocol that knows its documents. */
export interface DocumentFormat {
  readonly contentType: string;
  /** The members of `shape` that are bound to the body. */
  readBody(operation: Operation, shape: Shape, body: Uint8Array): Record<string, unknown>;
  readPayload(operation: Operation, payload: Member, body: Uint8Array): unknown;
  writeBody(operation: Operation, shape: Shape, output: Readonly<Record<string, unknown>>): string;
  writePayload(operation: Operation, payload: Member, value: unknown): string;
  /** Whether a response without anything in its body still has a document there. */
  readonly hasEmptyDocument: boolean;
  events(operation: Operation): EventCodec;
}

interface BodyPlan {
  readonly payload: Member | undefined;
  /** Of a request, and of a response. */
  readonly reads: boolean;
  readonly writes: boolean;
}

const bodyPlan = perModel((shape: Shape): BodyPlan => {
  const payload = shape.payload === undefined ? undefined : shape.members?.get(shape.payload);
  const members = [...(shape.members?.values() ?? [])];
  const reads = members.some(({ location }) => location === undefined);
  return { payload, reads, writes: members.some((member) => !isBoundToHead(member)) };
});

export function parseRest(
  operation: Operation,
  request: ParsedRequest,
  labels: Readonly<Record<string, string>>,
  format: DocumentFormat,
): Record<string, unknown> {
  const shape = operation.input;
  if (shape === undefined) return {};
  const result = readBindings(operation, shape, request, labels);
  const { payload, reads } = bodyPlan(shape);
  if (payload !== undefined) {
    const value = payloadValue(operation, payload, request, format);
    if (value !== undefined) result[payload.name] = value;
  } else if (reads) {
    const body = documentBody(request);
    if (body.length > 0) Object.assign(result, format.readBody(operation, shape, body));
  }
  return result;
}

const EMPTY = new Uint8Array(0);

function payloadValue(
  operation: Operation,
  payload: Member,
  request: ParsedRequest,
  format: DocumentFormat,
): unknown {
  const { shape } = payload;
  const body = request.body ?? EMPTY;
  if (shape.eventStream === true) {
    return readEvents(shape, request.stream ?? chunks(body), format.events(operation));
  }
  if (request.stream !== undefined) return request.stream;
  if (body.length === 0) return isStreaming(payload) && shape.type === "blob" ? body : undefined;
  if (shape.type === "blob") return body;
  if (shape.type === "string") return Buffer.from(body).toString("utf8");
  return format.readPayload(operation, payload, documentBody(request));
}

export function isStreaming(member: Member): boolean {
  return member.streaming === true || member.shape.streaming === true;
}

async function* chunks(body: Uint8Array): AsyncGenerator<Uint8Array> {
  if (body.length > 0) yield body;
}

export function serialiseRest(
  operation: Operation,
  output: Readonly<Record<string, unknown>>,
  headers: Record<string, string>,
  format: DocumentFormat,
): HttpResponse {
  const head: ResponseHead = { status: operation.http.status, headers };
  const shape = operation.output;
  if (shape === undefined) return answerOf(head, "");
  writeBindings(shape, output, head);
  // No model names the status of a range: it follows from the header.
  if (head.status === 200 && headers["content-range"] !== undefined) head.status = 206;
  const hasNoBody = operation.http.method === "HEAD" || head.status === 204 || head.status === 304;
  const { payload, writes } = bodyPlan(shape);
  if (payload !== undefined) {
    const body = payloadBody(operation, payload, output[payload.name], headers, format);
    return answerOf(head, hasNoBody ? "" : body);
  }
  if (hasNoBody || (!writes && !format.hasEmptyDocument)) return answerOf(head, "");
  headers["content-type"] ??= format.contentType;
  return answerOf(head, format.writeBody(operation, shape, output));
}

const answerOf = ({ status, headers }: ResponseHead, body: HttpResponse["body"]): HttpResponse => ({
  status,
  headers,
  body,
});

function payloadBody(
  operation: Operation,
  payload: Member,
  value: unknown,
  headers: Record<string, string>,
  format: DocumentFormat,
): HttpResponse["body"] {
  const { shape } = payload;
  if (shape.eventStream === true) {
    headers["content-type"] = EVENT_STREAM_TYPE;
    return writeEvents(shape, value, format.events(operation));
  }
  if (shape.type === "blob") {
    headers["content-type"] ??= "application/octet-stream";
    if (value === undefined || value === null) return "";
    return isByteStream(value) ? value : bytesOf(value);
  }
  if (shape.type === "string") {
    headers["content-type"] ??= "text/plain";
    return typeof value === "string" ? value : "";
  }
  if (value === undefined || value === null) return "";
  headers["content-type"] ??= format.contentType;
  return format.writePayload(operation, payload, value);
}

function isByteStream(value: unknown): value is AsyncIterable<Uint8Array> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
