import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function world(QueueName = "orders", region = "us-east-1") {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config({ region }));
  const fifo = QueueName.endsWith(".fifo");
  const { QueueUrl } = await sqs.createQueue({
    QueueName,
    Attributes: fifo ? { FifoQueue: "true", ContentBasedDeduplication: "true" } : {},
  });
  /** Operation and quantity of all lines but that of making the queue. */
  const used = async () =>
    (await cloud.usage())
      .filter(({ operation }) => operation !== "CreateQueue")
      .map(({ operation, quantity }) => [operation, quantity]);
  return { cloud, sqs, QueueUrl, used };
}

test("a line names request, queue and region as the bill does", async () => {
  const { cloud, sqs, QueueUrl } = await world("orders", "eu-west-1");
  await sqs.sendMessage({ QueueUrl, MessageBody: "one" });
  const common = {
    hourAt: Date.parse("2030-01-01T00:00:00Z"),
    accountId: "000000000000",
    region: "eu-west-1",
    service: "sqs",
    usageType: "EU-Requests-Tier1",
    resource: "arn:aws:sqs:eu-west-1:000000000000:orders",
    unit: "Requests",
    quantity: 1,
  };
  expect(await cloud.usage()).toEqual([
    { ...common, operation: "CreateQueue" },
    { ...common, operation: "SendMessage" },
  ]);
});

test.for([
  ["orders", "us-east-1", "Requests-RBP"],
  ["orders.fifo", "us-east-1", "Requests-FIFO-RBP"],
  ["orders", "ap-northeast-1", "APN1-Requests-Tier1"],
  ["orders.fifo", "ap-northeast-1", "APN1-Requests-FIFO-Tier1"],
] as const)("requests of %s in %s are %s", async ([name, region, usageType]) => {
  const { cloud } = await world(name, region);
  expect((await cloud.usage()).map((line) => line.usageType)).toEqual([usageType]);
});

test("every 64 KiB that a call carries are a request", async () => {
  const { sqs, QueueUrl, used } = await world();
  await sqs.sendMessage({ QueueUrl, MessageBody: "x".repeat(65_536) });
  await sqs.sendMessage({ QueueUrl, MessageBody: "x".repeat(65_537) });
  expect(await used()).toEqual([["SendMessage", 3]]);
});

test("attributes count, and so do the bytes of letters, not the letters", async () => {
  const { sqs, QueueUrl, used } = await world();
  const MessageAttributes = { a: { DataType: "String", StringValue: "x" } };
  await sqs.sendMessage({ QueueUrl, MessageBody: "x".repeat(65_536), MessageAttributes });
  await sqs.sendMessage({ QueueUrl, MessageBody: "é".repeat(40_000) });
  await sqs.receiveMessage({ QueueUrl, MessageAttributeNames: ["All"] });
  expect(await used()).toEqual([
    ["ReceiveMessage", 2],
    ["SendMessage", 4],
  ]);
});

test("a batch is one request while it is small, and is received as such", async () => {
  const { sqs, QueueUrl, used } = await world();
  const entry = (Id: string, bytes: number) => ({ Id, MessageBody: "x".repeat(bytes) });
  await sqs.sendMessageBatch({ QueueUrl, Entries: [entry("a", 10), entry("b", 10)] });
  const { Messages } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
  expect(Messages?.length).toBe(2);
  await sqs.sendMessageBatch({ QueueUrl, Entries: [entry("a", 50_000), entry("b", 50_000)] });
  await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
  await sqs.receiveMessage({ QueueUrl });
  expect(await used()).toEqual([
    ["ReceiveMessage", 4],
    ["SendMessageBatch", 3],
  ]);
});

test("the queue is known by its name as by its URL, and a list is of none", async () => {
  const { cloud, sqs } = await world();
  await sqs.getQueueUrl({ QueueName: "orders" });
  await sqs.listQueues({});
  const lines = await cloud.usage();
  expect(lines.map(({ operation, resource }) => [operation, resource])).toEqual([
    ["CreateQueue", "arn:aws:sqs:us-east-1:000000000000:orders"],
    ["GetQueueUrl", "arn:aws:sqs:us-east-1:000000000000:orders"],
    ["ListQueues", ""],
  ]);
});

test("the owner of a queue pays for what others ask of it", async () => {
  const { cloud, sqs, QueueUrl } = await world();
  const AWSAccountIds = ["111122223333"];
  await sqs.addPermission({ QueueUrl, Label: "all", AWSAccountIds, Actions: ["SendMessage"] });
  const stranger = new SQS(cloud.config({ accountId: "111122223333" }));
  await stranger.sendMessage({ QueueUrl, MessageBody: "one" });
  const [line] = (await cloud.usage()).filter(({ operation }) => operation === "SendMessage");
  expect([line?.accountId, line?.resource]).toEqual([
    "000000000000",
    "arn:aws:sqs:us-east-1:000000000000:orders",
  ]);
});

test("what is refused is not counted", async () => {
  const { sqs, QueueUrl, used } = await world();
  await expect(sqs.sendMessage({ QueueUrl, MessageBody: "" })).rejects.toThrow();
  expect(await used()).toEqual([]);
});
