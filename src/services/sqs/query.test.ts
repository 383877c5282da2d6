/** The protocol of older clients: a form in, XML out. */
import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { startCloud, type TestCloud } from "../../testing/cloud.ts";

const HOST = "localhost:4566";

async function world() {
  const cloud = await startCloud();
  const call = (form: Record<string, string>, path = "/") => post(cloud, form, path);
  await call({ Action: "CreateQueue", QueueName: "orders" });
  const QueueUrl = `http://${HOST}/000000000000/orders`;
  return { call, QueueUrl };
}

async function post(cloud: TestCloud, form: Record<string, string>, path: string) {
  const body = new URLSearchParams({ Version: "2012-10-17", ...form }).toString();
  const { requestHandler } = cloud.config();
  const { response } = await requestHandler.handle({
    method: "POST",
    protocol: "http:",
    hostname: "localhost",
    port: 4566,
    path,
    headers: { ...signed(path, body), "content-type": "application/x-www-form-urlencoded" },
    body,
  });
  const { statusCode, body: stream } = response as {
    statusCode: number;
    body: AsyncIterable<Buffer>;
  };
  let text = "";
  for await (const chunk of stream) text += chunk.toString();
  return { statusCode, text: text.replaceAll(/<RequestId>[^<]*</g, "<RequestId>ID<") };
}

function signed(path: string, body: string): Record<string, string> {
  const date = "20300101T000000Z";
  const scope = "20300101/us-east-1/sqs/aws4_request";
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const hmac = (key: string | Buffer, text: string) =>
    createHmac("sha256", key).update(text).digest();
  const canonical = `POST\n${path}\n\nhost:${HOST}\nx-amz-date:${date}\n\nhost;x-amz-date\n${sha256(body)}`;
  let key: string | Buffer = "AWS4test";
  for (const part of scope.split("/")) key = hmac(key, part);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`);
  return {
    host: HOST,
    "x-amz-date": date,
    authorization:
      `AWS4-HMAC-SHA256 Credential=test/${scope}, SignedHeaders=host;x-amz-date, ` +
      `Signature=${signature.toString("hex")}`,
  };
}

const XMLNS = 'xmlns="http://queue.amazonaws.com/doc/2012-11-05/"';

test("a queue is made, sent to and received from", async () => {
  const { call, QueueUrl } = await world();
  const sent = await call({
    Action: "SendMessage",
    QueueUrl,
    MessageBody: "a<b",
    "MessageAttribute.1.Name": "kind",
    "MessageAttribute.1.Value.DataType": "String",
    "MessageAttribute.1.Value.StringValue": "x",
  });
  expect([sent.statusCode, sent.text.replace(/<MessageId>[^<]*</, "<MessageId>ID<")]).toEqual([
    200,
    `<SendMessageResponse ${XMLNS}><SendMessageResult>` +
      "<MD5OfMessageBody>1a382af93ed4b8a29ebd8e859a0168d7</MD5OfMessageBody>" +
      "<MD5OfMessageAttributes>57dd03eb020678b56fd5c31e88f4cff1</MD5OfMessageAttributes>" +
      "<MessageId>ID</MessageId></SendMessageResult>" +
      "<ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></SendMessageResponse>",
  ]);
  const received = await call({
    Action: "ReceiveMessage",
    QueueUrl,
    "AttributeName.1": "SentTimestamp",
    "MessageAttributeName.1": "All",
  });
  const masked = received.text
    .replace(/<MessageId>[^<]*</, "<MessageId>ID<")
    .replace(/<ReceiptHandle>[^<]*</, "<ReceiptHandle>HANDLE<");
  expect(masked).toBe(
    `<ReceiveMessageResponse ${XMLNS}><ReceiveMessageResult><Message>` +
      "<MessageId>ID</MessageId><ReceiptHandle>HANDLE</ReceiptHandle>" +
      "<MD5OfBody>1a382af93ed4b8a29ebd8e859a0168d7</MD5OfBody><Body>a&lt;b</Body>" +
      "<Attribute><Name>SentTimestamp</Name><Value>1893456000000</Value></Attribute>" +
      "<MD5OfMessageAttributes>57dd03eb020678b56fd5c31e88f4cff1</MD5OfMessageAttributes>" +
      "<MessageAttribute><Name>kind</Name>" +
      "<Value><StringValue>x</StringValue><DataType>String</DataType></Value></MessageAttribute>" +
      "</Message></ReceiveMessageResult>" +
      "<ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></ReceiveMessageResponse>",
  );
});

test("a form that is posted to the queue's own URL need not name the queue", async () => {
  const { call } = await world();
  const form = { Action: "GetQueueAttributes", "AttributeName.1": "QueueArn" };
  const { statusCode, text } = await call(form, "/000000000000/orders");
  expect([statusCode, text]).toEqual([
    200,
    `<GetQueueAttributesResponse ${XMLNS}><GetQueueAttributesResult>` +
      "<Attribute><Name>QueueArn</Name><Value>arn:aws:sqs:us-east-1:000000000000:orders</Value></Attribute>" +
      "</GetQueueAttributesResult>" +
      "<ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></GetQueueAttributesResponse>",
  ]);
});

test("a missing queue is told with the words for these clients", async () => {
  const { call } = await world();
  const answer = await call({
    Action: "ReceiveMessage",
    QueueUrl: `http://${HOST}/000000000000/none`,
  });
  expect(answer).toEqual({
    statusCode: 400,
    text:
      `<ErrorResponse ${XMLNS}><Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>` +
      "<Message>The specified queue does not exist for this wsdl version.</Message></Error>" +
      "<RequestId>ID</RequestId></ErrorResponse>",
  });
});

const refusal = (code: string, message: string) => ({
  statusCode: 400,
  text:
    `<ErrorResponse ${XMLNS}><Error><Type>Sender</Type><Code>${code}</Code>` +
    `<Message>${message}</Message></Error><RequestId>ID</RequestId></ErrorResponse>`,
});

test.for(["SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"])(
  "%s without an entry is an empty batch",
  async (Action) => {
    const { call, QueueUrl } = await world();
    expect(await call({ Action, QueueUrl })).toEqual(
      refusal(
        "AWS.SimpleQueueService.EmptyBatchRequest",
        `There should be at least one ${Action}RequestEntry in the request.`,
      ),
    );
  },
);

test("SetQueueAttributes without an attribute lacks the name of one", async () => {
  const { call, QueueUrl } = await world();
  expect(await call({ Action: "SetQueueAttributes", QueueUrl })).toEqual(
    refusal("MissingParameter", "The request must contain the parameter Attribute.Name."),
  );
});

test("a required text that is not there is still missing", async () => {
  const { call, QueueUrl } = await world();
  expect(await call({ Action: "SendMessage", QueueUrl })).toEqual(
    refusal("MissingParameter", "The request must contain the parameter MessageBody."),
  );
});

test.for(["Tag", "Tags"])("a queue is tagged by %s.1.Key", async (name) => {
  const { call, QueueUrl } = await world();
  const form = { [`${name}.1.Key`]: "team", [`${name}.1.Value`]: "blue" };
  await call({ Action: "TagQueue", QueueUrl, ...form });
  const { text } = await call({ Action: "ListQueueTags", QueueUrl });
  expect(/<Tag>.*<\/Tag>/.exec(text)?.[0]).toBe("<Tag><Key>team</Key><Value>blue</Value></Tag>");
});
