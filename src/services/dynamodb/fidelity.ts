/** What is only kept, and the input members that nobody acts on. */
import type { Fidelity } from "../../kernel/service.ts";

const NOT_ACTED_ON = ["StreamSpecification"];
const GLOBAL_TABLES = ["GlobalTableSettingsReplicationMode"];
const REPLICAS = ["ReplicaUpdates", "MultiRegionConsistency", "GlobalTableWitnessUpdates"];

/** What would narrow or page lists that are empty. */
const IN_EMPTY_LISTS = {
  // prettier-ignore
  ListBackups: [
    "TableName", "Limit", "TimeRangeLowerBound", "TimeRangeUpperBound", "ExclusiveStartBackupArn",
    "BackupType",
  ],
  ListExports: ["TableArn", "MaxResults", "NextToken"],
  ListImports: ["TableArn", "PageSize", "NextToken"],
  ListGlobalTables: ["ExclusiveStartGlobalTableName", "Limit", "RegionName"],
};

export const fidelity: Fidelity = {
  stored: ["UpdateContinuousBackups", "UpdateContributorInsights"],
  ignores: {
    ...IN_EMPTY_LISTS,
    CreateTable: [...NOT_ACTED_ON, ...GLOBAL_TABLES, "GlobalTableSourceArn"],
    // prettier-ignore
    UpdateTable: [...NOT_ACTED_ON, ...GLOBAL_TABLES, ...REPLICAS],
    // AWS: one that leads nowhere is the first page, and there is only one.
    ListTagsOfResource: ["NextToken"],
    PutResourcePolicy: ["ConfirmRemoveSelfResourceAccess"],
  },
};
