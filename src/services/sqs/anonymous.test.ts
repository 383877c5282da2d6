import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

/** An unsigned request of a web form's kind. */
async function sendUnsigned(cloud: Awaited<ReturnType<typeof startCloud>>, queueUrl: string) {
  const { requestHandler } = cloud.config();
  const { response } = await requestHandler.handle({
    method: "POST",
    protocol: "http:",
    hostname: "localhost",
    port: 4566,
    path: new URL(queueUrl).pathname,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Action=SendMessage&Version=2012-11-05&MessageBody=hello",
  });
  return (response as { statusCode: number }).statusCode;
}

test("a queue whose policy allows everybody takes a message from nobody; another does not", async () => {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const { QueueUrl = "" } = await sqs.createQueue({ QueueName: "open" });
  expect(await sendUnsigned(cloud, QueueUrl)).toBe(403);
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: "*",
        Action: "sqs:SendMessage",
        Resource: "arn:aws:sqs:us-east-1:000000000000:open",
      },
    ],
  });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
  expect(await sendUnsigned(cloud, QueueUrl)).toBe(200);
  const { Messages } = await sqs.receiveMessage({ QueueUrl });
  expect(Messages?.map(({ Body }) => Body)).toEqual(["hello"]);
});
