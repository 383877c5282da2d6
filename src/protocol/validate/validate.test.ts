import { expect, test } from "vitest";
import { AwsError } from "../../kernel/errors.ts";
import { openModels } from "../../model/load.ts";
import type { ProtocolName } from "../../model/model.ts";
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
    "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [OK, ALARM, INSUFFICIENT_DATA]";
  expect(refusal("cloudwatch", "SetAlarmState", input, "query")).toBe(
    `ValidationError: ${sentence}`,
  );
  expect(refusal("cloudwatch", "SetAlarmState", input, "smithy-rpc-v2-cbor")).toBe(
    `ValidationException: ${sentence}`,
  );
});
