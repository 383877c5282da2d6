import { setImmediate } from "node:timers/promises";
import { SQS, type Message } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function world(Attributes: Record<string, string> = {}) {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders", Attributes });
  const send = (...bodies: string[]) =>
    sqs.sendMessageBatch({
      QueueUrl,
      Entries: bodies.map((MessageBody, at) => ({ Id: String(at), MessageBody })),
    });
  const receive = async (more = {}) => (await sqs.receiveMessage({ QueueUrl, ...more })).Messages;
  const bodies = async (more = {}) => ((await receive(more)) ?? []).map(({ Body }) => Body);
  return { cloud, sqs, QueueUrl, send, receive, bodies };
}

const handle = (messages: Message[] | undefined, at = 0) => messages?.[at]?.ReceiptHandle;

test("messages come in the order in which they were sent, even within one millisecond", async () => {
  const { send, bodies } = await world();
  await send("a", "b", "c");
  expect(await bodies({ MaxNumberOfMessages: 10 })).toEqual(["a", "b", "c"]);
});

test("a received message is hidden, comes back when its time is up, and is gone when deleted", async () => {
  const { cloud, sqs, QueueUrl, send, receive, bodies } = await world({ VisibilityTimeout: "10" });
  await send("a");
  expect(await bodies()).toEqual(["a"]);
  await cloud.clock.advance({ seconds: 9 });
  expect(await bodies()).toEqual([]);
  await cloud.clock.advance({ seconds: 1 });
  const again = await receive({ AttributeNames: ["ApproximateReceiveCount"] });
  expect(again?.[0]?.Attributes).toEqual({ ApproximateReceiveCount: "2" });
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: handle(again) });
  await sqs.deleteMessage({ QueueUrl, ReceiptHandle: handle(again) });
  await cloud.clock.advance({ days: 1 });
  expect(await bodies()).toEqual([]);
});

test("a delayed message is invisible until its delay is over", async () => {
  const { cloud, sqs, QueueUrl, bodies } = await world({ DelaySeconds: "5" });
  await sqs.sendMessage({ QueueUrl, MessageBody: "queue" });
  await sqs.sendMessage({ QueueUrl, MessageBody: "own", DelaySeconds: 0 });
  expect(await bodies({ MaxNumberOfMessages: 10 })).toEqual(["own"]);
  await cloud.clock.advance({ seconds: 5 });
  expect(await bodies({ MaxNumberOfMessages: 10 })).toEqual(["queue"]);
});

test("a message is gone after the retention period", async () => {
  const { cloud, send, bodies } = await world({ MessageRetentionPeriod: "60" });
  await send("a");
  await cloud.clock.advance({ seconds: 60 });
  expect(await bodies()).toEqual([]);
});

test("one who waits gets a message the moment it is sent; the other goes on waiting", async () => {
  const { cloud, sqs, QueueUrl, receive } = await world();
  const both = [receive({ WaitTimeSeconds: 20 }), receive({ WaitTimeSeconds: 20 })];
  await sqs.sendMessage({ QueueUrl, MessageBody: "a" });
  const first = await Promise.race(both);
  expect(first?.map(({ Body }) => Body)).toEqual(["a"]);
  await cloud.clock.advance({ seconds: 20 });
  const answers = await Promise.all(both);
  expect(answers.map((messages) => messages?.length)).toContain(undefined);
});

test("one who waits gets a message the moment it becomes visible again", async () => {
  const { cloud, send, bodies } = await world({
    VisibilityTimeout: "10",
    ReceiveMessageWaitTimeSeconds: "20",
  });
  await send("a");
  expect(await bodies()).toEqual(["a"]);
  const waiting = bodies();
  await cloud.clock.advance({ seconds: 10 });
  expect(await waiting).toEqual(["a"]);
});

test("one who goes away while waiting takes nothing", async () => {
  const { sqs, QueueUrl, bodies } = await world();
  const leaving = new AbortController();
  const waiting = sqs.receiveMessage(
    { QueueUrl, WaitTimeSeconds: 20 },
    { abortSignal: leaving.signal },
  );
  const gone = waiting.then(
    ({ Messages }) => Messages,
    () => undefined,
  );
  await setImmediate();
  leaving.abort();
  await sqs.sendMessage({ QueueUrl, MessageBody: "a" });
  expect(await gone).toBeUndefined();
  expect(await bodies()).toEqual(["a"]);
});

