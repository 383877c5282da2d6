import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const text = { DataType: "String", StringValue: "x" };

async function queue() {
  const sqs = new SQS((await startCloud()).config());
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  return { sqs, QueueUrl };
}

test.each([
  [{ "": text }, "The request must contain non-empty message (user) attribute names."],
  [{ ["x".repeat(257)]: text }, "Message (user) attribute name must be shorter than 256 bytes."],
  [
    { "Amazon.x": text },
    "You can't use message attribute names beginning with 'AWS.' or 'Amazon'. " +
      "These strings are reserved for internal use.",
  ],
  [{ ".x": text }, "Message (user) attribute name must not begin with character '.'."],
  [{ "x.": text }, "Message (user) attribute name must not end with character '.'."],
  [{ "x..y": text }, "Message (user) attribute name must not have successive '.' characters."],
  [
    { "x y": text },
    "Message (user) attributes name can only contain upper and lower score characters, digits, " +
      "periods, hyphens and underscores. ",
  ],
  [
    { a: { DataType: "Colour", StringValue: "red" } },
    "The type of message (user) attribute 'a' is invalid. You must use only the following " +
      "supported type prefixes: Binary, Number, String.",
  ],
  [
    { a: { DataType: `String.${"x".repeat(250)}`, StringValue: "x" } },
    "Message (user) attribute type must be shorter than 256 bytes.",
  ],
  [
    { a: { DataType: "Number", StringValue: "many" } },
    "Can't cast the value of message (user) attribute 'a' to a number.",
  ],
  [
    { a: { DataType: "String", StringValue: "x", BinaryValue: Buffer.from("x") } },
    "Message (user) attribute 'a' must have a single value.",
  ],
  [
    { a: { DataType: "Binary", StringValue: "x" } },
    "Message (user) attribute 'a' with type 'Binary' must use field 'Binary'.",
  ],
  [
    { a: { DataType: "Number", BinaryValue: Buffer.from("1") } },
    "Message (user) attribute 'a' with type 'Number' must use field 'String'.",
  ],
])("the attributes %j are refused", async (MessageAttributes, message) => {
  const { sqs, QueueUrl } = await queue();
  await expect(
    sqs.sendMessage({ QueueUrl, MessageBody: "x", MessageAttributes }),
  ).rejects.toMatchObject({ name: "InvalidParameterValue", message });
});

test("lists are not supported, and an entry says so with the code of the query protocol", async () => {
  const { sqs, QueueUrl } = await queue();
  const MessageAttributes = { a: { DataType: "StringList", StringListValues: ["x"] } };
  const message = "Message attribute list values in SendMessage operation are not supported.";
  await expect(
    sqs.sendMessage({ QueueUrl, MessageBody: "x", MessageAttributes }),
  ).rejects.toMatchObject({ name: "UnsupportedOperation", message });
  const { Failed } = await sqs.sendMessageBatch({
    QueueUrl,
    Entries: [{ Id: "1", MessageBody: "x", MessageAttributes }],
  });
  expect(Failed).toEqual([
    {
      Id: "1",
      SenderFault: true,
      Code: "AWS.SimpleQueueService.UnsupportedOperation",
      Message: message,
    },
  ]);
});

test.each([["All"], ["*"], [".*"]])("%s asks for every attribute", async (name) => {
  const { sqs, QueueUrl } = await queue();
  const MessageAttributes = { a: text, "b.c": text };
  await sqs.sendMessage({ QueueUrl, MessageBody: "x", MessageAttributes });
  const { Messages } = await sqs.receiveMessage({ QueueUrl, MessageAttributeNames: [name] });
  expect(Messages?.[0]?.MessageAttributes).toEqual(MessageAttributes);
});
