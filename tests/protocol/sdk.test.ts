/**
 * The official clients speak to the codecs: what they send is routed and parsed, what is served
 * they read.
 */
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { EC2 } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { STS } from "@aws-sdk/client-sts";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { AwsError } from "../../src/kernel/errors.ts";
import { openModels } from "../../src/model/load.ts";
import type { HttpResponse } from "../../src/kernel/http.ts";
import { createRouter } from "../../src/protocol/route/route.ts";

const router = createRouter(openModels());

interface SdkRequest {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * Stands where the network would be: answers one output, or one error, and keeps what it parsed.
 */
function wire(answer: Record<string, unknown> | AwsError) {
  const seen: { operation?: string; service?: string; input?: Record<string, unknown> } = {};
  const handle = async (request: SdkRequest) => {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(request.query ?? {})) {
      for (const part of Array.isArray(value) ? value : [value ?? ""]) query.append(key, part);
    }
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([key, value]) => [key.toLowerCase(), value]),
    );
    const body = bytes(request.body);
    const plain = {
      method: request.method,
      path: request.path,
      query: query.toString().replaceAll("+", "%20"),
      headers: { host: request.hostname, ...headers },
    };
    const route = router.route(plain, router.needsBody(plain) ? body : undefined);
    const parsed = { ...plain, body, secure: false, sourceIp: "127.0.0.1" };
    seen.operation = route.operation.name;
    seen.service = route.service.name;
    seen.input = route.protocol.parse(route.operation, parsed, route.labels);
    const meta = { requestId: "11111111-2222-3333-4444-555555555555" };
    const response =
      answer instanceof AwsError
        ? route.protocol.serialiseError(route.service, route.operation, answer, meta)
        : route.protocol.serialise(route.operation, answer, meta);
    return { response: await toSdk(response) };
  };
  const config = {
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: { handle, metadata: { handlerProtocol: "http/1.1" } } as never,
  };
  return { seen, config };
}

function bytes(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array(0);
  return typeof body === "string" ? new TextEncoder().encode(body) : (body as Uint8Array);
}

async function toSdk({ status, headers, body }: HttpResponse) {
  const chunks: Uint8Array[] = [];
  if (typeof body === "string") chunks.push(Buffer.from(body));
  else if (body instanceof Uint8Array) chunks.push(body);
  else for await (const chunk of body) chunks.push(chunk);
  return { statusCode: status, headers, body: Readable.from(chunks) };
}

test("DynamoDB: GetItem in JSON", async () => {
  const item = {
    id: { S: "a" },
    count: { N: "12.5" },
    raw: { B: new Uint8Array([0, 1, 255]) },
    tags: { SS: ["x", "y"] },
    nested: { M: { list: { L: [{ BOOL: true }, { NULL: true }] } } },
  };
  const { seen, config } = wire({ Item: item, secretRow: 1 });
  const answer = await new DynamoDB(config).getItem({ TableName: "t", Key: { id: { S: "a" } } });
  expect(seen).toEqual({
    service: "dynamodb",
    operation: "GetItem",
    input: { TableName: "t", Key: { id: { S: "a" } } },
  });
  expect(answer.Item).toEqual(item);
  expect(answer.$metadata.requestId).toBe("11111111-2222-3333-4444-555555555555");
});

test("DynamoDB: an error keeps its members", async () => {
  const members = { CancellationReasons: [{ Code: "None" }, { Code: "ConditionalCheckFailed" }] };
  const { config } = wire(new AwsError("TransactionCanceledException", "Cancelled", { members }));
  const call = new DynamoDB(config).transactWriteItems({ TransactItems: [] });
  await expect(call).rejects.toMatchObject({
    name: "TransactionCanceledException",
    message: "Cancelled",
    ...members,
  });
});

