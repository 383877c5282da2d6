/** What goes over the wire, to the letter, where people and old clients look at it. */
import { expect, test } from "vitest";
import { AwsError } from "../../src/kernel/errors.ts";
import { Written } from "../../src/kernel/written.ts";
import { openModels } from "../../src/model/load.ts";
import type { ProtocolName } from "../../src/model/model.ts";
import { protocol } from "../../src/protocol/protocols.ts";
import { readCbor } from "./plain-readers.ts";

const models = openModels();
const META = { requestId: "REQ", extendedRequestId: "EXT" };

function answer(name: ProtocolName, service: string, operationName: string, output: object) {
  const operation = models.service(service).operations.get(operationName);
  if (operation === undefined) throw new Error(`no ${operationName}`);
  return protocol(name).serialise(operation, { ...output }, META);
}

function refusal(name: ProtocolName, service: string, operationName: string, error: AwsError) {
  const model = models.service(service);
  return protocol(name).serialiseError(model, model.operations.get(operationName), error, META);
}

test("DynamoDB's errors keep the namespaces of its framework", () => {
  const body = (error: AwsError) => refusal("json", "dynamodb", "GetItem", error).body;
  expect(body(new AwsError("ResourceNotFoundException", "Requested resource not found"))).toBe(
    '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}',
  );
  expect(body(new AwsError("ValidationException", "no"))).toBe(
    '{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}',
  );
  expect(body(new AwsError("SerializationException", "no"))).toBe(
    '{"__type":"com.amazon.coral.service#SerializationException","Message":"no"}',
  );
});

test.for(["json", "smithy-rpc-v2-cbor"] as const)(
  "what is written already is the same in %s",
  (name) => {
    const item = { a: { S: "é" }, b: { B: Uint8Array.of(1, 2) }, c: { M: {} } };
    const written = new Written('{"a":{"S":"é"},"b":{"B":"AQI="},"c":{"M":{}}}', () => item);
    const page = (Items: readonly object[]) =>
      answer(name, "dynamodb", "Query", { Items, Count: 2 });
    expect(page([written, item])).toEqual(page([item, item]));
  },
);

test("DynamoDB and SQS answer with their version of JSON, SQS with the old code too", () => {
  const dynamodb = answer("json", "dynamodb", "ListTables", { TableNames: [] });
  expect(dynamodb).toEqual({
    status: 200,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-requestid": "REQ",
      "x-amz-crc32": "1315925753",
    },
    body: '{"TableNames":[]}',
  });
  const error = new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
  expect(refusal("json", "sqs", "SendMessage", error)).toEqual({
    status: 400,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-requestid": "REQ",
      "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender",
    },
    body: '{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"The specified queue does not exist."}',
  });
});

test("an error that SQS does not model has two names", () => {
  const error = new AwsError(
    "MissingParameter",
    "The request must contain the parameter MessageBody.",
  );
  const response = refusal("json", "sqs", "SendMessage", error);
  expect(response.headers["x-amzn-query-error"]).toBe("MissingParameter;Sender");
  expect(response.body).toBe(
    '{"__type":"com.amazonaws.sqs#MissingRequiredParameterException","message":"The request must contain the parameter MessageBody."}',
  );
});

test("SQS still answers in XML", () => {
  const Messages = [{ MessageId: "m", Body: "a<b", Attributes: { SentTimestamp: "1" } }];
  expect(answer("query", "sqs", "ReceiveMessage", { Messages }).body).toBe(
    '<ReceiveMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><ReceiveMessageResult>' +
      "<Message><MessageId>m</MessageId><Body>a&lt;b</Body><Attribute><Name>SentTimestamp</Name><Value>1</Value></Attribute></Message>" +
      "</ReceiveMessageResult><ResponseMetadata><RequestId>REQ</RequestId></ResponseMetadata></ReceiveMessageResponse>",
  );
});

test("IAM's errors are query errors", () => {
  const error = new AwsError("NoSuchEntityException", "The user with name x cannot be found.");
  expect(refusal("query", "iam", "GetUser", error)).toEqual({
    status: 404,
    headers: { "content-type": "text/xml", "x-amzn-requestid": "REQ" },
    body:
      '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code>' +
      "<Message>The user with name x cannot be found.</Message></Error><RequestId>REQ</RequestId></ErrorResponse>",
  });
});

test("EC2 has a form of its own", () => {
  const error = new AwsError("InvalidInstanceID.NotFound", "The instance ID 'i-1' does not exist");
  expect(refusal("ec2", "ec2", "DescribeInstances", error).body).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code>' +
      "<Message>The instance ID 'i-1' does not exist</Message></Error></Errors><RequestID>REQ</RequestID></Response>",
  );
  const Vpcs = [{ VpcId: "vpc-1", IsDefault: true }];
  expect(answer("ec2", "ec2", "DescribeVpcs", { Vpcs }).body).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
      "<requestId>REQ</requestId><vpcSet><item><isDefault>true</isDefault><vpcId>vpc-1</vpcId></item></vpcSet></DescribeVpcsResponse>",
  );
});

