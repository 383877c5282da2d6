import { createHash, createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AwsError } from "../../kernel/errors.ts";
import { decodeChunked } from "./chunked.ts";
import { deriveSigningKey } from "./signing-keys.ts";
import type { SignatureChain } from "./verify.ts";

const KEY = deriveSigningKey(
  "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  "20130524/us-east-1/s3/aws4_request",
);

const hmac = (text: string) => createHmac("sha256", KEY).update(text).digest("hex");

const chain = (seed: string): SignatureChain => ({
  seed,
  date: "20130524T000000Z",
  scope: "20130524/us-east-1/s3/aws4_request",
  algorithm: "AWS4-HMAC-SHA256",
  matches: (text, signature) => hmac(text) === signature,
});

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

async function refusal(stream: AsyncIterable<Uint8Array>) {
  try {
    await collect(stream);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, status, message } = error;
    return { code, status, message };
  }
  throw new Error("was accepted");
}

const A = (count: number) => "a".repeat(count);
const EXAMPLE = [
  `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${A(65536)}\r\n`,
  `400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${A(1024)}\r\n`,
  "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n",
].join("");
const SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";

describe("examples from AWS's documentation", () => {
  test("signed chunks, cut anywhere by the network", async () => {
    for (const size of [1, 7, 1000, 65536, 100_000]) {
      const body = decodeChunked(pieces(Buffer.from(EXAMPLE), size), {
        chain: chain(SEED),
        trailer: false,
        decodedBytes: 66560,
      });
      expect((await collect(body.stream)).equals(Buffer.from(A(66560)))).toBe(true);
      expect(body.trailers).toEqual({});
    }
  });

  test("signed chunks with a signed trailer", async () => {
    const text = [
      `10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n${A(65536)}\r\n`,
      `400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n${A(1024)}\r\n`,
      "0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n",
      "x-amz-checksum-crc32c:sOO8/Q==\n\r\n",
      "x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
    ].join("");
    const options = {
      chain: chain("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"),
      trailer: true,
      decodedBytes: 66560,
    };
    const body = decodeChunked(pieces(Buffer.from(text), 4096), options);
    expect((await collect(body.stream)).length).toBe(66560);
    expect(body.trailers).toEqual({ "x-amz-checksum-crc32c": "sOO8/Q==" });

    const forged = Buffer.from(text.replace("sOO8/Q==", "sOO8/A=="));
    expect((await refusal(decodeChunked(pieces(forged, 4096), options).stream)).code).toBe(
      "SignatureDoesNotMatch",
    );
  });
});

test("any content in any chunks of any sizes comes out as it went in, with its trailers", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 })),
      fc.integer({ min: 1, max: 50 }),
      async (chunks, cut) => {
        const parts = chunks.flatMap((chunk) => [
          Buffer.from(`${chunk.length.toString(16)}\r\n`),
          chunk,
          Buffer.from("\r\n"),
        ]);
        const end = Buffer.from(
          "0\r\nX-Amz-Checksum-CRC32: AAAAAA==\r\nx-amz-checksum-sha1:b\r\n\r\n",
        );
        const whole = Buffer.concat(chunks);
        const body = decodeChunked(pieces(Buffer.concat([...parts, end]), cut), {
          trailer: true,
          decodedBytes: whole.length,
        });
        expect((await collect(body.stream)).equals(whole)).toBe(true);
        expect(body.trailers).toEqual({
          "x-amz-checksum-crc32": "AAAAAA==",
          "x-amz-checksum-sha1": "b",
        });
      },
    ),
  );
});

const unsigned = (text: string, decodedBytes: number, trailer = true) =>
  decodeChunked(pieces(Buffer.from(text), 16), { trailer, decodedBytes }).stream;

describe("malformed bodies are refused in AWS's words", () => {
  const ended = {
    code: "IncompleteBody",
    status: 400,
    message: "The request body terminated unexpectedly",
  };

  test("a body that ends within a chunk, before one, or has no framing", async () => {
    expect(await refusal(unsigned("5\r\nabc", 5))).toEqual(ended);
    expect(await refusal(unsigned("5\r\nabcde\r\n", 5))).toEqual(ended);
    expect(await refusal(unsigned("hello world", 11))).toEqual(ended);
    expect(await refusal(unsigned("3\r\nabcde\r\n0\r\n\r\n", 5))).toEqual(ended);
  });

  test("more or fewer bytes than declared", async () => {
    const wrong = {
      code: "IncompleteBody",
      status: 400,
      message:
        "You did not provide the number of bytes specified by the Content-Length HTTP header",
    };
    expect(await refusal(unsigned("3\r\nabc\r\n0\r\n\r\n", 4))).toEqual(wrong);
    expect(await refusal(unsigned("3\r\nabc\r\n0\r\n\r\n", 2))).toEqual(wrong);
  });

  test("trailers that are none, or that were not announced", async () => {
    const malformed = {
      code: "MalformedTrailerError",
      status: 400,
      message:
        "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    };
    expect(await refusal(unsigned("0\r\nnonsense\r\n\r\n", 0))).toEqual(malformed);
    expect(await refusal(unsigned("0\r\nx-a:b\r\n\r\n", 0, false))).toEqual(malformed);
  });

  test("a changed byte, a swapped chunk, a chunk without signature, a small chunk in the middle", async () => {
    const signed = (text: string, decodedBytes = 66560) =>
      decodeChunked(pieces(Buffer.from(text), 4096), {
        chain: chain(SEED),
        trailer: false,
        decodedBytes,
      }).stream;
    const mismatch = {
      code: "SignatureDoesNotMatch",
      status: 403,
      message:
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    };
    expect(await refusal(signed(EXAMPLE.replace("aaa", "aab")))).toEqual(mismatch);
    expect(await refusal(signed(EXAMPLE.slice(EXAMPLE.indexOf("400;"))))).toEqual(mismatch);
    expect(await refusal(signed("3\r\nabc\r\n0\r\n\r\n"))).toEqual(mismatch);
    const first = chunkOf("abc", SEED);
    const small = first.text + chunkOf("def", first.signature).text;
    expect(await refusal(signed(small))).toEqual({
      code: "InvalidChunkSizeError",
      status: 403,
      message: "Only the last chunk is allowed to have a size less than 8192 bytes",
    });
  });
});

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function chunkOf(content: string, previous: string) {
  const { date, scope } = chain(previous);
  const signature = hmac(
    `AWS4-HMAC-SHA256-PAYLOAD\n${date}\n${scope}\n${previous}\n${sha256("")}\n${sha256(content)}`,
  );
  const size = content.length.toString(16);
  return { signature, text: `${size};chunk-signature=${signature}\r\n${content}\r\n` };
}

test("a reader that stops closes the body", async () => {
  let closed = false;
  async function* body() {
    try {
      for (;;) yield Buffer.from("3\r\nabc\r\n");
    } finally {
      closed = true;
    }
  }
  for await (const part of decodeChunked(body(), { trailer: false, decodedBytes: 1e9 }).stream) {
    expect(Buffer.from(part).toString()).toBe("abc");
    break;
  }
  expect(closed).toBe(true);
});
