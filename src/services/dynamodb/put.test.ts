import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function orders() {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName: "orders",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  return ddb;
}

test("an item comes back as it was put, with its numbers in their normal form", async () => {
  const ddb = await orders();
  await ddb.putItem({
    TableName: "orders",
    Item: {
      id: { S: "a" },
      price: { N: "+012.500" },
      tags: { SS: ["x", "y"] },
      nested: { M: { list: { L: [{ N: "1E3" }, { NULL: true }, { B: new Uint8Array([1, 2]) }] } } },
    },
  });
  const { Item } = await ddb.getItem({ TableName: "orders", Key: { id: { S: "a" } } });
  expect(Item).toEqual({
    id: { S: "a" },
    price: { N: "12.5" },
    tags: { SS: ["x", "y"] },
    nested: { M: { list: { L: [{ N: "1000" }, { NULL: true }, { B: new Uint8Array([1, 2]) }] } } },
  });
});

test("a failed condition changes nothing, and brings the item when it is asked for", async () => {
  const ddb = await orders();
  await ddb.putItem({ TableName: "orders", Item: { id: { S: "a" }, n: { N: "1" } } });
  await expect(
    ddb.putItem({
      TableName: "orders",
      Item: { id: { S: "a" } },
      ConditionExpression: "attribute_not_exists(id)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    }),
  ).rejects.toMatchObject({
    name: "ConditionalCheckFailedException",
    message: "The conditional request failed",
    Item: { id: { S: "a" }, n: { N: "1" } },
    $metadata: { httpStatusCode: 400 },
  });
  const { Item } = await ddb.getItem({ TableName: "orders", Key: { id: { S: "a" } } });
  expect(Item).toEqual({ id: { S: "a" }, n: { N: "1" } });
});
