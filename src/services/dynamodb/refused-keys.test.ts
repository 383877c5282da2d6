import { type AttributeValue, DynamoDB, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const TableName = "notes";
const Key = { id: { S: "a" } };

/** Two indexes by one attribute, which were not made in the order of their names. */
async function world() {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName,
    AttributeDefinitions: ["id", "day"].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S",
    })),
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
    GlobalSecondaryIndexes: ["second", "first"].map((IndexName) => ({
      IndexName,
      KeySchema: [{ AttributeName: "day", KeyType: "HASH" }],
      Projection: { ProjectionType: "ALL" },
    })),
  });
  return { ddb };
}

const updated = (day: AttributeValue) => ({
  TableName,
  Key,
  UpdateExpression: "SET #day = :day",
  ExpressionAttributeNames: { "#day": "day" },
  ExpressionAttributeValues: { ":day": day },
});

test("of indexes whose key a value does not fit, the first by name is told", async () => {
  const { ddb } = await world();
  const refusal = {
    name: "ValidationException",
    message:
      "One or more parameter values were invalid: Type mismatch for Index Key day Expected: S " +
      "Actual: N IndexName: first",
  };
  const day = { N: "5" };
  await expect(ddb.putItem({ TableName, Item: { ...Key, day } })).rejects.toMatchObject(refusal);
  await expect(ddb.updateItem(updated(day))).rejects.toMatchObject(refusal);
});

const empty = { S: "" };
const NOT_VALID = "One or more parameter values are not valid.";
const EMPTY = "The AttributeValue for a key attribute cannot contain an empty string value.";

test.for<[string, TransactWriteItem, string]>([
  ["key in a put", { Put: { TableName, Item: { id: empty } } }, `${EMPTY} Key: id`],
  ["key in a deletion", { Delete: { TableName, Key: { id: empty } } }, `${EMPTY} Key: id`],
  [
    "index key in a put",
    { Put: { TableName, Item: { ...Key, day: empty } } },
    `A value specified for a secondary index key is not supported. ${EMPTY} ` +
      "IndexName: first, IndexKey: day",
  ],
  [
    "index key in an update",
    { Update: updated(empty) },
    "The update expression attempted to update a secondary index key to a value that is not " +
      `supported. ${EMPTY}`,
  ],
])("an empty %s is told before a transaction is tried", async ([, action, what]) => {
  const { ddb } = await world();
  await expect(ddb.transactWriteItems({ TransactItems: [action] })).rejects.toMatchObject({
    name: "ValidationException",
    message: `${NOT_VALID} ${what}`,
  });
});

test("the parts of a batch keep to one way of projecting", async () => {
  const { ddb } = await world();
  await expect(
    ddb.batchGetItem({
      RequestItems: {
        [TableName]: { Keys: [Key], ProjectionExpression: "id" },
        others: { Keys: [Key], AttributesToGet: ["id"] },
      },
    }),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "Can not use both expression and non-expression parameters in the same request: " +
      "Non-expression parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}",
  });
});

test("a stream that contradicts itself, and a key of three parts, are refused", async () => {
  const { ddb } = await world();
  const names = ["a", "b", "c"];
  const create = (count: number, more: object) =>
    ddb.createTable({
      TableName: "others",
      AttributeDefinitions: names
        .slice(0, count)
        .map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: names.slice(0, count).map((AttributeName, at) => ({
        AttributeName,
        KeyType: at === 0 ? "HASH" : "RANGE",
      })),
      BillingMode: "PAY_PER_REQUEST",
      ...more,
    });
  await expect(create(1, { StreamSpecification: { StreamEnabled: true } })).rejects.toMatchObject({
    message:
      "One or more parameter values were invalid: Table is being created with a stream enabled, " +
      "UpdateViewType is required",
  });
  const off = { StreamEnabled: false, StreamViewType: "NEW_IMAGE" };
  await expect(create(1, { StreamSpecification: off })).rejects.toMatchObject({
    message:
      "One or more parameter values were invalid: Table is being created with a stream disabled, " +
      "UpdateViewType should not be specified",
  });
  await expect(create(3, {})).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "1 validation error detected: Value '[KeySchemaElement(attributeName=a, keyType=HASH), " +
      "KeySchemaElement(attributeName=b, keyType=RANGE), " +
      "KeySchemaElement(attributeName=c, keyType=RANGE)]' at 'keySchema' failed to satisfy " +
      "constraint: Member must have length less than or equal to 2",
  });
});
