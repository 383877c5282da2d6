import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function world(Attributes: Record<string, string> = {}, QueueName = "orders") {
  const sqs = new SQS((await startCloud()).config());
  const { QueueUrl } = await sqs.createQueue({ QueueName, Attributes });
  return { sqs, QueueUrl };
}

const text = (StringValue: string) => ({ DataType: "String", StringValue });

test("a message comes out as it went in, with the digests that AWS gives", async () => {
  const { sqs, QueueUrl } = await world();
  const MessageAttributes = {
    General: text("Kenobi"),
    Hello: text("There"),
    "Help.Me": text("Me"),
  };
  const sent = await sqs.sendMessage({ QueueUrl, MessageBody: "msg", MessageAttributes });
  const receive = async (MessageAttributeNames: string[]) => {
    const { Messages } = await sqs.receiveMessage({
      QueueUrl,
      MessageAttributeNames,
      VisibilityTimeout: 0,
    });
    const [message] = Messages ?? [];
    return [message?.MD5OfMessageAttributes, message?.MessageAttributes];
  };
  expect([sent.MD5OfMessageBody, sent.MD5OfMessageAttributes]).toEqual([
    "6e2baaf3b97dbeef01c0043275f9a0e7",
    "4c360f3fdafd970e05fae2f149d997f5",
  ]);
  expect(await receive(["All"])).toEqual(["4c360f3fdafd970e05fae2f149d997f5", MessageAttributes]);
  expect(await receive([".*"])).toEqual(["4c360f3fdafd970e05fae2f149d997f5", MessageAttributes]);
  expect(await receive(["Hel.*"])).toEqual([
    "83fee93c1bcd8b9a5a923ffacdc636c7",
    { Hello: text("There"), "Help.Me": text("Me") },
  ]);
  expect(await receive(["Hello", "None"])).toEqual([
    "a311262e065454b75da111d535b8dacd",
    { Hello: text("There") },
  ]);
  expect(await receive([])).toEqual([undefined, undefined]);
});

test("a binary attribute has the digest that AWS gives", async () => {
  const { sqs, QueueUrl } = await world();
  const BinaryValue = Buffer.from(
    "traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01",
  );
  const sent = await sqs.sendMessage({
    QueueUrl,
    MessageBody: "test",
    MessageAttributes: { attr1: { DataType: "Binary", BinaryValue } },
  });
  expect(sent.MD5OfMessageAttributes).toBe("8cbe4db156db8a94db8b801b7addb984");
});

test.for([
  ["", {}, "MissingParameter", "The request must contain the parameter MessageBody."],
  [
    "a\u0007",
    {},
    "InvalidMessageContents",
    "Invalid binary character '#x7' was found in the message body, the set of allowed characters is " +
      "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF].",
  ],
  [
    "a",
    { DelaySeconds: 901 },
    "InvalidParameterValue",
    "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
  ],
  [
    "a",
    { MessageAttributes: { a: { DataType: "Text", StringValue: "b" } } },
    "InvalidParameterValue",
    "The type of message (user) attribute 'a' is invalid. You must use only the following supported type prefixes: " +
      "Binary, Number, String.",
  ],
  [
    "a",
    { MessageAttributes: { a: { DataType: "String", StringValue: "" } } },
    "InvalidParameterValue",
    "Message (user) attribute 'a' must contain a non-empty value of type 'String'.",
  ],
  [
    "a",
    { MessageGroupId: "a b" },
    "InvalidParameterValue",
    "Value a b for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and " +
      "punctuation characters. 1 to 128 in length.",
  ],
  [
    "a",
    { MessageDeduplicationId: "a" },
    "InvalidParameterValue",
    "Value a for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not " +
      "valid for this queue type.",
  ],
] as const)("a standard queue refuses %j with %o", async ([MessageBody, more, name, message]) => {
  const { sqs, QueueUrl } = await world();
  await expect(sqs.sendMessage({ QueueUrl, MessageBody, ...more })).rejects.toMatchObject({
    name,
    message,
    $metadata: { httpStatusCode: 400 },
  });
});

test("a message may be 1 MiB, its attributes included", async () => {
  const { sqs, QueueUrl } = await world();
  const MessageAttributes = { a: text("b") }; // 1 + 6 + 1 bytes
  await sqs.sendMessage({ QueueUrl, MessageBody: "x".repeat(1_048_568), MessageAttributes });
  await expect(
    sqs.sendMessage({ QueueUrl, MessageBody: "x".repeat(1_048_569), MessageAttributes }),
  ).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message:
      "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
  });
});

test("an entry of a batch that is too long for the queue fails alone", async () => {
  const { sqs, QueueUrl } = await world({ MaximumMessageSize: "1024" });
  const { Successful, Failed } = await sqs.sendMessageBatch({
    QueueUrl,
    Entries: [
      { Id: "1", MessageBody: "a" },
      { Id: "2", MessageBody: "a".repeat(1025) },
    ],
  });
  expect(Successful?.map(({ Id, MD5OfMessageBody }) => [Id, MD5OfMessageBody])).toEqual([
    ["1", "0cc175b9c0f1b6a831c399e269772661"],
  ]);
  expect(Failed).toEqual([
    {
      Id: "2",
      SenderFault: true,
      Code: "InvalidParameterValue",
      Message:
        "One or more parameters cannot be validated. Reason: Message must be shorter than 1024 bytes.",
    },
  ]);
});

const entries = (...ids: string[]) => ids.map((Id) => ({ Id, MessageBody: "a" }));

test.for([
  [
    [],
    "EmptyBatchRequest",
    "There should be at least one SendMessageBatchRequestEntry in the request.",
  ],
  [entries("a", "b", "a"), "BatchEntryIdsNotDistinct", "Id a repeated."],
  [
    entries("a:b"),
    "InvalidBatchEntryId",
    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. " +
      "It can be at most 80 letters long.",
  ],
  [
    entries(...Array.from("abcdefghijk")),
    "TooManyEntriesInBatchRequest",
    "Maximum number of entries per request are 10. You have sent 11.",
  ],
  [
    [{ Id: "1", MessageBody: "x".repeat(1_048_577) }],
    "BatchRequestTooLong",
    "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
  ],
] as const)("a batch as a whole is refused: %#", async ([Entries, name, message]) => {
  const { sqs, QueueUrl } = await world();
  await expect(sqs.sendMessageBatch({ QueueUrl, Entries: [...Entries] })).rejects.toMatchObject({
    name,
    message,
    $metadata: { httpStatusCode: 400 },
  });
});
