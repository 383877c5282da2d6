/**
 * Requests that are well formed, one or more for every protocol, as the official clients write them, and the small world
 * that they are about. They are what the mutations start from.
 */
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { EC2 } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { STS } from "@aws-sdk/client-sts";
import type { Cloud } from "../../src/cloud-types.ts";
import { inProcessHandler } from "../../src/testing/handler.ts";
import { modelRequests } from "./model-requests.ts";
import { rawRequests } from "./raw-requests.ts";

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Its key is an account's root whose signature nobody checks: mutations of it get past the door. */
export const UNCHECKED = "000000000000";
/** Its signature is checked: most mutations of it end there. */
const CHECKED = "test";

/** Fills the cloud and gives what was asked of it on the way. Some of it is refused, on purpose. */
export async function recordCorpus(cloud: Cloud): Promise<Recorded[]> {
  const corpus: Recorded[] = [];
  const settings = settingsFor(cloud, UNCHECKED, corpus);
  await recordTables(settings);
  await recordQueues(settings);
  await recordObjects(settings);
  await recordIdentities(settings);
  await recordOthers(settings);
  const checked = settingsFor(cloud, CHECKED, corpus);
  await recordTables(checked);
  await recordObjects(checked);
  await recordQueues(checked);
  return [...corpus, ...rawRequests(), ...modelRequests(await cloud.coverage())];
}

type Settings = ReturnType<typeof settingsFor>;

function settingsFor(cloud: Cloud, accessKeyId: string, corpus: Recorded[]) {
  const requestHandler = inProcessHandler({
    ...cloud,
    async handle(request) {
      const pieces: Uint8Array[] = [];
      for await (const piece of request.body.stream()) pieces.push(piece);
      const body = Buffer.concat(pieces);
      const { method, path, query, headers } = request;
      corpus.push({ method, path, query, headers, body });
      return cloud.handle({ ...request, body: bodyOf([body]) });
    },
  });
  return {
    endpoint: "http://localhost:4566",
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler,
  };
}

/** A body that arrives in these pieces. */
export function bodyOf(pieces: readonly Uint8Array[]) {
  const whole = Buffer.concat(pieces);
  return {
    bytes: () => Promise.resolve(whole),
    async *stream() {
      for (const piece of pieces) {
        await Promise.resolve();
        yield piece;
      }
    },
  };
}

/** What a request is answered with matters elsewhere: here it only has to be written. */
const asked = (...answers: readonly Promise<unknown>[]) => Promise.allSettled(answers);

