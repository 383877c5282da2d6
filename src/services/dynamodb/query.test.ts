import { DynamoDB, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const TableName = "readings";

async function readings(values: readonly string[] = ["-10", "-9.5", "0", "2", "10", "100"]) {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName,
    AttributeDefinitions: [
      { AttributeName: "sensor", AttributeType: "S" },
      { AttributeName: "reading", AttributeType: "N" },
      { AttributeName: "kind", AttributeType: "S" },
    ],
    KeySchema: [
      { AttributeName: "sensor", KeyType: "HASH" },
      { AttributeName: "reading", KeyType: "RANGE" },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: "byKind",
        KeySchema: [
          { AttributeName: "sensor", KeyType: "HASH" },
          { AttributeName: "kind", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "kinds",
        KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }],
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["note"] },
      },
    ],
    BillingMode: "PAY_PER_REQUEST",
  });
  for (const [at, value] of values.entries()) {
    await ddb.putItem({
      TableName,
      Item: {
        sensor: { S: "s" },
        reading: { N: value },
        kind: { S: at % 2 === 0 ? "even" : "odd" },
        note: { S: `note ${at}` },
        more: { S: "x" },
      },
    });
  }
  return ddb;
}

const ask = (more: Partial<QueryCommandInput> = {}): QueryCommandInput => ({
  TableName,
  KeyConditionExpression: "sensor = :s",
  ExpressionAttributeValues: { ":s": { S: "s" } },
  ...more,
});

async function found(ddb: DynamoDB, condition: string, values: Record<string, string>) {
  const { Items } = await ddb.query(
    ask({
      KeyConditionExpression: `sensor = :s AND reading ${condition}`,
      ExpressionAttributeValues: {
        ":s": { S: "s" },
        ...Object.fromEntries(Object.entries(values).map(([name, N]) => [name, { N }])),
      },
    }),
  );
  return Items?.map((item) => item["reading"]?.N);
}

test("numbers are in their order, also backwards", async () => {
  const ddb = await readings();
  const order = ["-10", "-9.5", "0", "2", "10", "100"];
  const readingsOf = (items: Record<string, { N?: string }>[] | undefined) =>
    items?.map((item) => item["reading"]?.N);
  expect(readingsOf((await ddb.query(ask())).Items as never)).toEqual(order);
  expect(readingsOf((await ddb.query(ask({ ScanIndexForward: false }))).Items as never)).toEqual(
    order.toReversed(),
  );
});

test("a sort key condition takes a stretch of the partition", async () => {
  const ddb = await readings();
  expect(await found(ddb, "= :a", { ":a": "2.0" })).toEqual(["2"]);
  expect(await found(ddb, "< :a", { ":a": "0" })).toEqual(["-10", "-9.5"]);
  expect(await found(ddb, "<= :a", { ":a": "0" })).toEqual(["-10", "-9.5", "0"]);
  expect(await found(ddb, "> :a", { ":a": "2" })).toEqual(["10", "100"]);
  expect(await found(ddb, ">= :a", { ":a": "2" })).toEqual(["2", "10", "100"]);
  expect(await found(ddb, "BETWEEN :a AND :b", { ":a": "-9.5", ":b": "10" })).toEqual([
    "-9.5",
    "0",
    "2",
    "10",
  ]);
});

test("pages go on where the last one ended, whatever the filter let through", async () => {
  const ddb = await readings();
  const filtered = ask({
    Limit: 4,
    FilterExpression: "kind = :k",
    ExpressionAttributeValues: { ":s": { S: "s" }, ":k": { S: "odd" } },
  });
  const first = await ddb.query(filtered);
  expect(first).toMatchObject({ Count: 2, ScannedCount: 4 });
  expect(first.LastEvaluatedKey).toEqual({ sensor: { S: "s" }, reading: { N: "2" } });
  const second = await ddb.query({ ...filtered, ExclusiveStartKey: first.LastEvaluatedKey });
  expect(second).toMatchObject({ Count: 1, ScannedCount: 2 });
  expect(second.LastEvaluatedKey).toBeUndefined();
});

test("of an index the key to go on with names the index's and the table's keys", async () => {
  const ddb = await readings();
  const byKind = ask({ IndexName: "byKind", Limit: 4 });
  const first = await ddb.query(byKind);
  expect(first.Items?.at(-1)).toEqual({
    sensor: { S: "s" },
    reading: { N: "-9.5" },
    kind: { S: "odd" },
  });
  expect(first.LastEvaluatedKey).toEqual(first.Items?.at(-1));
  const rest = await ddb.query({ ...byKind, ExclusiveStartKey: first.LastEvaluatedKey });
  expect(rest.Items?.map((item) => item["reading"])).toEqual([{ N: "2" }, { N: "100" }]);
});

