/**
 * Events of a model over frames: a union's member names the event; its members travel as headers,
 * as the payload, or together as a document in the protocol's own format.
 */
import { AwsError } from "../../kernel/errors.ts";
import type { Member, Shape } from "../../model/model.ts";
import { serializationError } from "../errors.ts";
import type { HttpResponse, ParsedRequest, ResponseMeta } from "../../kernel/http.ts";
import { bytesOf, isRecord, wordOf } from "../scalars.ts";
import {
  decodeFrame,
  decodeFrames,
  encodeFrame,
  type Frame,
  FrameError,
  type HeaderValue,
} from "./frames.ts";

/** How a protocol writes and reads the document in an event. */
export interface EventCodec {
  readonly contentType: string;
  read(shape: Shape, body: Uint8Array): Record<string, unknown>;
  write(shape: Shape, value: unknown): Uint8Array;
  /**
   * RPC protocols send the other members of the output in a first frame; REST has headers for them.
   */
  readonly hasInitialMessage: boolean;
}

export const EVENT_STREAM_TYPE = "application/vnd.amazon.eventstream";

/** The member of an input or output that is a stream of events. */
export function eventStreamMember(shape: Shape): Member | undefined {
  for (const member of shape.members?.values() ?? []) {
    if (member.shape.eventStream === true) return member;
  }
  return undefined;
}

export function eventStreamInput(
  member: Member,
  request: Pick<ParsedRequest, "body" | "stream">,
  codec: EventCodec,
): Record<string, unknown> {
  const source = request.stream ?? oneChunk(request.body ?? new Uint8Array(0));
  return { [member.name]: readEvents(member.shape, source, codec) };
}

export function eventStreamResponse(
  output: Shape,
  member: Member,
  value: Readonly<Record<string, unknown>>,
  meta: ResponseMeta,
  codec: EventCodec,
): HttpResponse {
  const { [member.name]: events, ...rest } = value;
  const first = codec.hasInitialMessage
    ? initialFrame(codec.write(output, rest), codec)
    : undefined;
  return {
    status: 200,
    headers: { "content-type": EVENT_STREAM_TYPE, "x-amzn-requestid": meta.requestId },
    body: writeEvents(member.shape, events, codec, first),
  };
}

