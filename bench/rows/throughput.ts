/**
 * Requests a second through HTTP, signed and authorised, against a bare server that answers a body
 * of the same size. The two take turns, because the speed of a machine changes with the minute; the
 * median of the turns counts.
 */
import { once, takeTurns, type Round, type Target } from "../load.ts";
import { makeTable, must, pool } from "../prepare.ts";
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
      await makeTable(target, TABLE, { pk: "S" });
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
  const { least, median, most } = await takeTurns(
    { target: bare.target, requests },
    { target, requests },
    { connections, rounds: ROUNDS, seconds: SECONDS, warmUpSeconds: WARM_UP_SECONDS },
  );
  await bare.stop();
  const { first: limit, second: ours, share } = median;
  print({
    what: measure.what,
    measured: 100 * share,
    unit: "% of bare",
    limit: measure.shareMin,
    wanted: "at least",
    beside:
      `${ours.requestsPerSecond.toFixed(0)}/s (p99 ${ours.p99Ms.toFixed(1)} ms, ` +
      `${ours.errors} errors), bare ${limit.requestsPerSecond.toFixed(0)}/s; ` +
      `${ROUNDS} rounds, ${percent(least)} to ${percent(most)} %`,
  });
}

const percent = ({ share }: Round): string => (100 * share).toFixed(1);
