import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function world() {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const kms = new KMS(cloud.config());
  const KmsMasterKeyId = (await kms.createKey({})).KeyMetadata?.KeyId ?? "";
  const Attributes = { KmsMasterKeyId, KmsDataKeyReusePeriodSeconds: "60" };
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders", Attributes });
  const receive = async () =>
    (await sqs.receiveMessage({ QueueUrl, MessageAttributeNames: ["All"], VisibilityTimeout: 0 }))
      .Messages;
  return { cloud, sqs, kms, KeyId: KmsMasterKeyId, QueueUrl, receive };
}

test("a message of an encrypted queue comes out as it went in", async () => {
  const { sqs, QueueUrl, receive } = await world();
  const MessageAttributes = {
    text: { DataType: "String", StringValue: "x" },
    bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255) },
  };
  const sent = await sqs.sendMessage({ QueueUrl, MessageBody: "secret", MessageAttributes });
  const [message] = (await receive()) ?? [];
  expect([message?.Body, message?.MD5OfMessageAttributes]).toEqual([
    "secret",
    sent.MD5OfMessageAttributes,
  ]);
  expect(message?.MessageAttributes).toEqual(MessageAttributes);
});

test("a sender asks for a data key once in the reuse period", async () => {
  const { cloud, sqs, kms, KeyId, QueueUrl } = await world();
  await sqs.sendMessage({ QueueUrl, MessageBody: "a" });
  await kms.disableKey({ KeyId });
  await cloud.clock.advance({ seconds: 59 });
  await sqs.sendMessage({ QueueUrl, MessageBody: "b" });
  await cloud.clock.advance({ seconds: 1 });
  await expect(sqs.sendMessage({ QueueUrl, MessageBody: "c" })).rejects.toMatchObject({
    name: "KmsDisabled",
    $metadata: { httpStatusCode: 400 },
  });
});

test("who may receive but not decrypt gets nothing, and the message stays", async () => {
  const { cloud, sqs, QueueUrl, receive } = await world();
  await sqs.sendMessage({ QueueUrl, MessageBody: "secret" });
  const iam = new IAM(cloud.config());
  const UserName = "reader";
  await iam.createUser({ UserName });
  await iam.putUserPolicy({
    UserName,
    PolicyName: "p",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: "*" }],
    }),
  });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const reader = new SQS(cloud.config({ credentials }));
  await expect(reader.receiveMessage({ QueueUrl })).rejects.toMatchObject({
    name: "KmsAccessDenied",
    $metadata: { httpStatusCode: 400 },
  });
  await expect(reader.sendMessage({ QueueUrl, MessageBody: "a" })).rejects.toMatchObject({
    name: "AccessDenied",
    message:
      "User: arn:aws:iam::000000000000:user/reader is not authorized to perform: sqs:sendmessage on resource: " +
      "arn:aws:sqs:us-east-1:000000000000:orders because no identity-based policy allows the sqs:sendmessage action",
    $metadata: { httpStatusCode: 403 },
  });
  expect((await receive())?.map(({ Body }) => Body)).toEqual(["secret"]);
});

test("a key that is not there is told when a message is sent", async () => {
  const { sqs, QueueUrl } = await world();
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { KmsMasterKeyId: "none" } });
  await expect(sqs.sendMessage({ QueueUrl, MessageBody: "a" })).rejects.toMatchObject({
    name: "KmsNotFound",
    $metadata: { httpStatusCode: 400 },
  });
});

test("SQS's own key in KMS needs no making", async () => {
  const { sqs, QueueUrl, receive } = await world();
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { KmsMasterKeyId: "alias/aws/sqs" } });
  await sqs.sendMessage({ QueueUrl, MessageBody: "a" });
  expect((await receive())?.map(({ Body }) => Body)).toEqual(["a"]);
});