test("visibility is changed for one message, up to twelve hours in all", async () => {
  const { cloud, sqs, QueueUrl, send, receive, bodies } = await world();
  await send("a");
  const ReceiptHandle = handle(await receive());
  await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 100 });
  await cloud.clock.advance({ seconds: 99 });
  expect(await bodies()).toEqual([]);
  await expect(
    sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 43_200 }),
  ).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message:
      "Value 43200 for parameter VisibilityTimeout is invalid. Reason: " +
      "Total VisibilityTimeout for the message is beyond the limit [43200 seconds].",
  });
  await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
  expect(await bodies()).toEqual(["a"]);
});

test("visibility of what is visible cannot be changed", async () => {
  const { cloud, sqs, QueueUrl, send, receive } = await world();
  await send("a");
  const ReceiptHandle = handle(await receive());
  await cloud.clock.advance({ seconds: 30 });
  await expect(
    sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }),
  ).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message:
      `Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: ` +
      "Message does not exist or is not available for visibility timeout change.",
  });
});

test("a handle that no receive gave is refused, and so is one of another queue", async () => {
  const { sqs, QueueUrl, send, receive } = await world();
  await send("a");
  const ReceiptHandle = handle(await receive());
  const other = (await sqs.createQueue({ QueueName: "other" })).QueueUrl;
  await expect(sqs.deleteMessage({ QueueUrl, ReceiptHandle: "" })).rejects.toMatchObject({
    name: "MissingParameter",
    message: "The request must contain the parameter ReceiptHandle.",
  });
  await expect(sqs.deleteMessage({ QueueUrl, ReceiptHandle: "bogus" })).rejects.toMatchObject({
    name: "ReceiptHandleIsInvalid",
    message: 'The input receipt handle "bogus" is not a valid receipt handle.',
    $metadata: { httpStatusCode: 404 },
  });
  await expect(sqs.deleteMessage({ QueueUrl: other, ReceiptHandle })).rejects.toMatchObject({
    name: "ReceiptHandleIsInvalid",
    message: `The receipt handle "${ReceiptHandle}" is not valid for this queue.`,
  });
});

test("batches of deletions and of visibility fail entry by entry", async () => {
  const { sqs, QueueUrl, send, receive, bodies } = await world();
  await send("a", "b");
  const taken = await receive({ MaxNumberOfMessages: 2 });
  const shown = await sqs.changeMessageVisibilityBatch({
    QueueUrl,
    Entries: [
      { Id: "1", ReceiptHandle: handle(taken, 0), VisibilityTimeout: 0 },
      { Id: "2", ReceiptHandle: "bogus", VisibilityTimeout: 0 },
    ],
  });
  const failed = {
    Id: "2",
    SenderFault: true,
    Code: "ReceiptHandleIsInvalid",
    Message: 'The input receipt handle "bogus" is not a valid receipt handle.',
  };
  expect([shown.Successful, shown.Failed]).toEqual([[{ Id: "1" }], [failed]]);
  expect(await bodies({ MaxNumberOfMessages: 10 })).toEqual(["a"]);
  const deleted = await sqs.deleteMessageBatch({
    QueueUrl,
    Entries: [
      { Id: "1", ReceiptHandle: handle(taken, 1) },
      { Id: "2", ReceiptHandle: "bogus" },
    ],
  });
  expect([deleted.Successful, deleted.Failed]).toEqual([[{ Id: "1" }], [failed]]);
});

test.for([
  [
    { MaxNumberOfMessages: 11 },
    "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
  ],
  [
    { WaitTimeSeconds: -1 },
    "Value -1 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
  ],
] as const)("%o is refused", async ([more, message]) => {
  const { receive } = await world();
  await expect(receive(more)).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message,
    $metadata: { httpStatusCode: 400 },
  });
});

test("system attributes are told when asked for", async () => {
  const { cloud, sqs, QueueUrl, receive } = await world();
  await sqs.sendMessage({
    QueueUrl,
    MessageBody: "a",
    MessageGroupId: "tenant",
    MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: "Root=1" } },
  });
  await cloud.clock.advance({ seconds: 2 });
  const all = await receive({ MessageSystemAttributeNames: ["All"], VisibilityTimeout: 0 });
  const none = await receive();
  expect(all?.[0]?.Attributes).toEqual({
    SenderId: "000000000000",
    SentTimestamp: "1893456000000",
    ApproximateReceiveCount: "1",
    ApproximateFirstReceiveTimestamp: "1893456002000",
    AWSTraceHeader: "Root=1",
    MessageGroupId: "tenant",
  });
  expect(none?.[0]?.Attributes).toBeUndefined();
});