test("SQS: SendMessage in JSON, with its old error code", async () => {
  const { seen, config } = wire(
    new AwsError("QueueDoesNotExist", "The specified queue does not exist."),
  );
  const call = new SQS(config).sendMessage({
    QueueUrl: "https://sqs.eu-west-1.amazonaws.com/000000000000/q",
    MessageBody: "hi",
    MessageAttributes: { a: { DataType: "Binary", BinaryValue: new Uint8Array([7]) } },
  });
  await expect(call).rejects.toMatchObject({
    name: "QueueDoesNotExist",
    message: "The specified queue does not exist.",
    $metadata: { httpStatusCode: 400 },
  });
  expect(seen.input).toEqual({
    QueueUrl: "https://sqs.eu-west-1.amazonaws.com/000000000000/q",
    MessageBody: "hi",
    MessageAttributes: { a: { DataType: "Binary", BinaryValue: new Uint8Array([7]) } },
  });
});

test("CloudWatch: PutMetricData in CBOR, compressed when it is large", async () => {
  const { seen, config } = wire({});
  const MetricData = Array.from({ length: 200 }, (_, index) => ({
    MetricName: `metric-number-${index}-with-a-long-name-that-repeats-itself-over-and-over`,
    Value: index + 0.5,
    Timestamp: new Date("2026-01-02T03:04:05Z"),
    Dimensions: [{ Name: "Host", Value: "a" }],
  }));
  await new CloudWatch(config).putMetricData({ Namespace: "N", MetricData });
  expect(seen).toEqual({
    service: "cloudwatch",
    operation: "PutMetricData",
    input: { Namespace: "N", MetricData },
  });
});

test("EC2: RunInstances and DescribeInstances in its query dialect", async () => {
  const run = wire({});
  await new EC2(run.config).runInstances({
    ImageId: "ami-1",
    MinCount: 1,
    MaxCount: 2,
    SecurityGroupIds: ["sg-1", "sg-2"],
    TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "k", Value: "v" }] }],
    ClientToken: "token",
  });
  expect(run.seen.input).toEqual({
    ImageId: "ami-1",
    MinCount: 1,
    MaxCount: 2,
    SecurityGroupIds: ["sg-1", "sg-2"],
    TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "k", Value: "v" }] }],
    ClientToken: "token",
  });

  const LaunchTime = new Date("2026-01-02T03:04:05.678Z");
  const Reservations = [{ ReservationId: "r-1", Instances: [{ InstanceId: "i-1", LaunchTime }] }];
  const describe = wire({ Reservations });
  const answer = await new EC2(describe.config).describeInstances({ InstanceIds: ["i-1"] });
  expect(describe.seen.input).toEqual({ InstanceIds: ["i-1"] });
  expect(answer.Reservations).toEqual(Reservations);
});

test("IAM and STS: the query protocol, and its errors", async () => {
  const CreateDate = new Date("2026-01-02T03:04:05Z");
  const User = { Path: "/", UserName: "a&b <c>", UserId: "AIDA", Arn: "arn", CreateDate };
  const created = wire({ User });
  const input = { UserName: "ab", Tags: [{ Key: "k", Value: "v w" }] };
  expect((await new IAM(created.config).createUser(input)).User).toEqual(User);
  expect(created.seen).toEqual({ service: "iam", operation: "CreateUser", input });

  const missing = wire(new AwsError("NoSuchEntityException", "not there"));
  await expect(new IAM(missing.config).getUser({ UserName: "x" })).rejects.toMatchObject({
    name: "NoSuchEntityException",
    message: "not there",
    Code: "NoSuchEntity",
    $metadata: { httpStatusCode: 404 },
  });

  const identity = wire({ Account: "000000000000", Arn: "arn", UserId: "u" });
  const answer = await new STS(identity.config).getCallerIdentity({});
  expect([answer.Account, answer.Arn, answer.UserId]).toEqual(["000000000000", "arn", "u"]);
});

test("KMS: bytes both ways", async () => {
  const { seen, config } = wire({ CiphertextBlob: new Uint8Array([9, 8]), KeyId: "k" });
  const answer = await new KMS(config).encrypt({ KeyId: "k", Plaintext: new Uint8Array([1, 2]) });
  expect(seen.input).toEqual({ KeyId: "k", Plaintext: new Uint8Array([1, 2]) });
  expect([...(answer.CiphertextBlob ?? [])]).toEqual([9, 8]);
});

