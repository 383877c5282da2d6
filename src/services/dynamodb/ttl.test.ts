import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const TableName = "sessions";
const START = Date.parse("2030-01-01T00:00:00Z") / 1000;

async function sessions() {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName,
    AttributeDefinitions: [
      { AttributeName: "id", AttributeType: "S" },
      { AttributeName: "user", AttributeType: "S" },
    ],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: "byUser",
        KeySchema: [{ AttributeName: "user", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      },
    ],
    BillingMode: "PAY_PER_REQUEST",
  });
  await cloud.idle();
  const put = (id: string, expiresAt: number) =>
    ddb.putItem({
      TableName,
      Item: { id: { S: id }, user: { S: "u" }, until: { N: String(expiresAt) } },
    });
  const enable = (Enabled = true) =>
    ddb.updateTimeToLive({
      TableName,
      TimeToLiveSpecification: { AttributeName: "until", Enabled },
    });
  const left = async (IndexName?: string) => {
    const { Items } = await ddb.scan({
      TableName,
      ...(IndexName === undefined ? {} : { IndexName }),
    });
    return (Items ?? []).map((item) => item["id"]!.S!).toSorted((one, two) => (one < two ? -1 : 1));
  };
  return { cloud, ddb, put, enable, left };
}

test("an item is there until its time has come, and soon after it is gone, from its indexes, too", async () => {
  const { cloud, put, enable, left } = await sessions();
  await enable();
  await put("short", START + 60);
  await put("long", START + 3600);
  await cloud.clock.advance({ seconds: 59 });
  expect(await left()).toEqual(["long", "short"]);
  await cloud.clock.advance({ seconds: 6 });
  expect(await left()).toEqual(["long"]);
  expect(await left("byUser")).toEqual(["long"]);
});

test("the rule reaches items from before it, and an item that is given more time stays", async () => {
  const { cloud, put, enable, left } = await sessions();
  await put("before", START + 60);
  await put("renewed", START + 60);
  await enable();
  await cloud.idle();
  await put("renewed", START + 7200);
  await cloud.clock.advance({ minutes: 2 });
  expect(await left()).toEqual(["renewed"]);
});

test("what is more than five years back, or no number, does not expire", async () => {
  const { cloud, ddb, put, enable, left } = await sessions();
  await enable();
  await put("old", START - 6 * 365 * 24 * 3600);
  await put("past", START - 60);
  await ddb.putItem({ TableName, Item: { id: { S: "text" }, until: { S: String(START + 1) } } });
  await cloud.clock.advance({ minutes: 1 });
  expect(await left()).toEqual(["old", "text"]);
});

test("a rule that is switched off leaves everything", async () => {
  const { cloud, ddb, put, enable, left } = await sessions();
  await enable();
  await put("a", START + 60);
  expect((await ddb.describeTimeToLive({ TableName })).TimeToLiveDescription).toEqual({
    TimeToLiveStatus: "ENABLED",
    AttributeName: "until",
  });
  await expect(enable()).rejects.toMatchObject({ message: "TimeToLive is already enabled" });
  await expect(
    ddb.updateTimeToLive({
      TableName,
      TimeToLiveSpecification: { AttributeName: "other", Enabled: true },
    }),
  ).rejects.toMatchObject({
    name: "ValidationException",
    message: "TimeToLive is active on a different AttributeName: current AttributeName is until",
  });
  await enable(false);
  await cloud.clock.advance({ minutes: 2 });
  expect(await left()).toEqual(["a"]);
  await expect(enable(false)).rejects.toMatchObject({ message: "TimeToLive is already disabled" });
});
