/** Accounts and regions are worlds apart; the names of buckets are everybody's. */
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { STS } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCloud, type TestCloud } from "../../src/testing/cloud.ts";

const HERE = { accountId: "111111111111", region: "us-east-1" };
const ELSEWHERE = { accountId: "111111111111", region: "eu-central-1" };
const SOMEBODY = { accountId: "222222222222", region: "us-east-1" };

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.close());

test("an account is the one that its key names", async () => {
  const accounts = await Promise.all(
    [HERE, SOMEBODY].map(async (place) => {
      const { Account, Arn } = await new STS(cloud.config(place)).getCallerIdentity({});
      return [Account, Arn];
    }),
  );
  expect(accounts).toEqual([
    ["111111111111", "arn:aws:iam::111111111111:root"],
    ["222222222222", "arn:aws:iam::222222222222:root"],
  ]);
});

test("a table of one region and account is in no other", async () => {
  const make = (place: typeof HERE) =>
    new DynamoDB(cloud.config(place)).createTable({
      TableName: "orders",
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    });
  const arns: (string | undefined)[] = [];
  for (const place of [HERE, ELSEWHERE, SOMEBODY]) {
    expect((await new DynamoDB(cloud.config(place)).listTables({})).TableNames).toEqual([]);
    arns.push((await make(place)).TableDescription?.TableArn);
    await cloud.clock.advance({ minutes: 1 });
    const { TableNames } = await new DynamoDB(cloud.config(place)).listTables({});
    expect(TableNames).toEqual(["orders"]);
  }
  expect(arns).toEqual([
    "arn:aws:dynamodb:us-east-1:111111111111:table/orders",
    "arn:aws:dynamodb:eu-central-1:111111111111:table/orders",
    "arn:aws:dynamodb:us-east-1:222222222222:table/orders",
  ]);
  await new DynamoDB(cloud.config(HERE)).putItem({
    TableName: "orders",
    Item: { id: { S: "1" } },
  });
  for (const place of [ELSEWHERE, SOMEBODY]) {
    const { Count } = await new DynamoDB(cloud.config(place)).scan({ TableName: "orders" });
    expect(Count).toBe(0);
  }
});

test("a queue is not found from another region, nor by another account", async () => {
  await new SQS(cloud.config(HERE)).createQueue({ QueueName: "letters" });
  for (const place of [ELSEWHERE, SOMEBODY]) {
    await expect(
      new SQS(cloud.config(place)).getQueueUrl({ QueueName: "letters" }),
    ).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  }
});

test("a user is an account's, in all of its regions", async () => {
  await new IAM(cloud.config(HERE)).createUser({ UserName: "ana" });
  const { User } = await new IAM(cloud.config(ELSEWHERE)).getUser({ UserName: "ana" });
  expect(User?.Arn).toBe("arn:aws:iam::111111111111:user/ana");
  await expect(new IAM(cloud.config(SOMEBODY)).getUser({ UserName: "ana" })).rejects.toMatchObject({
    name: "NoSuchEntityException",
  });
});

test("the name of a bucket is taken for everybody, and its content is its owner's", async () => {
  const s3 = (place: typeof HERE) => new S3({ ...cloud.config(place), forcePathStyle: true });
  await s3(HERE).createBucket({ Bucket: "everybodys-name" });
  await s3(HERE).putObject({ Bucket: "everybodys-name", Key: "mine", Body: "mine" });
  await expect(s3(SOMEBODY).createBucket({ Bucket: "everybodys-name" })).rejects.toMatchObject({
    name: "BucketAlreadyExists",
    $metadata: { httpStatusCode: 409 },
  });
  await expect(
    s3(SOMEBODY).getObject({ Bucket: "everybodys-name", Key: "mine" }),
  ).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
  expect((await s3(SOMEBODY).listBuckets({})).Buckets ?? []).toEqual([]);
  const { Buckets = [] } = await s3(ELSEWHERE).listBuckets({});
  expect(Buckets.map(({ Name }) => Name)).toEqual(["everybodys-name"]);
});
