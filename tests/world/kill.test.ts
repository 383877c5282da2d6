/**
 * A server under load is killed at random moments, again and again, over HTTP and in every service that keeps data.
 * What it acknowledged is there after the restart, and nothing is half done.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDB, type ScanCommandOutput } from "@aws-sdk/client-dynamodb";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { clientConfig, start, type Started } from "../started.ts";

const KILLS = Number(process.env.SNOWGLOBE_TEST_SERVER_KILLS ?? 5);
const ALIVE_MS_MIN = 150;
const ALIVE_MS_MAX = 900;
/** Larger than what lies in a row. */
const OBJECT_BYTES = 150_000;
const PAIR = ["left", "right"] as const;

const KINDS = ["items", "messages", "objects", "pairs"] as const;

interface Acknowledged {
  readonly items: string[];
  readonly messages: string[];
  readonly objects: string[];
  readonly pairs: string[];
}

test(`${KILLS} kills lose nothing`, { timeout: 20_000 + KILLS * 15_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), "snowglobe-kill-"));
  const all: Acknowledged = { items: [], messages: [], objects: [], pairs: [] };
  const answered = { items: 0, messages: 0, objects: 0, pairs: 0 };
  let server = await start({ directory });
  try {
    await prepare(server);
    for (let kill = 0; kill < KILLS; kill++) {
      const before = total(all);
      const load = Promise.all([
        ...[0, 1].map((worker) => putItems(server, `${kill}-${worker}`, all)),
        ...[0, 1].map((worker) => putPairs(server, `${kill}-${worker}`, all)),
        ...[0, 1].map((worker) => sendMessages(server, `${kill}-${worker}`, all)),
        ...[0, 1].map((worker) => putObjects(server, `${kill}-${worker}`, all)),
      ]);
      await expect.poll(() => total(all) - before, { timeout: 10_000 }).toBeGreaterThan(8);
      await new Promise((resolve) => setTimeout(resolve, lifeMs(kill)));
      await server.kill();
      await load;
      server = await start({ directory });
      for (const kind of KINDS) answered[kind] += all[kind].length;
      await expectAll(server, all);
    }
    console.log(`acknowledged before ${KILLS} kills: ${JSON.stringify(answered)}`);
    expect(KINDS.filter((kind) => answered[kind] === 0)).toEqual([]);
    expect(server.said()).not.toContain("SnowglobeFault");
  } finally {
    await server.kill();
    rmSync(directory, { recursive: true, force: true });
  }
});

/** Spread evenly and always the same. */
const lifeMs = (kill: number) =>
  ALIVE_MS_MIN + ((Math.imul(kill + 1, 2654435761) >>> 0) % (ALIVE_MS_MAX - ALIVE_MS_MIN));

const total = ({ items, messages, objects, pairs }: Acknowledged) =>
  items.length + messages.length + objects.length + pairs.length;

async function prepare(server: Started): Promise<void> {
  const { dynamodb, sqs, s3 } = clientsOf(server);
  for (const TableName of ["single", ...PAIR]) {
    await dynamodb.createTable({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    });
    const status = async () => (await dynamodb.describeTable({ TableName })).Table?.TableStatus;
    await expect.poll(status, { timeout: 15_000 }).toBe("ACTIVE");
  }
  await sqs.createQueue({ QueueName: "letters" });
  await s3.createBucket({ Bucket: "kept-bucket" });
}

async function putItems(server: Started, name: string, { items }: Acknowledged): Promise<void> {
  const { dynamodb } = clientsOf(server);
  await untilGone(name, async (id) => {
    await dynamodb.putItem({ TableName: "single", Item: { id: { S: id } } });
    items.push(id);
  });
}

async function putPairs(server: Started, name: string, { pairs }: Acknowledged): Promise<void> {
  const { dynamodb } = clientsOf(server);
  await untilGone(name, async (id) => {
    await dynamodb.transactWriteItems({
      TransactItems: PAIR.map((TableName) => ({ Put: { TableName, Item: { id: { S: id } } } })),
    });
    pairs.push(id);
  });
}

async function sendMessages(server: Started, name: string, all: Acknowledged): Promise<void> {
  const { sqs } = clientsOf(server);
  const QueueUrl = `${server.url}/000000000000/letters`;
  await untilGone(name, async (id) => {
    await sqs.sendMessage({ QueueUrl, MessageBody: id });
    all.messages.push(id);
  });
}

async function putObjects(server: Started, name: string, { objects }: Acknowledged): Promise<void> {
  const { s3 } = clientsOf(server);
  await untilGone(name, async (id) => {
    await s3.putObject({ Bucket: "kept-bucket", Key: id, Body: bodyOf(id) });
    objects.push(id);
  });
}

async function untilGone(name: string, work: (id: string) => Promise<void>): Promise<void> {
  for (let n = 0; ; n++) {
    try {
      await work(`${name}-${n}`);
    } catch (error) {
      // Cut off, never answered with an error.
      expect((error as { $response?: unknown }).$response).toBeUndefined();
      return;
    }
  }
}

async function expectAll(server: Started, all: Acknowledged): Promise<void> {
  const { dynamodb, sqs, s3 } = clientsOf(server);
  const single = await idsIn(dynamodb, "single");
  expect(all.items.filter((id) => !single.has(id))).toEqual([]);

  const [left, right] = [await idsIn(dynamodb, "left"), await idsIn(dynamodb, "right")];
  expect([...left].toSorted()).toEqual([...right].toSorted());
  expect(all.pairs.filter((id) => !left.has(id))).toEqual([]);

  const bodies = await takeAll(sqs, `${server.url}/000000000000/letters`);
  expect(all.messages.filter((id) => !bodies.has(id))).toEqual([]);

  const keys = await keysIn(s3);
  expect(all.objects.filter((id) => !keys.has(id))).toEqual([]);
  for (const Key of keys) {
    const { Body } = await s3.getObject({ Bucket: "kept-bucket", Key });
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(bodyOf(Key))).toBe(true);
    await s3.deleteObject({ Bucket: "kept-bucket", Key });
  }
  for (const kind of KINDS) all[kind].length = 0;
}

const bodyOf = (id: string) => Buffer.alloc(OBJECT_BYTES, `${id} `);

async function idsIn(dynamodb: DynamoDB, TableName: string): Promise<Set<string>> {
  const ids = new Set<string>();
  let from: ScanCommandOutput["LastEvaluatedKey"];
  do {
    const page: ScanCommandOutput = await dynamodb.scan({
      TableName,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    for (const { id } of page.Items ?? []) ids.add(id?.S ?? "");
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return ids;
}

async function takeAll(sqs: SQS, QueueUrl: string): Promise<Set<string>> {
  const bodies = new Set<string>();
  for (;;) {
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
    if (Messages.length === 0) return bodies;
    for (const { Body } of Messages) bodies.add(Body ?? "");
    await sqs.deleteMessageBatch({
      QueueUrl,
      Entries: Messages.map(({ ReceiptHandle }, at) => ({ Id: `${at}`, ReceiptHandle })),
    });
  }
}

async function keysIn(s3: S3): Promise<Set<string>> {
  const { Contents = [] } = await s3.listObjectsV2({ Bucket: "kept-bucket" });
  return new Set(Contents.map(({ Key }) => Key ?? ""));
}

function clientsOf(server: Started) {
  const settings = { ...clientConfig(server), maxAttempts: 1 };
  return {
    dynamodb: new DynamoDB(settings),
    sqs: new SQS(settings),
    s3: new S3({ ...settings, forcePathStyle: true }),
  };
}
