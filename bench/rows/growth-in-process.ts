/**
 * What a call costs a cloud in the same process, with a thousand rows and with a million: nothing
 * else hides the difference.
 */
import { openCloud } from "../../src/cloud.ts";
import type { Cloud } from "../../src/cloud-types.ts";
import type { HttpRequest } from "../../src/kernel/http.ts";
import { tableInput } from "../prepare.ts";
import { dynamodb, sqs, toHttpRequest } from "../requests.ts";
import { fillTable, getItem, KEYS, queryPage, TABLE } from "./growth-rows.ts";

/** Few, so that the engine collects its garbage in some rounds and not in others. */
const CALLS = 250;
const ROUNDS = 100;
/** So many different calls are made in turn. */
const TURNS = 1000;
const BATCH = 10;

export interface Cost {
  readonly smallUs: number;
  readonly largeUs: number;
}

interface Measure {
  readonly request: (rows: number, turn: number) => Buffer;
  /** Done after every call, and not measured. */
  readonly after?: (cloud: Cloud, answer: string) => Promise<void>;
}

type Measured = "getItem" | "queryPage" | "receiveMessage";

export async function costInProcess(
  small: number,
  large: number,
): Promise<Readonly<Record<Measured, Cost>>> {
  const sides = { small: await filled(small), large: await filled(large) };
  const least = async ({ request, after }: Measure): Promise<Cost> => {
    let [smallMs, largeMs] = [Infinity, Infinity];
    for (let round = 0; round < ROUNDS; round++) {
      smallMs = Math.min(
        smallMs,
        await costMs(sides.small, round, (at) => request(small, at), after),
      );
      largeMs = Math.min(
        largeMs,
        await costMs(sides.large, round, (at) => request(large, at), after),
      );
    }
    return { smallUs: smallMs * 1000, largeUs: largeMs * 1000 };
  };
  const costs = {
    getItem: await least({ request: (rows, turn) => getItem(target, rows, turn) }),
    queryPage: await least({ request: (rows, turn) => queryPage(target, rows, turn) }),
    receiveMessage: await least({ request: receive, after: replace }),
  };
  await sides.small.close();
  await sides.large.close();
  return costs;
}

/** A table and a queue with so many rows each. */
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
  await ask(cloud, dynamodb(target, "CreateTable", tableInput(TABLE, KEYS)));
  await ask(cloud, sqs(target, "CreateQueue", { QueueName: TABLE }));
  await cloud.idle();
  for (const request of fillTable(target, rows)) await ask(cloud, request);
  for (let from = 0; from < rows; from += BATCH) await send(cloud);
  return cloud;
}

async function send(cloud: Cloud): Promise<void> {
  const Entries = Array.from({ length: BATCH }, (_unused, at) => ({
    Id: String(at),
    MessageBody: "x".repeat(50),
  }));
  await ask(cloud, sqs(target, "SendMessageBatch", { QueueUrl: queueUrl, Entries }));
}

const target = { host: "localhost", port: 4566 };
const queueUrl = `http://localhost:4566/000000000000/${TABLE}`;

const receive = () =>
  sqs(target, "ReceiveMessage", { QueueUrl: queueUrl, MaxNumberOfMessages: BATCH });

/**
 * What was received is deleted, and as much is sent: the queue stays as full as it was, and every
 * call takes what nobody has taken yet, at either size.
 */
async function replace(cloud: Cloud, answer: string): Promise<void> {
  const { Messages } = JSON.parse(answer) as { Messages: readonly { ReceiptHandle: string }[] };
  const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
  if (Entries.length !== BATCH) throw new Error(`${Entries.length} messages received`);
  await ask(cloud, sqs(target, "DeleteMessageBatch", { QueueUrl: queueUrl, Entries }));
  await send(cloud);
}

/** The requests are signed before: clients do that. */
async function costMs(
  cloud: Cloud,
  round: number,
  request: (turn: number) => Buffer,
  after: Measure["after"],
): Promise<number> {
  const requests = Array.from({ length: CALLS }, (_unused, at) =>
    toHttpRequest(request((round * CALLS + at) % TURNS)),
  );
  let spentMs = 0;
  for (const one of requests) {
    const startedMs = performance.now();
    const answer = await answerTo(cloud, one);
    spentMs += performance.now() - startedMs;
    await after?.(cloud, answer);
  }
  return spentMs / CALLS;
}

const ask = (cloud: Cloud, request: Buffer) => answerTo(cloud, toHttpRequest(request));

async function answerTo(cloud: Cloud, request: HttpRequest): Promise<string> {
  const { status, body } = await cloud.handle(request);
  const text = typeof body === "string" ? body : "";
  if (status > 299) throw new Error(`${status} ${text}`);
  return text;
}
