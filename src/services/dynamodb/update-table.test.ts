import {
  DynamoDB,
  type OnDemandThroughput,
  type ProvisionedThroughput,
  type UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb";
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

const units = (read: number, write = read) => ({
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
});

async function indexed() {
  const { cloud, ddb } = await orders();
  await ddb.updateTable(byCustomer);
  await cloud.idle();
  const update = async (change: Omit<UpdateTableCommandInput, "TableName">) => {
    const done = await ddb.updateTable({ TableName, ...change });
    await cloud.idle();
    return done.TableDescription;
  };
  const refusal = (change: Omit<UpdateTableCommandInput, "TableName">) =>
    ddb.updateTable({ TableName, ...change }).then(
      () => undefined,
      (refused: Error) => `${refused.name}: ${refused.message}`,
    );
  const index = async () =>
    (await ddb.describeTable({ TableName })).Table?.GlobalSecondaryIndexes?.[0];
  return { cloud, ddb, update, refusal, index };
}

const change = (ProvisionedThroughput: ProvisionedThroughput, IndexName = "byCustomer") => ({
  GlobalSecondaryIndexUpdates: [{ Update: { IndexName, ProvisionedThroughput } }],
});

const create = (more: object) => ({
  AttributeDefinitions: [{ AttributeName: "day", AttributeType: "S" as const }],
  GlobalSecondaryIndexUpdates: [
    {
      Create: {
        IndexName: "byDay",
        KeySchema: [{ AttributeName: "day", KeyType: "HASH" as const }],
        Projection: { ProjectionType: "ALL" as const },
        ...more,
      },
    },
  ],
});

const INVALID = "ValidationException: One or more parameter values were invalid: ";

test("new throughput of an index is in force when it is active again, and is counted", async () => {
  const { update, refusal, index } = await indexed();
  const told = await update(change(units(3)));
  expect(told?.GlobalSecondaryIndexes).toMatchObject([
    { IndexStatus: "UPDATING", ProvisionedThroughput: units(1) },
  ]);
  const at = new Date("2030-01-01T00:00:00Z");
  expect((await index())?.ProvisionedThroughput).toEqual({
    ...units(3),
    NumberOfDecreasesToday: 0,
    LastIncreaseDateTime: at,
  });
  expect(await refusal(change(units(3)))).toBe(
    "ValidationException: The provisioned throughput for the index byCustomer will not change. " +
      "The requested value equals the current value. " +
      "Current ReadCapacityUnits provisioned for index byCustomer: 3. Requested ReadCapacityUnits: 3. " +
      "Current WriteCapacityUnits provisioned for index byCustomer: 3. Requested WriteCapacityUnits: 3. " +
      "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
  );
  await update(change(units(3, 2)));
  expect((await index())?.ProvisionedThroughput).toEqual({
    ...units(3, 2),
    NumberOfDecreasesToday: 1,
    LastIncreaseDateTime: at,
    LastDecreaseDateTime: at,
  });
});

test("the billing mode decides what may be said of throughput", async () => {
  const { update, refusal, index } = await indexed();
  const limits = { MaxReadRequestUnits: 10 };
  const limit = (OnDemandThroughput: OnDemandThroughput) => ({
    GlobalSecondaryIndexUpdates: [{ Update: { IndexName: "byCustomer", OnDemandThroughput } }],
  });
  expect(await refusal({ BillingMode: "PROVISIONED" })).toBe(
    `${INVALID}ProvisionedThroughput must be specified when BillingMode is PROVISIONED`,
  );
  expect(await refusal(create({}))).toBe(
    `${INVALID}Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: byDay`,
  );
  expect(await refusal({ OnDemandThroughput: limits })).toBe(
    `${INVALID}MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED`,
  );
  expect(await refusal(limit(limits))).toBe(
    `${INVALID}MaxReadRequestUnits for OnDemandThroughput for index : byCustomer cannot be specified when the table BillingMode is PROVISIONED`,
  );
  await update({ BillingMode: "PAY_PER_REQUEST" });
  expect((await index())?.ProvisionedThroughput).toMatchObject({
    ...units(0),
    NumberOfDecreasesToday: 1,
  });
  expect(await refusal(change(units(1)))).toBe(
    `${INVALID}The only Updates for index: byCustomer when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput`,
  );
  expect(await refusal(create({ ProvisionedThroughput: units(1) }))).toBe(
    `${INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: byDay when BillingMode is PAY_PER_REQUEST`,
  );
  expect(await refusal(limit({ MaxReadRequestUnits: 0 }))).toBe(
    `${INVALID}Requested MaxReadRequestUnits for OnDemandThroughput for index : byCustomer is outside of valid range`,
  );
  await update(limit(limits));
  await update({ OnDemandThroughput: limits });
  expect((await index())?.OnDemandThroughput).toEqual(limits);
  const described = await update({
    BillingMode: "PROVISIONED",
    ProvisionedThroughput: units(2),
    ...change(units(2)),
  });
  expect(described?.OnDemandThroughput).toBeUndefined();
  expect(described?.GlobalSecondaryIndexes?.[0]).toMatchObject({
    ProvisionedThroughput: units(2),
  });
  expect((await index())?.OnDemandThroughput).toBeUndefined();
});

test("a request makes one change", async () => {
  const { refusal } = await indexed();
  const DeletionProtectionEnabled = true;
  const TableClass = "STANDARD_INFREQUENT_ACCESS";
  const StreamSpecification = { StreamEnabled: true, StreamViewType: "NEW_IMAGE" as const };
  const SSESpecification = { Enabled: true };
  const OnDemandThroughput = { MaxReadRequestUnits: 1 };
  const PROTECTED = "DeletionProtection modification must be the only operation in the request";
  const found = [
    await refusal({ DeletionProtectionEnabled, ProvisionedThroughput: units(9) }),
    await refusal({ DeletionProtectionEnabled, ...change(units(2)) }),
    await refusal({ DeletionProtectionEnabled, TableClass }),
    await refusal({ TableClass, SSESpecification }),
    await refusal({ OnDemandThroughput, StreamSpecification }),
    await refusal({ StreamSpecification, ProvisionedThroughput: units(9) }),
    await refusal({ ProvisionedThroughput: units(9), ...create({}) }),
    await refusal({ StreamSpecification, ...create({}) }),
    await refusal({ DeletionProtectionEnabled, GlobalSecondaryIndexUpdates: [] }),
  ];
  expect(found).toEqual(
    [
      PROTECTED,
      PROTECTED,
      "TableClass modification must be the only operation in the request",
      "Server-Side Encryption modification must be the only operation in the request",
      "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
      "You cannot modify stream status while updating table IOPS",
      "You cannot create or delete index while updating table IOPS",
      "You cannot create or delete index while changing stream status",
      "List of GlobalSecondaryIndexUpdates is empty",
    ].map((sentence) => INVALID + sentence),
  );
  expect(await refusal({ GlobalSecondaryIndexUpdates: [] })).toBe(
    "ValidationException: At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, " +
      "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, " +
      "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, " +
      "OnDemandThroughput, WarmThroughput or TableClass is required",
  );
});

test("an index is changed by its name, if it is a global one and there", async () => {
  const { ddb, refusal } = await indexed();
  const remove = (IndexName: string) => ({
    GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }],
  });
  const missing =
    "ResourceNotFoundException: Requested resource not found: Index nowhere for table orders";
  expect(await refusal(remove("nowhere"))).toBe(missing);
  expect(await refusal(change(units(2), "nowhere"))).toBe(missing);
  const [again] = byCustomer.GlobalSecondaryIndexUpdates;
  expect(await refusal({ ...byCustomer, GlobalSecondaryIndexUpdates: [again!] })).toBe(
    "ValidationException: Attempting to create an index which already exists",
  );
  const { AttributeDefinitions: _none, ...undefinedKeys } = create({
    ProvisionedThroughput: units(1),
  });
  expect(await refusal(undefinedKeys)).toBe(
    `${INVALID}AttributeDefinitions is not specified for index: byDay`,
  );
  const both = {
    Delete: { IndexName: "byCustomer" },
    ...change(units(2)).GlobalSecondaryIndexUpdates[0],
  };
  expect(await refusal({ GlobalSecondaryIndexUpdates: [both] })).toBe(
    `${INVALID}Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object`,
  );
  await ddb.updateTable({ TableName, ...remove("byCustomer") });
  await expect(ddb.deleteTable({ TableName })).rejects.toMatchObject({
    name: "ResourceInUseException",
    message:
      "Attempt to change a resource which is still in use: " +
      "Cannot delete table while indexes are being created, updated, or deleted.",
  });
});

