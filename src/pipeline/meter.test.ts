import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { STS } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import type { BoundService, Run } from "../kernel/context.ts";
import { cloudwatch } from "../services/cloudwatch/service.ts";
import { startCloud, type TestCloud } from "../testing/cloud.ts";
import { meterWithin } from "./meter.ts";

const used = async (cloud: TestCloud) =>
  (await cloud.usage()).map(({ service, operation, quantity }) => [service, operation, quantity]);

test("services that are free leave no line", async () => {
  const cloud = await startCloud();
  await new STS(cloud.config()).getCallerIdentity({});
  await new IAM(cloud.config()).listUsers({});
  await new DynamoDB(cloud.config()).listTables({});
  expect(await cloud.usage()).toEqual([]);
});

test("each account and region has lines of its own", async () => {
  const cloud = await startCloud();
  const list = (accountId: string, region: string) =>
    new SQS(cloud.config({ accountId, region })).listQueues({});
  await list("000000000000", "us-east-1");
  await list("000000000000", "us-east-1");
  await list("000000000000", "eu-west-1");
  await list("111122223333", "us-east-1");
  const lines = await cloud.usage();
  expect(lines.map((line) => [line.accountId, line.region, line.quantity])).toEqual([
    ["000000000000", "eu-west-1", 1],
    ["000000000000", "us-east-1", 2],
    ["111122223333", "us-east-1", 1],
  ]);
});

test("what is denied, and what faults take away, is not counted", async () => {
  const cloud = await startCloud();
  const root = new SQS({ ...cloud.config(), maxAttempts: 1 });
  const iam = new IAM(cloud.config());
  await iam.createUser({ UserName: "ana" });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ana" });
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const ana = new SQS(cloud.config({ credentials }));
  await expect(ana.listQueues({})).rejects.toThrow("not authorized");
  cloud.faults.add({ service: "sqs", throttle: true, count: 1 });
  await expect(root.listQueues({})).rejects.toThrow();
  cloud.faults.add({ service: "sqs", drop: true, count: 1 });
  await expect(root.listQueues({})).rejects.toThrow();
  expect(await used(cloud)).toEqual([]);
  await root.listQueues({});
  expect(await used(cloud)).toEqual([["sqs", "ListQueues", 1]]);
});

test("what one service asks of another for the caller is counted once", async () => {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const { QueueUrl } = await sqs.createQueue({
    QueueName: "orders",
    Attributes: { KmsMasterKeyId: "alias/aws/sqs" },
  });
  await sqs.sendMessage({ QueueUrl, MessageBody: "one" });
  expect(await used(cloud)).toEqual([
    ["kms", "GenerateDataKey", 1],
    ["sqs", "CreateQueue", 1],
    ["sqs", "SendMessage", 1],
  ]);
  const [line] = (await cloud.usage()).filter(({ service }) => service === "kms");
  const { KeyMetadata } = await new KMS(cloud.config()).describeKey({ KeyId: "alias/aws/sqs" });
  expect(line?.resource).toBe(KeyMetadata?.Arn);
});

test.for([
  ["user", 1],
  ["service", 0],
] as const)("a call by a service as a %s leaves %i lines", ([kind, count]) => {
  const counted: unknown[] = [];
  const caller = { kind, accountId: "000000000000", arn: "", userId: "" };
  const place = { accountId: "000000000000", region: "us-east-1" };
  const attempt = { transaction: { use: (one: unknown) => counted.push(one) } } as unknown as Run;
  const bound = cloudwatch as BoundService;
  const invocation = { bound, operation: "PutMetricData", input: {}, identity: { caller }, place };
  meterWithin(attempt, invocation, {});
  expect(counted.length).toBe(count);
});

test("hours are those of the cloud's clock", async () => {
  const cloud = await startCloud();
  const s3 = new S3(cloud.config());
  for (const _day of [1, 2]) {
    await s3.listBuckets({});
    await cloud.clock.advance({ days: 30, minutes: 1 });
  }
  const lines = await cloud.usage();
  const requests = lines.filter(({ unit }) => unit === "Requests");
  expect(requests.map(({ hourAt }) => new Date(hourAt).toISOString())).toEqual([
    "2030-01-01T00:00:00.000Z",
    "2030-01-31T00:00:00.000Z",
  ]);
  const from = Date.parse("2030-01-31T00:00:00Z");
  expect((await cloud.usage({ from })).length).toBe(2);
  expect((await cloud.usage({ to: from })).length).toBe(2);
});

test("a fork goes on from what was used, and a reset begins anew", async () => {
  const cloud = await startCloud();
  const list = (of: TestCloud) => new SQS(of.config()).listQueues({});
  await list(cloud);
  const fork = cloud.fork();
  await list(fork);
  await list(fork);
  expect([await used(cloud), await used(fork)]).toEqual([
    [["sqs", "ListQueues", 1]],
    [["sqs", "ListQueues", 3]],
  ]);
  await list(cloud);
  await cloud.reset();
  expect(await used(cloud)).toEqual([]);
  await list(cloud);
  expect(await used(cloud)).toEqual([["sqs", "ListQueues", 1]]);
});
