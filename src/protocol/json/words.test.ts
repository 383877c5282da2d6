import { expect, test } from "vitest";
import { openModels } from "../../model/load.ts";
import { json } from "./json.ts";

const models = openModels();

function parse(service: string, operationName: string, body: string) {
  const operation = models.service(service).operations.get(operationName);
  if (operation === undefined) throw new Error(`no ${operationName}`);
  const request = {
    method: "POST",
    path: "/",
    query: "",
    headers: {},
    body: Buffer.from(body),
    secure: false,
    sourceIp: "127.0.0.1",
  };
  return json.parse(operation, request, {});
}

const CAST =
  "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class " +
  "java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and " +
  "java.lang.Class are in module java.base of loader 'bootstrap')";
const CLASSES = "com.amazonaws.dynamodb.v20120810";

test.for([
  ["CreateTable", { TableName: 23 }, "NUMBER_VALUE cannot be converted to String"],
  ["CreateTable", { TableName: 34.56 }, "DECIMAL_VALUE cannot be converted to String"],
  ["CreateTable", { TableName: [] }, "Unrecognized collection type class java.lang.String"],
  ["CreateTable", { TableName: {} }, "Start of structure or map found where not expected"],
  ["CreateTable", { ProvisionedThroughput: "23" }, "Unexpected field type"],
  [
    "CreateTable",
    { ProvisionedThroughput: [] },
    `Unrecognized collection type class ${CLASSES}.ProvisionedThroughput`,
  ],
  ["CreateTable", { KeySchema: ["23"] }, "Unexpected value type in payload"],
  ["CreateTable", { KeySchema: {} }, "Start of structure or map found where not expected"],
  ["Query", { Limit: "23" }, "STRING_VALUE cannot be converted to Integer"],
  ["Query", { Limit: [] }, "Unrecognized collection type class java.lang.Integer"],
  ["GetItem", { ConsistentRead: "23" }, "Unexpected token received from parser"],
  ["GetItem", { ConsistentRead: 23 }, "NUMBER_VALUE cannot be converted to Boolean"],
  ["GetItem", { Key: 23 }, "Unexpected field type"],
  [
    "GetItem",
    { Key: [] },
    `Unrecognized collection type java.util.Map<java.lang.String, ${CLASSES}.AttributeValue>`,
  ],
  [
    "BatchWriteItem",
    { RequestItems: [] },
    "Unrecognized collection type java.util.Map<java.lang.String, " +
      `java.util.List<${CLASSES}.WriteRequest>>`,
  ],
  ["BatchWriteItem", { RequestItems: { a: "23" } }, CAST],
  ["BatchGetItem", { RequestItems: { a: { Keys: ["23"] } } }, CAST],
  [
    "GetItem",
    { Key: { a: { B: "23456" } } },
    "Base64 encoded length is expected a multiple of 4 bytes but found: 5",
  ],
  ["GetItem", { Key: { a: { B: "+/+=" } } }, "Invalid last non-pad Base64 character dectected"],
  ["GetItem", { Key: { a: { B: [] } } }, "Unrecognized collection type class java.nio.ByteBuffer"],
] as const)("DynamoDB: %s of %j is refused: %s", ([operation, body, message]) => {
  expect(() => parse("dynamodb", operation, JSON.stringify(body))).toThrow(
    expect.objectContaining({ code: "SerializationException", message }),
  );
});

test.for(["", "null", "{broken"])("DynamoDB refuses the body %j without a sentence", (body) => {
  const refused = { code: "SerializationException" };
  expect(() => parse("dynamodb", "ListTables", body)).toThrow(expect.objectContaining(refused));
});

test("DynamoDB reads some texts as Booleans, other services fewer", () => {
  const key = (NULL: unknown) => JSON.stringify({ Key: { a: { NULL } } });
  expect(parse("dynamodb", "GetItem", key("no"))).toEqual({ Key: { a: { NULL: false } } });
  expect(parse("dynamodb", "GetItem", key("YES"))).toEqual({ Key: { a: { NULL: true } } });
  expect(() => parse("kms", "CreateKey", '{"MultiRegion":"no"}')).toThrow(
    "'NO' can not be converted to an Boolean",
  );
});
