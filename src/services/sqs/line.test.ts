import { SQS, type Message } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function world(asked: Record<string, string> = {}) {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const Attributes = { FifoQueue: "true", ContentBasedDeduplication: "true", ...asked };
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders.fifo", Attributes });
  const send = async (MessageGroupId: string, ...bodies: string[]) => {
    for (const MessageBody of bodies)
      await sqs.sendMessage({ QueueUrl, MessageBody, MessageGroupId });
  };
  const receive = async (more = {}) =>
    (await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, ...more })).Messages ?? [];
  const bodies = async (more = {}) => bodiesOf(await receive(more));
  const remove = (message: Message | undefined) =>
    sqs.deleteMessage({ QueueUrl, ReceiptHandle: message?.ReceiptHandle });
  return { cloud, sqs, QueueUrl, send, receive, bodies, remove };
}

const bodiesOf = (messages: Message[]) => messages.map(({ Body }) => Body);

test("a group is handed out in order, and is locked while one of its messages is in flight", async () => {
  const { send, receive, bodies, remove } = await world();
  await send("a", "a1", "a2", "a3");
  await send("b", "b1");
  const [first] = await receive({ MaxNumberOfMessages: 1 });
  expect(first?.Body).toBe("a1");
  expect(await bodies()).toEqual(["b1"]);
  expect(await bodies()).toEqual([]);
  await remove(first);
  expect(await bodies()).toEqual(["a2", "a3"]);
});

test("a group whose message was not deleted starts again with it", async () => {
  const { cloud, send, receive, bodies } = await world();
  await send("a", "a1", "a2");
  await receive({ MaxNumberOfMessages: 1 });
  await cloud.clock.advance({ seconds: 30 });
  expect(await bodies()).toEqual(["a1", "a2"]);
});

test("a message that stays hidden longer holds back what comes after it", async () => {
  const { cloud, sqs, QueueUrl, send, receive, bodies } = await world({ VisibilityTimeout: "1" });
  await send("a", "foo", "bar", "baz");
  const ReceiptHandle = (await receive())[1]?.ReceiptHandle;
  await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 4 });
  await cloud.clock.advance({ seconds: 1 });
  expect(await bodies()).toEqual(["foo"]);
});

test("sequence numbers have twenty digits and grow; group and deduplication id are told", async () => {
  const { send, receive } = await world();
  await send("a", "a1", "a2");
  const told = (await receive({ AttributeNames: ["All"] })).map(({ Attributes }) => Attributes);
  expect(told).toEqual(
    ["18880000000000000001", "18880000000000000002"].map((SequenceNumber, at) => ({
      SenderId: "000000000000",
      SentTimestamp: "1893456000000",
      ApproximateReceiveCount: "1",
      ApproximateFirstReceiveTimestamp: "1893456000000",
      MessageGroupId: "a",
      MessageDeduplicationId: [
        "f55ff16f66f43360266b95db6f8fec01d76031054306ae4a4b380598f6cfd114",
        "2c3a4249d77070058649dbd822dcaf7957586fce428cfb2ca88b94741eda8b07",
      ][at],
      SequenceNumber,
    })),
  );
});

test("what is sent again within five minutes is acknowledged and dropped", async () => {
  const { cloud, sqs, QueueUrl, bodies } = await world();
  const message = { QueueUrl, MessageBody: "a", MessageGroupId: "g" };
  const first = await sqs.sendMessage(message);
  await cloud.clock.advance({ minutes: 4, seconds: 59 });
  const again = await sqs.sendMessage(message);
  expect([again.MessageId, again.SequenceNumber]).toEqual([first.MessageId, first.SequenceNumber]);
  await cloud.clock.advance({ seconds: 1 });
  const later = await sqs.sendMessage(message);
  expect(later.SequenceNumber).toBe("18880000000000000002");
  expect(await bodies()).toEqual(["a", "a"]);
});