test("the definitions of attributes, and what an index names, are told in order", async () => {
  const ddb = new DynamoDB((await startCloud()).config());
  const { TableDescription } = await ddb.createTable({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["z", "a", "m"].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S",
    })),
    KeySchema: [
      { AttributeName: "z", KeyType: "HASH" },
      { AttributeName: "m", KeyType: "RANGE" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "byA",
        KeySchema: [{ AttributeName: "a", KeyType: "HASH" }],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["zz", "aa"] },
      },
    ],
  });
  expect(TableDescription?.AttributeDefinitions?.map((one) => one.AttributeName)).toEqual([
    "a",
    "m",
    "z",
  ]);
  expect(TableDescription?.GlobalSecondaryIndexes?.[0]?.Projection?.NonKeyAttributes).toEqual([
    "aa",
    "zz",
  ]);
});

test("protection changes at once, also while something else of the table does", async () => {
  const { ddb } = await orders();
  const protect = async (DeletionProtectionEnabled: boolean) =>
    (await ddb.updateTable({ TableName, DeletionProtectionEnabled })).TableDescription;
  expect(await protect(true)).toMatchObject({
    TableStatus: "ACTIVE",
    DeletionProtectionEnabled: true,
  });
  const more = (ReadCapacityUnits: number) =>
    ddb.updateTable({
      TableName,
      ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits: 5 },
    });
  const [changed, again, unprotected, deleted] = await Promise.allSettled([
    more(6),
    more(7),
    protect(false),
    ddb.deleteTable({ TableName }),
  ]);
  expect(changed).toMatchObject({ value: { TableDescription: { TableStatus: "UPDATING" } } });
  const inUse = "Attempt to change a resource which is still in use";
  expect(again).toMatchObject({
    reason: {
      name: "ResourceInUseException",
      message: `${inUse}: Table IOPS are currently being updated. Table: ${TableName}`,
    },
  });
  expect(unprotected).toMatchObject({
    value: { TableStatus: "UPDATING", DeletionProtectionEnabled: false },
  });
  expect(deleted).toMatchObject({
    reason: {
      name: "ResourceInUseException",
      message: `${inUse}: Table: ${TableName} is in the process of being updated.`,
    },
  });
});

