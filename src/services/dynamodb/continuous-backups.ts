/**
 * Continuous backups, and point-in-time recovery, the part of them that is switched. What is asked
 * for is kept and told; nothing can be restored yet.
 */
import type { ContinuousBackupsDescription } from "@aws-sdk/client-dynamodb";
import type { Dynamodb, Operation } from "./api.ts";
import {
  ContinuousBackupsUnavailableException,
  TableNotFoundException,
  ValidationException,
} from "./errors.ts";
import { addressOf, homeOf, type OpenTable, refuseName } from "./open-table.ts";
import type { Recovery } from "./state.ts";

const DAYS = 35;
const DAY_MS = 24 * 60 * 60 * 1000;
/** AWS: the last minutes cannot be gone back to. */
const LAG_MS = 5 * 60 * 1000;

export const UpdateContinuousBackups: Operation<"UpdateContinuousBackups"> = (input, ddb) => {
  const { PointInTimeRecoveryEnabled: enabled, RecoveryPeriodInDays: days } =
    input.PointInTimeRecoverySpecification;
  if (!enabled && days !== undefined) {
    throw ValidationException(
      "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.",
    );
  }
  const { table, home } = findBackedUp(input.TableName, ddb);
  if (table.status === "CREATING") {
    throw ContinuousBackupsUnavailableException(
      `Backups are being enabled for the table: ${table.name}. Please retry later`,
    );
  }
  const since = table.recovery?.since ?? home.now;
  const kept = table.recovery?.days ?? DAYS;
  const recovery = enabled ? { since, days: days ?? kept } : undefined;
  home.tables.update(table, { recovery });
  return { ContinuousBackupsDescription: describe(recovery, home.now) };
};

/** AWS: they are always on. */
export const DescribeContinuousBackups: Operation<"DescribeContinuousBackups"> = (input, ddb) => {
  const { table, home } = findBackedUp(input.TableName, ddb);
  return { ContinuousBackupsDescription: describe(table.recovery, home.now) };
};

function describe(recovery: Recovery | undefined, now: number): ContinuousBackupsDescription {
  return {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription:
      recovery === undefined
        ? { PointInTimeRecoveryStatus: "DISABLED" }
        : {
            PointInTimeRecoveryStatus: "ENABLED",
            RecoveryPeriodInDays: recovery.days,
            EarliestRestorableDateTime: new Date(
              Math.max(recovery.since, now - recovery.days * DAY_MS),
            ),
            LatestRestorableDateTime: new Date(Math.max(recovery.since, now - LAG_MS)),
          },
  };
}

/** These have an error of their own for tables that are not there. */
function findBackedUp(nameOrArn: string, ddb: Dynamodb): OpenTable {
  const address = addressOf(nameOrArn);
  const home = homeOf(address, ddb);
  const table = home.tables.get(address.name);
  if (table !== undefined) return { table, home };
  refuseName(address.name);
  throw TableNotFoundException(`Table not found: ${address.name}`);
}
