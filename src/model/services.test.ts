import { expect, test } from "vitest";
import { openModels } from "./load.ts";
import type { Member, Shape } from "./model.ts";

/** Spot checks of single services, as they are loaded. */

const models = openModels();

/** A shape with its uses by name: what is to be compared has no cycles. */
function outline(service: string, shape: string) {
  const found = models.service(service).shapes.get(shape);
  if (found === undefined) throw new Error(`${service} has no ${shape}`);
  return { ...found, ...uses(found) };
}

function named(member: Member) {
  return { ...member, shape: member.shape.name };
}

function uses(shape: Shape) {
  return {
    ...(shape.members && { members: [...shape.members.values()].map(named) }),
    ...(shape.member && { member: named(shape.member) }),
    ...(shape.key && { key: named(shape.key) }),
    ...(shape.value && { value: named(shape.value) }),
  };
}

function signature(service: string, name: string) {
  const operation = models.service(service).operations.get(name);
  if (operation === undefined) throw new Error(`${service} has no ${name}`);
  const { service: owner, input, output, errors, ...traits } = operation;
  expect(owner).toBe(models.service(service));
  return { ...traits, input: input?.name, output: output?.name, errors: errors.map((e) => e.name) };
}

test("SQS: the service and a batch operation", () => {
  const { operations, shapes, ...traits } = models.service("sqs");
  expect({ ...traits, operations: operations.size, shapes: shapes.size }).toEqual({
    name: "sqs",
    serviceId: "SQS",
    fullName: "Amazon Simple Queue Service",
    apiVersion: "2012-11-05",
    signingName: "sqs",
    endpointPrefix: "sqs",
    protocols: ["json", "query"],
    jsonVersion: "1.0",
    targetPrefix: "AmazonSQS",
    xmlNamespace: { uri: "http://queue.amazonaws.com/doc/2012-11-05/" },
    queryCompatible: true,
    operations: 23,
    shapes: 114,
  });
  expect(signature("sqs", "DeleteMessageBatch")).toEqual({
    name: "DeleteMessageBatch",
    http: { method: "POST", uri: "/", status: 200 },
    resultWrapper: "DeleteMessageBatchResult",
    input: "DeleteMessageBatchRequest",
    output: "DeleteMessageBatchResult",
    errors: [
      "TooManyEntriesInBatchRequest",
      "EmptyBatchRequest",
      "BatchEntryIdsNotDistinct",
      "InvalidBatchEntryId",
      "RequestThrottled",
      "QueueDoesNotExist",
      "UnsupportedOperation",
      "InvalidAddress",
      "InvalidSecurity",
    ],
  });
});

test("SQS: the names of its query protocol, which its JSON model leaves out", () => {
  expect(outline("sqs", "CreateQueueRequest")).toEqual({
    name: "CreateQueueRequest",
    type: "structure",
    members: [
      { name: "QueueName", shape: "String", required: true },
      { name: "Attributes", shape: "QueueAttributeMap", queryName: "Attribute" },
      { name: "tags", shape: "TagMap", queryName: "Tag" },
    ],
  });
  expect(outline("sqs", "QueueAttributeMap")).toEqual({
    name: "QueueAttributeMap",
    type: "map",
    flattened: true,
    key: { name: "key", shape: "QueueAttributeName", locationName: "Name" },
    value: { name: "value", shape: "String", locationName: "Value" },
  });
  expect(outline("sqs", "QueueUrlList")).toEqual({
    name: "QueueUrlList",
    type: "list",
    flattened: true,
    member: { name: "member", shape: "String", locationName: "QueueUrl" },
  });
  expect(outline("sqs", "QueueDoesNotExist")).toEqual({
    name: "QueueDoesNotExist",
    type: "structure",
    members: [{ name: "message", shape: "ExceptionMessage" }],
    error: { code: "AWS.SimpleQueueService.NonExistentQueue", status: 400, senderFault: true },
  });
});

