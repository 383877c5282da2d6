/** Two nodes over one PostgreSQL are one cloud. */
import { DynamoDB, type CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { Client } from "pg";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
} from "vitest";
import type { Cloud } from "../../src/cloud-types.ts";
import { clientConfig } from "../started.ts";
import { findBinaries, INSTALL } from "../store/cluster.ts";
import { configOf, openNode, startGround, startNode, type Ground, type Place } from "./nodes.ts";

const binaries = findBinaries();
if (binaries === undefined) {
  process.stderr.write(`The tests of two nodes over one PostgreSQL are skipped. ${INSTALL}\n`);
}

const TABLE: CreateTableCommandInput = {
  TableName: "counts",
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
};

let ground: Ground | undefined;
let place: Place;
let left: Cloud;
let right: Cloud;

describe.skipIf(binaries === undefined)("two nodes", () => {
  beforeAll(async () => {
    ground = await startGround(binaries ?? "");
  });
  afterAll(async () => ground?.stop());

  beforeEach(async () => {
    if (ground === undefined) throw new Error("no PostgreSQL");
    place = await ground.database();
    [left, right] = await Promise.all([openNode(place), openNode(place)]);
  });
  afterEach(async () => {
    await Promise.all([left.close(), right.close()]);
  });

  test("what one writes the other reads, in every service", async () => {
    await createTable(left);
    await new DynamoDB(configOf(left)).putItem({ TableName: "counts", Item: item("a", 7) });
    const { Item } = await new DynamoDB(configOf(right)).getItem({
      TableName: "counts",
      Key: { id: { S: "a" } },
    });
    expect(Item).toEqual(item("a", 7));

    await new IAM(configOf(right)).createUser({ UserName: "ana" });
    const { User } = await new IAM(configOf(left)).getUser({ UserName: "ana" });
    expect(User?.Arn).toBe("arn:aws:iam::000000000000:user/ana");
  });

  test("a large object put on one node is read, in part too, and deleted on the other", async () => {
    const [here, there] = [new S3(s3Config(left)), new S3(s3Config(right))];
    const bytes = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, at) => at % 251));
    const big = { Bucket: "one-cloud", Key: "big" };
    await here.createBucket({ Bucket: "one-cloud" });
    await here.putObject({ ...big, Body: bytes });

    const whole = await there.getObject(big);
    expect(Buffer.from((await whole.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
    const part = await there.getObject({ ...big, Range: "bytes=1048570-2097160" });
    expect(part.ContentRange).toBe("bytes 1048570-2097160/3000000");
    const partBytes = Buffer.from((await part.Body?.transformToByteArray()) ?? []);
    expect(partBytes.equals(bytes.subarray(1_048_570, 2_097_161))).toBe(true);

    expect(await blobCount(place)).toBe(1);
    await there.deleteObject(big);
    await expect(here.getObject(big)).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect.poll(() => blobCount(place), { timeout: 5000 }).toBe(0);
  });

  test("a key that one node issued signs requests to the other, with its policy", async () => {
    const iam = new IAM(configOf(left));
    await iam.createUser({ UserName: "reader" });
    const { AccessKey } = await iam.createAccessKey({ UserName: "reader" });
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    const reader = new SQS({ ...configOf(right), credentials });
    await expect(reader.listQueues({})).rejects.toMatchObject({ name: "AccessDenied" });
    await iam.putUserPolicy({
      UserName: "reader",
      PolicyName: "may-list",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "sqs:ListQueues", Resource: "*" }],
      }),
    });
    expect((await reader.listQueues({})).QueueUrls ?? []).toEqual([]);
  });

  test("200 increments from both sides at once add up to 200", async () => {
    await createTable(left);
    const clients = [new DynamoDB(configOf(left)), new DynamoDB(configOf(right))];
    const increment = (client: DynamoDB) =>
      client.updateItem({
        TableName: "counts",
        Key: { id: { S: "sum" } },
        UpdateExpression: "ADD amount :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      });
    await Promise.all(
      clients.flatMap((client) =>
        Array.from({ length: 5 }, async () => {
          for (let n = 0; n < 20; n++) await increment(client);
        }),
      ),
    );
    expect(await amountOf(right, "sum")).toBe(200);
  });

  test("of two conditional puts of one item exactly one wins", async () => {
    await createTable(left);
    const put = (cloud: Cloud, id: string, by: number) =>
      new DynamoDB(configOf(cloud))
        .putItem({
          TableName: "counts",
          Item: item(id, by),
          ConditionExpression: "attribute_not_exists(id)",
        })
        .then(
          () => by,
          (error: Error) => error.name,
        );
    for (let round = 0; round < 15; round++) {
      const id = `race-${round}`;
      const outcome = await Promise.all([put(left, id, 1), put(right, id, 2)]);
      expect(outcome.filter((one) => one === "ConditionalCheckFailedException")).toHaveLength(1);
      expect(outcome).toContain(await amountOf(left, id));
    }
  });

  test("a user that both create at once is created once", async () => {
    const create = (cloud: Cloud, name: string) =>
      new IAM(configOf(cloud)).createUser({ UserName: name }).then(
        () => "created",
        (error: Error) => error.name,
      );
    for (let round = 0; round < 10; round++) {
      const outcome = await Promise.all([create(left, `u${round}`), create(right, `u${round}`)]);
      expect(outcome.toSorted()).toEqual(["EntityAlreadyExistsException", "created"]);
    }
  });

  test("each of 60 messages goes to one consumer, of two on two nodes", async () => {
    const QueueUrl = await createQueue(left);
    const senders = [new SQS(configOf(left)), new SQS(configOf(right))] as const;
    await Promise.all(
      Array.from({ length: 6 }, (_, batch) =>
        senders[batch % 2 === 0 ? 0 : 1].sendMessageBatch({
          QueueUrl,
          Entries: Array.from({ length: 10 }, (__, at) => ({
            Id: `${at}`,
            MessageBody: `${batch * 10 + at}`,
          })),
        }),
      ),
    );
    const drain = async (sqs: SQS) => {
      const bodies: number[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
        if (Messages.length === 0) return bodies;
        bodies.push(...Messages.map(({ Body }) => Number(Body)));
      }
    };
    const taken = (await Promise.all(senders.map(drain))).flat().toSorted((a, b) => a - b);
    expect(taken).toEqual(Array.from({ length: 60 }, (_, at) => at));
  });

  test("a long poll on one node gets what is sent on the other", async () => {
    const QueueUrl = await createQueue(left);
    const startedMs = performance.now();
    const polled = new SQS(configOf(right)).receiveMessage({ QueueUrl, WaitTimeSeconds: 10 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await new SQS(configOf(left)).sendMessage({ QueueUrl, MessageBody: "over there" });
    expect((await polled).Messages?.map(({ Body }) => Body)).toEqual(["over there"]);
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });

  test("the clock that one winds is the clock of the other", async () => {
    const before = left.clock.now();
    await left.clock.advance(3_600_000);
    await expect
      .poll(() => right.clock.now() - before, { timeout: 5000 })
      .toBeGreaterThanOrEqual(3_600_000);
  });

  test("a node that is killed under load takes nothing with it that it had acknowledged", async () => {
    await createTable(left);
    const QueueUrl = await createQueue(left);
    const victim = await startNode(place);
    onTestFinished(() => victim.kill());
    const there = new DynamoDB({ ...clientConfig(victim), maxAttempts: 1 });
    const thereSqs = new SQS({ ...clientConfig(victim), maxAttempts: 1 });
    const acknowledged = { here: 0, there: [] as string[], sent: [] as string[] };
    let going = true;
    const here = loop(
      () => going,
      async () => {
        await addOne(new DynamoDB(configOf(left)), "sum");
        acknowledged.here += 1;
      },
    );
    const workers = Array.from({ length: 4 }, (_, worker) =>
      loop(
        () => going,
        async (n) => {
          const id = `${worker}-${n}`;
          await there.putItem({ TableName: "counts", Item: item(id, n) });
          acknowledged.there.push(id);
          await thereSqs.sendMessage({ QueueUrl, MessageBody: id });
          acknowledged.sent.push(id);
        },
      ),
    );
    await expect.poll(() => acknowledged.sent.length, { timeout: 20_000 }).toBeGreaterThan(20);
    await victim.kill();
    await Promise.all(workers);
    const before = acknowledged.here;
    // The survivor goes on at once: nothing that the dead node held stands in its way.
    await expect.poll(() => acknowledged.here, { timeout: 5000 }).toBeGreaterThan(before + 3);
    going = false;
    await here;
    expect(await amountOf(left, "sum")).toBe(acknowledged.here);
    const ids = new Set(await allIds(left));
    expect(acknowledged.there.filter((id) => !ids.has(id))).toEqual([]);
    const bodies = new Set(await allBodies(left, QueueUrl));
    expect(acknowledged.sent.filter((id) => !bodies.has(id))).toEqual([]);
  });
});

const item = (id: string, amount: number) => ({ id: { S: id }, amount: { N: `${amount}` } });

async function blobCount({ url }: Place): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ count: string }>("SELECT count(*) FROM snowglobe_blobs");
  await client.end();
  return Number(rows[0]?.count);
}

