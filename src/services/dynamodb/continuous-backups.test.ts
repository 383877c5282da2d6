import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const TableName = "notes";

async function world() {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName,
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  await cloud.idle();
  const told = async () =>
    (await ddb.describeContinuousBackups({ TableName })).ContinuousBackupsDescription;
  const update = async (enabled: boolean, RecoveryPeriodInDays?: number) =>
    (
      await ddb.updateContinuousBackups({
        TableName,
        PointInTimeRecoverySpecification: {
          PointInTimeRecoveryEnabled: enabled,
          RecoveryPeriodInDays,
        },
      })
    ).ContinuousBackupsDescription;
  return { cloud, ddb, told, update };
}

const off = {
  ContinuousBackupsStatus: "ENABLED",
  PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
};

const on = (days: number, earliest: string, latest: string) => ({
  ContinuousBackupsStatus: "ENABLED",
  PointInTimeRecoveryDescription: {
    PointInTimeRecoveryStatus: "ENABLED",
    RecoveryPeriodInDays: days,
    EarliestRestorableDateTime: new Date(earliest),
    LatestRestorableDateTime: new Date(latest),
  },
});

test("point-in-time recovery is switched on and off, and tells how far back it goes", async () => {
  const { cloud, told, update } = await world();
  expect(await told()).toEqual(off);
  const start = "2030-01-01T00:00:00Z";
  expect(await update(true)).toEqual(on(35, start, start));
  await cloud.clock.advance({ minutes: 10 });
  expect(await told()).toEqual(on(35, start, "2030-01-01T00:05:00Z"));
  expect(await update(true, 1)).toEqual(on(1, start, "2030-01-01T00:05:00Z"));
  await cloud.clock.advance({ days: 2 });
  expect(await told()).toEqual(on(1, "2030-01-02T00:10:00Z", "2030-01-03T00:05:00Z"));
  expect(await update(false)).toEqual(off);
  expect(await told()).toEqual(off);
  const again = "2030-01-03T00:10:00Z";
  expect(await update(true)).toEqual(on(35, again, again));
});

test("a period is not for switching off, and a table has to be there", async () => {
  const { ddb, update } = await world();
  await expect(update(false, 4)).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.",
  });
  await expect(
    ddb.updateContinuousBackups({
      TableName: "nobody",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  ).rejects.toMatchObject({
    name: "TableNotFoundException",
    message: "Table not found: nobody",
  });
});

test("backups, exports, imports, global tables and streams to Kinesis are none", async () => {
  const { ddb } = await world();
  expect(await ddb.listBackups({})).toMatchObject({ BackupSummaries: [] });
  expect(await ddb.listExports({})).toMatchObject({ ExportSummaries: [] });
  expect(await ddb.listImports({})).toMatchObject({ ImportSummaryList: [] });
  expect(await ddb.listGlobalTables({})).toMatchObject({ GlobalTables: [] });
  expect(await ddb.describeKinesisStreamingDestination({ TableName })).toMatchObject({
    TableName,
    KinesisDataStreamDestinations: [],
  });
});