/** An `AwsError` that the source throws ends the stream with an exception frame, as AWS ends it. */
export async function* writeEvents(
  union: Shape,
  events: unknown,
  codec: EventCodec,
  first?: Frame,
): AsyncGenerator<Uint8Array> {
  if (first !== undefined) yield encodeFrame(first);
  try {
    for await (const event of iterableOf(events)) {
      const frame = eventFrame(union, event, codec);
      if (frame !== undefined) yield encodeFrame(frame);
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    yield encodeFrame(exceptionFrame(union, error, codec));
  }
}

export async function* readEvents(
  union: Shape,
  source: AsyncIterable<Uint8Array>,
  codec: EventCodec,
): AsyncGenerator<Record<string, unknown>> {
  try {
    for await (const outer of decodeFrames(source)) {
      const frame = unsigned(outer);
      if (frame === undefined) return;
      const event = readEvent(union, frame, codec);
      if (event !== undefined) yield event;
    }
  } catch (error) {
    if (error instanceof FrameError) throw serializationError(error.message);
    throw error;
  }
}

/**
 * Signed streams wrap every frame in another; an empty one ends them. Signatures are the pipeline's
 * to check.
 */
function unsigned(frame: Frame): Frame | undefined {
  if (frame.headers[":chunk-signature"] === undefined) return frame;
  return frame.payload.length === 0 ? undefined : decodeFrame(frame.payload);
}

function readEvent(
  union: Shape,
  frame: Frame,
  codec: EventCodec,
): Record<string, unknown> | undefined {
  const type = frame.headers[":event-type"];
  const member = typeof type === "string" ? union.members?.get(type) : undefined;
  return member === undefined ? undefined : { [member.name]: readContent(member, frame, codec) };
}

function readContent(member: Member, frame: Frame, codec: EventCodec): Record<string, unknown> {
  const members = [...(member.shape.members?.values() ?? [])];
  const payload = members.find(({ eventPayload }) => eventPayload === true);
  const bare = members.every(({ eventHeader }) => eventHeader === true);
  const value: Record<string, unknown> =
    payload !== undefined || bare || frame.payload.length === 0
      ? {}
      : codec.read(member.shape, frame.payload);
  for (const { name, eventHeader, shape } of members) {
    const header = frame.headers[name];
    if (eventHeader === true && header !== undefined) value[name] = fromHeader(shape, header);
  }
  if (payload !== undefined) value[payload.name] = readPayload(payload.shape, frame.payload, codec);
  return value;
}

function readPayload(shape: Shape, bytes: Uint8Array, codec: EventCodec): unknown {
  if (shape.type === "blob") return bytes;
  return shape.type === "string" ? new TextDecoder().decode(bytes) : codec.read(shape, bytes);
}

function fromHeader(shape: Shape, header: HeaderValue): unknown {
  return shape.type === "long" && typeof header === "bigint" ? Number(header) : header;
}

function eventFrame(union: Shape, event: unknown, codec: EventCodec): Frame | undefined {
  if (!isRecord(event)) return undefined;
  for (const member of union.members?.values() ?? []) {
    const value = event[member.name];
    if (isRecord(value)) return frameOf(member, value, codec);
  }
  return undefined;
}

function frameOf(member: Member, value: Record<string, unknown>, codec: EventCodec): Frame {
  const headers: Record<string, HeaderValue> = {
    ":message-type": "event",
    ":event-type": member.name,
  };
  const members = [...(member.shape.members?.values() ?? [])];
  const payload = members.find(({ eventPayload }) => eventPayload === true);
  const body: Record<string, unknown> = {};
  for (const { name, eventHeader, shape } of members) {
    const part = value[name];
    if (part === undefined || part === null) continue;
    if (eventHeader === true) headers[name] = toHeader(shape, part);
    else body[name] = part;
  }
  if (payload !== undefined)
    return payloadFrame(headers, payload.shape, value[payload.name], codec);
  if (members.every(({ eventHeader }) => eventHeader === true)) {
    return { headers, payload: new Uint8Array(0) };
  }
  headers[":content-type"] = codec.contentType;
  return { headers, payload: codec.write(member.shape, body) };
}

function payloadFrame(
  headers: Record<string, HeaderValue>,
  shape: Shape,
  value: unknown,
  codec: EventCodec,
): Frame {
  if (shape.type === "blob") {
    headers[":content-type"] = "application/octet-stream";
    return { headers, payload: value === undefined ? new Uint8Array(0) : bytesOf(value) };
  }
  if (shape.type === "string") {
    headers[":content-type"] = "text/plain";
    return { headers, payload: bytesOf(wordOf(value)) };
  }
  headers[":content-type"] = codec.contentType;
  return { headers, payload: codec.write(shape, value ?? {}) };
}

function toHeader(shape: Shape, value: unknown): HeaderValue {
  if (value instanceof Date || value instanceof Uint8Array) return value;
  if (typeof value === "number") return shape.type === "long" ? BigInt(Math.trunc(value)) : value;
  return typeof value === "boolean" ? value : wordOf(value);
}

function initialFrame(payload: Uint8Array, codec: EventCodec): Frame {
  const headers = {
    ":message-type": "event",
    ":event-type": "initial-response",
    ":content-type": codec.contentType,
  };
  return { headers, payload };
}

function exceptionFrame(union: Shape, error: AwsError, codec: EventCodec): Frame {
  const member = [...(union.members?.values() ?? [])].find(
    ({ shape, name }) =>
      shape.error !== undefined && (shape.name === error.code || name === error.code),
  );
  if (member === undefined) {
    const headers = {
      ":message-type": "error",
      ":error-code": error.code,
      ":error-message": error.message,
    };
    return { headers, payload: new Uint8Array(0) };
  }
  const message = [...(member.shape.members?.keys() ?? [])].find((n) => /^message$/i.test(n));
  const headers = {
    ":message-type": "exception",
    ":exception-type": member.name,
    ":content-type": codec.contentType,
  };
  const body = { ...error.members, [message ?? "message"]: error.message };
  return { headers, payload: codec.write(member.shape, body) };
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

async function* iterableOf(events: unknown): AsyncGenerator {
  if (typeof events !== "object" || events === null) return;
  if (Symbol.asyncIterator in events) yield* events as AsyncIterable<unknown>;
  else if (Symbol.iterator in events) yield* events as Iterable<unknown>;
}
