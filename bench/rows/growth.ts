/**
 * What a call costs with a thousand rows and with a million: in process, so that nothing hides the
 * difference.
 */
import { openCloud } from "../../src/cloud.ts";
import type { Cloud } from "../../src/cloud-types.ts";
import type { HttpRequest } from "../../src/kernel/http.ts";
import { print } from "../report.ts";
import { dynamodb, sqs, toHttpRequest } from "../requests.ts";

const SMALL = 1000;
const LARGE = 1_000_000;
const RATIO_MAX = 1.5;
const CALLS = 1000;
const ROUNDS = 25;
const GROUPS = 100;
const BATCH = 10;

interface Measure {
  readonly what: string;
  readonly request: (rows: number, turn: number) => HttpRequest;
  /** Done after every call, and not measured. */
  readonly after?: (cloud: Cloud, answer: string) => Promise<void>;
}

export async function growth(): Promise<void> {
  const small = await filled(SMALL);
  const large = await filled(LARGE);
  const measures: Measure[] = [
    { what: "GetItem", request: getItem },
    { what: "Query page", request: query },
    { what: "ReceiveMessage", request: receive, after: replace },
  ];
  for (const { what, request, after } of measures) {
    const least = { small: Infinity, large: Infinity };
    for (let round = 0; round < ROUNDS; round++) {
      const smallMs = await costMs(small, (turn) => request(SMALL, turn), after);
      const largeMs = await costMs(large, (turn) => request(LARGE, turn), after);
      least.small = Math.min(least.small, smallMs);
      least.large = Math.min(least.large, largeMs);
    }
    print({
      what: `${what} at 1,000,000 rows against 1,000`,
      measured: least.large / least.small,
      unit: "times",
      limit: RATIO_MAX,
      wanted: "at most",
      beside: `${(least.small * 1000).toFixed(0)} and ${(least.large * 1000).toFixed(0)} µs a call`,
    });
  }
  await small.close();
  await large.close();
}

async function filled(rows: number): Promise<Cloud> {
  const cloud = await openCloud({
    state: { kind: "memory" },
    accountId: "000000000000",
    region: "us-east-1",
    strict: false,
    iam: "enforce",
    anyRegion: false,
    signatures: true,
    clock: "flowing",
  });
  await ask(
    cloud,
    inProcess(dynamodb, "CreateTable", {
      TableName: "bench",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "group", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "group", AttributeType: "S" },
        { AttributeName: "at", AttributeType: "N" },
      ],
    }),
  );
  await ask(cloud, inProcess(sqs, "CreateQueue", { QueueName: "bench" }));
  await cloud.idle();
  for (let from = 0; from < rows; from += 25) {
    const puts = Array.from({ length: 25 }, (_unused, at) => ({
      PutRequest: {
        Item: { ...keyOf(rows, from + at), text: { S: "x".repeat(50) } },
      },
    }));
    await ask(cloud, inProcess(dynamodb, "BatchWriteItem", { RequestItems: { bench: puts } }));
  }
  for (let from = 0; from < rows; from += BATCH) await send(cloud);
  return cloud;
}

async function send(cloud: Cloud): Promise<void> {
  const Entries = Array.from({ length: BATCH }, (_unused, at) => ({
    Id: String(at),
    MessageBody: "x".repeat(50),
  }));
  await ask(cloud, inProcess(sqs, "SendMessageBatch", { QueueUrl: queueUrl, Entries }));
}

const target = { host: "localhost", port: 4566 };

const inProcess = (sign: typeof dynamodb, operation: string, input: unknown): HttpRequest =>
  toHttpRequest(sign(target, operation, input));

const queueUrl = "http://localhost:4566/000000000000/bench";

/** The same number of groups at every size: a page of a query then has the same number of items. */
const keyOf = (rows: number, at: number) => ({
  group: { S: `g${Math.floor(at / Math.max(1, rows / GROUPS))}` },
  at: { N: String(at) },
});

const getItem = (rows: number, turn: number) =>
  inProcess(dynamodb, "GetItem", {
    TableName: "bench",
    Key: keyOf(rows, (turn * 7919) % rows),
  });

const query = (_rows: number, turn: number) =>
  inProcess(dynamodb, "Query", {
    TableName: "bench",
    KeyConditionExpression: "#g = :g",
    ExpressionAttributeNames: { "#g": "group" },
    ExpressionAttributeValues: { ":g": { S: `g${turn % GROUPS}` } },
    Limit: 10,
  });

const receive = () =>
  inProcess(sqs, "ReceiveMessage", { QueueUrl: queueUrl, MaxNumberOfMessages: BATCH });

/**
 * What was received is deleted, and as much is sent: the queue stays as full as it was, and every
 * call takes what nobody has taken yet, at either size.
 */
async function replace(cloud: Cloud, answer: string): Promise<void> {
  const { Messages } = JSON.parse(answer) as { Messages: readonly { ReceiptHandle: string }[] };
  const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
  if (Entries.length !== BATCH) throw new Error(`${Entries.length} messages received`);
  await ask(cloud, inProcess(sqs, "DeleteMessageBatch", { QueueUrl: queueUrl, Entries }));
  await send(cloud);
}

/** The requests are signed before: clients do that. */
async function costMs(
  cloud: Cloud,
  request: (turn: number) => HttpRequest,
  after: Measure["after"],
): Promise<number> {
  const requests = Array.from({ length: CALLS }, (_unused, turn) => request(turn));
  let spentMs = 0;
  for (const one of requests) {
    const startedMs = performance.now();
    const answer = await ask(cloud, one);
    spentMs += performance.now() - startedMs;
    await after?.(cloud, answer);
  }
  return spentMs / CALLS;
}

async function ask(cloud: Cloud, request: HttpRequest): Promise<string> {
  const { status, body } = await cloud.handle(request);
  const text = typeof body === "string" ? body : "";
  if (status > 299) throw new Error(`${status} ${text}`);
  return text;
}