test("S3's errors have no namespace, and both of its ids", () => {
  const members = { BucketName: "b" };
  const error = new AwsError("NoSuchBucket", "The specified bucket does not exist", { members });
  expect(refusal("rest-xml", "s3", "ListObjectsV2", error)).toEqual({
    status: 404,
    headers: { "content-type": "application/xml", "x-amz-request-id": "REQ", "x-amz-id-2": "EXT" },
    body:
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message>' +
      "<BucketName>b</BucketName><RequestId>REQ</RequestId><HostId>EXT</HostId></Error>",
  });
  expect(refusal("rest-xml", "s3", "HeadObject", error).body).toBe("");
});

test("S3's documents are called as its reference calls them", () => {
  const body = (operation: string, output: object) =>
    answer("rest-xml", "s3", operation, output).body;
  const start = '<?xml version="1.0" encoding="UTF-8"?>\n';
  const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  expect(body("ListBuckets", { Buckets: [{ Name: "b" }], Owner: { ID: "o" } })).toBe(
    `${start}<ListAllMyBucketsResult ${namespace}><Buckets><Bucket><Name>b</Name></Bucket></Buckets><Owner><ID>o</ID></Owner></ListAllMyBucketsResult>`,
  );
  expect(body("GetBucketLocation", { LocationConstraint: "eu-west-1" })).toBe(
    `${start}<LocationConstraint ${namespace}>eu-west-1</LocationConstraint>`,
  );
  expect(body("GetBucketLocation", {})).toBe(`${start}<LocationConstraint ${namespace}/>`);
  expect(body("CopyObject", { CopyObjectResult: { ETag: '"e"' } })).toBe(
    `${start}<CopyObjectResult ${namespace}><ETag>&quot;e&quot;</ETag></CopyObjectResult>`,
  );
  const Grantee = { Type: "CanonicalUser", ID: "o" };
  expect(body("GetBucketAcl", { Grants: [{ Grantee, Permission: "READ" }] })).toBe(
    `${start}<AccessControlPolicy ${namespace}><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>o</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`,
  );
  expect(body("PutObject", { ETag: '"e"' })).toBe("");
});

test("S3's metadata cannot break out of its header, and is encoded where ASCII cannot say it", () => {
  // Headers come as bytes: what a client wrote in UTF-8 stands here a character a byte.
  const b = Buffer.from("héllo").toString("latin1");
  const Metadata = { a: "x\r\nset-cookie: y", b };
  const { headers } = answer("rest-xml", "s3", "HeadObject", { Metadata });
  expect(headers).toEqual({
    "x-amz-request-id": "REQ",
    "x-amz-id-2": "EXT",
    "x-amz-meta-a": "x set-cookie: y",
    "x-amz-meta-b": "=?UTF-8?Q?h=C3=A9llo?=",
  });
});

test("Lambda's errors are named in a header", () => {
  const members = { Type: "User" };
  const error = new AwsError("ResourceNotFoundException", "Function not found", { members });
  expect(refusal("rest-json", "lambda", "GetFunction", error)).toEqual({
    status: 404,
    headers: {
      "content-type": "application/json",
      "x-amzn-requestid": "REQ",
      "x-amzn-errortype": "ResourceNotFoundException",
    },
    body: '{"Type":"User","Message":"Function not found"}',
  });
});

test("CBOR says which protocol it is", () => {
  const error = new AwsError("ValidationError", "no");
  const response = refusal("smithy-rpc-v2-cbor", "cloudwatch", "SetAlarmState", error);
  expect(response.headers).toEqual({
    "smithy-protocol": "rpc-v2-cbor",
    "x-amzn-requestid": "REQ",
    "content-type": "application/cbor",
    "x-amzn-query-error": "ValidationError;Sender",
  });
  expect(readCbor(response.body as Uint8Array)).toEqual({
    __type: "com.amazon.coral.validate#ValidationException",
    message: "no",
  });
});

test("DynamoDB answers nothing where an operation has no output, and names no unknown one", () => {
  expect(answer("json", "dynamodb", "TagResource", {}).body).toBe("");
  expect(answer("json", "kms", "TagResource", {}).body).toBe("{}");
  const unknown = new AwsError("UnknownOperationException", "", { status: 400 });
  expect(refusal("json", "dynamodb", "TagResource", unknown).body).toBe(
    '{"__type":"com.amazon.coral.service#UnknownOperationException"}',
  );
});
