/** CBOR bytes, definite lengths, every number in its shortest lossless form of its kind. */

export interface CborSink {
  bytes: Uint8Array;
  view: DataView;
  length: number;
}

export function cborSink(): CborSink {
  const bytes = new Uint8Array(256);
  return { bytes, view: new DataView(bytes.buffer), length: 0 };
}

export function finished(sink: CborSink): Uint8Array {
  return sink.bytes.slice(0, sink.length);
}

const UTF8 = new TextEncoder();

export const Kind = { uint: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6 } as const;
const HIGH_WORD = 2 ** 32;

/** The first bytes of an item: its kind and its length, count, tag or value. */
export function putHead(sink: CborSink, kind: number, argument: number): void {
  reserve(sink, 9);
  const { view, length } = sink;
  const high = kind << 5;
  if (argument < 24) {
    view.setUint8(length, high | argument);
    sink.length += 1;
  } else if (argument < 0x100) {
    view.setUint8(length, high | 24);
    view.setUint8(length + 1, argument);
    sink.length += 2;
  } else if (argument < 0x10000) {
    view.setUint8(length, high | 25);
    view.setUint16(length + 1, argument);
    sink.length += 3;
  } else if (argument < HIGH_WORD) {
    view.setUint8(length, high | 26);
    view.setUint32(length + 1, argument);
    sink.length += 5;
  } else {
    view.setUint8(length, high | 27);
    view.setBigUint64(length + 1, BigInt(argument));
    sink.length += 9;
  }
}

export function putText(sink: CborSink, text: string): void {
  const encoded = UTF8.encode(text);
  putHead(sink, Kind.text, encoded.length);
  putRaw(sink, encoded);
}

export function putBytes(sink: CborSink, bytes: Uint8Array): void {
  putHead(sink, Kind.bytes, bytes.length);
  putRaw(sink, bytes);
}

export function putInteger(sink: CborSink, value: number): void {
  if (!Number.isSafeInteger(value)) putDouble(sink, value);
  else if (value < 0) putHead(sink, Kind.negative, -1 - value);
  else putHead(sink, Kind.uint, value);
}

export function putDouble(sink: CborSink, value: number): void {
  reserve(sink, 9);
  sink.view.setUint8(sink.length, 0xfb);
  sink.view.setFloat64(sink.length + 1, value);
  sink.length += 9;
}

/** Four bytes where they hold the number, eight where they do not. */
export function putFloat(sink: CborSink, value: number): void {
  if (!Object.is(Math.fround(value), value)) {
    putDouble(sink, value);
    return;
  }
  reserve(sink, 5);
  sink.view.setUint8(sink.length, 0xfa);
  sink.view.setFloat32(sink.length + 1, value);
  sink.length += 5;
}

export function putBoolean(sink: CborSink, value: boolean): void {
  putHead(sink, 7, value ? 21 : 20);
}

export function putNull(sink: CborSink): void {
  putHead(sink, 7, 22);
}

/** Epoch seconds; a fraction only where there is one. */
export function putInstant(sink: CborSink, at: Date): void {
  putHead(sink, Kind.tag, 1);
  const seconds = at.getTime() / 1000;
  if (Number.isInteger(seconds)) putInteger(sink, seconds);
  else putDouble(sink, seconds);
}

function putRaw(sink: CborSink, bytes: Uint8Array): void {
  reserve(sink, bytes.length);
  sink.bytes.set(bytes, sink.length);
  sink.length += bytes.length;
}

function reserve(sink: CborSink, count: number): void {
  const needed = sink.length + count;
  if (needed <= sink.bytes.length) return;
  const grown = new Uint8Array(Math.max(needed, sink.bytes.length * 2));
  grown.set(sink.bytes.subarray(0, sink.length));
  sink.bytes = grown;
  sink.view = new DataView(grown.buffer);
}
