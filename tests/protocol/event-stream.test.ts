import fc from "fast-check";
import { expect, test } from "vitest";
import { AwsError } from "../../src/kernel/errors.ts";
import { openModels } from "../../src/model/load.ts";
import type { Operation } from "../../src/model/model.ts";
import {
  decodeFrame,
  decodeFrames,
  encodeFrame,
  type Frame,
  FrameError,
  type HeaderValue,
} from "../../src/protocol/event-stream/frames.ts";
import { protocol } from "../../src/protocol/protocols.ts";

const RUNS = { seed: 20260103, numRuns: 300 };
const models = openModels();

const headerValue: fc.Arbitrary<HeaderValue> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.boolean(),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.uint8Array(),
  fc.date({ noInvalidDate: true }),
);
const headerName = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 });
const frames = fc.record({
  headers: fc
    .uniqueArray(fc.tuple(headerName, headerValue), { selector: ([name]) => name, maxLength: 5 })
    .map(
      (entries) =>
        Object.assign(
          Object.create(null) as object,
          Object.fromEntries(entries),
        ) as Frame["headers"],
    ),
  payload: fc.uint8Array({ maxLength: 100 }),
});

test("a frame is read as it was written", () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const read = decodeFrame(encodeFrame(frame));
      expect({ ...read.headers }).toEqual({ ...frame.headers });
      expect(read.payload).toEqual(frame.payload);
    }),
    RUNS,
  );
});

test("the sums and lengths are those that a plain reading expects", () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const bytes = Buffer.from(encodeFrame(frame));
      expect(bytes.readUInt32BE(0)).toBe(bytes.length);
      expect(bytes.readUInt32BE(8)).toBe(slowCrc(bytes.subarray(0, 8)));
      expect(bytes.readUInt32BE(bytes.length - 4)).toBe(slowCrc(bytes.subarray(0, -4)));
      const headersEnd = 12 + bytes.readUInt32BE(4);
      expect(bytes.subarray(headersEnd, -4)).toEqual(Buffer.from(frame.payload));
    }),
    RUNS,
  );
});

test("frames are found in a stream, whatever its chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(frames, { maxLength: 4 }),
      fc.integer({ min: 1, max: 50 }),
      async (list, size) => {
        const bytes = Buffer.concat(list.map(encodeFrame));
        const chunks: Uint8Array[] = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const read: Frame[] = [];
        for await (const frame of decodeFrames(streamOf(chunks))) read.push(frame);
        expect(read.map(({ payload }) => payload)).toEqual(list.map(({ payload }) => payload));
      },
    ),
    { ...RUNS, numRuns: 100 },
  );
});

test("a changed byte is always noticed", () => {
  fc.assert(
    fc.property(frames, fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, at, change) => {
      const bytes = encodeFrame(frame);
      const place = at % bytes.length;
      bytes[place] = (bytes[place] as number) ^ change;
      expect(() => decodeFrame(bytes)).toThrow(FrameError);
    }),
    RUNS,
  );
});

test("SubscribeToShard: a first frame with the rest of the output, then the events, then the error", async () => {
  const operation = models.service("kinesis").operations.get("SubscribeToShard") as Operation;
  const event = { Records: [], ContinuationSequenceNumber: "1", MillisBehindLatest: 0 };
  async function* events() {
    yield { SubscribeToShardEvent: event };
    throw new AwsError("ResourceNotFoundException", "gone");
  }
  const response = protocol("json").serialise(
    operation,
    { EventStream: events() },
    { requestId: "r" },
  );
  expect(response.headers["content-type"]).toBe("application/vnd.amazon.eventstream");
  const read: { headers: object; body: unknown }[] = [];
  for await (const { headers, payload } of decodeFrames(
    response.body as AsyncIterable<Uint8Array>,
  )) {
    read.push({
      headers: { ...headers },
      body: JSON.parse(Buffer.from(payload).toString()) as unknown,
    });
  }
  const common = { ":content-type": "application/json" };
  expect(read).toEqual([
    {
      headers: { ...common, ":message-type": "event", ":event-type": "initial-response" },
      body: {},
    },
    {
      headers: { ...common, ":message-type": "event", ":event-type": "SubscribeToShardEvent" },
      body: event,
    },
    {
      headers: {
        ...common,
        ":message-type": "exception",
        ":exception-type": "ResourceNotFoundException",
      },
      body: { message: "gone" },
    },
  ]);
});

test("StartConversation: signed frames are unwrapped into events", async () => {
  const service = models.service("lexv2-runtime");
  const operation = service.operations.get("StartConversation") as Operation;
  const event = (text: string) =>
    encodeFrame({
      headers: {
        ":message-type": "event",
        ":event-type": "TextInputEvent",
        ":content-type": "application/json",
      },
      payload: new TextEncoder().encode(JSON.stringify({ text, eventId: null })),
    });
  const signed = (payload: Uint8Array) =>
    encodeFrame({
      headers: { ":date": new Date(0), ":chunk-signature": Uint8Array.of(1) },
      payload,
    });
  const stream = streamOf([signed(event("one")), signed(event("two")), signed(new Uint8Array(0))]);
  const request = {
    method: "POST",
    path: "/",
    query: "",
    headers: {},
    secure: false,
    sourceIp: "",
  };
  const input = protocol("rest-json").parse(operation, { ...request, body: undefined, stream }, {});
  const read: unknown[] = [];
  for await (const part of input["requestEventStream"] as AsyncIterable<unknown>) read.push(part);
  expect(read).toEqual([{ TextInputEvent: { text: "one" } }, { TextInputEvent: { text: "two" } }]);
});

async function* streamOf(chunks: readonly Uint8Array[]) {
  yield* chunks;
}

/** The textbook's loop over bits. */
function slowCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) * 0xedb88320);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
