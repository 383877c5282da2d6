/** What is true of the account, and of the endpoint. */
import type { Operation } from "./api.ts";

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
