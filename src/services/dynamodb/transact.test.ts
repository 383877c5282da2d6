import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const TableName = "accounts";

async function accounts() {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName,
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  await ddb.putItem({ TableName, Item: { id: { S: "a" }, coins: { N: "10" } } });
  await ddb.putItem({ TableName, Item: { id: { S: "b" }, coins: { N: "0" } } });
  const coins = async () => {
    const { Items } = await ddb.scan({ TableName });
    return Object.fromEntries((Items ?? []).map((item) => [item["id"]!.S, item["coins"]?.N]));
  };
  return { cloud, ddb, coins };
}

const move = (from: string, to: string, amount: string) => [
  {
    Update: {
      TableName,
      Key: { id: { S: from } },
      UpdateExpression: "SET coins = coins - :n",
      ConditionExpression: "coins >= :n",
      ExpressionAttributeValues: { ":n": { N: amount } },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    },
  },
  {
    Update: {
      TableName,
      Key: { id: { S: to } },
      UpdateExpression: "SET coins = coins + :n",
      ExpressionAttributeValues: { ":n": { N: amount } },
    },
  },
];

test("all of it happens, at twice the price", async () => {
  const { ddb, coins } = await accounts();
  const done = await ddb.transactWriteItems({
    TransactItems: move("a", "b", "4"),
    ReturnConsumedCapacity: "TOTAL",
  });
  expect(await coins()).toEqual({ a: "6", b: "4" });
  expect(done.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 4, WriteCapacityUnits: 4 }]);
});

test("or none of it, and every part has its reason", async () => {
  const { ddb, coins } = await accounts();
  await expect(
    ddb.transactWriteItems({ TransactItems: move("a", "b", "11").toReversed() }),
  ).rejects.toMatchObject({
    name: "TransactionCanceledException",
    message:
      "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]",
    CancellationReasons: [
      { Code: "None" },
      {
        Code: "ConditionalCheckFailed",
        Message: "The conditional request failed",
        Item: { id: { S: "a" }, coins: { N: "10" } },
      },
    ],
  });
  expect(await coins()).toEqual({ a: "10", b: "0" });
});

test("a token stands for one transaction, for ten minutes", async () => {
  const { cloud, ddb, coins } = await accounts();
  const once = { TransactItems: move("a", "b", "1"), ClientRequestToken: "once" };
  await ddb.transactWriteItems(once);
  await ddb.transactWriteItems(once);
  expect(await coins()).toEqual({ a: "9", b: "1" });
  await expect(
    ddb.transactWriteItems({ ...once, TransactItems: move("a", "b", "2") }),
  ).rejects.toMatchObject({ name: "IdempotentParameterMismatchException" });
  await cloud.clock.advance({ minutes: 10 });
  await ddb.transactWriteItems(once);
  expect(await coins()).toEqual({ a: "8", b: "2" });
});

test("one item has one part in a transaction", async () => {
  const { ddb } = await accounts();
  await expect(
    ddb.transactWriteItems({ TransactItems: move("a", "a", "1") }),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message: "Transaction request cannot include multiple operations on one item",
  });
  const Get = { TableName, Key: { id: { S: "a" } } };
  const byArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
  await expect(
    ddb.transactGetItems({ TransactItems: [{ Get }, { Get: { ...Get, TableName: byArn } }] }),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message: "Transaction request cannot include multiple operations on one item",
  });
});

test("reading together gives an empty place for what is not there", async () => {
  const { ddb } = await accounts();
  const read = await ddb.transactGetItems({
    TransactItems: ["b", "z", "a"].map((id) => ({ Get: { TableName, Key: { id: { S: id } } } })),
    ReturnConsumedCapacity: "TOTAL",
  });
  expect(read.Responses).toEqual([
    { Item: { id: { S: "b" }, coins: { N: "0" } } },
    {},
    { Item: { id: { S: "a" }, coins: { N: "10" } } },
  ]);
  expect(read.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 6, ReadCapacityUnits: 6 }]);
});
