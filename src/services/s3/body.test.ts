import { createHash, randomFillSync } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { temporaryBlobs } from "../../kernel/blobs/temporary.ts";
import type { S3Async } from "./api.ts";
import { INLINE_BYTES_MAX, readPieces, receive } from "./body.ts";

function context() {
  const blobs = temporaryBlobs();
  let made = 0;
  const s3 = {
    blobs,
    newId: () => `blob-${(made += 1)}`,
    ids: { bytes: (count: number) => randomFillSync(new Uint8Array(count)) },
  } as unknown as S3Async;
  const stored = async () => {
    const ids: string[] = [];
    for await (const id of blobs.list()) ids.push(id);
    return ids;
  };
  return { s3, stored };
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

const how = { algorithm: "CRC32" };

test("bodies up to the limit lie in the row, larger ones in a blob", async () => {
  const { s3, stored } = context();
  const small = await receive(inChunks(new Uint8Array(INLINE_BYTES_MAX), 1000), how, s3);
  const large = await receive(inChunks(new Uint8Array(INLINE_BYTES_MAX + 1), 1000), how, s3);
  expect([small.piece.bytes?.length, small.piece.blob]).toEqual([INLINE_BYTES_MAX, undefined]);
  expect([large.piece.bytes, large.piece.blob, await stored()]).toEqual([
    undefined,
    "blob-1",
    ["blob-1"],
  ]);
});

test("an upload that breaks off leaves nothing", async () => {
  const { s3, stored } = context();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(100_000);
    throw new Error("the client has gone");
  }
  await expect(receive(broken(), how, s3)).rejects.toThrow("the client has gone");
  expect(await stored()).toEqual([]);
});

test("neither does one whose checksum, MD5 or length is wrong", async () => {
  const { s3, stored } = context();
  const source = () => inChunks(new Uint8Array(100_000), 5000);
  const brought = { algorithm: "CRC32", value: "AAAAAA==" };
  await expect(receive(source(), { ...how, brought }, s3)).rejects.toThrow(
    "The CRC32 you specified did not match the calculated checksum.",
  );
  const contentMd5 = "AAAAAAAAAAAAAAAAAAAAAA==";
  await expect(receive(source(), { ...how, contentMd5 }, s3)).rejects.toThrow(
    "The Content-MD5 you specified did not match what we received.",
  );
  const short = Object.assign(source(), { sizeBytes: 100_001, trailers: {} });
  await expect(receive(short, how, s3)).rejects.toThrow(
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
  );
  expect(await stored()).toEqual([]);
});

test.each([
  ["as it is", {}],
  ["encrypted", { key: Buffer.alloc(32, 7) }],
])(
  "a long one, %s, has the MD5 of what is stored, and breaks off without a trace",
  async (_, more) => {
    const { s3, stored } = context();
    const sizeBytes = 34 * 1024 * 1024 + 5;
    async function* long(breaksOff: boolean): AsyncGenerator<Uint8Array> {
      const chunk = Buffer.alloc(1_000_003, "some text that does not repeat with it ");
      for (let at = 0; at < sizeBytes; at += chunk.length) {
        yield chunk.subarray(0, sizeBytes - at);
        if (breaksOff && at > sizeBytes / 2) throw new Error("the client has gone");
      }
    }
    const body = (breaksOff: boolean) =>
      Object.assign(long(breaksOff), { sizeBytes, trailers: {} });
    await expect(receive(body(true), { ...how, ...more }, s3)).rejects.toThrow(
      "the client has gone",
    );
    expect(await stored()).toEqual([]);
    const { etag, piece } = await receive(body(false), { ...how, ...more }, s3);
    const md5 = createHash("md5");
    for await (const chunk of s3.blobs.read(piece.blob ?? "")) md5.update(chunk);
    expect(etag).toBe(md5.digest("hex"));
  },
);

test("a checksum may come behind the body", async () => {
  const { s3 } = context();
  const brought = { algorithm: "CRC32", trailer: "x-amz-checksum-crc32" };
  const body = Object.assign(inChunks(Buffer.from("hello"), 2), {
    trailers: { "x-amz-checksum-crc32": "NhCmhg==" },
  });
  expect((await receive(body, { ...how, brought }, s3)).checksum).toBe("NhCmhg==");
});

test.for([
  [{}, "The request contained trailing data that was not well-formed"],
  [
    { "x-amz-checksum-sha1": "qvTGHdzF6KLavt4PO0gs2a6pQ00=" },
    "The request contained trailing data",
  ],
  [{ "x-amz-checksum-crc32": "bad" }, "Value for x-amz-checksum-crc32 trailing header is invalid."],
  [{ "x-amz-checksum-crc32": "AAAAAA==" }, "The CRC32 you specified did not match"],
] as const)("what comes behind the body is not %j where a CRC32 was announced", async (each) => {
  const [trailers, refusal] = each;
  const { s3, stored } = context();
  const brought = { algorithm: "CRC32", trailer: "x-amz-checksum-crc32" };
  for (const size of [5, INLINE_BYTES_MAX + 1]) {
    const body = Object.assign(inChunks(new Uint8Array(size), 4000), { trailers });
    await expect(receive(body, { ...how, brought }, s3)).rejects.toThrow(refusal);
  }
  expect(await stored()).toEqual([]);
});

test("any span of any pieces, encrypted or not, is what was written there", async () => {
  const { s3 } = context();
  const key = Buffer.alloc(32, 7);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.nat(),
      fc.nat(),
      async (sizes, encrypted, a, b) => {
        const contents = sizes.map((size) => randomFillSync(Buffer.alloc(size)));
        const pieces = [];
        for (const content of contents) {
          const sealing = encrypted ? { ...how, key } : how;
          pieces.push((await receive(inChunks(content, 7000), sealing, s3)).piece);
        }
        const whole = Buffer.concat(contents);
        const [one, other] = [a % whole.length, b % whole.length];
        const span = { start: Math.min(one, other), endInclusive: Math.max(one, other) };
        const read = await joined(readPieces(pieces, span, encrypted ? key : undefined, s3));
        expect(read.equals(whole.subarray(span.start, span.endInclusive + 1))).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});
