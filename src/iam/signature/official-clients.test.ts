import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { GetObjectCommand, PutObjectCommand, S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { STS } from "@aws-sdk/client-sts";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, test } from "vitest";
import { decodeChunked } from "./chunked.ts";
import type { Dialect } from "./errors.ts";
import { readSignature } from "./request-signature.ts";
import { check, keys } from "./verify.testing.ts";
import type { VerifyOptions } from "./verify.ts";

const credentials = { accessKeyId: "AKIDCLIENT", secretAccessKey: "s/e+c", sessionToken: "t/o+k=" };
const region = "eu-west-1";

/** What a client hands to the network. */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string | string[] | null>;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

interface Handler {
  handle(request: Sent): Promise<never>;
}

/** Runs a call of an official client and takes its request off the wire; the call itself fails. */
async function sentBy(call: (requestHandler: Handler) => Promise<unknown>): Promise<Sent> {
  let sent: Sent | undefined;
  const handle = async (request: Sent) => {
    sent ??= request;
    throw new Error("not on the network");
  };
  await expect(call({ handle })).rejects.toThrow("not on the network");
  if (sent === undefined) throw new Error("nothing was sent");
  return sent;
}

function received(sent: Sent) {
  const query = Object.entries(sent.query)
    .flatMap(([name, value]) =>
      [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one ?? "")}`),
    )
    .join("&");
  const headers = Object.fromEntries(
    Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return { method: sent.method, path: sent.path, query, headers };
}

/** As if the clock stood where the client's stands. */
function checkNow(sent: Sent, dialect: Dialect, more: Partial<VerifyOptions> = {}) {
  const request = received(sent);
  const signature = readSignature(request, dialect);
  if (signature.kind !== "sigv4") throw new Error(`not signed: ${signature.kind}`);
  expect(signature.accessKeyId).toBe(credentials.accessKeyId);
  expect(signature.securityToken).toBe(credentials.sessionToken);
  return check(request, {
    secret: credentials.secretAccessKey,
    nowsMs: [signature.signedAt],
    keys,
    dialect,
    doubleEncodePath: dialect !== "storage",
    signedPayloadHeader: dialect === "storage",
    ...more,
  });
}

const config = (requestHandler: Handler) => ({
  region,
  credentials,
  maxAttempts: 1,
  requestHandler,
});

function bodyOf({ body }: Sent): Buffer {
  if (typeof body === "string" || body instanceof Uint8Array) return Buffer.from(body);
  throw new Error("no body in one piece");
}

function streamOf({ body }: Sent): Readable {
  if (body instanceof Readable) return body;
  throw new Error("no streamed body");
}

describe("requests of the official clients verify", () => {
  test("a JSON service", async () => {
    const sent = await sentBy((handler) => new SQS(config(handler)).listQueues({ MaxResults: 3 }));
    const { payload } = checkNow(sent, "json", {
      body: bodyOf(sent),
      expected: { region, service: "sqs" },
    });
    const text = createHash("sha256").update(bodyOf(sent)).digest("hex");
    expect(payload).toEqual({ kind: "hashed", text, checked: true });
  });

  test("a query service", async () => {
    const sent = await sentBy((handler) => new STS(config(handler)).getCallerIdentity({}));
    expect(checkNow(sent, "query", { body: bodyOf(sent) }).payload.kind).toBe("hashed");
  });

  const Key = "a b/ü+(1)'*!~$&=@:,;/../x";

  test("object storage, with a key of all kinds of characters, metadata and a checksum", async () => {
    const sent = await sentBy((handler) =>
      new S3(config(handler)).putObject({
        Bucket: "bucket",
        Key,
        Body: "content",
        Metadata: { a: " b   c " },
      }),
    );
    const text = createHash("sha256").update("content").digest("hex");
    expect(checkNow(sent, "storage").payload).toEqual({ kind: "hashed", text });
  });

  test("object storage, with a streamed body and its checksum in the trailer", async () => {
    const content = Buffer.alloc(300_000, "snow");
    const sent = await sentBy((handler) =>
      new S3(config(handler)).putObject({
        Bucket: "bucket",
        Key,
        Body: Readable.from([content.subarray(0, 1000), content.subarray(1000)]),
        ContentLength: content.length,
      }),
    );
    const { payload } = checkNow(sent, "storage");
    expect(payload).toEqual({
      kind: "chunked",
      text: "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      signed: false,
      trailer: true,
    });
    const decoded = decodeChunked(streamOf(sent), {
      trailer: true,
      decodedBytes: Number(sent.headers["x-amz-decoded-content-length"]),
    });
    const parts: Uint8Array[] = [];
    for await (const part of decoded.stream) parts.push(part);
    expect(Buffer.concat(parts).equals(content)).toBe(true);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(content));
    expect(decoded.trailers).toEqual({ "x-amz-checksum-crc32": checksum.toString("base64") });
  });

  test.for([
    ["to get", new GetObjectCommand({ Bucket: "bucket", Key, VersionId: "v+/=" })],
    ["to put", new PutObjectCommand({ Bucket: "bucket", Key, ContentType: "text/plain" })],
  ] as const)("object storage, presigned %s", async ([, command]) => {
    const client = new S3({ region, credentials });
    const url = await getSignedUrl(client, command, { expiresIn: 300 });
    // Not by the URL class, which would take the dot segments of the key away.
    const [, host = "", path = "", query = ""] = /^https:\/\/([^/]+)([^?]+)\?(.*)$/.exec(url) ?? [];
    const sent: Sent = {
      method: command instanceof PutObjectCommand ? "PUT" : "GET",
      path,
      query: Object.fromEntries(new URLSearchParams(query)),
      headers: { host },
      body: undefined,
    };
    expect(checkNow(sent, "storage").payload).toEqual({
      kind: "unsigned",
      text: "UNSIGNED-PAYLOAD",
    });
  });
});
