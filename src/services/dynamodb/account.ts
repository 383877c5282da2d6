/** What is true of the account, of the endpoint, and of backups that nobody takes. */
import type { Operation } from "./api.ts";
import { TableNotFoundException } from "./errors.ts";
import { addressOf, homeOf } from "./open-table.ts";

const ACCOUNT_UNITS_MAX = 80_000;
const TABLE_UNITS_MAX = 40_000;

/** The quotas of a new account. */
export const DescribeLimits: Operation<"DescribeLimits"> = () => ({
  AccountMaxReadCapacityUnits: ACCOUNT_UNITS_MAX,
  AccountMaxWriteCapacityUnits: ACCOUNT_UNITS_MAX,
  TableMaxReadCapacityUnits: TABLE_UNITS_MAX,
  TableMaxWriteCapacityUnits: TABLE_UNITS_MAX,
});

const CACHE_MINUTES = 1440;

/** The address by which the caller found us. */
export const DescribeEndpoints: Operation<"DescribeEndpoints"> = (_input, ddb) => ({
  Endpoints: [{ Address: ddb.request.host, CachePeriodInMinutes: CACHE_MINUTES }],
});

/**
 * AWS: continuous backups are always on, of which point-in-time recovery is the part that is
 * switched.
 */
export const DescribeContinuousBackups: Operation<"DescribeContinuousBackups"> = (input, ddb) => {
  const address = addressOf(input.TableName);
  if (!homeOf(address, ddb).tables.has(address.name)) {
    throw TableNotFoundException(`Table not found: ${address.name}`);
  }
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
    },
  };
};