test("a local index fetches what it does not project; a global one refuses", async () => {
  const ddb = await readings();
  const whole = await ddb.query(
    ask({
      IndexName: "byKind",
      Select: "ALL_ATTRIBUTES",
      Limit: 1,
      ReturnConsumedCapacity: "INDEXES",
    }),
  );
  expect(whole.Items?.[0]?.["note"]).toEqual({ S: "note 0" });
  expect(whole.ConsumedCapacity).toEqual({
    TableName,
    CapacityUnits: 1,
    Table: { CapacityUnits: 0.5 },
    LocalSecondaryIndexes: { byKind: { CapacityUnits: 0.5 } },
  });
  const kinds = {
    TableName,
    IndexName: "kinds",
    KeyConditionExpression: "kind = :k",
    ExpressionAttributeValues: { ":k": { S: "odd" } },
  };
  expect((await ddb.query(kinds)).Items?.[0]).toEqual({
    sensor: { S: "s" },
    reading: { N: "-9.5" },
    kind: { S: "odd" },
    note: { S: "note 1" },
  });
  await expect(ddb.query({ ...kinds, ProjectionExpression: "more" })).rejects.toMatchObject({
    message:
      "One or more parameter values were invalid: Global secondary index kinds does not project [more]",
  });
  await expect(ddb.query({ ...kinds, ConsistentRead: true })).rejects.toMatchObject({
    message: "Consistent reads are not supported on global secondary indexes",
  });
});

test("an entry follows its item, out of the index, too", async () => {
  const ddb = await readings(["1", "2"]);
  const Key = { sensor: { S: "s" }, reading: { N: "1" } };
  await ddb.updateItem({ TableName, Key, UpdateExpression: "REMOVE kind" });
  const kinds = (kind: string) =>
    ddb.query({
      TableName,
      IndexName: "kinds",
      KeyConditionExpression: "kind = :k",
      ExpressionAttributeValues: { ":k": { S: kind } },
    });
  expect((await kinds("even")).Count).toBe(0);
  expect((await kinds("odd")).Count).toBe(1);
  await ddb.deleteItem({ TableName, Key: { ...Key, reading: { N: "2" } } });
  expect((await kinds("odd")).Count).toBe(0);
});

test("a page ends with the item that takes it beyond a megabyte", async () => {
  const ddb = await readings([]);
  for (let n = 0; n < 4; n++) {
    await ddb.putItem({
      TableName,
      Item: { sensor: { S: "s" }, reading: { N: String(n) }, text: { S: "x".repeat(390_000) } },
    });
  }
  const page = await ddb.query(ask({ Select: "COUNT", ReturnConsumedCapacity: "TOTAL" }));
  expect(page).toMatchObject({
    Count: 3,
    LastEvaluatedKey: { sensor: { S: "s" }, reading: { N: "2" } },
    ConsumedCapacity: { TableName, CapacityUnits: 143 },
  });
});

test.for([
  ["reading = :s", "Query condition missed key schema element: sensor"],
  ["sensor > :s", "Query key condition not supported"],
  ["sensor = :s OR sensor = :s", "Invalid operator used in KeyConditionExpression: OR"],
  [
    "sensor = :s AND reading = :s",
    "One or more parameter values were invalid: Condition parameter type does not match schema type",
  ],
  ["sensor = :s AND more = :s", "Query condition missed key schema element: reading"],
  [
    "sensor = :s AND sensor = :s",
    "KeyConditionExpressions must only contain one condition per key",
  ],
])("%s is refused: %s", async ([KeyConditionExpression, message]) => {
  const ddb = await readings([]);
  await expect(
    ddb.query(ask({ KeyConditionExpression: KeyConditionExpression! })),
  ).rejects.toMatchObject({ name: "ValidationException", message });
});

test("keys are no matter for a filter", async () => {
  const ddb = await readings([]);
  await expect(ddb.query(ask({ FilterExpression: "reading > :s" }))).rejects.toMatchObject({
    message:
      "Filter Expression can only contain non-primary key attributes: Primary key attribute: reading",
  });
});

test("after the only item of a partition there is nothing to go on with", async () => {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName: "single",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  await expect(
    ddb.query({
      TableName: "single",
      KeyConditionExpression: "id = :a",
      ExpressionAttributeValues: { ":a": { S: "a" } },
      ExclusiveStartKey: { id: { S: "a" } },
    }),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "The provided exclusive start key is invalid: ExclusiveStartKey: {id=AttributeValue: {S:a}}",
  });
});

test.for([
  [41_597, { a: { S: "0.12345678" }, b: { S: "00024" } }],
  [41_596, undefined],
] as const)("a page ends with the byte that fills it: a last item of %i", async ([last, end]) => {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName,
    AttributeDefinitions: [
      { AttributeName: "a", AttributeType: "S" },
      { AttributeName: "b", AttributeType: "S" },
    ],
    KeySchema: [
      { AttributeName: "a", KeyType: "HASH" },
      { AttributeName: "b", KeyType: "RANGE" },
    ],
    BillingMode: "PAY_PER_REQUEST",
  });
  for (let at = 0; at < 25; at += 1) {
    await ddb.putItem({
      TableName,
      Item: {
        a: { S: "0.12345678" },
        b: { S: String(at).padStart(5, "0") },
        c: { S: "abcde" },
        e: { S: "e".repeat(at === 24 ? last : 41_596) },
      },
    });
  }
  const page = await ddb.query({
    TableName,
    KeyConditionExpression: "a = :a",
    ExpressionAttributeValues: { ":a": { S: "0.12345678" } },
  });
  expect([page.Count, page.LastEvaluatedKey]).toEqual([25, end]);
});
