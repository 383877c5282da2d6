/** What UpdateTable refuses before it looks at the table: AWS makes one change a request. */
import type { Input } from "./api.ts";
import { invalidValues, LimitExceededException, ValidationException } from "./errors.ts";
import { refuseNoWarm } from "./warm-throughput.ts";

type UpdateInput = Input<"UpdateTable">;
export type IndexUpdates = NonNullable<UpdateInput["GlobalSecondaryIndexUpdates"]>;

export function refuseRequest(input: UpdateInput): void {
  const { TableName: _name, AttributeDefinitions: _definitions, ...members } = input;
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  const changes = Object.entries(members)
    .filter(([name, value]) => value !== undefined && name !== "GlobalSecondaryIndexUpdates")
    .map(([name]) => name);
  if (changes.length === 0 && updates.length === 0) throw nothing();
  if (input.WarmThroughput !== undefined) refuseNoWarm(input.WarmThroughput);
  if (input.GlobalSecondaryIndexUpdates?.length === 0) {
    throw invalidValues("List of GlobalSecondaryIndexUpdates is empty");
  }
  refuseIndexUpdates(updates);
  refuseCombination(updates.length > 0 ? [...changes, "GlobalSecondaryIndexUpdates"] : changes);
  refuseBesideIndexes(input, updates);
}

const nothing = () =>
  ValidationException(
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, " +
      "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, " +
      "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, " +
      "OnDemandThroughput, WarmThroughput or TableClass is required",
  );

/** In the order in which AWS tells of them. */
const ALONE = [
  ["SSESpecification", "Server-Side Encryption modification"],
  ["TableClass", "TableClass modification"],
  ["DeletionProtectionEnabled", "DeletionProtection modification"],
  ["WarmThroughput", "WarmThroughput"],
] as const;

function refuseCombination(changes: readonly string[]): void {
  if (changes.length < 2) return;
  for (const [name, change] of ALONE) {
    if (!changes.includes(name)) continue;
    throw invalidValues(`${change} must be the only operation in the request`);
  }
  if (!changes.includes("OnDemandThroughput")) return;
  if (changes.every((name) => name === "OnDemandThroughput" || name === "BillingMode")) return;
  throw invalidValues(
    "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
  );
}

const isOnline = ({ Create, Delete }: IndexUpdates[number]): boolean =>
  Create !== undefined || Delete !== undefined;

function refuseBesideIndexes(input: UpdateInput, updates: IndexUpdates): void {
  const { ProvisionedThroughput: units, StreamSpecification: stream } = input;
  if (updates.some(isOnline)) {
    const doing =
      units !== undefined
        ? "updating table IOPS"
        : stream !== undefined
          ? "changing stream status"
          : undefined;
    if (doing !== undefined) {
      throw invalidValues(`You cannot create or delete index while ${doing}`);
    }
  }
  if (units !== undefined && stream !== undefined) {
    throw invalidValues("You cannot modify stream status while updating table IOPS");
  }
}

function refuseIndexUpdates(updates: IndexUpdates): void {
  const seen = new Set<string>();
  for (const { Create, Update, Delete } of updates) {
    const given = [Update, Create, Delete].filter((one) => one !== undefined);
    const [only] = given;
    if (only === undefined) {
      throw invalidValues(
        "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, " +
          "GlobalSecondaryIndexUpdate.Delete must not be null",
      );
    }
    if (given.length > 1) {
      throw invalidValues(
        "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object",
      );
    }
    if (seen.has(only.IndexName)) {
      throw invalidValues(
        "Only one global secondary index update per index is allowed simultaneously. " +
          `Index: ${only.IndexName}`,
      );
    }
    seen.add(only.IndexName);
    if (Update?.WarmThroughput !== undefined) refuseNoWarm(Update.WarmThroughput, Update.IndexName);
  }
  if (updates.filter(isOnline).length <= 1) return;
  throw LimitExceededException(
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per " +
      "table",
  );
}