test("throughput falls four times a day, and then once an hour", async () => {
  const { cloud, ddb } = await orders();
  const set = async (ReadCapacityUnits: number) => {
    const ProvisionedThroughput = { ReadCapacityUnits, WriteCapacityUnits: 5 };
    const { TableDescription } = await ddb.updateTable({ TableName, ProvisionedThroughput });
    await cloud.idle();
    return TableDescription?.ProvisionedThroughput?.NumberOfDecreasesToday;
  };
  const today = async () =>
    (await ddb.describeTable({ TableName })).Table?.ProvisionedThroughput?.NumberOfDecreasesToday;
  await set(20);
  const told = [];
  for (const count of [9, 8, 7, 6]) told.push(await set(count));
  expect(told).toEqual([0, 1, 2, 3]);
  expect(await today()).toBe(4);
  await cloud.clock.advance({ minutes: 59 });
  await expect(set(5)).rejects.toMatchObject({
    name: "LimitExceededException",
    message:
      "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC " +
      "day. After the first 4 decreases, each subsequent decrease in the same UTC day can be " +
      "performed at most once every 3600 seconds. Number of decreases today: 4. Last decrease at " +
      "Tuesday, January 1, 2030 at 12:00:00 AM Coordinated Universal Time. Next decrease can be " +
      "made at Tuesday, January 1, 2030 at 1:00:00 AM Coordinated Universal Time",
  });
  await set(10);
  await cloud.clock.advance({ minutes: 1 });
  expect(await set(5)).toBe(4);
  expect(await today()).toBe(5);
  await cloud.clock.advance({ hours: 23 });
  expect(await today()).toBe(0);
  expect(await set(4)).toBe(0);
  expect(await today()).toBe(1);
});
