import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud, type TestCloud } from "../../testing/cloud.ts";

const TableName = "blobs";

async function blobs(cloud: TestCloud) {
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName,
    AttributeDefinitions: [
      { AttributeName: "name", AttributeType: "B" },
      { AttributeName: "part", AttributeType: "B" },
    ],
    KeySchema: [
      { AttributeName: "name", KeyType: "HASH" },
      { AttributeName: "part", KeyType: "RANGE" },
    ],
    BillingMode: "PAY_PER_REQUEST",
  });
  return ddb;
}

test("reading costs half when it may be stale, by four kilobytes, and a unit for nothing", async () => {
  const ddb = await blobs(await startCloud());
  const Key = { name: { B: new Uint8Array([1]) }, part: { B: new Uint8Array([0, 255]) } };
  await ddb.putItem({ TableName, Item: { ...Key, text: { S: "x".repeat(5000) } } });
  const units = async (key: typeof Key, ConsistentRead: boolean) => {
    const read = { TableName, Key: key, ConsistentRead, ReturnConsumedCapacity: "TOTAL" as const };
    return (await ddb.getItem(read)).ConsumedCapacity?.CapacityUnits;
  };
  expect(await units(Key, true)).toBe(2);
  expect(await units(Key, false)).toBe(1);
  expect(await units({ ...Key, part: { B: new Uint8Array([7]) } }, false)).toBe(0.5);
});

test("the longest keys and every byte in them are kept on disk, too, and in order", async () => {
  const directory = await mkdtemp(join(tmpdir(), "dynamodb-"));
  try {
    const cloud = await startCloud({ directory });
    const ddb = await blobs(cloud);
    const name = { B: new Uint8Array(2048).fill(255) };
    const parts = [[0], [0, 0], [0, 255], [1], Array.from({ length: 1024 }, () => 255)];
    for (const part of parts.toReversed()) {
      await ddb.putItem({ TableName, Item: { name, part: { B: new Uint8Array(part) } } });
    }
    const { Items } = await ddb.query({
      TableName,
      KeyConditionExpression: "#n = :n AND begins_with(part, :zero)",
      ExpressionAttributeNames: { "#n": "name" },
      ExpressionAttributeValues: { ":n": name, ":zero": { B: new Uint8Array([0]) } },
    });
    expect(Items?.map((item) => [...item["part"]!.B!])).toEqual([[0], [0, 0], [0, 255]]);
    const { Item } = await ddb.getItem({
      TableName,
      Key: { name, part: { B: new Uint8Array(1024).fill(255) } },
    });
    expect(Item?.["part"]?.B?.length).toBe(1024);
    await cloud.close();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test.for([
  [{ name: { B: new Uint8Array([1]) } }, "The provided key element does not match the schema"],
  [
    { name: { B: new Uint8Array([1]) }, part: { S: "a" } },
    "The provided key element does not match the schema",
  ],
  [
    { name: { B: new Uint8Array([1]) }, part: { B: new Uint8Array() } },
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary value. Key: part",
  ],
  [
    { name: { B: new Uint8Array(2049) }, part: { B: new Uint8Array([1]) } },
    "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
  ],
] as const)("a key that is none is refused: %#", async ([Key, message]) => {
  const ddb = await blobs(await startCloud());
  await expect(ddb.getItem({ TableName, Key })).rejects.toMatchObject({
    name: "ValidationException",
    message,
  });
});
