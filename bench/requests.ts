/** Ready-made signed requests, as bytes. */
import { createHash, createHmac } from "node:crypto";
import type { HttpRequest } from "../src/kernel/http.ts";
import type { Target } from "./load.ts";

export interface ToSend {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Instead of the body's hash: "UNSIGNED-PAYLOAD". */
  readonly payload?: string;
}

const REGION = "us-east-1";
const KEY = "test";

export function signed(target: Target, send: ToSend): Buffer {
  const body = Buffer.from(send.body ?? "");
  const stamp = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, "");
  const date = stamp.slice(0, 8);
  const payload = send.payload ?? createHash("sha256").update(body).digest("hex");
  const headers: Record<string, string> = {
    host: `${target.host}:${target.port}`,
    "x-amz-date": stamp,
    "x-amz-content-sha256": payload,
    ...send.headers,
  };
  const names = Object.keys(headers).toSorted();
  const canonical = [
    send.method,
    send.path,
    "",
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    payload,
  ].join("\n");
  const scope = `${date}/${REGION}/${send.service}/aws4_request`;
  const hash = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", stamp, scope, hash].join("\n");
  const key = [date, REGION, send.service, "aws4_request"].reduce<Buffer | string>(
    (secret, part) => createHmac("sha256", secret).update(part).digest(),
    `AWS4${KEY}`,
  );
  const signature = createHmac("sha256", key).update(text).digest("hex");
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${KEY}/${scope}, ` +
    `SignedHeaders=${names.join(";")}, Signature=${signature}`;
  const lines = Object.entries({
    ...headers,
    authorization,
    "content-length": String(body.length),
  });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.concat([Buffer.from(`${send.method} ${send.path} HTTP/1.1\r\n${head}\r\n`), body]);
}

/** The same request as the server would hand it to the cloud. */
export function toHttpRequest(bytes: Buffer): HttpRequest {
  const end = bytes.indexOf("\r\n\r\n");
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const [method = "", url = ""] = first.split(" ");
  const [path = "", query = ""] = url.split("?");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(": ");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)];
    }),
  );
  const body = bytes.subarray(end + 4);
  return {
    method,
    path,
    query,
    headers,
    body: {
      bytes: () => Promise.resolve(body),
      here: () => body,
      stream: async function* () {
        yield body;
      },
    },
    secure: false,
    sourceIp: "127.0.0.1",
  };
}

export const dynamodb = (target: Target, operation: string, input: unknown): Buffer =>
  signed(target, {
    service: "dynamodb",
    method: "POST",
    path: "/",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
    },
    body: JSON.stringify(input),
  });

export const sqs = (target: Target, operation: string, input: unknown): Buffer =>
  signed(target, {
    service: "sqs",
    method: "POST",
    path: "/",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `AmazonSQS.${operation}`,
    },
    body: JSON.stringify(input),
  });

export const s3 = (
  target: Target,
  method: string,
  path: string,
  body?: string | Buffer,
  payload?: string,
): Buffer =>
  signed(target, {
    service: "s3",
    method,
    path,
    ...(body === undefined ? {} : { body }),
    ...(payload === undefined ? {} : { payload }),
  });

export const callerIdentity = (target: Target): Buffer =>
  signed(target, {
    service: "sts",
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  });

/** An item of about 400 bytes. */
export const item = (at: number) => ({
  pk: { S: `user#${at}` },
  n: { N: String(at) },
  name: { S: `Name of user ${at}` },
  tags: { L: [{ S: "a" }, { S: "b" }] },
  payload: { S: "p".repeat(300) },
});
