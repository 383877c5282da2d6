/**
 * Contributor insights of tables and their global indexes: switched, kept and told. Nothing is
 * counted, and there are no rules in CloudWatch, so none are named.
 */
import type { ContributorInsightsSummary } from "@aws-sdk/client-dynamodb";
import type { Input, Operation } from "./api.ts";
import { ResourceNotFoundException, ValidationException } from "./errors.ts";
import { findTable } from "./open-table.ts";
import type { Index, Insights, TableRow } from "./state.ts";

const ALL_KEYS = "ACCESSED_AND_THROTTLED_KEYS";

export const UpdateContributorInsights: Operation<"UpdateContributorInsights"> = (input, ddb) => {
  const { table, home } = findTable(input.TableName, ddb);
  const index = findInsightIndex(table, input.IndexName);
  refuseUnready("TableStatus", table.status === "DELETING" ? "ACTIVE" : table.status);
  if (index !== undefined) refuseUnready("IndexStatus", index.status);
  const now = (index ?? table).insights;
  const next = change(now, input, home.now);
  if (next !== now && next !== undefined) {
    home.tables.update(
      table,
      index === undefined
        ? { insights: next }
        : {
            indexes: table.indexes.map((one) => (one === index ? { ...one, insights: next } : one)),
          },
    );
  }
  return {
    ...named(table, index),
    ContributorInsightsStatus: next === now ? statusOf(now) : changing(next),
    ...(next === undefined ? {} : { ContributorInsightsMode: next.mode }),
  };
};

/** AWS: what is as it should be stays as it was, and a mode that is not named is the wide one. */
function change(
  now: Insights | undefined,
  input: Input<"UpdateContributorInsights">,
  at: number,
): Insights | undefined {
  const enabled = input.ContributorInsightsAction === "ENABLE";
  if (!enabled) return now?.enabled === true ? { ...now, enabled, changedAt: at } : now;
  const mode = input.ContributorInsightsMode ?? ALL_KEYS;
  if (now?.enabled === true && now.mode === mode) return now;
  return { enabled, mode, changedAt: at };
}

/** It says that it changes, and has done so the moment that somebody asks. */
const changing = (insights: Insights | undefined) =>
  insights?.enabled === true ? "ENABLING" : "DISABLING";

const statusOf = (insights: Insights | undefined) =>
  insights?.enabled === true ? "ENABLED" : "DISABLED";

export const DescribeContributorInsights: Operation<"DescribeContributorInsights"> = (
  input,
  ddb,
) => {
  const { table } = findTable(input.TableName, ddb);
  const index = findInsightIndex(table, input.IndexName);
  const { insights } = index ?? table;
  return {
    ...named(table, index),
    ContributorInsightsStatus: statusOf(insights),
    ...(insights === undefined
      ? {}
      : {
          LastUpdateDateTime: new Date(insights.changedAt),
          ContributorInsightsMode: insights.mode,
        }),
  };
};

const PAGE = 100;

/** Those that are on: the table before its indexes. */
export const ListContributorInsights: Operation<"ListContributorInsights"> = (input, ddb) => {
  const { MaxResults: limit = PAGE, NextToken: token = "0" } = input;
  const tables =
    input.TableName === undefined ? ddb.tables.list([]) : [findTable(input.TableName, ddb).table];
  const all = tables.flatMap(summaries);
  const start = /^\d+$/.test(token) ? Number(token) : 0;
  const end = start + (limit > 0 ? limit : PAGE);
  return {
    ContributorInsightsSummaries: all.slice(start, end),
    ...(end < all.length ? { NextToken: String(end) } : {}),
  };
};

function summaries(table: TableRow): ContributorInsightsSummary[] {
  const places = [undefined, ...table.indexes];
  return places.flatMap((index) => {
    const { insights } = index ?? table;
    if (insights?.enabled !== true) return [];
    return [
      {
        ...named(table, index),
        ContributorInsightsStatus: statusOf(insights),
        ContributorInsightsMode: insights.mode,
      },
    ];
  });
}

const named = (table: TableRow, index: Index | undefined) => ({
  TableName: table.name,
  ...(index === undefined ? {} : { IndexName: index.name }),
});

/** AWS: local indexes have none, and are not found. */
function findInsightIndex(table: TableRow, name: string | undefined): Index | undefined {
  if (name === undefined) return undefined;
  const index = table.indexes.find((one) => one.name === name && one.kind === "global");
  if (index !== undefined) return index;
  throw ResourceNotFoundException(
    `Requested resource not found: Index: ${name} not found for table: ${table.name}`,
  );
}

function refuseUnready(what: "TableStatus" | "IndexStatus", status: TableRow["status"]): void {
  if (status !== "CREATING") return;
  throw ValidationException(
    "Table or Index is not in a valid state to update Key Access Insights: " +
      `${what} must be ACTIVE to enable ContributorInsights.`,
  );
}
