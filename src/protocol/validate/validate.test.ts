import { expect, test } from "vitest";
import { AwsError } from "../../kernel/errors.ts";
import { openModels } from "../../model/load.ts";
import type { ProtocolName } from "../../model/model.ts";
import { DIALECTS } from "./dialects.ts";
import { validate } from "./validate.ts";

const models = openModels();

function refusal(
  service: string,
  operationName: string,
  input: Record<string, unknown>,
  protocol?: ProtocolName,
) {
  const operation = models.service(service).operations.get(operationName);
  if (operation === undefined) throw new Error(`no ${operationName}`);
  try {
    validate(operation, protocol ?? operation.service.protocols[0] ?? "json", input);
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

const LONG = "a".repeat(129);

test("what the model allows is accepted", () => {
  expect(refusal("kms", "CreateKey", { Tags: [{ TagKey: "k", TagValue: "" }] })).toBe("accepted");
  expect(refusal("s3", "PutObject", {})).toBe("accepted");
});

test("a range", () => {
  expect(refusal("kms", "GenerateRandom", { NumberOfBytes: 0 })).toBe(
    "ValidationException: 1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1",
  );
  expect(refusal("stepfunctions", "ListExecutions", { maxResults: 1001 })).toBe(
    "ValidationException: 1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
  );
});

test("a length below a list", () => {
  expect(refusal("kms", "CreateKey", { Tags: [{ TagKey: LONG, TagValue: "" }] })).toBe(
    `ValidationException: 1 validation error detected: Value '${LONG}' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length less than or equal to 128`,
  );
});

test("a pattern, in Lambda's words", () => {
  expect(
    refusal("lambda", "AddPermission", {
      FunctionName: "f",
      StatementId: "example.com",
      Action: "lambda:InvokeFunction",
      Principal: "*",
    }),
  ).toBe(
    "ValidationException: 1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
  );
});

test("absence", () => {
  expect(refusal("sns", "SetEndpointAttributes", { EndpointArn: "e" })).toBe(
    "ValidationError: 1 validation error detected: Value null at 'attributes' failed to satisfy constraint: Member must not be null",
  );
  expect(
    refusal("lambda", "UntagResource", {
      Resource: "arn:aws:lambda:us-east-1:111111111111:function:f",
    }),
  ).toBe(
    "ValidationException: 1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null",
  );
});

test("absence below a list and a map", () => {
  const entry = { Id: "1", Message: "m", MessageAttributes: { attr1: { StringValue: "v" } } };
  expect(
    refusal("sns", "PublishBatch", { TopicArn: "t", PublishBatchRequestEntries: [entry] }),
  ).toBe(
    "ValidationError: 1 validation error detected: Value null at 'publishBatchRequestEntries.1.member.messageAttributes.attr1.member.dataType' failed to satisfy constraint: Member must not be null",
  );
});

test("several errors are counted", () => {
  const name = "This should fail with two errors 123467890123412341234123412341234";
  expect(
    refusal("events", "CreateConnection", {
      Name: name,
      AuthorizationType: "INVALID",
      AuthParameters: {},
    }),
  ).toBe(
    "ValidationException: 3 validation errors detected: " +
      `Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+; ` +
      `Value '${name}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 64; ` +
      "Value 'INVALID' at 'authorizationType' failed to satisfy constraint: Member must satisfy enum value set: [BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]",
  );
});

test("ten errors are told, and no more are counted", () => {
  const LocalSecondaryIndexes = [{}, {}, {}, {}];
  const absent = LocalSecondaryIndexes.flatMap((_, index) =>
    ["indexName", "keySchema", "projection"].map(
      (name) =>
        `Value null at 'localSecondaryIndexes.${index + 1}.member.${name}' failed to satisfy constraint: Member must not be null`,
    ),
  );
  expect(refusal("dynamodb", "CreateTable", { TableName: "abc", LocalSecondaryIndexes })).toBe(
    `ValidationException: 10 validation errors detected: ${absent.slice(0, 10).join("; ")}`,
  );
});

test("plain elements are reported together, at their list", () => {
  const input = { FunctionName: "f", Layers: ["wrong"] };
  expect(refusal("lambda", "UpdateFunctionConfiguration", input)).toBe(
    "ValidationException: 1 validation error detected: Value '[wrong]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 140, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+, Member must not be null]",
  );
});

test("structures are shown as Java prints them", () => {
  const transformation = { metricName: "m", metricNamespace: "n", metricValue: "1" };
  const shown =
    "MetricTransformation(metricName=m, metricNamespace=n, metricValue=1, defaultValue=null, dimensions=null, unit=null)";
  expect(
    refusal("logs", "PutMetricFilter", {
      logGroupName: "g",
      filterName: "f",
      filterPattern: "",
      metricTransformations: [transformation, transformation],
    }),
  ).toBe(
    `InvalidParameterException: 1 validation error detected: Value '[${shown}, ${shown}]' at 'metricTransformations' failed to satisfy constraint: Member must have length less than or equal to 1`,
  );
});

test("keys and values of a map", () => {
  const weights = (AdditionalVersionWeights: object) =>
    refusal("lambda", "CreateAlias", {
      FunctionName: "f",
      Name: "a",
      FunctionVersion: "1",
      RoutingConfig: { AdditionalVersionWeights },
    });
  const at = "at 'routingConfig.additionalVersionWeights' failed to satisfy constraint";
  expect(weights({ $LATEST: 0.5 })).toBe(
    `ValidationException: 1 validation error detected: Value '{$LATEST=0.5}' ${at}: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]`,
  );
  expect(weights({ 2: 2 })).toBe(
    `ValidationException: 1 validation error detected: Value '{2=2.0}' ${at}: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]`,
  );
});

test("lists in a map are measured together, at the map, and looked into one by one", () => {
  const wrote = (RequestItems: object) => refusal("dynamodb", "BatchWriteItem", { RequestItems });
  expect(wrote({ abc: [], def: [{}] })).toBe(
    "ValidationException: 1 validation error detected: Value '{abc=[], def=[WriteRequest(putRequest=null, deleteRequest=null)]}' at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]",
  );
  expect(wrote({ abc: [{}, { PutRequest: {} }] })).toBe(
    "ValidationException: 1 validation error detected: Value null at 'requestItems.abc.member.2.member.putRequest.item' failed to satisfy constraint: Member must not be null",
  );
});

test("secrets are not repeated, and IAM repeats nothing", () => {
  expect(refusal("kms", "Encrypt", { KeyId: "k", Plaintext: new Uint8Array(4097) })).toBe(
    "ValidationException: 1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
  );
  expect(
    refusal("iam", "UpdateServiceSpecificCredential", {
      ServiceSpecificCredentialId: "A".repeat(20),
      Status: "x",
    }),
  ).toBe(
    "ValidationError: 1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value set",
  );
});

test("API Gateway names the input before members of its body", () => {
  const patch = { restApiId: "r", patchOperations: [{ op: "wrong" }] };
  expect(refusal("apigateway", "UpdateRestApi", patch)).toBe(
    "ValidationException: 1 validation error detected: Value 'wrong' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, replace, move, copy, test]",
  );
  expect(
    refusal("apigateway", "GetGatewayResponse", { restApiId: "r", responseType: "FAKE" }),
  ).toMatch(
    /^ValidationException: 1 validation error detected: Value 'FAKE' at 'responseType' failed/,
  );
});

test("SQS and EC2 miss parameters in words of their own", () => {
  expect(refusal("sqs", "SendMessage", { QueueUrl: "q" }, "json")).toBe(
    "MissingParameter: The request must contain the parameter MessageBody.",
  );
  expect(refusal("ec2", "RunInstances", { MinCount: 1 }, "ec2")).toBe(
    "MissingParameter: The request must contain the parameter MaxCount",
  );
});

test("one code a protocol, where a service has several", () => {
  const input = { AlarmName: "a", StateValue: "INVALID", StateReason: "r" };
  const sentence =
    "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]";
  expect(refusal("cloudwatch", "SetAlarmState", input, "query")).toBe(
    `ValidationError: ${sentence}`,
  );
  expect(refusal("cloudwatch", "SetAlarmState", input, "smithy-rpc-v2-cbor")).toBe(
    `ValidationException: ${sentence}`,
  );
});

test("IAM looks at names and paths before all else", () => {
  const of = (member: string) =>
    `ValidationError: The specified value for ${member} is invalid. ` +
    "It must contain only alphanumeric characters and/or the following: +=,.@_-";
  expect(refusal("iam", "CreateUser", { UserName: "a b", Path: "x" })).toBe(of("userName"));
  expect(refusal("iam", "CreateUser", { UserName: "" })).toBe(of("userName"));
  expect(refusal("iam", "GetRole", { RoleName: "a/b" })).toBe(of("roleName"));
  expect(refusal("iam", "UpdateGroup", { GroupName: "a", NewGroupName: "é" })).toBe(
    of("newGroupName"),
  );
  const path =
    "ValidationError: The specified value for path is invalid. " +
    "It must begin and end with / and contain only alphanumeric characters and/or / characters.";
  for (const Path of ["eng", "/eng", "eng/", "//é/"]) {
    expect(refusal("iam", "CreateUser", { UserName: "ana", Path })).toBe(path);
  }
  expect(refusal("iam", "CreateUser", { UserName: "a+b=c,d.e@f_g-h", Path: "/x/y/" })).toBe(
    "accepted",
  );
  expect(refusal("iam", "CreateUser", { UserName: "a".repeat(65) })).toBe(
    "ValidationError: 1 validation error detected: Value at 'userName' failed to satisfy constraint: " +
      "Member must have length less than or equal to 64",
  );
});

const TABLES = [
  "CreateTable",
  "DeleteTable",
  "DescribeTable",
  "DescribeTimeToLive",
  "UpdateTable",
  "UpdateTimeToLive",
];

test.for(TABLES)("DynamoDB's %s looks at the table's name before all else", (operation) => {
  const refused = (TableName?: string | null) =>
    refusal("dynamodb", operation, { TableName, KeySchema: [], TimeToLiveSpecification: {} });
  const absent =
    "ValidationException: The parameter 'TableName' is required but was not present in the request";
  const length =
    "ValidationException: TableName must be at least 3 characters long and at most 255 characters long";
  expect([refused(), refused(null)]).toEqual([absent, absent]);
  const wrong = ["", "ab", "a".repeat(256), "a".repeat(1025)];
  expect(wrong.map(refused)).toEqual(wrong.map(() => length));
});

test("names of three to 255 characters and ARNs pass DynamoDB's first look", () => {
  const arn = `arn:aws:dynamodb:us-east-1:111111111111:table/${"a".repeat(255)}`;
  const names = ["abc", "a".repeat(255), arn];
  expect(names.map((TableName) => refusal("dynamodb", "DescribeTable", { TableName }))).toEqual(
    names.map(() => "accepted"),
  );
  expect(refusal("dynamodb", "DescribeTable", { TableName: `arn:${"a".repeat(1024)}` })).toMatch(
    /^ValidationException: 1 validation error detected: Value 'arn:a+' at 'tableName' failed/,
  );
});

test("DynamoDB's operations on items miss a table's name in the usual words", () => {
  expect(refusal("dynamodb", "GetItem", { Key: {} })).toBe(
    "ValidationException: 1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
  );
});

test("DynamoDB's operations on tags call an ARN that is missing an invalid one", () => {
  const refused = ["ListTagsOfResource", "TagResource", "UntagResource"].map((operation) =>
    refusal("dynamodb", operation, {}),
  );
  expect(refused).toEqual(refused.map(() => "ValidationException: Invalid TableArn"));
  expect(refusal("dynamodb", "TagResource", { ResourceArn: "a:b:c:d:e:f/g" })).toBe(
    "ValidationException: 1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null",
  );
});

test("an enum is told in AWS's own order where that is known", () => {
  const AttributeDefinitions = [{ AttributeName: "b", AttributeType: "SS" }];
  expect(
    refusal("dynamodb", "CreateTable", { TableName: "abc", AttributeDefinitions, KeySchema: [{}] }),
  ).toMatch(
    "Value 'SS' at 'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]; ",
  );
  expect(
    refusal("kms", "GenerateMac", { KeyId: "k", Message: new Uint8Array(1), MacAlgorithm: "a" }),
  ).toBe(
    "ValidationException: 1 validation error detected: Value 'a' at 'macAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512]",
  );
});

test("an order of its own leaves out nothing that the model has", () => {
  for (const [service, { enums = {} }] of Object.entries(DIALECTS)) {
    for (const [shape, told] of Object.entries(enums)) {
      const modelled = models.service(service).shapes.get(shape)?.enum ?? [];
      expect(told.split(", ").toSorted()).toEqual([...modelled].toSorted());
    }
  }
});