test("in the scope of the message group, each group has its own deduplication", async () => {
  const { send, bodies } = await world({
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
  });
  await send("a", "same", "same");
  await send("b", "same");
  expect(await bodies()).toEqual(["same", "same"]);
});

test("another scope of deduplication is felt after a minute", async () => {
  const { cloud, sqs, QueueUrl, send, bodies } = await world();
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { DeduplicationScope: "messageGroup" } });
  await send("a", "same");
  await send("b", "same");
  expect(await bodies({ VisibilityTimeout: 0 })).toEqual(["same"]);
  await cloud.clock.advance({ seconds: 60 });
  await send("c", "same");
  await send("d", "same");
  expect(await bodies()).toEqual(["same", "same", "same"]);
});

test("an expired handle deletes nothing", async () => {
  const { cloud, send, receive, remove } = await world();
  await send("a", "a1");
  const [message] = await receive();
  await cloud.clock.advance({ seconds: 30 });
  await expect(remove(message)).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message:
      `Value ${message?.ReceiptHandle} for parameter ReceiptHandle is invalid. ` +
      "Reason: The receipt handle has expired.",
  });
});

test("a message needs a group, and an id when its content gives none", async () => {
  const { sqs, QueueUrl } = await world({ ContentBasedDeduplication: "false" });
  await expect(sqs.sendMessage({ QueueUrl, MessageBody: "a" })).rejects.toMatchObject({
    name: "MissingParameter",
    message: "The request must contain the parameter MessageGroupId.",
  });
  await expect(
    sqs.sendMessage({ QueueUrl, MessageBody: "a", MessageGroupId: "g" }),
  ).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message:
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  });
});

test("a receive is repeated under its attempt id, until one of its messages has changed", async () => {
  const { cloud, send, receive, remove, bodies } = await world();
  await send("a", "a1", "a2", "a3");
  const attempt = { ReceiveRequestAttemptId: "once", MaxNumberOfMessages: 2 };
  const first = await receive(attempt);
  await cloud.clock.advance({ seconds: 20 });
  const again = await receive(attempt);
  expect(again.map(({ ReceiptHandle }) => ReceiptHandle)).toEqual(
    first.map(({ ReceiptHandle }) => ReceiptHandle),
  );
  await cloud.clock.advance({ seconds: 20 });
  expect(await bodies()).toEqual([]);
  await remove(first[0]);
  await expect(receive(attempt)).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message:
      "Value once for parameter ReceiveRequestAttemptId is invalid. Reason: The " +
      "receiveRequestAttemptId is not valid anymore since the receive call is not retryable.",
  });
  await cloud.clock.advance({ seconds: 10 });
  expect(await bodies(attempt)).toEqual(["a2", "a3"]);
});

test("nor is it repeated once somebody changed how long one of its messages hides", async () => {
  const { sqs, QueueUrl, send, receive } = await world();
  await send("a", "a1", "a2");
  const attempt = { ReceiveRequestAttemptId: "once" };
  const ReceiptHandle = (await receive(attempt))[1]?.ReceiptHandle;
  await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 300 });
  await expect(receive(attempt)).rejects.toMatchObject({ name: "InvalidParameterValue" });
});

test("an attempt id has no blanks", async () => {
  const { receive } = await world();
  await expect(receive({ ReceiveRequestAttemptId: "a b" })).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message:
      "Value a b for parameter ReceiveRequestAttemptId is invalid. Reason: ReceiveRequestAttemptId " +
      "can only include alphanumeric and punctuation characters. 1 to 128 in length.",
  });
});

test("messages whose retention is over make way for the rest of their group", async () => {
  const { cloud, send, bodies } = await world({ MessageRetentionPeriod: "60" });
  await send("a", "a1");
  await cloud.clock.advance({ seconds: 50 });
  await send("a", "a2");
  await cloud.clock.advance({ seconds: 10 });
  expect(await bodies()).toEqual(["a2"]);
  await cloud.clock.advance({ seconds: 60 });
  await send("a", "a3");
  expect(await bodies()).toEqual(["a3"]);
});
