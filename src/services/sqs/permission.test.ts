import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const ARN = "arn:aws:sqs:us-east-1:000000000000:orders";
const OTHER = "111111111111";

async function world() {
  const cloud = await startCloud();
  const sqs = new SQS(cloud.config());
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  const other = new SQS(cloud.config({ accountId: OTHER }));
  return { cloud, sqs, other, QueueUrl };
}

const denied = (action: string) => ({
  name: "AccessDenied",
  message:
    `User: arn:aws:iam::${OTHER}:root is not authorized to perform: sqs:${action} on resource: ${ARN} ` +
    `because no resource-based policy allows the sqs:${action} action`,
  $metadata: { httpStatusCode: 403 },
});

test("statements are added under a label, once, and removed", async () => {
  const { sqs, QueueUrl } = await world();
  const policy = async () => {
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["Policy"] });
    return Attributes === undefined
      ? undefined
      : (JSON.parse(Attributes["Policy"] ?? "") as unknown);
  };
  const permission = {
    QueueUrl,
    Label: "share",
    AWSAccountIds: [OTHER],
    Actions: ["ReceiveMessage"],
  };
  await sqs.addPermission(permission);
  expect(await policy()).toEqual({
    Version: "2008-10-17",
    Id: `${ARN}/SQSDefaultPolicy`,
    Statement: [
      {
        Sid: "share",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${OTHER}:root` },
        Action: "SQS:ReceiveMessage",
        Resource: ARN,
      },
    ],
  });
  await expect(sqs.addPermission(permission)).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message: "Value share for parameter Label is invalid. Reason: Already exists.",
  });
  await sqs.removePermission({ QueueUrl, Label: "share" });
  expect(await policy()).toBeUndefined();
  await expect(sqs.removePermission({ QueueUrl, Label: "share" })).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message: "Value share for parameter Label is invalid. Reason: can't find label.",
  });
});

test.for([
  ["DeleteQueue", "Only the queue owner is allowed to invoke this action."],
  ["Bogus", "Please refer to the appropriate WSDL for a list of valid actions."],
] as const)("%s cannot be given", async ([action, reason]) => {
  const { sqs, QueueUrl } = await world();
  const permission = { QueueUrl, Label: "x", AWSAccountIds: [OTHER], Actions: [action] };
  await expect(sqs.addPermission(permission)).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message: `Value SQS:${action} for parameter ActionName is invalid. Reason: ${reason}`,
  });
});

test("another account may do what the queue's policy allows, and nothing else", async () => {
  const { sqs, other, QueueUrl } = await world();
  await expect(other.sendMessage({ QueueUrl, MessageBody: "a" })).rejects.toMatchObject(
    denied("sendmessage"),
  );
  const owned = { QueueName: "orders", QueueOwnerAWSAccountId: "000000000000" };
  await expect(other.getQueueUrl(owned)).rejects.toMatchObject({
    name: "QueueDoesNotExist",
    message: "The specified queue does not exist or you do not have access to it.",
    $metadata: { httpStatusCode: 400 },
  });
  await sqs.addPermission({
    QueueUrl,
    Label: "share",
    AWSAccountIds: [OTHER],
    Actions: ["SendMessage", "GetQueueUrl"],
  });
  const Entries = [{ Id: "1", MessageBody: "a" }];
  expect((await other.sendMessageBatch({ QueueUrl, Entries })).Successful?.length).toBe(1);
  expect((await other.getQueueUrl(owned)).QueueUrl).toBe(QueueUrl);
  await expect(other.receiveMessage({ QueueUrl })).rejects.toMatchObject(denied("receivemessage"));
  const [message] =
    (await sqs.receiveMessage({ QueueUrl, MessageSystemAttributeNames: ["SenderId"] })).Messages ??
    [];
  expect([message?.Body, message?.Attributes]).toEqual(["a", { SenderId: OTHER }]);
});

test("no policy opens a queue's settings to another account", async () => {
  const { sqs, other, QueueUrl } = await world();
  const Policy = JSON.stringify({
    Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: ARN }],
  });
  await sqs.setQueueAttributes({ QueueUrl, Attributes: { Policy } });
  await other.receiveMessage({ QueueUrl });
  await expect(
    other.setQueueAttributes({ QueueUrl, Attributes: { DelaySeconds: "1" } }),
  ).rejects.toMatchObject(denied("setqueueattributes"));
});

test("accounts that there cannot be are left out, unless there are no others", async () => {
  const { sqs, QueueUrl } = await world();
  const add = (AWSAccountIds: string[], Actions = ["SendMessage"]) =>
    sqs.addPermission({ QueueUrl, Label: "share", AWSAccountIds, Actions });
  await expect(add([])).rejects.toMatchObject({
    name: "MissingParameter",
    message: "The request must contain the parameter PrincipalId.",
  });
  await expect(add(["1", "2"])).rejects.toMatchObject({
    name: "InvalidParameterValue",
    message: "Value [1, 2] for parameter PrincipalId is invalid. Reason: Unable to verify.",
  });
  await expect(add([OTHER], [])).rejects.toMatchObject({
    name: "MissingParameter",
    message: "The request must contain the parameter Actions.",
  });
  await add(["1", OTHER]);
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["Policy"] });
  expect(JSON.parse(Attributes?.["Policy"] ?? "")).toMatchObject({
    Statement: [{ Principal: { AWS: `arn:aws:iam::${OTHER}:root` } }],
  });
});
