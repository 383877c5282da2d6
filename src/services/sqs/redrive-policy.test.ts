import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const HERE = "arn:aws:sqs:us-east-1:000000000000";

/** What SetQueueAttributes says of an attribute; undefined: it is taken. */
async function refusal(Attributes: Record<string, string>) {
  const sqs = new SQS((await startCloud()).config());
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  await sqs.createQueue({ QueueName: "letters" });
  return sqs.setQueueAttributes({ QueueUrl, Attributes }).then(
    () => undefined,
    ({ name, message }: Error) => [name, message],
  );
}

test.each([
  [{}, "Redrive policy does not contain mandatory attribute: maxReceiveCount."],
  [
    { maxReceiveCount: 1 },
    "Redrive policy does not contain mandatory attribute: deadLetterTargetArn.",
  ],
  [
    { deadLetterTargetArn: `${HERE}:letters`, maxReceiveCount: 1, more: 1 },
    "Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].",
  ],
  [
    { deadLetterTargetArn: "letters", maxReceiveCount: 1 },
    "Dead-letter target ARN should be fully qualified ARN.",
  ],
  [
    { deadLetterTargetArn: "arn:aws:sns:us-east-1:000000000000:letters", maxReceiveCount: 1 },
    "Only SQS queues are valid resources for deadLetterTargetArn.",
  ],
  [
    { deadLetterTargetArn: "arn:aws:sqs:eu-west-1:000000000000:letters", maxReceiveCount: 1 },
    "Dead-letter target must be in same region as the source.",
  ],
  [
    { deadLetterTargetArn: "arn:aws:sqs:us-east-1:111111111111:letters", maxReceiveCount: 1 },
    "Dead-letter target owner should be same as the source.",
  ],
  [
    { deadLetterTargetArn: `${HERE}:none.fifo`, maxReceiveCount: 1 },
    "Dead-letter queue must be same type of queue as the source..",
  ],
  [
    { deadLetterTargetArn: `${HERE}:none`, maxReceiveCount: 1 },
    "Dead letter target does not exist.",
  ],
])("the redrive policy %j is refused", async (policy, reason) => {
  const text = JSON.stringify(policy);
  expect(await refusal({ RedrivePolicy: text })).toEqual([
    "InvalidParameterValue",
    `Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
  ]);
});

test.each([
  "x",
  "[]",
  "{}",
  '{"redrivePermission":"some"}',
  '{"redrivePermission":"allowAll","more":1}',
  '{"redrivePermission":"byQueue","sourceQueueArns":"arn:aws:sqs"}',
  '{"redrivePermission":"byQueue","sourceQueueArns":[{}]}',
])("the redrive allow policy %s has no format that AWS knows", async (RedriveAllowPolicy) => {
  expect(await refusal({ RedriveAllowPolicy })).toEqual([
    "InvalidAttributeValue",
    "Invalid value for the parameter RedriveAllowPolicy. Reason: " +
      "Amazon SQS can't create the redrive allow policy, as it’s in an unsupported format.",
  ]);
});

const NONE_NAMED =
  "When you specify the byQueue permission type, you must also specify one or more sourceQueueArns values.";

test.each([
  [{ redrivePermission: "byQueue" }, NONE_NAMED],
  [{ redrivePermission: "byQueue", sourceQueueArns: [] }, NONE_NAMED],
  [
    {
      redrivePermission: "byQueue",
      sourceQueueArns: Array.from({ length: 11 }, () => `${HERE}:x`),
    },
    "The maximum number of source queue ARNs you can specify is 10.",
  ],
  [
    { redrivePermission: "allowAll", sourceQueueArns: [`${HERE}:x`] },
    "To specify one or more source queue ARNs, you must set redrivePermission to byQueue.",
  ],
])("the redrive allow policy %j is refused", async (policy, reason) => {
  const text = JSON.stringify(policy);
  expect(await refusal({ RedriveAllowPolicy: text })).toEqual([
    "InvalidParameterValue",
    `Value ${text} for parameter RedriveAllowPolicy is invalid. Reason: ` +
      `Amazon SQS can't create the redrive allow policy. ${reason}`,
  ]);
});

test.each([
  { redrivePermission: "denyAll" },
  { redrivePermission: "byQueue", sourceQueueArns: [`${HERE}:x`] },
])("the redrive allow policy %j is taken", async (policy) => {
  expect(await refusal({ RedriveAllowPolicy: JSON.stringify(policy) })).toBeUndefined();
});
