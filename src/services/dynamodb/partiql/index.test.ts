import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../../testing/cloud.ts";

const text = (S: string) => ({ S });

async function letters() {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  const names = ["pk", "sk", "global", "local"];
  const index = (IndexName: string, hash: string, range: string[], NonKeyAttributes: string[]) => ({
    IndexName,
    KeySchema: [
      { AttributeName: hash, KeyType: "HASH" as const },
      ...range.map((AttributeName) => ({ AttributeName, KeyType: "RANGE" as const })),
    ],
    Projection: { ProjectionType: "INCLUDE" as const, NonKeyAttributes },
  });
  await ddb.createTable({
    TableName: "letters",
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    BillingMode: "PAY_PER_REQUEST",
    GlobalSecondaryIndexes: [index("far", "global", [], ["near"])],
    LocalSecondaryIndexes: [index("close", "pk", ["local"], ["near"])],
  });
  await cloud.idle();
  const shared = { pk: text("p"), near: text("n"), hidden: text("h") };
  for (const sk of ["1", "2"]) {
    const Item = { ...shared, sk: text(sk), global: text("g"), local: text(sk) };
    await ddb.putItem({ TableName: "letters", Item });
  }
  await ddb.putItem({ TableName: "letters", Item: { ...shared, sk: text("3") } });
  const run = async (Statement: string, ConsistentRead = false) =>
    ddb.executeStatement({ Statement, ConsistentRead, ReturnConsumedCapacity: "INDEXES" });
  return { run };
}

const invalid = (message: string) => ({ name: "ValidationException", message });
const values = "One or more parameter values were invalid:";

test("an index gives what it has, and all of it by a star", async () => {
  const { run } = await letters();
  const { Items } = await run(`SELECT * FROM "letters"."far" WHERE global = 'g'`);
  expect(Items).toEqual(
    ["1", "2"].map((sk) => ({
      pk: text("p"),
      sk: text(sk),
      global: text("g"),
      near: text("n"),
    })),
  );
});

test("a local index fetches what it does not have, and a global one refuses to", async () => {
  const { run } = await letters();
  const found = await run(`SELECT hidden FROM "letters"."close" WHERE pk = 'p'`);
  expect(found.Items).toEqual([{ hidden: text("h") }, { hidden: text("h") }]);
  expect(found.ConsumedCapacity).toEqual({
    TableName: "letters",
    CapacityUnits: 1.5,
    Table: { CapacityUnits: 1 },
    LocalSecondaryIndexes: { close: { CapacityUnits: 0.5 } },
  });
  await expect(run(`SELECT hidden FROM "letters"."far" WHERE global = 'g'`)).rejects.toMatchObject(
    invalid(`${values} Global secondary index far does not project [hidden]`),
  );
});

test("a partition of an index is not filtered by what the index does not have", async () => {
  const { run } = await letters();
  for (const [name, key] of [
    ["far", "global = 'g'"],
    ["far", "global IN ['g', 'h']"],
    ["close", "pk = 'p'"],
  ]) {
    await expect(
      run(`SELECT pk FROM "letters"."${name}" WHERE ${key} AND NOT hidden = 'h'`),
    ).rejects.toMatchObject(
      invalid(
        `${values} Secondary index ${name} does not project one or more filter attributes: [hidden]`,
      ),
    );
  }
  const scanned = await run(`SELECT sk FROM "letters"."far" WHERE NOT hidden = 'h'`);
  expect(scanned.Items).toEqual([{ sk: text("1") }, { sk: text("2") }]);
  const near = await run(`SELECT sk FROM "letters"."far" WHERE global = 'g' AND near = 'x'`);
  expect(near.Items).toEqual([]);
});

test("a global index is not read consistently", async () => {
  const { run } = await letters();
  await expect(run(`SELECT * FROM "letters"."far" WHERE global = 'g'`, true)).rejects.toMatchObject(
    invalid("Strongly consistent read is not supported on Global Secondary Indexes"),
  );
});
