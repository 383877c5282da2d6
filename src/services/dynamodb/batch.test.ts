import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function shelves() {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  for (const TableName of ["books", "films"]) {
    await ddb.createTable({
      TableName,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
  }
  return ddb;
}

const put = (id: string, size = 0) => ({
  PutRequest: { Item: { id: { S: id }, ...(size === 0 ? {} : { text: { S: "x".repeat(size) } }) } },
});

test("writes of several tables go together, and reads come back by table", async () => {
  const ddb = await shelves();
  await ddb.batchWriteItem({ RequestItems: { books: [put("a"), put("b")], films: [put("c")] } });
  const written = await ddb.batchWriteItem({
    RequestItems: { books: [{ DeleteRequest: { Key: { id: { S: "a" } } } }] },
    ReturnConsumedCapacity: "TOTAL",
  });
  expect(written).toMatchObject({
    UnprocessedItems: {},
    ConsumedCapacity: [{ TableName: "books", CapacityUnits: 1 }],
  });
  const { Responses, UnprocessedKeys } = await ddb.batchGetItem({
    RequestItems: {
      books: { Keys: [{ id: { S: "a" } }, { id: { S: "b" } }] },
      films: { Keys: [{ id: { S: "c" } }] },
    },
  });
  expect(Responses).toEqual({ books: [{ id: { S: "b" } }], films: [{ id: { S: "c" } }] });
  expect(UnprocessedKeys).toEqual({});
});

test("one key comes once", async () => {
  const ddb = await shelves();
  const message = "Provided list of item keys contains duplicates";
  await expect(
    ddb.batchWriteItem({ RequestItems: { books: [put("a"), put("a")] } }),
  ).rejects.toMatchObject({ name: "ValidationException", message });
  const Keys = [{ id: { S: "a" } }, { id: { S: "a" } }];
  await expect(ddb.batchGetItem({ RequestItems: { books: { Keys } } })).rejects.toMatchObject({
    name: "ValidationException",
    message,
  });
});

test("a put with a wrong key is refused, and nothing is written", async () => {
  const ddb = await shelves();
  await expect(
    ddb.batchWriteItem({
      RequestItems: { books: [put("a"), { PutRequest: { Item: { id: { N: "1" } } } }] },
    }),
  ).rejects.toMatchObject({ message: "The provided key element does not match the schema" });
  expect((await ddb.scan({ TableName: "books" })).Count).toBe(0);
});

test("what does not fit into sixteen megabytes is left to ask for again", async () => {
  const ddb = await shelves();
  const ids = Array.from({ length: 45 }, (_, n) => String(n).padStart(2, "0"));
  for (const id of ids) {
    await ddb.batchWriteItem({ RequestItems: { books: [put(id, 400_000)] } });
  }
  const Keys = ids.map((id) => ({ id: { S: id } }));
  const first = await ddb.batchGetItem({
    RequestItems: { books: { Keys, ProjectionExpression: "id" } },
  });
  const left = first.UnprocessedKeys?.["books"];
  expect(first.Responses?.["books"]?.length).toBe(41);
  expect(left).toEqual({ Keys: Keys.slice(41), ProjectionExpression: "id" });
  const second = await ddb.batchGetItem({ RequestItems: first.UnprocessedKeys });
  expect(second.Responses?.["books"]).toEqual(Keys.slice(41));
});
