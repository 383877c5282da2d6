import { DynamoDB, paginateScan } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const TableName = "things";

async function things(count: number) {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName,
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  for (let id = 0; id < count; id++) {
    await ddb.putItem({ TableName, Item: { id: { N: String(id) }, odd: { BOOL: id % 2 === 1 } } });
  }
  return ddb;
}

test("segments are disjoint, together they are the table, and each goes on from its own key", async () => {
  const ddb = await things(60);
  const seen: string[] = [];
  const sizes: number[] = [];
  for (let Segment = 0; Segment < 4; Segment++) {
    let size = 0;
    const pages = paginateScan(
      { client: ddb, pageSize: 3 },
      { TableName, Segment, TotalSegments: 4 },
    );
    for await (const page of pages) {
      for (const item of page.Items ?? []) seen.push(item["id"]!.N!);
      size += page.Items?.length ?? 0;
    }
    sizes.push(size);
  }
  expect(seen.length).toBe(60);
  expect(new Set(seen).size).toBe(60);
  expect(Math.min(...sizes)).toBeGreaterThan(0);
});

test("a filter changes what comes, not what is read and paid", async () => {
  const ddb = await things(10);
  const page = await ddb.scan({
    TableName,
    FilterExpression: "odd = :yes",
    ProjectionExpression: "id",
    ExpressionAttributeValues: { ":yes": { BOOL: true } },
    ReturnConsumedCapacity: "TOTAL",
    ConsistentRead: true,
  });
  expect(page).toMatchObject({ Count: 5, ScannedCount: 10 });
  expect(page.ConsumedCapacity).toEqual({ TableName, CapacityUnits: 1 });
  expect(page.Items?.map((item) => Object.keys(item))).toEqual(
    Array.from({ length: 5 }, () => ["id"]),
  );
});

test("a starting key of another segment is refused", async () => {
  const ddb = await things(20);
  const one = await ddb.scan({ TableName, Segment: 0, TotalSegments: 2, Limit: 1 });
  await expect(
    ddb.scan({ TableName, Segment: 1, TotalSegments: 2, ExclusiveStartKey: one.LastEvaluatedKey }),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: 2 Segment: 1",
  });
});

test("the legacy filter joins its conditions with OR when it is told to", async () => {
  const ddb = await things(4);
  const { Items } = await ddb.scan({
    TableName,
    ScanFilter: {
      id: { ComparisonOperator: "LT", AttributeValueList: [{ N: "1" }] },
      odd: { ComparisonOperator: "EQ", AttributeValueList: [{ BOOL: true }] },
    },
    ConditionalOperator: "OR",
    AttributesToGet: ["id"],
  });
  expect(Items?.map((item) => item["id"]?.N).toSorted()).toEqual(["0", "1", "3"]);
});