test("S3: objects, lists and errors", async () => {
  const LastModified = new Date("2026-01-02T03:04:05Z");
  const got = wire({
    Body: Readable.from([Buffer.from("hello")]),
    ETag: '"abc"',
    LastModified,
    Metadata: { Owner: "me" },
    ContentType: "text/plain",
    ContentLength: 5,
  });
  const object = await new S3(got.config).getObject({ Bucket: "my-bucket", Key: "a b/c+d//e" });
  expect(got.seen.operation).toBe("GetObject");
  expect(got.seen.input).toMatchObject({ Bucket: "my-bucket", Key: "a b/c+d//e" });
  expect(await object.Body?.transformToString()).toBe("hello");
  expect([object.ETag, object.LastModified, object.Metadata, object.ContentType]).toEqual([
    '"abc"',
    LastModified,
    { owner: "me" },
    "text/plain",
  ]);

  const Contents = [
    { Key: "a&b", LastModified, ETag: '"e"', Size: 3, StorageClass: "STANDARD" as const },
    { Key: "c", LastModified, ETag: '"f"', Size: 0, StorageClass: "STANDARD" as const },
  ];
  const listed = wire({ Name: "b", KeyCount: 2, IsTruncated: false, Contents });
  const list = await new S3(listed.config).listObjectsV2({ Bucket: "my-bucket", Prefix: "p/" });
  expect(listed.seen).toMatchObject({ operation: "ListObjectsV2", input: { Prefix: "p/" } });
  expect([list.KeyCount, list.IsTruncated, list.Contents]).toEqual([2, false, Contents]);

  const members = { BucketName: "my-bucket" };
  const missing = wire(
    new AwsError("NoSuchBucket", "The specified bucket does not exist", { members }),
  );
  const call = new S3(missing.config).listObjectsV2({ Bucket: "my-bucket" });
  await expect(call).rejects.toMatchObject({
    name: "NoSuchBucket",
    message: "The specified bucket does not exist",
    $metadata: { httpStatusCode: 404 },
  });
});

test("S3: documents in", async () => {
  const { seen, config } = wire({});
  await new S3(config).putBucketLifecycleConfiguration({
    Bucket: "my-bucket",
    LifecycleConfiguration: {
      Rules: [
        {
          ID: "r",
          Status: "Enabled",
          Filter: { And: { Prefix: "p", Tags: [{ Key: "k", Value: "v" }] } },
          Transitions: [{ Days: 30, StorageClass: "GLACIER" }],
        },
      ],
    },
  });
  expect(seen.operation).toBe("PutBucketLifecycleConfiguration");
  expect(seen.input?.["LifecycleConfiguration"]).toEqual({
    Rules: [
      {
        ID: "r",
        Status: "Enabled",
        Filter: { And: { Prefix: "p", Tags: [{ Key: "k", Value: "v" }] } },
        Transitions: [{ Days: 30, StorageClass: "GLACIER" }],
      },
    ],
  });
});

test("S3: SelectObjectContent answers with a stream of events", async () => {
  const Payload = [
    { Records: { Payload: new TextEncoder().encode("1,2\n") } },
    { Stats: { Details: { BytesScanned: 10, BytesProcessed: 10, BytesReturned: 4 } } },
    { End: {} },
  ];
  const { config } = wire({ Payload });
  const answer = await new S3(config).selectObjectContent({
    Bucket: "my-bucket",
    Key: "k",
    Expression: "select *",
    ExpressionType: "SQL",
    InputSerialization: { CSV: {} },
    OutputSerialization: { CSV: {} },
  });
  const events: unknown[] = [];
  for await (const event of answer.Payload ?? []) {
    const records = event.Records?.Payload;
    events.push(records === undefined ? event : Buffer.from(records).toString());
  }
  expect(events).toEqual(["1,2\n", Payload[1], Payload[2]]);
});
