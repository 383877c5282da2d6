import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const START = "1893456000";

test("creating the same queue twice gives the same URL", async () => {
  const sqs = new SQS((await startCloud()).config());
  const first = await sqs.createQueue({ QueueName: "orders", Attributes: { DelaySeconds: "5" } });
  const again = await sqs.createQueue({ QueueName: "orders", Attributes: { DelaySeconds: "5" } });
  const { QueueUrl } = await sqs.getQueueUrl({ QueueName: "orders" });
  const url = "http://localhost:4566/000000000000/orders";
  expect([first.QueueUrl, again.QueueUrl, QueueUrl]).toEqual([url, url, url]);
});

test("creating it with another value for an attribute is refused", async () => {
  const sqs = new SQS((await startCloud()).config());
  await sqs.createQueue({ QueueName: "orders" });
  await expect(
    sqs.createQueue({ QueueName: "orders", Attributes: { DelaySeconds: "5" } }),
  ).rejects.toMatchObject({
    name: "QueueNameExists",
    message:
      "A queue already exists with the same name and a different value for attribute DelaySeconds",
    $metadata: { httpStatusCode: 400 },
  });
});

test.for([
  ["", {}, "Queue name cannot be empty"],
  [
    "a b",
    {},
    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
  ],
  [
    "x".repeat(81),
    {},
    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
  ],
  [
    "a.fifo",
    {},
    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
  ],
  [
    "a",
    { FifoQueue: "true" },
    "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, " +
      "must end with .fifo suffix and be 1 to 80 in length.",
  ],
] as const)("the name %s is refused with %o", async ([QueueName, Attributes, message]) => {
  const sqs = new SQS((await startCloud()).config());
  await expect(sqs.createQueue({ QueueName, Attributes })).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message,
    $metadata: { httpStatusCode: 400 },
  });
});

test("a queue that does not exist is told so in every operation on it", async () => {
  const sqs = new SQS((await startCloud()).config());
  const refused = {
    name: "QueueDoesNotExist",
    message: "The specified queue does not exist.",
    $metadata: { httpStatusCode: 400 },
  };
  const QueueUrl = "http://localhost:4566/000000000000/none";
  await expect(sqs.getQueueUrl({ QueueName: "none" })).rejects.toMatchObject(refused);
  await expect(sqs.sendMessage({ QueueUrl, MessageBody: "a" })).rejects.toMatchObject(refused);
  await expect(sqs.receiveMessage({ QueueUrl })).rejects.toMatchObject(refused);
  await expect(sqs.deleteQueue({ QueueUrl })).rejects.toMatchObject(refused);
});

test("a queue is reached by every form of its URL, and by its bare name", async () => {
  const sqs = new SQS((await startCloud()).config());
  await sqs.createQueue({ QueueName: "orders" });
  const urls = [
    "http://localhost:4566/000000000000/orders",
    "http://localhost:4566/000000000000/orders/",
    "https://sqs.us-east-1.amazonaws.com/000000000000/orders",
    "http://sqs.us-east-1.localhost.localstack.cloud:4566/000000000000/orders",
    "sqs.us-east-1.localhost/000000000000/orders",
    "http://localhost:4566/queue/us-east-1/000000000000/orders",
    "http://localhost:9324/queue/orders",
    "orders",
  ];
  // The client would send the request to the queue URL's host: here it is the queue that counts.
  const plain = new SQS({ ...(await startCloud()).config(), useQueueUrlAsEndpoint: false });
  await plain.createQueue({ QueueName: "orders" });
  for (const QueueUrl of urls) {
    const { Attributes } = await plain.getQueueAttributes({
      QueueUrl,
      AttributeNames: ["QueueArn"],
    });
    expect(Attributes).toEqual({ QueueArn: "arn:aws:sqs:us-east-1:000000000000:orders" });
  }
});

test("queues are listed by prefix, in pages of the size asked for", async () => {
  const sqs = new SQS((await startCloud()).config());
  for (const QueueName of ["b-1", "a-3", "a-1", "a-2", "c-1"]) await sqs.createQueue({ QueueName });
  const url = (name: string) => `http://localhost:4566/000000000000/${name}`;
  const all = await sqs.listQueues({});
  const first = await sqs.listQueues({ QueueNamePrefix: "a-", MaxResults: 2 });
  const rest = await sqs.listQueues({
    QueueNamePrefix: "a-",
    MaxResults: 2,
    NextToken: first.NextToken,
  });
  const none = await sqs.listQueues({ QueueNamePrefix: "z" });
  expect(all.QueueUrls).toEqual(["a-1", "a-2", "a-3", "b-1", "c-1"].map(url));
  expect([first.QueueUrls, first.NextToken]).toEqual([
    [url("a-1"), url("a-2")],
    Buffer.from(url("a-2")).toString("base64"),
  ]);
  expect([rest.QueueUrls, rest.NextToken]).toEqual([[url("a-3")], undefined]);
  expect(none.QueueUrls).toBeUndefined();
});

test("a purged queue is empty, and is not purged again within a minute", async () => {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  await sqs.sendMessage({ QueueUrl, MessageBody: "a" });
  await sqs.purgeQueue({ QueueUrl });
  expect((await sqs.receiveMessage({ QueueUrl })).Messages).toBeUndefined();
  await expect(sqs.purgeQueue({ QueueUrl })).rejects.toMatchObject({
    name: "PurgeQueueInProgress",
    message: "Only one PurgeQueue operation on orders is allowed every 60 seconds.",
    $metadata: { httpStatusCode: 403 },
  });
  await cloud.clock.advance({ seconds: 60 });
  await sqs.purgeQueue({ QueueUrl });
});

test("the name of a deleted queue rests for a minute, and its successor starts empty", async () => {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  await sqs.sendMessage({ QueueUrl, MessageBody: "a" });
  await sqs.deleteQueue({ QueueUrl });
  await expect(sqs.createQueue({ QueueName: "orders" })).rejects.toMatchObject({
    name: "QueueDeletedRecently",
    message:
      "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
    $metadata: { httpStatusCode: 400 },
  });
  await cloud.clock.advance({ seconds: 60 });
  await sqs.createQueue({ QueueName: "orders" });
  const { Attributes } = await sqs.getQueueAttributes({
    QueueUrl,
    AttributeNames: ["ApproximateNumberOfMessages", "CreatedTimestamp"],
  });
  expect(Attributes).toEqual({
    ApproximateNumberOfMessages: "0",
    CreatedTimestamp: String(Number(START) + 60),
  });
});

test("tags are set, merged and taken away", async () => {
  const sqs = new SQS((await startCloud()).config());
  const { QueueUrl } = await sqs.createQueue({
    QueueName: "orders",
    tags: { team: "a", stage: "x" },
  });
  await sqs.tagQueue({ QueueUrl, Tags: { stage: "test", cost: "" } });
  await sqs.untagQueue({ QueueUrl, TagKeys: ["team", "unknown"] });
  expect((await sqs.listQueueTags({ QueueUrl })).Tags).toEqual({ stage: "test", cost: "" });
});
