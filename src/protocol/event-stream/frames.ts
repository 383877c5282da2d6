/**
 * The binary frames of AWS event streams: lengths, CRC of the prelude, headers, payload, CRC of it
 * all. Reading checks both sums and every length before it believes anything.
 */
import { crc32 } from "node:zlib";

export type HeaderValue = string | number | boolean | bigint | Uint8Array | Date;

export interface Frame {
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly payload: Uint8Array;
}

/** Why a frame was refused. */
export class FrameError extends Error {}

const PRELUDE = 12;
const TRAILER = 4;
export const FRAME_BYTES_MAX = 24 * 1024 * 1024;
const HEADERS_BYTES_MAX = 128 * 1024;
const NAME_BYTES_MAX = 255;
const UTF8_IN = new TextDecoder("utf-8");
const UTF8_OUT = new TextEncoder();

export function encodeFrame(frame: Frame): Uint8Array {
  const headers = Buffer.concat(Object.entries(frame.headers).map(([n, v]) => encodeHeader(n, v)));
  const total = PRELUDE + headers.length + frame.payload.length + TRAILER;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, total);
  view.setUint32(4, headers.length);
  view.setUint32(8, crc32(bytes.subarray(0, 8)));
  bytes.set(headers, PRELUDE);
  bytes.set(frame.payload, PRELUDE + headers.length);
  view.setUint32(total - TRAILER, crc32(bytes.subarray(0, total - TRAILER)));
  return bytes;
}

/** One whole frame, no byte more or less. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const length = frameLength(bytes);
  if (length === undefined || length !== bytes.length) {
    throw new FrameError("a frame is not as long as it says");
  }
  const view = viewOf(bytes);
  const headersLength = view.getUint32(4);
  const payloadAt = PRELUDE + headersLength;
  if (headersLength > HEADERS_BYTES_MAX || payloadAt > length - TRAILER) {
    throw new FrameError("a frame's headers are longer than the frame");
  }
  if (view.getUint32(length - TRAILER) !== crc32(bytes.subarray(0, length - TRAILER))) {
    throw new FrameError("the checksum of a frame is wrong");
  }
  return {
    headers: decodeHeaders(bytes.subarray(PRELUDE, payloadAt)),
    payload: new Uint8Array(bytes.subarray(payloadAt, length - TRAILER)),
  };
}

/** Frames of a byte stream, whatever its chunks. */
export async function* decodeFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let pending: Uint8Array = new Uint8Array(0);
  for await (const chunk of source) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const length = frameLength(pending);
      if (length === undefined || pending.length < length) break;
      yield decodeFrame(pending.subarray(0, length));
      pending = pending.subarray(length);
    }
  }
  if (pending.length > 0) throw new FrameError("the stream ends within a frame");
}

/** What the prelude says; undefined while it is not all here. */
function frameLength(bytes: Uint8Array): number | undefined {
  if (bytes.length < PRELUDE) return undefined;
  const view = viewOf(bytes);
  if (view.getUint32(8) !== crc32(bytes.subarray(0, 8))) {
    throw new FrameError("the checksum of a frame's prelude is wrong");
  }
  const length = view.getUint32(0);
  if (length < PRELUDE + TRAILER || length > FRAME_BYTES_MAX) {
    throw new FrameError("a frame has an impossible length");
  }
  return length;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function encodeHeader(name: string, value: HeaderValue): Uint8Array {
  const nameBytes = UTF8_OUT.encode(name);
  if (nameBytes.length === 0 || nameBytes.length > NAME_BYTES_MAX) {
    throw new FrameError("a header's name has an impossible length");
  }
  return Buffer.concat([Uint8Array.of(nameBytes.length), nameBytes, encodeValue(value)]);
}

function encodeValue(value: HeaderValue): Uint8Array {
  if (typeof value === "boolean") return Uint8Array.of(value ? 0 : 1);
  if (typeof value === "number") return number32(value);
  if (typeof value === "bigint") return number64(5, value);
  if (value instanceof Date) return number64(8, BigInt(value.getTime()));
  return typeof value === "string" ? sized(7, UTF8_OUT.encode(value)) : sized(6, value);
}

function number32(value: number): Uint8Array {
  const inRange = Number.isInteger(value) && Math.abs(value) < 2 ** 31;
  if (!inRange) return number64(5, BigInt(Math.trunc(value)));
  const bytes = new Uint8Array(5);
  bytes[0] = 4;
  viewOf(bytes).setInt32(1, value);
  return bytes;
}

function number64(type: number, value: bigint): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = type;
  viewOf(bytes).setBigInt64(1, value);
  return bytes;
}

function sized(type: number, content: Uint8Array): Uint8Array {
  if (content.length > 0x7fff) throw new FrameError("a header's value is too long");
  const bytes = new Uint8Array(3 + content.length);
  bytes[0] = type;
  viewOf(bytes).setUint16(1, content.length);
  bytes.set(content, 3);
  return bytes;
}

function decodeHeaders(bytes: Uint8Array): Record<string, HeaderValue> {
  const headers: Record<string, HeaderValue> = Object.create(null) as Record<string, HeaderValue>;
  const view = viewOf(bytes);
  let at = 0;
  try {
    while (at < bytes.length) {
      const nameLength = view.getUint8(at);
      const name = UTF8_IN.decode(bytes.subarray(at + 1, at + 1 + nameLength));
      const valueAt = at + 1 + nameLength;
      const { value, next } = decodeValue(view, bytes, valueAt);
      if (nameLength === 0 || next > bytes.length) throw new RangeError("past the end");
      headers[name] = value;
      at = next;
    }
  } catch (error) {
    if (error instanceof RangeError) throw new FrameError("a frame's headers end too early");
    throw error;
  }
  return headers;
}

function decodeValue(view: DataView, bytes: Uint8Array, at: number) {
  const type = view.getUint8(at);
  const from = at + 1;
  const fixed = (value: HeaderValue, size: number) => ({ value, next: from + size });
  switch (type) {
    case 0:
      return fixed(true, 0);
    case 1:
      return fixed(false, 0);
    case 2:
      return fixed(view.getInt8(from), 1);
    case 3:
      return fixed(view.getInt16(from), 2);
    case 4:
      return fixed(view.getInt32(from), 4);
    case 5:
      return fixed(view.getBigInt64(from), 8);
    case 8:
      return fixed(new Date(Number(view.getBigInt64(from))), 8);
    case 9:
      return fixed(new Uint8Array(bytes.subarray(from, from + 16)), 16);
    case 6:
    case 7: {
      const next = from + 2 + view.getUint16(from);
      const content = new Uint8Array(bytes.subarray(from + 2, next));
      return { value: type === 6 ? content : UTF8_IN.decode(content), next };
    }
    default:
      throw new FrameError("a header has a value of unknown type");
  }
}
