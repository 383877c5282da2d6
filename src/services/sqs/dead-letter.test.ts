import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const ARN = "arn:aws:sqs:us-east-1:000000000000";

async function world(fifo = false) {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const suffix = fifo ? ".fifo" : "";
  const kind = fifo ? { FifoQueue: "true", ContentBasedDeduplication: "true" } : {};
  const letters = (await sqs.createQueue({ QueueName: `letters${suffix}`, Attributes: kind }))
    .QueueUrl;
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: `${ARN}:letters${suffix}`,
    maxReceiveCount: "2",
  });
  const Attributes = { ...kind, RedrivePolicy, VisibilityTimeout: "1" };
  const { QueueUrl } = await sqs.createQueue({ QueueName: `orders${suffix}`, Attributes });
  const receive = async (from: string | undefined, more = {}) =>
    (await sqs.receiveMessage({ QueueUrl: from, MaxNumberOfMessages: 10, ...more })).Messages ?? [];
  return { cloud, sqs, QueueUrl, letters, receive };
}

test("the receive that would be one too many moves a message, with its id and its history", async () => {
  const { cloud, sqs, QueueUrl, letters, receive } = await world();
  const MessageAttributes = { kind: { DataType: "String", StringValue: "x" } };
  const { MessageId } = await sqs.sendMessage({ QueueUrl, MessageBody: "a", MessageAttributes });
  for (const count of [1, 1, 0]) {
    expect((await receive(QueueUrl)).length).toBe(count);
    await cloud.clock.advance({ seconds: 1 });
  }
  const [message] = await receive(letters, {
    AttributeNames: ["All"],
    MessageAttributeNames: ["All"],
  });
  expect({ ...message, ReceiptHandle: "" }).toEqual({
    MessageId,
    ReceiptHandle: "",
    MD5OfBody: "0cc175b9c0f1b6a831c399e269772661",
    Body: "a",
    Attributes: {
      SenderId: "000000000000",
      SentTimestamp: "1893456000000",
      ApproximateReceiveCount: "3",
      ApproximateFirstReceiveTimestamp: "1893456000000",
      DeadLetterQueueSourceArn: `${ARN}:orders`,
    },
    MD5OfMessageAttributes: "57dd03eb020678b56fd5c31e88f4cff1",
    MessageAttributes,
  });
});

test("a dead letter is received as often from a queue that has dead letters of its own", async () => {
  const { cloud, sqs, QueueUrl, letters, receive } = await world();
  const last = (await sqs.createQueue({ QueueName: "last" })).QueueUrl;
  const RedrivePolicy = `{"deadLetterTargetArn":"${ARN}:last","maxReceiveCount":2}`;
  const Attributes = { RedrivePolicy, VisibilityTimeout: "1" };
  await sqs.setQueueAttributes({ QueueUrl: letters, Attributes });
  await sqs.sendMessage({ QueueUrl, MessageBody: "a" });
  const counts: unknown[] = [];
  for (const from of [QueueUrl, QueueUrl, QueueUrl, letters, letters, letters, last]) {
    const [message] = await receive(from, { AttributeNames: ["All"] });
    counts.push(message?.Attributes?.["ApproximateReceiveCount"]);
    await cloud.clock.advance({ seconds: 1 });
  }
  expect(counts).toEqual(["1", "2", undefined, "3", "4", undefined, "5"]);
});

test("messages behind a dead letter come at once", async () => {
  const { cloud, sqs, QueueUrl, receive } = await world();
  await sqs.sendMessage({ QueueUrl, MessageBody: "dead" });
  for (let times = 0; times < 2; times++) {
    await receive(QueueUrl);
    await cloud.clock.advance({ seconds: 1 });
  }
  await sqs.sendMessage({ QueueUrl, MessageBody: "next" });
  expect((await receive(QueueUrl, { MaxNumberOfMessages: 1 })).map(({ Body }) => Body)).toEqual([
    "next",
  ]);
});

