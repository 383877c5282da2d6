import { DynamoDB, type UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const TableName = "counters";
const Key = { id: { S: "a" } };

async function counters() {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName,
    AttributeDefinitions: [
      { AttributeName: "id", AttributeType: "S" },
      { AttributeName: "tenant", AttributeType: "S" },
    ],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: "byTenant",
        KeySchema: [{ AttributeName: "tenant", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
    BillingMode: "PAY_PER_REQUEST",
  });
  const update = (more: Partial<UpdateItemCommandInput>) =>
    ddb.updateItem({ TableName, Key, ...more });
  const item = async () => (await ddb.getItem({ TableName, Key })).Item;
  return { ddb, update, item };
}

test("each kind of return value gives its part", async () => {
  const { ddb, update } = await counters();
  await ddb.putItem({
    TableName,
    Item: { ...Key, n: { N: "1" }, m: { M: { x: { N: "1" }, y: { N: "2" } } } },
  });
  const add = {
    UpdateExpression: "SET n = n + :one, m.x = :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
  };
  const returned = async (ReturnValues: UpdateItemCommandInput["ReturnValues"]) =>
    (await update({ ...add, ReturnValues })).Attributes;
  expect(await returned("NONE")).toBeUndefined();
  expect(await returned("UPDATED_OLD")).toEqual({ n: { N: "2" }, m: { M: { x: { N: "1" } } } });
  expect(await returned("UPDATED_NEW")).toEqual({ n: { N: "4" }, m: { M: { x: { N: "1" } } } });
  expect(await returned("ALL_OLD")).toMatchObject({ ...Key, n: { N: "4" } });
  expect(await returned("ALL_NEW")).toEqual({
    ...Key,
    n: { N: "6" },
    m: { M: { x: { N: "1" }, y: { N: "2" } } },
  });
});

test("an update makes the item that is not there, unless it only takes away", async () => {
  const { update, item } = await counters();
  await update({ UpdateExpression: "REMOVE n" });
  expect(await item()).toBeUndefined();
  await update({});
  expect(await item()).toEqual(Key);
});

test("the legacy updates put, add to and take from attributes", async () => {
  const { update, item } = await counters();
  await update({
    AttributeUpdates: {
      n: { Action: "ADD", Value: { N: "2" } },
      tags: { Action: "ADD", Value: { SS: ["a", "b"] } },
      gone: { Value: { S: "soon" } },
    },
  });
  await update({
    AttributeUpdates: {
      n: { Action: "ADD", Value: { N: "-5" } },
      tags: { Action: "DELETE", Value: { SS: ["a"] } },
      gone: { Action: "DELETE" },
    },
    Expected: { n: { ComparisonOperator: "GE", AttributeValueList: [{ N: "2" }] } },
  });
  expect(await item()).toEqual({ ...Key, n: { N: "-3" }, tags: { SS: ["b"] } });
  await expect(
    update({
      AttributeUpdates: { n: { Value: { N: "0" } } },
      Expected: { n: { Exists: false } },
    }),
  ).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
});

test("an index takes its units only where it changes", async () => {
  const { update } = await counters();
  const cost = async (more: Partial<UpdateItemCommandInput>) =>
    (await update({ ...more, ReturnConsumedCapacity: "INDEXES" })).ConsumedCapacity;
  const table = { Table: { CapacityUnits: 1 } };
  const set = (name: string, S: string) => ({
    UpdateExpression: `SET ${name} = :v`,
    ExpressionAttributeValues: { ":v": { S } },
  });
  expect(await cost(set("other0", "x"))).toEqual({ TableName, CapacityUnits: 1, ...table });
  const index = (CapacityUnits: number) => ({
    GlobalSecondaryIndexes: { byTenant: { CapacityUnits } },
  });
  expect(await cost(set("tenant", "x"))).toEqual({
    TableName,
    CapacityUnits: 2,
    ...table,
    ...index(1),
  });
  expect(await cost(set("tenant", "y"))).toEqual({
    TableName,
    CapacityUnits: 3,
    ...table,
    ...index(2),
  });
  expect(await cost(set("other0", "z"))).toEqual({ TableName, CapacityUnits: 1, ...table });
});

test.for([
  [
    { UpdateExpression: "SET id = :v", ExpressionAttributeValues: { ":v": { S: "b" } } },
    "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
  ],
  [
    { UpdateExpression: "SET tenant = :v", ExpressionAttributeValues: { ":v": { N: "1" } } },
    "One or more parameter values were invalid: Type mismatch for Index Key tenant Expected: S Actual: N IndexName: byTenant",
  ],
  [
    { UpdateExpression: "SET tenant.x = :v", ExpressionAttributeValues: { ":v": { N: "1" } } },
    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: tenant",
  ],
  [
    {
      UpdateExpression: "SET a = :v",
      AttributeUpdates: {},
      ExpressionAttributeValues: { ":v": { N: "1" } },
    },
    "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {AttributeUpdates} Expression parameters: {UpdateExpression}",
  ],
  [
    { UpdateExpression: "SET a = :v", ExpressionAttributeValues: { ":v": { SS: ["a", "a"] } } },
    "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: Input collection [a, a] contains duplicates. for key :v",
  ],
  [
    {
      UpdateExpression: "SET a = :v",
      ExpressionAttributeValues: { ":v": { S: "x".repeat(410_000) } },
    },
    "Item size to update has exceeded the maximum allowed size",
  ],
] as [Partial<UpdateItemCommandInput>, string][])("%j is refused", async ([more, message]) => {
  const { update } = await counters();
  await expect(update(more)).rejects.toMatchObject({ name: "ValidationException", message });
});
