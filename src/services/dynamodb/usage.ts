/**
 * What AWS bills: request units of tables that pay by request. Provisioned tables are billed by the
 * hour, whatever is asked of them. The units are those of ConsumedCapacity.
 *
 * AWS: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-understanding-billing.html
 */
import { inRegion } from "../../kernel/billing-region.ts";
import type { Usage } from "../../kernel/usage.ts";
import type { OpenTable } from "./open-table.ts";

const units = (unit: "ReadRequestUnits" | "WriteRequestUnits", prefix = ""): Usage => ({
  service: "dynamodb",
  operation: "PayPerRequestThroughput",
  usageType: inRegion(`${prefix}${unit}`),
  unit,
  billed: (name, { accountId, region }) => ({
    resource: `arn:aws:dynamodb:${region}:${accountId}:table/${name}`,
  }),
});

interface Kind {
  readonly standard: Usage;
  readonly infrequent: Usage;
}

const READS: Kind = {
  standard: units("ReadRequestUnits"),
  infrequent: units("ReadRequestUnits", "IA-"),
};
const WRITES: Kind = {
  standard: units("WriteRequestUnits"),
  infrequent: units("WriteRequestUnits", "IA-"),
};

export const useReads = (open: OpenTable, count: number): void => use(READS, open, count);
export const useWrites = (open: OpenTable, count: number): void => use(WRITES, open, count);

/** On the bill of whose table it is. */
function use(kind: Kind, { table, home }: OpenTable, count: number): void {
  if (table.billing !== "PAY_PER_REQUEST") return;
  const infrequent = table.tableClass === "STANDARD_INFREQUENT_ACCESS";
  home.use(infrequent ? kind.infrequent : kind.standard, table.name, count);
}
