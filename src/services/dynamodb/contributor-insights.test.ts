import { type ContributorInsightsAction, DynamoDB } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const TableName = "notes";

async function world() {
  const cloud = await startCloud();
  const ddb = new DynamoDB(cloud.config());
  await ddb.createTable({
    TableName,
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
  });
  const change = async (
    ContributorInsightsAction: ContributorInsightsAction,
    more: object = {},
  ) => {
    const answer = await ddb.updateContributorInsights({
      TableName,
      ContributorInsightsAction,
      ...more,
    });
    return answer.ContributorInsightsStatus;
  };
  const told = async (IndexName?: string) => {
    const { $metadata: _, ...rest } = await ddb.describeContributorInsights({
      TableName,
      IndexName,
    });
    return rest;
  };
  return { cloud, ddb, change, told };
}

test("insights are switched on and off, with what they look at", async () => {
  const { cloud, change, told } = await world();
  await cloud.idle();
  expect(await told()).toEqual({ TableName, ContributorInsightsStatus: "DISABLED" });
  expect(await change("DISABLE")).toBe("DISABLED");
  expect(await change("ENABLE", { ContributorInsightsMode: "THROTTLED_KEYS" })).toBe("ENABLING");
  const LastUpdateDateTime = new Date("2030-01-01T00:00:00Z");
  expect(await told()).toEqual({
    TableName,
    ContributorInsightsStatus: "ENABLED",
    ContributorInsightsMode: "THROTTLED_KEYS",
    LastUpdateDateTime,
  });
  expect(await change("ENABLE")).toBe("ENABLING");
  expect(await change("ENABLE")).toBe("ENABLED");
  expect(await change("DISABLE")).toBe("DISABLING");
  expect(await told()).toEqual({
    TableName,
    ContributorInsightsStatus: "DISABLED",
    ContributorInsightsMode: "ACCESSED_AND_THROTTLED_KEYS",
    LastUpdateDateTime,
  });
});

test("an index has its own, and lists name what is on, page by page", async () => {
  const { cloud, ddb, change, told } = await world();
  await cloud.idle();
  expect(await change("ENABLE", { IndexName: "by-day" })).toBe("ENABLING");
  const mode = "ACCESSED_AND_THROTTLED_KEYS";
  const summary = {
    TableName,
    ContributorInsightsStatus: "ENABLED",
    ContributorInsightsMode: mode,
  };
  expect(await told()).toEqual({ TableName, ContributorInsightsStatus: "DISABLED" });
  const index = { ...summary, IndexName: "by-day" };
  expect(await told("by-day")).toMatchObject(index);
  await change("ENABLE");
  const first = await ddb.listContributorInsights({ TableName, MaxResults: 1 });
  expect(first.ContributorInsightsSummaries).toEqual([summary]);
  const { NextToken } = first;
  const second = await ddb.listContributorInsights({ NextToken });
  expect(second.ContributorInsightsSummaries).toEqual([index]);
  expect(second.NextToken).toBeUndefined();
});

test("a table that is being created has none yet, and an index that is not there none at all", async () => {
  const { cloud, change, told } = await world();
  await expect(change("ENABLE")).rejects.toMatchObject({
    name: "ValidationException",
    message:
      "Table or Index is not in a valid state to update Key Access Insights: TableStatus must be " +
      "ACTIVE to enable ContributorInsights.",
  });
  await cloud.idle();
  await expect(told("by-night")).rejects.toMatchObject({
    name: "ResourceNotFoundException",
    message: "Requested resource not found: Index: by-night not found for table: notes",
  });
});
