import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { crc32, gunzipSync, inflateSync } from "node:zlib";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../testing/cloud.ts";
import type { InProcessRequest, InProcessResponse } from "../testing/handler.ts";
import { chosenEncoding, compressed } from "./accept-encoding.ts";

test.for([
  ["", undefined],
  ["br", undefined],
  ["x-gzip", undefined],
  ["identity", undefined],
  ["constructor", undefined],
  ['"gzip"', undefined],
  ["gzip br", undefined],
  ["gzip:q=1", undefined],
  ["gzip, deflate", "gzip"],
  ["br, identity, deflate, gzip", "deflate"],
  ["GZIP, identity", "gzip"],
  ["dog, gzip ,, cat", "gzip"],
] as const)("of the names in %j, the first that is known is chosen: %s", ([header, encoding]) => {
  expect(chosenEncoding(header)).toBe(encoding);
});

test.for([
  ["gzip;q=0.8, deflate;q=0.5", "gzip"],
  ["gzip;q=0.5, deflate;q=0.8", "deflate"],
  ["gzip;Q=0.5, deflate;q=0.8", "deflate"],
  ["br, gzip;q=0, deflate; q = 0.5 , identity;q=0", "deflate"],
  ["gzip;q=0.5,identity;q=0.8", "gzip"],
  ["br,identity;q=0.5,gzip;q=0.0001", "gzip"],
  ["deflate;q=0.5, gzip;q=31", "gzip"],
  ["gzip;q=31,deflate;q=51", "gzip"],
  ["deflate;q=0.5, gzip;q=1;q=0.2", "gzip"],
  ["deflate;q=0.5,gzip;q=0.", "deflate"],
  ["deflate;q=0.5,gzip;q=0.x", "gzip"],
  ["deflate;q=0.5,gzip;q=0. x", "gzip"],
  ["deflate;q=0.5,gzip;q=", "gzip"],
  ["deflate;q=-0.5,gzip;q=0.2", "gzip"],
  ["deflate;q=-0.5", undefined],
  ["gzip ;q=0", undefined],
  ["gzip;q= 0;q=1", undefined],
  ["gzip; q=0;q=1", undefined],
  ["gzip;q =0;q=1", "gzip"],
  ["gzip;nq=0;q=1", undefined],
  ["gzip;q=0, gzip;q=1, gzip;q=0", "gzip"],
  ["identity;q=0", undefined],
] as const)("of the weights in %j, the highest wins: %s", ([header, encoding]) => {
  expect(chosenEncoding(header)).toBe(encoding);
});

test.for([
  ["*", "gzip"],
  ["*, deflate;q=0.5", "gzip"],
  ["*, deflate", "deflate"],
  ["*, identity", "gzip"],
  ["*, gzip;q=0.5", "deflate"],
  ["*, gzip;q=0", "deflate"],
  ["*;q=0", undefined],
  ["*;q=0, gzip", "gzip"],
  ["*;q=0.5,identity", "gzip"],
  ["br;q=0.8,identity;q=0.5,*;q=0", undefined],
] as const)("the star in %j is what has no name there: %s", ([header, encoding]) => {
  expect(chosenEncoding(header)).toBe(encoding);
});

const answer = (body: string) => ({ status: 200, headers: { "x-amz-crc32": "0" }, body });

test("an answer is compressed from its 4097th byte on, and its checksum is of what is sent", () => {
  const short = answer("x".repeat(4096));
  expect(compressed(short, "gzip")).toBe(short);
  for (const text of ["x".repeat(4097), "é".repeat(2049)]) {
    const { status, headers, body } = compressed(answer(text), "gzip");
    if (!(body instanceof Uint8Array)) throw new Error("expected bytes");
    const checksum = String(crc32(body));
    expect({ status, headers }).toEqual({
      status: 200,
      headers: { "content-encoding": "gzip", "x-amz-crc32": checksum },
    });
    expect(gunzipSync(body).toString()).toBe(text);
  }
});

test("an answer without a checksum gets none, and one that nobody asks to compress stays", () => {
  const plain = { status: 200, headers: {}, body: new Uint8Array(5000) };
  expect(compressed(plain, "br, identity")).toBe(plain);
  const { headers, body } = compressed(plain, "deflate");
  if (!(body instanceof Uint8Array)) throw new Error("expected bytes");
  expect(headers).toEqual({ "content-encoding": "deflate" });
  expect(new Uint8Array(inflateSync(body))).toEqual(plain.body);
});

test("DynamoDB compresses long answers for those who ask, and other services do not", async () => {
  const cloud = await startCloud();
  const seen: { encoding: string | undefined; checksum: boolean }[] = [];
  const { requestHandler, ...config } = cloud.config();
  const asking = (accepted?: string) => ({
    ...config,
    requestHandler: {
      ...requestHandler,
      async handle(request: InProcessRequest) {
        const asked = accepted === undefined ? {} : { "Accept-Encoding": accepted };
        const headers = { ...request.headers, ...asked };
        const { response } = await requestHandler.handle({ ...request, headers });
        const { body, ...head }: InProcessResponse = response;
        const bytes = await buffer(body);
        const encoding = head.headers["content-encoding"];
        const checksum = head.headers["x-amz-crc32"];
        seen.push({ encoding, checksum: checksum === String(crc32(bytes)) });
        const plain = encoding === "gzip" ? gunzipSync(bytes) : bytes;
        return { response: { ...head, body: Readable.from([plain]) } as never };
      },
    },
  });
  const dynamodb = new DynamoDB(asking());
  await dynamodb.createTable({
    TableName: "things",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  });
  const Item = { id: { S: "1" }, text: { S: "long ".repeat(1000) } };
  await dynamodb.putItem({ TableName: "things", Item });
  const sqs = new SQS(asking("gzip"));
  const { QueueUrl } = await sqs.createQueue({ QueueName: "long" });
  const MessageBody = "long ".repeat(1000);
  await sqs.sendMessage({ QueueUrl, MessageBody });
  seen.length = 0;

  const get = { TableName: "things", Key: { id: { S: "1" } } };
  expect((await dynamodb.getItem(get)).Item).toEqual(Item);
  expect((await new DynamoDB(asking("identity")).getItem(get)).Item).toEqual(Item);
  expect((await new DynamoDB(asking("gzip")).getItem(get)).Item).toEqual(Item);
  expect((await sqs.receiveMessage({ QueueUrl })).Messages?.[0]?.Body).toBe(MessageBody);
  expect(seen).toEqual([
    { encoding: undefined, checksum: true },
    { encoding: undefined, checksum: true },
    { encoding: "gzip", checksum: true },
    { encoding: undefined, checksum: false },
  ]);
});
