import { DynamoDB, type CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const ON_DEMAND: CreateTableCommandInput = {
  TableName: "orders",
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
};

const item = (id: string, bytes = 1) => ({ id: { S: id }, text: { S: "x".repeat(bytes) } });
const key = (id: string) => ({ id: { S: id } });
const TableName = "orders";

async function world(table: CreateTableCommandInput = ON_DEMAND, region = "us-east-1") {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config({ region }));
  await ddb.createTable(table);
  await cloud.idle();
  /** What these calls used: reads and writes. */
  const units = async (calls: () => Promise<unknown>) => {
    const before = sums(await cloud.usage());
    await calls();
    const after = sums(await cloud.usage());
    return { reads: after.reads - before.reads, writes: after.writes - before.writes };
  };
  return { cloud, ddb, units };
}

function sums(lines: readonly { unit: string; quantity: number }[]) {
  const of = (unit: string) =>
    lines.filter((line) => line.unit === unit).reduce((sum, { quantity }) => sum + quantity, 0);
  return { reads: of("ReadRequestUnits"), writes: of("WriteRequestUnits") };
}

test("a line names units, table and region as the bill does", async () => {
  const { cloud, ddb } = await world(ON_DEMAND, "eu-central-1");
  await ddb.putItem({ TableName, Item: item("1") });
  await ddb.getItem({ TableName, Key: key("1") });
  await ddb.getItem({ TableName, Key: key("1"), ConsistentRead: true });
  const common = {
    hourAt: Date.parse("2030-01-01T00:00:00Z"),
    accountId: "000000000000",
    region: "eu-central-1",
    service: "dynamodb",
    operation: "PayPerRequestThroughput",
    resource: "arn:aws:dynamodb:eu-central-1:000000000000:table/orders",
  };
  expect(await cloud.usage()).toEqual([
    { ...common, usageType: "EUC1-ReadRequestUnits", unit: "ReadRequestUnits", quantity: 1.5 },
    { ...common, usageType: "EUC1-WriteRequestUnits", unit: "WriteRequestUnits", quantity: 1 },
  ]);
});

test("units are those of the consumed capacity, asked for or not", async () => {
  const { ddb, units } = await world();
  expect(await units(() => ddb.putItem({ TableName, Item: item("1", 5000) }))).toEqual({
    reads: 0,
    writes: 5,
  });
  const page = await units(() => ddb.scan({ TableName, ReturnConsumedCapacity: "TOTAL" }));
  expect(page).toEqual({ reads: 1, writes: 0 });
  expect(await units(() => ddb.deleteItem({ TableName, Key: key("1") }))).toEqual({
    reads: 0,
    writes: 5,
  });
});

test("a condition that does not hold costs what writing the item that is there would", async () => {
  const { ddb, units } = await world();
  await ddb.putItem({ TableName, Item: item("1", 3000) });
  const ConditionExpression = "attribute_not_exists(id)";
  const refused = (call: Promise<unknown>) => expect(call).rejects.toThrow("conditional request");
  expect(
    await units(() => refused(ddb.putItem({ TableName, Item: item("1"), ConditionExpression }))),
  ).toEqual({ reads: 0, writes: 3 });
  expect(
    await units(() =>
      refused(
        ddb.updateItem({
          TableName,
          Key: key("2"),
          UpdateExpression: "REMOVE gone",
          ConditionExpression: "attribute_exists(id)",
        }),
      ),
    ),
  ).toEqual({ reads: 0, writes: 1 });
});

test("what is refused for other reasons costs nothing", async () => {
  const { ddb, units } = await world();
  const wrong = () =>
    expect(ddb.putItem({ TableName, Item: { name: { S: "x" } } })).rejects.toThrow("key");
  expect(await units(wrong)).toEqual({ reads: 0, writes: 0 });
});

test("batches cost as much as their parts, transactions twice that", async () => {
  const { ddb, units } = await world();
  const puts = [{ PutRequest: { Item: item("1", 2000) } }, { PutRequest: { Item: item("2") } }];
  const batch = () => ddb.batchWriteItem({ RequestItems: { orders: puts } });
  expect(await units(batch)).toEqual({ reads: 0, writes: 3 });
  const Keys = [key("1"), key("2"), key("3")];
  const reads = () => ddb.batchGetItem({ RequestItems: { orders: { Keys } } });
  expect(await units(reads)).toEqual({ reads: 1.5, writes: 0 });
  const write = () =>
    ddb.transactWriteItems({ TransactItems: [{ Put: { TableName, Item: item("4", 2000) } }] });
  expect(await units(write)).toEqual({ reads: 0, writes: 4 });
  const get = () =>
    ddb.transactGetItems({ TransactItems: [{ Get: { TableName, Key: key("4") } }] });
  expect(await units(get)).toEqual({ reads: 2, writes: 0 });
});

test("statements cost as much as the calls that they stand for", async () => {
  const { ddb, units } = await world();
  const Statement = `INSERT INTO orders VALUE {'id': '1'}`;
  expect(await units(() => ddb.executeStatement({ Statement }))).toEqual({ reads: 0, writes: 1 });
  const select = `SELECT * FROM orders WHERE id = '1'`;
  expect(await units(() => ddb.executeStatement({ Statement: select }))).toEqual({
    reads: 0.5,
    writes: 0,
  });
  const TransactStatements = [{ Statement: `INSERT INTO orders VALUE {'id': '2'}` }];
  expect(await units(() => ddb.executeTransaction({ TransactStatements }))).toEqual({
    reads: 0,
    writes: 2,
  });
});

test("the entries of global indexes are written, too", async () => {
  const { ddb, units } = await world({
    ...ON_DEMAND,
    AttributeDefinitions: [
      { AttributeName: "id", AttributeType: "S" },
      { AttributeName: "text", AttributeType: "S" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "byText",
        KeySchema: [{ AttributeName: "text", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  });
  const put = () => ddb.putItem({ TableName, Item: item("1") });
  expect(await units(put)).toEqual({ reads: 0, writes: 2 });
});

test("a table of provisioned throughput is billed by the hour, not by its requests", async () => {
  const { cloud, ddb } = await world({
    ...ON_DEMAND,
    BillingMode: "PROVISIONED",
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  });
  await ddb.putItem({ TableName, Item: item("1") });
  await ddb.getItem({ TableName, Key: key("1") });
  expect(await cloud.usage()).toEqual([]);
});

test("a table for infrequent access has usage types of its own", async () => {
  const { cloud, ddb } = await world({ ...ON_DEMAND, TableClass: "STANDARD_INFREQUENT_ACCESS" });
  await ddb.putItem({ TableName, Item: item("1") });
  const lines = await cloud.usage();
  expect(lines.map(({ usageType, quantity }) => [usageType, quantity])).toEqual([
    ["IA-WriteRequestUnits", 1],
  ]);
});
