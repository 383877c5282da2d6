/** A small world with something of every kind in it, and what has to be true of it wherever it is. */
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { STS } from "@aws-sdk/client-sts";
import { expect } from "vitest";

export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly requestHandler?: never;
}

/** What the checks have to know of the world that was made. */
export interface Populated {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const SMALL = Buffer.from("a small object");
/** Too large to lie in a row. */
export const LARGE = Buffer.alloc(9 * 1024 * 1024, "snowflake ");

export async function populate(settings: ClientSettings): Promise<Populated> {
  const dynamodb = new DynamoDB(settings);
  await dynamodb.createTable({
    TableName: "orders",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  });
  await expect.poll(() => statusOf(dynamodb), { timeout: 10_000 }).toBe("ACTIVE");
  for (let n = 0; n < 20; n++) {
    await dynamodb.putItem({
      TableName: "orders",
      Item: { id: { S: `${n}` }, bytes: { B: Buffer.from([0, n, 255]) } },
    });
  }
  const sqs = new SQS(settings);
  const { QueueUrl } = await sqs.createQueue({ QueueName: "letters" });
  await sqs.sendMessage({ QueueUrl, MessageBody: "Grüße ❄" });

  const s3 = new S3({ ...settings, forcePathStyle: true });
  await s3.createBucket({ Bucket: "snow-drift" });
  await s3.putObject({ Bucket: "snow-drift", Key: "small", Body: SMALL });
  await s3.putObject({ Bucket: "snow-drift", Key: "large", Body: LARGE });

  const iam = new IAM(settings);
  await iam.createUser({ UserName: "ana" });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ana" });
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
}

const statusOf = async (dynamodb: DynamoDB) =>
  (await dynamodb.describeTable({ TableName: "orders" })).Table?.TableStatus;

/** Reads everything again. */
export async function expectPopulated(settings: ClientSettings, made: Populated): Promise<void> {
  const { Items = [] } = await new DynamoDB(settings).scan({ TableName: "orders" });
  const items = Items.map(({ id, bytes }) => [Number(id?.S), [...(bytes?.B ?? [])]] as const);
  expect(items.toSorted(([a], [b]) => a - b)).toEqual(
    Array.from({ length: 20 }, (_, n) => [n, [0, n, 255]]),
  );

  const sqs = new SQS(settings);
  const { QueueUrl } = await sqs.getQueueUrl({ QueueName: "letters" });
  const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, VisibilityTimeout: 0 });
  expect(Messages.map(({ Body }) => Body)).toEqual(["Grüße ❄"]);

  const s3 = new S3({ ...settings, forcePathStyle: true });
  expect(await bytesOf(s3, "small")).toEqual(SMALL);
  expect((await bytesOf(s3, "large")).equals(LARGE)).toBe(true);

  const sts = new STS({ ...settings, credentials: made });
  expect((await sts.getCallerIdentity({})).Arn).toBe("arn:aws:iam::000000000000:user/ana");
}

export async function expectEmpty(settings: ClientSettings): Promise<void> {
  expect((await new DynamoDB(settings).listTables({})).TableNames).toEqual([]);
  expect((await new SQS(settings).listQueues({})).QueueUrls ?? []).toEqual([]);
  expect((await new S3(settings).listBuckets({})).Buckets ?? []).toEqual([]);
  expect((await new IAM(settings).listUsers({})).Users).toEqual([]);
}

async function bytesOf(s3: S3, Key: string): Promise<Buffer> {
  const { Body } = await s3.getObject({ Bucket: "snow-drift", Key });
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}
