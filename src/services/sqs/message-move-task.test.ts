import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const ARN = "arn:aws:sqs:us-east-1:000000000000";

/** Ten dead letters of "orders" in "letters". */
async function world() {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const letters = (await sqs.createQueue({ QueueName: "letters" })).QueueUrl;
  const RedrivePolicy = `{"deadLetterTargetArn":"${ARN}:letters","maxReceiveCount":1}`;
  const { QueueUrl } = await sqs.createQueue({
    QueueName: "orders",
    Attributes: { RedrivePolicy },
  });
  for (let at = 0; at < 10; at++) await sqs.sendMessage({ QueueUrl, MessageBody: `message ${at}` });
  const receive = async (from: string | undefined) =>
    (await sqs.receiveMessage({ QueueUrl: from, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }))
      .Messages ?? [];
  await receive(QueueUrl);
  await receive(QueueUrl);
  const list = async () =>
    (await sqs.listMessageMoveTasks({ SourceArn: `${ARN}:letters` })).Results;
  return { cloud, sqs, QueueUrl, letters, receive, list };
}

test("dead letters go back to where they came from, as new messages", async () => {
  const { cloud, sqs, QueueUrl, letters, receive, list } = await world();
  await sqs.startMessageMoveTask({ SourceArn: `${ARN}:letters` });
  await cloud.idle();
  expect((await receive(letters)).length).toBe(0);
  expect((await receive(QueueUrl)).map(({ Body }) => Body)).toEqual(
    Array.from({ length: 10 }, (_, at) => `message ${at}`),
  );
  expect(await list()).toEqual([
    {
      Status: "COMPLETED",
      SourceArn: `${ARN}:letters`,
      ApproximateNumberOfMessagesMoved: 10,
      ApproximateNumberOfMessagesToMove: 10,
      StartedTimestamp: 1893456000000,
    },
  ]);
});

test("with a rate, so many a second; the task is told while it runs, and can be cancelled", async () => {
  const { cloud, sqs, letters, list } = await world();
  const { QueueUrl: elsewhere } = await sqs.createQueue({ QueueName: "elsewhere" });
  const { TaskHandle } = await sqs.startMessageMoveTask({
    SourceArn: `${ARN}:letters`,
    DestinationArn: `${ARN}:elsewhere`,
    MaxNumberOfMessagesPerSecond: 2,
  });
  await cloud.clock.advance({ seconds: 2 });
  const running = {
    SourceArn: `${ARN}:letters`,
    DestinationArn: `${ARN}:elsewhere`,
    MaxNumberOfMessagesPerSecond: 2,
    ApproximateNumberOfMessagesMoved: 6,
    ApproximateNumberOfMessagesToMove: 10,
    StartedTimestamp: 1893456000000,
  };
  expect(await list()).toEqual([{ ...running, TaskHandle, Status: "RUNNING" }]);
  await expect(sqs.startMessageMoveTask({ SourceArn: `${ARN}:letters` })).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message:
      "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
  });
  const cancelled = await sqs.cancelMessageMoveTask({ TaskHandle });
  expect(cancelled.ApproximateNumberOfMessagesMoved).toBe(6);
  await cloud.clock.advance({ seconds: 5 });
  expect(await list()).toEqual([{ ...running, Status: "CANCELLED" }]);
  const counts = await Promise.all(
    [letters, elsewhere].map((QueueUrl) =>
      sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
    ),
  );
  expect(counts.map(({ Attributes }) => Attributes?.["ApproximateNumberOfMessages"])).toEqual([
    "4",
    "6",
  ]);
});

test("a task fails when its destination is deleted", async () => {
  const { cloud, sqs, list } = await world();
  const { QueueUrl } = await sqs.createQueue({ QueueName: "elsewhere" });
  await sqs.startMessageMoveTask({
    SourceArn: `${ARN}:letters`,
    DestinationArn: `${ARN}:elsewhere`,
    MaxNumberOfMessagesPerSecond: 1,
  });
  await cloud.clock.advance({ seconds: 2 });
  await sqs.deleteQueue({ QueueUrl });
  await cloud.clock.advance({ seconds: 1 });
  expect(await list()).toEqual([
    {
      ApproximateNumberOfMessagesMoved: 3,
      ApproximateNumberOfMessagesToMove: 10,
      DestinationArn: `${ARN}:elsewhere`,
      FailureReason: "AWS.SimpleQueueService.NonExistentQueue",
      MaxNumberOfMessagesPerSecond: 1,
      SourceArn: `${ARN}:letters`,
      StartedTimestamp: 1893456000000,
      Status: "FAILED",
    },
  ]);
});

test("a message that was sent to the dead-letter queue itself has nowhere to go back to", async () => {
  const { cloud, sqs, letters, list } = await world();
  await sqs.sendMessage({ QueueUrl: letters, MessageBody: "direct" });
  await sqs.startMessageMoveTask({ SourceArn: `${ARN}:letters` });
  await cloud.idle();
  expect(await list()).toEqual([
    {
      ApproximateNumberOfMessagesMoved: 10,
      ApproximateNumberOfMessagesToMove: 11,
      FailureReason: "CouldNotDetermineMessageSource",
      SourceArn: `${ARN}:letters`,
      StartedTimestamp: 1893456000000,
      Status: "FAILED",
    },
  ]);
});

test("only a dead-letter queue is a source, and what is not there is told", async () => {
  const { sqs } = await world();
  await expect(sqs.startMessageMoveTask({ SourceArn: `${ARN}:orders` })).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message: "Source queue must be configured as a Dead Letter Queue.",
  });
  await expect(
    sqs.startMessageMoveTask({ SourceArn: `${ARN}:letters`, DestinationArn: `${ARN}:none` }),
  ).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "The resource that you specified for the DestinationArn parameter doesn't exist.",
    $metadata: { httpStatusCode: 404 },
  });
  await expect(sqs.cancelMessageMoveTask({ TaskHandle: "foobared" })).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message: "Value for parameter TaskHandle is invalid.",
  });
  const handle = Buffer.from(JSON.stringify({ taskId: "x", sourceArn: `${ARN}:letters` }));
  await expect(
    sqs.cancelMessageMoveTask({ TaskHandle: handle.toString("base64") }),
  ).rejects.toMatchObject({ name: "ResourceNotFoundException", message: "Task does not exist." });
});

test("a queue that a move is to start or end at is named by its ARN", async () => {
  const sqs = new SQS((await startCloud()).config());
  const { QueueUrl } = await sqs.createQueue({ QueueName: "letters" });
  const RedrivePolicy = `{"deadLetterTargetArn":"${ARN}:letters","maxReceiveCount":1}`;
  await sqs.createQueue({ QueueName: "orders", Attributes: { RedrivePolicy } });
  const refused = (parameter: string) => ({
    name: "InvalidParameterValue",
    message:
      `You must use this format to specify the ${parameter}: ` +
      "arn:<partition>:<service>:<region>:<account-id>:<resource-id>",
  });
  const start = sqs.startMessageMoveTask.bind(sqs);
  await expect(start({ SourceArn: QueueUrl })).rejects.toMatchObject(refused("SourceArn"));
  await expect(
    start({ SourceArn: `${ARN}:letters`, DestinationArn: "orders" }),
  ).rejects.toMatchObject(refused("DestinationArn"));
  await expect(sqs.listMessageMoveTasks({ SourceArn: "letters" })).rejects.toMatchObject(
    refused("SourceArn"),
  );
});
