import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const ARN = "arn:aws:sqs:us-east-1:000000000000";

test("a new queue has AWS's defaults", async () => {
  const sqs = new SQS((await startCloud()).config());
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
  expect(Attributes).toEqual({
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesDelayed: "0",
    ApproximateNumberOfMessagesNotVisible: "0",
    CreatedTimestamp: "1893456000",
    DelaySeconds: "0",
    LastModifiedTimestamp: "1893456000",
    MaximumMessageSize: "1048576",
    MessageRetentionPeriod: "345600",
    QueueArn: `${ARN}:orders`,
    ReceiveMessageWaitTimeSeconds: "0",
    SqsManagedSseEnabled: "true",
    VisibilityTimeout: "30",
  });
});

test("a FIFO queue has its own, and tells True as true", async () => {
  const sqs = new SQS((await startCloud()).config());
  const { QueueUrl } = await sqs.createQueue({
    QueueName: "orders.fifo",
    Attributes: { FifoQueue: "True" },
  });
  const { Attributes } = await sqs.getQueueAttributes({
    QueueUrl,
    AttributeNames: [
      "FifoQueue",
      "ContentBasedDeduplication",
      "DeduplicationScope",
      "FifoThroughputLimit",
    ],
  });
  expect(Attributes).toEqual({
    ContentBasedDeduplication: "false",
    DeduplicationScope: "queue",
    FifoQueue: "true",
    FifoThroughputLimit: "perQueue",
  });
});

test("attributes are changed, a KMS key switches SQS's own encryption off, an empty text takes it away", async () => {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  await cloud.clock.advance({ seconds: 10 });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { KmsMasterKeyId: "some-key" } });
  const AttributeNames = [
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "SqsManagedSseEnabled",
    "LastModifiedTimestamp",
  ] as const;
  const names = { QueueUrl, AttributeNames: [...AttributeNames] };
  expect((await sqs.getQueueAttributes(names)).Attributes).toEqual({
    KmsMasterKeyId: "some-key",
    KmsDataKeyReusePeriodSeconds: "300",
    SqsManagedSseEnabled: "false",
    LastModifiedTimestamp: "1893456010",
  });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { KmsMasterKeyId: "" } });
  expect((await sqs.getQueueAttributes(names)).Attributes).toEqual({
    SqsManagedSseEnabled: "false",
    LastModifiedTimestamp: "1893456010",
  });
});

test.for([
  [
    { DelaySeconds: "901" },
    "InvalidAttributeValue",
    "Invalid value for the parameter DelaySeconds.",
  ],
  [
    { VisibilityTimeout: "x" },
    "InvalidAttributeValue",
    "Invalid value for the parameter VisibilityTimeout.",
  ],
  [
    { MaximumMessageSize: "1048577" },
    "InvalidAttributeValue",
    "Invalid value for the parameter MaximumMessageSize.",
  ],
  [{ Policy: "{" }, "InvalidAttributeValue", "Invalid value for the parameter Policy."],
  [{ FifoQueue: "false" }, "InvalidAttributeName", "Unknown Attribute FifoQueue."],
  [{ QueueArn: "x" }, "InvalidAttributeName", "Unknown Attribute QueueArn."],
  [
    { DeduplicationScope: "queue" },
    "InvalidAttributeName",
    "You can specify the DeduplicationScope only when FifoQueue is set to true.",
  ],
  [
    { RedrivePolicy: "x" },
    "InvalidAttributeValue",
    "Invalid value for the parameter RedrivePolicy. Reason: Redrive policy is not a valid JSON map.",
  ],
  [
    { RedrivePolicy: '{"maxReceiveCount":1}' },
    "InvalidParameterValue",
    'Value {"maxReceiveCount":1} for parameter RedrivePolicy is invalid. Reason: ' +
      "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.",
  ],
  [
    { RedrivePolicy: `{"deadLetterTargetArn":"${ARN}:none","maxReceiveCount":1}` },
    "InvalidParameterValue",
    `Value {"deadLetterTargetArn":"${ARN}:none","maxReceiveCount":1} for parameter RedrivePolicy is invalid. ` +
      "Reason: Dead letter target does not exist.",
  ],
] as const)("a standard queue refuses %o", async ([Attributes, name, message]) => {
  const sqs = new SQS((await startCloud()).config());
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  await expect(sqs.setQueueAttributes({ QueueUrl, Attributes })).rejects.toMatchObject({
    name,
    message,
    $metadata: { httpStatusCode: 400 },
  });
});

