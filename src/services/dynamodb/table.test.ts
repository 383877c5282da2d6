import { type CreateTableCommandInput, DynamoDB } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const NOTES = {
  TableName: "notes",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 },
} as const;

const notes = (): CreateTableCommandInput => structuredClone(NOTES) as never;

async function world() {
  const cloud = await startCloud();
  return { cloud, ddb: new DynamoDB(cloud.config()) };
}

test("a table says that it is created, and is active at once", async () => {
  const { cloud, ddb } = await world();
  const { TableDescription } = await ddb.createTable(notes());
  expect(TableDescription).toEqual({
    AttributeDefinitions: NOTES.AttributeDefinitions,
    TableName: "notes",
    KeySchema: NOTES.KeySchema,
    TableStatus: "CREATING",
    CreationDateTime: new Date("2030-01-01T00:00:00Z"),
    ProvisionedThroughput: {
      NumberOfDecreasesToday: 0,
      ReadCapacityUnits: 5,
      WriteCapacityUnits: 6,
    },
    TableSizeBytes: 0,
    ItemCount: 0,
    TableArn: "arn:aws:dynamodb:us-east-1:000000000000:table/notes",
    TableId: expect.stringMatching(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    ),
    DeletionProtectionEnabled: false,
  });
  await cloud.idle();
  const { Table } = await ddb.describeTable({ TableName: "notes" });
  expect(Table).toEqual({
    ...TableDescription,
    TableStatus: "ACTIVE",
    WarmThroughput: { ReadUnitsPerSecond: 5, WriteUnitsPerSecond: 6, Status: "ACTIVE" },
  });
});

test("a table that is deleted takes its items with it, and its name is free again", async () => {
  const { cloud, ddb } = await world();
  await ddb.createTable(notes());
  await cloud.idle();
  await ddb.putItem({ TableName: "notes", Item: { id: { S: "a" } } });
  const { TableDescription } = await ddb.deleteTable({ TableName: "notes" });
  expect(TableDescription?.TableStatus).toBe("DELETING");
  await cloud.idle();
  await expect(ddb.describeTable({ TableName: "notes" })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Requested resource not found: Table: notes not found",
  });
  await expect(ddb.getItem({ TableName: "notes", Key: { id: { S: "a" } } })).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Requested resource not found",
  });
  await ddb.createTable(notes());
  expect((await ddb.scan({ TableName: "notes" })).Count).toBe(0);
});

test("a protected table stays", async () => {
  const { cloud, ddb } = await world();
  await ddb.createTable({ ...notes(), DeletionProtectionEnabled: true });
  await cloud.idle();
  await expect(ddb.deleteTable({ TableName: "notes" })).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
  });
  await ddb.updateTable({ TableName: "notes", DeletionProtectionEnabled: false });
  await cloud.idle();
  await ddb.deleteTable({ TableName: "notes" });
});

test("a name that is taken is refused", async () => {
  const { ddb } = await world();
  await ddb.createTable(notes());
  await expect(ddb.createTable(notes())).rejects.toMatchObject({
    name: "ResourceInUseException",
    message: "Table already exists: notes",
  });
});

test("tables are listed by name, page by page", async () => {
  const { ddb } = await world();
  for (const TableName of ["ccc", "aaa", "bbb"]) {
    await ddb.createTable({ ...notes(), TableName });
  }
  const first = await ddb.listTables({ Limit: 2 });
  expect(first).toMatchObject({ TableNames: ["aaa", "bbb"], LastEvaluatedTableName: "bbb" });
  const second = await ddb.listTables({ Limit: 2, ExclusiveStartTableName: "bbb" });
  expect(second.TableNames).toEqual(["ccc"]);
  expect(second.LastEvaluatedTableName).toBeUndefined();
});

test("a table may be named by its ARN, and capacity is told under the name that was used", async () => {
  const { ddb } = await world();
  await ddb.createTable(notes());
  const TableName = "arn:aws:dynamodb:us-east-1:000000000000:table/notes";
  const { ConsumedCapacity } = await ddb.putItem({
    TableName,
    Item: { id: { S: "a" } },
    ReturnConsumedCapacity: "TOTAL",
  });
  expect(ConsumedCapacity).toEqual({ TableName, CapacityUnits: 1 });
});