test("S3: greedy paths, checksums and a body that is streamed", () => {
  expect(signature("s3", "GetObject")).toEqual({
    name: "GetObject",
    http: { method: "GET", uri: "/{Bucket}/{Key+}", status: 200 },
    checksum: {
      responseAlgorithms: [
        "CRC64NVME",
        "CRC32",
        "CRC32C",
        "SHA256",
        "SHA1",
        "SHA512",
        "MD5",
        "XXHASH64",
        "XXHASH3",
        "XXHASH128",
      ],
      requestValidationModeMember: "ChecksumMode",
    },
    input: "GetObjectRequest",
    output: "GetObjectOutput",
    errors: ["NoSuchKey", "InvalidObjectState"],
  });
  expect(signature("s3", "DeleteObjects")).toMatchObject({
    http: { method: "POST", uri: "/{Bucket}?delete", status: 200 },
    checksum: { requestAlgorithmMember: "ChecksumAlgorithm", requestRequired: true },
  });
  const output = models.service("s3").shapes.get("GetObjectOutput");
  expect(output?.payload).toBe("Body");
  expect(output?.members?.get("Body")).toEqual({
    name: "Body",
    shape: { name: "Body", type: "blob" },
    streaming: true,
  });
  expect(outline("s3", "NoSuchKey").error).toEqual({ status: 404 });
  expect(outline("s3", "Expires").type).toBe("timestamp");
});

test("S3: attributes, namespaces and event streams", () => {
  expect(outline("s3", "Grantee")).toEqual({
    name: "Grantee",
    type: "structure",
    members: [
      { name: "DisplayName", shape: "DisplayName" },
      { name: "EmailAddress", shape: "EmailAddress" },
      { name: "ID", shape: "ID" },
      {
        name: "Type",
        shape: "Type",
        required: true,
        xmlAttribute: true,
        locationName: "xsi:type",
      },
      { name: "URI", shape: "URI" },
    ],
    xmlNamespace: { prefix: "xsi", uri: "http://www.w3.org/2001/XMLSchema-instance" },
  });
  expect(outline("s3", "SelectObjectContentEventStream")).toEqual({
    name: "SelectObjectContentEventStream",
    type: "structure",
    eventStream: true,
    members: [
      { name: "Records", shape: "RecordsEvent" },
      { name: "Stats", shape: "StatsEvent" },
      { name: "Progress", shape: "ProgressEvent" },
      { name: "Cont", shape: "ContinuationEvent" },
      { name: "End", shape: "EndEvent" },
    ],
  });
  expect(outline("s3", "RecordsEvent")).toEqual({
    name: "RecordsEvent",
    type: "structure",
    event: true,
    members: [{ name: "Payload", shape: "Body", eventPayload: true }],
  });
});

test("DynamoDB: pagination, constraints, and a value that contains itself", () => {
  expect(signature("dynamodb", "Query")).toEqual({
    name: "Query",
    http: { method: "POST", uri: "/", status: 200 },
    pagination: {
      input: ["ExclusiveStartKey"],
      output: ["LastEvaluatedKey"],
      limit: "Limit",
      results: ["Items", "Count", "ScannedCount"],
    },
    input: "QueryInput",
    output: "QueryOutput",
    errors: [
      "ProvisionedThroughputExceededException",
      "ResourceNotFoundException",
      "RequestLimitExceeded",
      "InternalServerError",
      "ThrottlingException",
    ],
  });
  expect(outline("dynamodb", "TableName")).toEqual({
    name: "TableName",
    type: "string",
    min: 3,
    max: 255,
    pattern: "[a-zA-Z0-9_.-]+",
    regexp: /^(?:[a-zA-Z0-9_.-]+)$/u,
  });
  const value = models.service("dynamodb").shapes.get("AttributeValue");
  expect([...(value?.members?.keys() ?? [])]).toEqual("S N B SS NS BS M L NULL BOOL".split(" "));
  expect(value?.members?.get("L")?.shape.member?.shape).toBe(value);
});

test("EC2: names on the wire that differ by direction, and a small first letter", () => {
  const nic = models.service("ec2").shapes.get("InstanceNetworkInterfaceSpecification");
  expect({ ...nic?.members?.get("Ipv6Addresses"), shape: undefined }).toEqual({
    name: "Ipv6Addresses",
    shape: undefined,
    locationName: "ipv6AddressesSet",
    queryName: "Ipv6Addresses",
  });
  expect(nic?.members?.get("SubnetId")?.locationName).toBe("subnetId");
});

test("REST: element names, host prefixes, statuses and calls without a signature", () => {
  expect(signature("route53", "ChangeResourceRecordSets").inputElement).toEqual({
    name: "ChangeResourceRecordSetsRequest",
    xmlNamespace: { uri: "https://route53.amazonaws.com/doc/2013-04-01/" },
  });
  expect(signature("s3control", "CreateAccessPoint").hostPrefix).toBe("{AccountId}.");
  expect(signature("lambda", "CreateFunction").http.status).toBe(201);
  expect(signature("sts", "AssumeRoleWithWebIdentity").unsigned).toBe(true);
  expect(signature("sts", "AssumeRole").unsigned).toBeUndefined();
});
