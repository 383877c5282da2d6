import { type CreateTableCommandInput, DynamoDB } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const NOTES: CreateTableCommandInput = {
  TableName: "notes",
  AttributeDefinitions: [
    { AttributeName: "id", AttributeType: "S" },
    { AttributeName: "day", AttributeType: "S" },
  ],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-day",
      KeySchema: [{ AttributeName: "day", KeyType: "HASH" }],
      Projection: { ProjectionType: "ALL" },
    },
  ],
};

const TableName = "notes";

async function world(more: Partial<CreateTableCommandInput> = {}) {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  const { TableDescription } = await ddb.createTable({ ...NOTES, ...more });
  await cloud.idle();
  const table = async () => (await ddb.describeTable({ TableName })).Table;
  return { cloud, ddb, created: TableDescription, table };
}

const units = (ReadUnitsPerSecond: number, WriteUnitsPerSecond: number) => ({
  ReadUnitsPerSecond,
  WriteUnitsPerSecond,
});
const provisioned = (ReadCapacityUnits: number, WriteCapacityUnits: number) => ({
  ReadCapacityUnits,
  WriteCapacityUnits,
});

test("a table that pays by request tells what it is ready for, and so do its indexes", async () => {
  const { created, table } = await world();
  expect(created?.WarmThroughput).toBeUndefined();
  const initial = { ...units(12_000, 4000), Status: "ACTIVE" };
  expect((await table())?.WarmThroughput).toEqual(initial);
  expect((await table())?.GlobalSecondaryIndexes?.[0]?.WarmThroughput).toEqual(initial);
});

test("what is asked for at the creation is told, and fills up what is not named", async () => {
  const { created, table } = await world({ WarmThroughput: { ReadUnitsPerSecond: 12_001 } });
  expect(created?.WarmThroughput).toEqual({ ...units(12_001, 4000), Status: "UPDATING" });
  expect((await table())?.WarmThroughput).toEqual({ ...units(12_001, 4000), Status: "ACTIVE" });
});

test("less than what the billing brings along is refused", async () => {
  const { ddb } = await world();
  const create = (more: Partial<CreateTableCommandInput>) => {
    const { GlobalSecondaryIndexes: _indexes, ...rest } = NOTES;
    const AttributeDefinitions = NOTES.AttributeDefinitions?.slice(0, 1);
    return ddb.createTable({ ...rest, AttributeDefinitions, TableName: "others", ...more });
  };
  await expect(create({ WarmThroughput: units(1, 1) })).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "One or more parameter values were invalid: Requested ReadUnitsPerSecond for " +
      "WarmThroughput for table is lower than initial throughput for OnDemand. See: " +
      "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/" +
      "on-demand-capacity-mode.html#on-demand-capacity-mode-initial",
  });
  await expect(
    create({
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: provisioned(10, 10),
      WarmThroughput: units(5, 5),
    }),
  ).rejects.toMatchObject({
    message:
      "One or more parameter values were invalid: Requested ReadUnitsPerSecond for " +
      "WarmThroughput for table is lower than ReadCapacityUnits of ProvisionedThroughput",
  });
});

test("it rises while the table stays active, and does not fall", async () => {
  const { cloud, ddb, table } = await world();
  const raised = await ddb.updateTable({
    TableName,
    WarmThroughput: { WriteUnitsPerSecond: 5000 },
  });
  expect(raised.TableDescription).toMatchObject({
    TableStatus: "ACTIVE",
    WarmThroughput: { ...units(12_000, 4000), Status: "UPDATING" },
  });
  await cloud.idle();
  expect((await table())?.WarmThroughput).toEqual({ ...units(12_000, 5000), Status: "ACTIVE" });
  await expect(
    ddb.updateTable({ TableName, WarmThroughput: units(12_000, 4999) }),
  ).rejects.toMatchObject({
    message:
      "One or more parameter values were invalid: Requested WriteUnitsPerSecond for " +
      "WarmThroughput for table is lower than current WarmThroughput, decreasing WarmThroughput " +
      "is not supported",
  });
});

test("it follows provisioned throughput up, and stays up", async () => {
  const { cloud, ddb, table } = await world({
    ...NOTES,
    AttributeDefinitions: NOTES.AttributeDefinitions?.slice(0, 1),
    GlobalSecondaryIndexes: undefined,
    BillingMode: "PROVISIONED",
    ProvisionedThroughput: provisioned(1, 1),
  });
  for (const count of [3, 2]) {
    await ddb.updateTable({ TableName, ProvisionedThroughput: provisioned(count, count) });
    await cloud.idle();
    expect((await table())?.WarmThroughput).toEqual({ ...units(3, 3), Status: "ACTIVE" });
  }
  await ddb.updateTable({ TableName, BillingMode: "PAY_PER_REQUEST" });
  await cloud.idle();
  await ddb.updateTable({
    TableName,
    BillingMode: "PROVISIONED",
    ProvisionedThroughput: provisioned(1, 1),
  });
  await cloud.idle();
  expect((await table())?.WarmThroughput).toEqual({ ...units(12_000, 4000), Status: "ACTIVE" });
});

test("an index has its own", async () => {
  const { cloud, ddb, table } = await world();
  const update = (Update: object) =>
    ddb.updateTable({
      TableName,
      GlobalSecondaryIndexUpdates: [{ Update: { IndexName: "by-day", ...Update } }],
    });
  await update({ WarmThroughput: { ReadUnitsPerSecond: 12_345 } });
  await cloud.idle();
  expect((await table())?.GlobalSecondaryIndexes?.[0]?.WarmThroughput).toEqual({
    ...units(12_345, 4000),
    Status: "ACTIVE",
  });
  const invalid = (what: string) => ({
    name: "ValidationException",
    message: `One or more parameter values were invalid: ${what}`,
  });
  await expect(update({ WarmThroughput: { ReadUnitsPerSecond: 1 } })).rejects.toMatchObject(
    invalid(
      "Requested ReadUnitsPerSecond for WarmThroughput for index by-day is lower than current " +
        "WarmThroughput, decreasing WarmThroughput is not supported",
    ),
  );
  await expect(update({ WarmThroughput: {} })).rejects.toMatchObject(
    invalid(
      "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond " +
        "specified for index: by-day",
    ),
  );
  await expect(update({ OnDemandThroughput: {} })).rejects.toMatchObject(
    invalid(
      "The only Updates for index: by-day when TableThroughputMode is PAY_PER_REQUEST can be to " +
        "OnDemandThroughput, WarmThroughput",
    ),
  );
});
