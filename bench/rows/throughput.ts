/**
 * Requests a second through HTTP, signed and authorised, against a bare server that answers a body
 * of the same size. The two take turns, because the speed of a machine changes with the minute; the
 * median of the turns counts.
 */
import { load, once, type LoadResult, type Target } from "../load.ts";
import { inTemporaryDirectory, startBare, startSnowglobe } from "../processes.ts";
import { print } from "../report.ts";
import { dynamodb, item, s3, sqs } from "../requests.ts";

interface Measure {
  readonly what: string;
  readonly shareMin: number;
  readonly connections: number;
  /** In memory: the row is about the cost of the call, and another one about the disk. */
  readonly ephemeral?: boolean;
  prepare(target: Target): Promise<(turn: number) => Buffer>;
}

const ROUNDS = 19;
const SECONDS = 1;
const WARM_UP_SECONDS = 3;
const ITEMS = 256;
const TABLE = "bench";

const SEND: Omit<Measure, "what"> = {
  shareMin: 50,
  connections: 16,
  async prepare(target) {
    const { QueueUrl } = JSON.parse(
      await must(target, sqs(target, "CreateQueue", { QueueName: TABLE })),
    ) as { QueueUrl: string };
    return pool(16, (at) =>
      sqs(target, "SendMessage", { QueueUrl, MessageBody: `message ${at} ${"b".repeat(200)}` }),
    );
  },
};

const MEASURES: readonly Measure[] = [
  {
    what: "DynamoDB GetItem",
    shareMin: 50,
    connections: 16,
    async prepare(target) {
      await makeTable(target);
      for (let at = 0; at < ITEMS; at++) {
        await must(target, dynamodb(target, "PutItem", { TableName: TABLE, Item: item(at) }));
      }
      return pool(ITEMS, (at) =>
        dynamodb(target, "GetItem", { TableName: TABLE, Key: { pk: { S: `user#${at}` } } }),
      );
    },
  },
  { ...SEND, what: "SQS SendMessage, in memory", ephemeral: true },
  // As a user starts it, it is a durable write, and held to what those are held to (ADR 11).
  { ...SEND, what: "durable SendMessage, 64 connections", shareMin: 40, connections: 64 },
  {
    what: "S3 GetObject 1 KiB",
    shareMin: 50,
    connections: 16,
    async prepare(target) {
      await must(target, s3(target, "PUT", "/bench"));
      await must(target, s3(target, "PUT", "/bench/object", Buffer.alloc(1024, "k")));
      return pool(16, () => s3(target, "GET", "/bench/object"));
    },
  },
  {
    what: "durable PutItem, 64 connections",
    shareMin: 40,
    connections: 64,
    async prepare(target) {
      return pool(ITEMS, (at) => dynamodb(target, "PutItem", { TableName: TABLE, Item: item(at) }));
    },
  },
];

export async function throughput(): Promise<void> {
  await inTemporaryDirectory(async (state) => {
    const durable = await startSnowglobe(state);
    const ephemeral = await startSnowglobe("ephemeral");
    for (const measure of MEASURES) {
      await compare(measure, (measure.ephemeral === true ? ephemeral : durable).target);
    }
    await durable.stop();
    await ephemeral.stop();
  });
}

async function compare(measure: Measure, target: Target): Promise<void> {
  const requests = await measure.prepare(target);
  const answer = await once(target, requests(0));
  const bare = await startBare(Buffer.byteLength(answer.body));
  const { connections } = measure;
  for (const server of [bare.target, target]) {
    await load(server, requests, { connections, seconds: WARM_UP_SECONDS });
  }
  const rounds: { share: number; limit: LoadResult; ours: LoadResult }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const limit = await load(bare.target, requests, { connections, seconds: SECONDS });
    const ours = await load(target, requests, { connections, seconds: SECONDS });
    rounds.push({ share: (100 * ours.requestsPerSecond) / limit.requestsPerSecond, limit, ours });
  }
  await bare.stop();
  rounds.sort((left, right) => left.share - right.share);
  const [least, median, most] = [0, ROUNDS >> 1, ROUNDS - 1].map((at) => rounds[at]);
  if (least === undefined || median === undefined || most === undefined) return;
  const { limit, ours, share } = median;
  print({
    what: measure.what,
    measured: share,
    unit: "% of bare",
    limit: measure.shareMin,
    wanted: "at least",
    beside:
      `${ours.requestsPerSecond.toFixed(0)}/s (p99 ${ours.p99Ms.toFixed(1)} ms, ` +
      `${ours.errors} errors), bare ${limit.requestsPerSecond.toFixed(0)}/s; ` +
      `${ROUNDS} rounds, ${least.share.toFixed(1)} to ${most.share.toFixed(1)} %`,
  });
}

async function makeTable(target: Target): Promise<void> {
  await must(
    target,
    dynamodb(target, "CreateTable", {
      TableName: TABLE,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    }),
  );
  for (let look = 0; look < 100; look++) {
    const described = await must(target, dynamodb(target, "DescribeTable", { TableName: TABLE }));
    if (described.includes('"ACTIVE"')) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the table did not become active");
}

async function must(target: Target, request: Buffer): Promise<string> {
  const { status, body } = await once(target, request);
  if (status < 200 || status > 299) throw new Error(`${status} ${body.slice(0, 300)}`);
  return body;
}

function pool(count: number, make: (at: number) => Buffer): (turn: number) => Buffer {
  const made = Array.from({ length: count }, (_unused, at) => make(at));
  return (turn) => made[turn % count] ?? Buffer.alloc(0);
}