async function recordTables(settings: Settings): Promise<void> {
  const dynamodb = new DynamoDB(settings);
  const TableName = "robust";
  await asked(
    dynamodb.createTable({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "id", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "id", AttributeType: "S" },
        { AttributeName: "at", AttributeType: "N" },
        { AttributeName: "kind", AttributeType: "S" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-kind",
          KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
  const Item = {
    id: { S: "a" },
    at: { N: "12.5" },
    kind: { S: "k" },
    set: { SS: ["x", "y"] },
    list: { L: [{ M: { deep: { BOOL: true } } }, { NULL: true }, { B: Buffer.from([1, 2, 3]) }] },
  };
  const Key = { id: Item.id, at: Item.at };
  await cloudSettled(dynamodb, TableName);
  await asked(dynamodb.putItem({ TableName, Item, ReturnConsumedCapacity: "TOTAL" }));
  await asked(
    dynamodb.putItem({ TableName, Item, ConditionExpression: "attribute_not_exists(id)" }),
    dynamodb.getItem({
      TableName,
      Key,
      ProjectionExpression: "#l[0].deep, kind",
      ExpressionAttributeNames: { "#l": "list" },
    }),
    dynamodb.updateItem({
      TableName,
      Key,
      UpdateExpression:
        "SET #l[0].deep = :v, n = if_not_exists(n, :zero) + :one REMOVE kind ADD cnt :one DELETE #s :x",
      ConditionExpression: "size(#l) > :zero AND (begins_with(id, :a) OR NOT contains(#s, :a))",
      ExpressionAttributeNames: { "#l": "list", "#s": "set" },
      ExpressionAttributeValues: {
        ":v": { S: "new" },
        ":zero": { N: "0" },
        ":one": { N: "1" },
        ":a": { S: "a" },
        ":x": { SS: ["x"] },
      },
      ReturnValues: "ALL_NEW",
    }),
    dynamodb.query({
      TableName,
      KeyConditionExpression: "id = :id AND at BETWEEN :from AND :to",
      FilterExpression: "attribute_exists(kind)",
      ExpressionAttributeValues: {
        ":id": { S: "a" },
        ":from": { N: "-1e20" },
        ":to": { N: "1e20" },
      },
      Limit: 3,
    }),
    dynamodb.scan({ TableName, IndexName: "by-kind", Segment: 0, TotalSegments: 2 }),
    dynamodb.batchWriteItem({
      RequestItems: {
        [TableName]: [
          { PutRequest: { Item } },
          { DeleteRequest: { Key: { id: { S: "b" }, at: { N: "1" } } } },
        ],
      },
    }),
    dynamodb.transactWriteItems({
      TransactItems: [
        { Put: { TableName, Item: { ...Item, id: { S: "c" } } } },
        { ConditionCheck: { TableName, Key, ConditionExpression: "attribute_exists(id)" } },
      ],
      ClientRequestToken: "token",
    }),
    dynamodb.transactGetItems({ TransactItems: [{ Get: { TableName, Key } }] }),
    dynamodb.describeTable({ TableName }),
    dynamodb.deleteItem({ TableName, Key: { id: { S: "none" }, at: { N: "0" } } }),
  );
}

/** The clock flows here, so that the table becomes active by itself. */
async function cloudSettled(dynamodb: DynamoDB, TableName: string): Promise<void> {
  for (let look = 0; look < 200; look++) {
    const found = await dynamodb.describeTable({ TableName }).catch(() => undefined);
    if (found?.Table?.TableStatus === "ACTIVE") return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function recordQueues(settings: Settings): Promise<void> {
  const sqs = new SQS(settings);
  await asked(sqs.createQueue({ QueueName: "robust.fifo", Attributes: { FifoQueue: "true" } }));
  await asked(
    sqs.createQueue({ QueueName: "robust", Attributes: { DelaySeconds: "0" }, tags: { a: "b" } }),
  );
  const QueueUrl = "http://localhost:4566/000000000000/robust";
  await asked(
    sqs.sendMessage({
      QueueUrl,
      MessageBody: "body ❄",
      MessageAttributes: {
        n: { DataType: "Number", StringValue: "1" },
        b: { DataType: "Binary", BinaryValue: Buffer.from([0, 255]) },
      },
    }),
    sqs.sendMessageBatch({
      QueueUrl,
      Entries: [
        { Id: "a", MessageBody: "1" },
        { Id: "b", MessageBody: "2", DelaySeconds: 1 },
      ],
    }),
    sqs.sendMessage({
      QueueUrl: `${QueueUrl}.fifo`,
      MessageBody: "x",
      MessageGroupId: "g",
      MessageDeduplicationId: "d",
    }),
    sqs.receiveMessage({
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ["All"],
      VisibilityTimeout: 0,
    }),
    sqs.setQueueAttributes({
      QueueUrl,
      Attributes: {
        VisibilityTimeout: "10",
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: "arn:aws:sqs:us-east-1:000000000000:robust",
          maxReceiveCount: 3,
        }),
      },
    }),
    sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] }),
    sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle: "AQEB", VisibilityTimeout: 1 }),
    sqs.deleteMessageBatch({ QueueUrl, Entries: [{ Id: "a", ReceiptHandle: "AQEB" }] }),
    sqs.addPermission({
      QueueUrl,
      Label: "l",
      AWSAccountIds: ["111111111111"],
      Actions: ["SendMessage"],
    }),
    sqs.startMessageMoveTask({ SourceArn: "arn:aws:sqs:us-east-1:000000000000:robust" }),
    sqs.listQueues({ QueueNamePrefix: "r", MaxResults: 5 }),
  );
}

async function recordObjects(settings: Settings): Promise<void> {
  const s3 = new S3({ ...settings, forcePathStyle: true });
  const Bucket = "robust-bucket";
  await asked(s3.createBucket({ Bucket }));
  const upload = await s3.createMultipartUpload({ Bucket, Key: "parts" }).catch(() => undefined);
  const UploadId = upload?.UploadId ?? "none";
  await asked(
    s3.putObject({
      Bucket,
      Key: "a/b c+ü",
      Body: "hello",
      Metadata: { one: "two" },
      Tagging: "a=b",
    }),
    s3.putObject({
      Bucket,
      Key: "sum",
      Body: Buffer.alloc(70_000, 7),
      ChecksumAlgorithm: "SHA256",
    }),
    s3.uploadPart({ Bucket, Key: "parts", UploadId, PartNumber: 1, Body: Buffer.alloc(1000, 1) }),
    s3.listObjectsV2({ Bucket, Prefix: "a/", Delimiter: "/", MaxKeys: 2, EncodingType: "url" }),
    s3
      .getObject({ Bucket, Key: "sum", Range: "bytes=1-10", IfNoneMatch: '"x"' })
      .then(({ Body }) => Body?.transformToByteArray()),
    s3.headObject({ Bucket, Key: "sum" }),
    s3.copyObject({
      Bucket,
      Key: "copy",
      CopySource: `${Bucket}/sum`,
      MetadataDirective: "REPLACE",
    }),
    s3.deleteObjects({
      Bucket,
      Delete: { Objects: [{ Key: "x" }, { Key: "y", VersionId: "null" }], Quiet: true },
    }),
    s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: "k", Value: "v" }] } }),
    s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
    s3.putBucketCors({
      Bucket,
      CORSConfiguration: { CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }] },
    }),
    s3.putBucketPolicy({ Bucket, Policy: policy("s3:GetObject", `arn:aws:s3:::${Bucket}/*`, "*") }),
    s3.getBucketLocation({ Bucket }),
    s3.listObjectVersions({ Bucket, MaxKeys: 2 }),
  );
  await asked(
    s3.listParts({ Bucket, Key: "parts", UploadId }),
    s3.completeMultipartUpload({
      Bucket,
      Key: "parts",
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag: '"0"' }] },
    }),
    s3.abortMultipartUpload({ Bucket, Key: "parts", UploadId: "unknown" }),
  );
}