test("a queue keeps its type", async () => {
  const sqs = new SQS((await startCloud()).config());
  const { QueueUrl } = await sqs.createQueue({
    QueueName: "orders.fifo",
    Attributes: { FifoQueue: "true" },
  });
  await expect(
    sqs.setQueueAttributes({ QueueUrl, Attributes: { FifoQueue: "false" } }),
  ).rejects.toMatchObject({
    name: "InvalidAttributeValue",
    message:
      "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.",
  });
});

test.for([
  ["orders.fifo", { FifoQueue: "true", ContentBasedDeduplication: "true" }, ["a"]],
  ["orders", {}, undefined],
] as const)("a shorter delay of %s, for what waits there", async ([QueueName, more, bodies]) => {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const Attributes = { ...more, DelaySeconds: "100" };
  const { QueueUrl } = await sqs.createQueue({ QueueName, Attributes });
  await sqs.sendMessage({ QueueUrl, MessageBody: "a", MessageGroupId: "g" });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { DelaySeconds: "10" } });
  await cloud.idle();
  await cloud.clock.advance({ seconds: 9 });
  expect((await sqs.receiveMessage({ QueueUrl })).Messages).toBeUndefined();
  await cloud.clock.advance({ seconds: 1 });
  const { Messages } = await sqs.receiveMessage({ QueueUrl });
  expect(Messages?.map(({ Body }) => Body)).toEqual(bodies);
});

test("a longer delay of a FIFO queue leaves what somebody holds", async () => {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const { QueueUrl } = await sqs.createQueue({
    QueueName: "orders.fifo",
    Attributes: { FifoQueue: "true", ContentBasedDeduplication: "true" },
  });
  for (const group of ["g", "h"]) {
    await sqs.sendMessage({ QueueUrl, MessageBody: group, MessageGroupId: group });
  }
  await sqs.receiveMessage({ QueueUrl });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { DelaySeconds: "900" } });
  await cloud.idle();
  expect((await sqs.receiveMessage({ QueueUrl })).Messages).toBeUndefined();
  await cloud.clock.advance({ seconds: 30 });
  const { Messages } = await sqs.receiveMessage({ QueueUrl });
  expect(Messages?.map(({ Body }) => Body)).toEqual(["g"]);
});

test("waiting, delayed and taken messages are counted apart", async () => {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  for (const MessageBody of ["a", "b", "c"]) await sqs.sendMessage({ QueueUrl, MessageBody });
  await sqs.sendMessage({ QueueUrl, MessageBody: "d", DelaySeconds: 100 });
  await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 2 });
  const counts = async () =>
    (
      await sqs.getQueueAttributes({
        QueueUrl,
        AttributeNames: [
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesDelayed",
          "ApproximateNumberOfMessagesNotVisible",
        ],
      })
    ).Attributes;
  expect(await counts()).toEqual({
    ApproximateNumberOfMessages: "1",
    ApproximateNumberOfMessagesDelayed: "1",
    ApproximateNumberOfMessagesNotVisible: "2",
  });
  await cloud.clock.advance({ seconds: 100 });
  expect(await counts()).toEqual({
    ApproximateNumberOfMessages: "4",
    ApproximateNumberOfMessagesDelayed: "0",
    ApproximateNumberOfMessagesNotVisible: "0",
  });
});

test("an attribute that nobody knows is refused by name", async () => {
  const sqs = new SQS((await startCloud()).config());
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  const refused = { name: "InvalidAttributeName", message: "Unknown Attribute Bogus." };
  const AttributeNames = ["All" as const, "Bogus" as "All"];
  const Attributes = { Bogus: "1" } as Record<string, string>;
  await expect(sqs.setQueueAttributes({ QueueUrl, Attributes })).rejects.toMatchObject(refused);
  await expect(sqs.createQueue({ QueueName: "b", Attributes })).rejects.toMatchObject(refused);
  await expect(sqs.getQueueAttributes({ QueueUrl, AttributeNames })).rejects.toMatchObject(refused);
  await expect(sqs.receiveMessage({ QueueUrl, AttributeNames })).rejects.toMatchObject(refused);
});

test("a policy has twenty statements at most", async () => {
  const sqs = new SQS((await startCloud()).config());
  const statement = { Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: `${ARN}:orders` };
  const policyOf = (length: number) =>
    JSON.stringify({ Version: "2012-10-17", Statement: Array.from({ length }, () => statement) });
  const create = (QueueName: string, count: number) =>
    sqs.createQueue({ QueueName, Attributes: { Policy: policyOf(count) } });
  await expect(create("orders", 21)).rejects.toMatchObject({
    name: "OverLimit",
    message: "21 statements were found in the submitted policy, max allowed is 20",
    $metadata: { httpStatusCode: 403 },
  });
  await create("orders", 20);
});