const s3Config = (cloud: Cloud) => ({ ...configOf(cloud), forcePathStyle: true });

async function createTable(cloud: Cloud): Promise<void> {
  const dynamodb = new DynamoDB(configOf(cloud));
  await dynamodb.createTable(TABLE);
  const status = async () =>
    (await dynamodb.describeTable({ TableName: "counts" })).Table?.TableStatus;
  await expect.poll(status, { timeout: 15_000 }).toBe("ACTIVE");
}

async function createQueue(cloud: Cloud): Promise<string> {
  const { QueueUrl } = await new SQS(configOf(cloud)).createQueue({ QueueName: "shared" });
  return QueueUrl ?? "";
}

const addOne = (client: DynamoDB, id: string) =>
  client.updateItem({
    TableName: "counts",
    Key: { id: { S: id } },
    UpdateExpression: "ADD amount :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
  });

async function amountOf(cloud: Cloud, id: string): Promise<number> {
  const { Item } = await new DynamoDB(configOf(cloud)).getItem({
    TableName: "counts",
    Key: { id: { S: id } },
    ConsistentRead: true,
  });
  return Number(Item?.["amount"]?.N);
}

async function allIds(cloud: Cloud): Promise<string[]> {
  const { Items = [] } = await new DynamoDB(configOf(cloud)).scan({ TableName: "counts" });
  return Items.map(({ id }) => id?.S ?? "");
}

async function allBodies(cloud: Cloud, QueueUrl: string): Promise<string[]> {
  const sqs = new SQS(configOf(cloud));
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body }) => Body ?? ""));
  }
}

/** Until told to stop, or until the work fails: its node is gone. */
async function loop(goes: () => boolean, work: (n: number) => Promise<void>): Promise<void> {
  for (let n = 0; goes(); n++) {
    try {
      await work(n);
    } catch {
      return;
    }
  }
}