async function recordIdentities(settings: Settings): Promise<void> {
  const iam = new IAM(settings);
  const sts = new STS(settings);
  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
  });
  await asked(iam.createUser({ UserName: "robust", Tags: [{ Key: "a", Value: "b" }] }));
  await asked(iam.createRole({ RoleName: "robust", AssumeRolePolicyDocument: trust }));
  await asked(
    iam.putUserPolicy({ UserName: "robust", PolicyName: "p", PolicyDocument: policy("s3:*", "*") }),
    iam.createPolicy({ PolicyName: "managed", PolicyDocument: policy("sqs:*", "*") }),
    iam.createAccessKey({ UserName: "robust" }),
    iam.simulateCustomPolicy({
      PolicyInputList: [policy("s3:*", "*")],
      ActionNames: ["s3:GetObject"],
      ContextEntries: [
        { ContextKeyName: "aws:SourceIp", ContextKeyType: "ip", ContextKeyValues: ["10.0.0.1"] },
      ],
    }),
    iam.listUsers({ MaxItems: 3 }),
    iam.getAccountAuthorizationDetails({}),
    sts.getCallerIdentity({}),
    sts.assumeRole({
      RoleArn: "arn:aws:iam::000000000000:role/robust",
      RoleSessionName: "s",
      Policy: policy("s3:*", "*"),
      Tags: [{ Key: "t", Value: "v" }],
    }),
    sts.getSessionToken({ DurationSeconds: 900 }),
  );
}

async function recordOthers(settings: Settings): Promise<void> {
  const kms = new KMS(settings);
  const cloudwatch = new CloudWatch(settings);
  const key = await kms
    .createKey({ Description: "robust", Tags: [{ TagKey: "a", TagValue: "b" }] })
    .catch(() => undefined);
  const KeyId = key?.KeyMetadata?.KeyId ?? "none";
  await asked(kms.createAlias({ AliasName: "alias/robust", TargetKeyId: KeyId }));
  await asked(
    kms.encrypt({ KeyId, Plaintext: Buffer.from("secret"), EncryptionContext: { a: "b" } }),
    kms.decrypt({ CiphertextBlob: Buffer.alloc(100, 1) }),
    kms.generateDataKey({ KeyId, KeySpec: "AES_256" }),
    kms.putKeyPolicy({ KeyId, PolicyName: "default", Policy: policy("kms:*", "*", "*") }),
    kms.createGrant({
      KeyId,
      GranteePrincipal: "arn:aws:iam::000000000000:user/robust",
      Operations: ["Decrypt"],
    }),
    cloudwatch.putMetricData({
      Namespace: "robust",
      MetricData: [
        {
          MetricName: "m",
          Value: 1.5,
          Timestamp: new Date("2030-01-01T00:00:00Z"),
          Dimensions: [{ Name: "d", Value: "v" }],
        },
      ],
    }),
    cloudwatch.getMetricData({
      StartTime: new Date("2029-12-31T00:00:00Z"),
      EndTime: new Date("2030-01-02T00:00:00Z"),
      MetricDataQueries: [
        {
          Id: "m1",
          MetricStat: {
            Metric: { Namespace: "robust", MetricName: "m" },
            Period: 60,
            Stat: "p99.9",
          },
        },
        { Id: "e1", Expression: "SUM(METRICS()) / (m1 + 1)" },
      ],
    }),
    cloudwatch.listMetrics({ Namespace: "robust" }),
    new EC2(settings).describeRegions({ Filters: [{ Name: "region-name", Values: ["us-*"] }] }),
  );
}

const policy = (Action: string, Resource: string, Principal?: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action,
        Resource,
        ...(Principal === undefined ? {} : { Principal }),
        Condition: { StringLike: { "aws:UserAgent": "*" } },
      },
    ],
  });