test.for([
  ["notes", "ARNs must start with 'arn:': notes"],
  ["arn:aws:s3:::notes", "Provided Arn is not a DynamoDB resource arn: arn:aws:s3:::notes"],
  [
    "arn:aws:dynamodb:us-east-1:000000000000:table/notes/index/by-day",
    "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: " +
      "arn:aws:dynamodb:us-east-1:000000000000:table/notes/index/by-day",
  ],
])("%s has no tags", async ([ResourceArn, what]) => {
  const { ddb } = await world();
  await expect(ddb.listTagsOfResource({ ResourceArn })).rejects.toMatchObject({
    name: "ValidationException",
    message: `One or more parameter values were invalid: ${what}`,
  });
});

test("tags come with the table, are added to and taken away", async () => {
  const { ddb } = await world();
  const made = await ddb.createTable({
    ...notes(),
    Tags: [{ Key: "team", Value: "a" }],
  });
  const ResourceArn = made.TableDescription!.TableArn!;
  await ddb.tagResource({ ResourceArn, Tags: [{ Key: "stage", Value: "dev" }] });
  await ddb.untagResource({ ResourceArn, TagKeys: ["team"] });
  const { Tags } = await ddb.listTagsOfResource({ ResourceArn });
  expect(Tags).toEqual([{ Key: "stage", Value: "dev" }]);
  const first = await ddb.listTagsOfResource({ ResourceArn, NextToken: "from elsewhere" });
  expect(first.Tags).toEqual(Tags);
  const refusal = (...tags: [string, string][]) =>
    ddb.tagResource({ ResourceArn, Tags: tags.map(([Key, Value]) => ({ Key, Value })) }).then(
      () => undefined,
      (refused: Error) => refused.message,
    );
  expect(await refusal(["aws:a", "b"])).toBe("Tag Key cannot be prefixed with aws:, Key: aws:a");
  expect(await refusal(["a|b", ""])).toBe("The Tag Key provided is invalid, Key: a|b");
  expect(await refusal(["a", "b|"])).toBe("The Tag Value provided is invalid, Value: b|");
  expect(await refusal(["a", "b"], ["a", "c"])).toBe(
    "Duplicate Tag Keys provided as input: Duplicate Tag Key found a",
  );
  expect(
    await refusal(...Array.from({ length: 50 }, (_, n): [string, string] => [`k${n}`, ""])),
  ).toBe("Number of Tags exceed the current limit for the provided ResourceArn");
});

test("a large table tells its last measurement and takes a new one in the background", async () => {
  const { cloud, ddb } = await world();
  await ddb.createTable(notes());
  await cloud.idle();
  for (let batch = 0; batch < 48; batch++) {
    const puts = Array.from({ length: 25 }, (_, n) => ({
      PutRequest: { Item: { id: { S: `${batch}-${n}` } } },
    }));
    await ddb.batchWriteItem({ RequestItems: { notes: puts } });
  }
  await ddb.describeTable({ TableName: "notes" });
  await cloud.idle();
  const { Table } = await ddb.describeTable({ TableName: "notes" });
  expect(Table?.ItemCount).toBe(1200);
});

test("an ARN of another region is refused, wherever a name may be an ARN", async () => {
  const cloud = await startCloud();
  const here = new DynamoDB(cloud.config());
  await here.createTable({
    TableName: "here",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  const { Table } = await here.describeTable({ TableName: "here" });
  const TableName = Table?.TableArn ?? "";
  const there = new DynamoDB(cloud.config({ region: "eu-west-1" }));
  const refusal = {
    name: "ValidationException",
    message: `1 validation error detected: Invalid AWS region in '${TableName}'`,
  };
  const Item = { id: { S: "1" } };
  await expect(there.putItem({ TableName, Item })).rejects.toMatchObject(refusal);
  await expect(there.describeTable({ TableName })).rejects.toMatchObject(refusal);
  await expect(there.describeContinuousBackups({ TableName })).rejects.toMatchObject(refusal);
  await expect(
    there.batchGetItem({ RequestItems: { [TableName]: { Keys: [Item] } } }),
  ).rejects.toMatchObject(refusal);
  await here.putItem({ TableName, Item });
  expect((await here.scan({ TableName })).Items).toEqual([Item]);
});