test("in a FIFO queue the group goes on behind its dead letter, which keeps its group", async () => {
  const { cloud, sqs, QueueUrl, letters, receive } = await world(true);
  for (const MessageBody of ["dead", "next"]) {
    await sqs.sendMessage({ QueueUrl, MessageBody, MessageGroupId: "g" });
  }
  for (let times = 0; times < 2; times++) {
    await receive(QueueUrl, { MaxNumberOfMessages: 1 });
    await cloud.clock.advance({ seconds: 1 });
  }
  expect((await receive(QueueUrl)).map(({ Body }) => Body)).toEqual(["next"]);
  const [letter] = await receive(letters, { AttributeNames: ["MessageGroupId"] });
  expect([letter?.Body, letter?.Attributes]).toEqual(["dead", { MessageGroupId: "g" }]);
});

test("one who waits at the dead-letter queue gets what arrives", async () => {
  const { cloud, sqs, QueueUrl, letters, receive } = await world();
  await sqs.sendMessage({ QueueUrl, MessageBody: "a" });
  const waiting = receive(letters, { WaitTimeSeconds: 20 });
  for (let times = 0; times < 3; times++) {
    await receive(QueueUrl);
    await cloud.clock.advance({ seconds: 1 });
  }
  expect((await waiting).map(({ Body }) => Body)).toEqual(["a"]);
});

test("the redrive policy is told with a number, and the dead-letter queue knows its sources", async () => {
  const { sqs, QueueUrl, letters } = await world();
  const { Attributes } = await sqs.getQueueAttributes({
    QueueUrl,
    AttributeNames: ["RedrivePolicy"],
  });
  const sources = await sqs.listDeadLetterSourceQueues({ QueueUrl: letters });
  expect([Attributes, sources.queueUrls]).toEqual([
    { RedrivePolicy: `{"deadLetterTargetArn":"${ARN}:letters","maxReceiveCount":2}` },
    [QueueUrl],
  ]);
});

test("a queue that lets nobody redrive to it is no target, and one of the other type neither", async () => {
  const { sqs, QueueUrl, letters } = await world();
  const RedrivePolicy = `{"deadLetterTargetArn":"${ARN}:letters","maxReceiveCount":1}`;
  await sqs.setQueueAttributes({
    QueueUrl: letters,
    Attributes: { RedriveAllowPolicy: '{"redrivePermission":"denyAll"}' },
  });
  await expect(
    sqs.setQueueAttributes({ QueueUrl, Attributes: { RedrivePolicy } }),
  ).rejects.toMatchObject({ name: "InvalidParameterValue" });
  await expect(
    sqs.createQueue({ QueueName: "x.fifo", Attributes: { FifoQueue: "true", RedrivePolicy } }),
  ).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message:
      `Value ${RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: ` +
      "Dead-letter queue must be same type of queue as the source..",
  });
});

test("the pages of a dead-letter queue's sources go on where one was deleted", async () => {
  const { sqs, letters } = await world();
  const RedrivePolicy = `{"deadLetterTargetArn":"${ARN}:letters","maxReceiveCount":1}`;
  const urls: (string | undefined)[] = [];
  for (const QueueName of ["a", "b", "c"]) {
    const made = await sqs.createQueue({ QueueName, Attributes: { RedrivePolicy } });
    urls.push(made.QueueUrl);
  }
  const asked = { QueueUrl: letters, MaxResults: 2 };
  const first = await sqs.listDeadLetterSourceQueues(asked);
  expect(first.queueUrls).toEqual(urls.slice(0, 2));
  await sqs.deleteQueue({ QueueUrl: urls[1] });
  const second = await sqs.listDeadLetterSourceQueues({ ...asked, NextToken: first.NextToken });
  expect(second.queueUrls?.slice(0, 1)).toEqual(urls.slice(2));
});
