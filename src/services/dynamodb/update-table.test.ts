import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const TableName = "orders";

async function orders() {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName,
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  });
  await cloud.idle();
  return { cloud, ddb };
}

const byCustomer = {
  TableName,
  AttributeDefinitions: [{ AttributeName: "customer", AttributeType: "S" as const }],
  GlobalSecondaryIndexUpdates: [
    {
      Create: {
        IndexName: "byCustomer",
        KeySchema: [{ AttributeName: "customer", KeyType: "HASH" as const }],
        Projection: { ProjectionType: "KEYS_ONLY" as const },
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      },
    },
  ],
};

const askCustomer = {
  TableName,
  IndexName: "byCustomer",
  KeyConditionExpression: "customer = :c",
  ExpressionAttributeValues: { ":c": { S: "ann" } },
};

test("an index that is added later is filled with what is there, however much that is", async () => {
  const { cloud, ddb } = await orders();
  for (let batch = 0; batch < 20; batch++) {
    const puts = Array.from({ length: 25 }, (_, n) => ({
      PutRequest: {
        Item: { id: { S: `${batch}-${n}` }, customer: { S: n % 5 === 0 ? "ann" : "bob" } },
      },
    }));
    await ddb.batchWriteItem({ RequestItems: { [TableName]: puts } });
  }
  const { TableDescription } = await ddb.updateTable(byCustomer);
  expect(TableDescription).toMatchObject({
    TableStatus: "UPDATING",
    GlobalSecondaryIndexes: [
      { IndexName: "byCustomer", IndexStatus: "CREATING", Backfilling: true },
    ],
  });
  await cloud.idle();
  expect((await ddb.query(askCustomer)).Count).toBe(100);
  const { Table } = await ddb.describeTable({ TableName });
  expect(Table?.TableStatus).toBe("ACTIVE");
  expect(Table?.GlobalSecondaryIndexes).toMatchObject([{ IndexStatus: "ACTIVE", ItemCount: 500 }]);
});

test("an index that is taken away takes its entries and its attribute's definition with it", async () => {
  const { cloud, ddb } = await orders();
  await ddb.updateTable(byCustomer);
  await cloud.idle();
  await ddb.updateTable({
    TableName,
    GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "byCustomer" } }],
  });
  await cloud.idle();
  await expect(ddb.query(askCustomer)).rejects.toMatchObject({
    name: "ValidationException",
    message: "The table does not have the specified index: byCustomer",
  });
  const { Table } = await ddb.describeTable({ TableName });
  expect(Table?.GlobalSecondaryIndexes).toBeUndefined();
  expect(Table?.AttributeDefinitions).toEqual([{ AttributeName: "id", AttributeType: "S" }]);
});

test("new throughput is in force when the table is active again", async () => {
  const { cloud, ddb } = await orders();
  const asked = { ReadCapacityUnits: 10, WriteCapacityUnits: 5 };
  const { TableDescription } = await ddb.updateTable({ TableName, ProvisionedThroughput: asked });
  expect(TableDescription).toMatchObject({
    TableStatus: "UPDATING",
    ProvisionedThroughput: { ReadCapacityUnits: 5 },
  });
  await cloud.idle();
  const { Table } = await ddb.describeTable({ TableName });
  expect(Table?.ProvisionedThroughput).toEqual({
    NumberOfDecreasesToday: 0,
    ...asked,
    LastIncreaseDateTime: new Date("2030-01-01T00:00:00Z"),
  });
  await expect(ddb.updateTable({ TableName, ProvisionedThroughput: asked })).rejects.toMatchObject({
    message:
      "The provisioned throughput for the table will not change. The requested value equals the current value. " +
      "Current ReadCapacityUnits provisioned for the table: 10. Requested ReadCapacityUnits: 10. " +
      "Current WriteCapacityUnits provisioned for the table: 5. Requested WriteCapacityUnits: 5. " +
      "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
  });
});

test("a table goes over to being paid by request", async () => {
  const { cloud, ddb } = await orders();
  await ddb.updateTable({ TableName, BillingMode: "PAY_PER_REQUEST" });
  await cloud.idle();
  const { Table } = await ddb.describeTable({ TableName });
  expect(Table?.BillingModeSummary).toEqual({
    BillingMode: "PAY_PER_REQUEST",
    LastUpdateToPayPerRequestDateTime: new Date("2030-01-01T00:00:00Z"),
  });
  expect(Table?.ProvisionedThroughput).toMatchObject({
    ReadCapacityUnits: 0,
    WriteCapacityUnits: 0,
  });
});
