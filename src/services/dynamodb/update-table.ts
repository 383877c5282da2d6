/**
 * UpdateTable: billing, throughput, protection, and global indexes that come, change and go while
 * the table is in use.
 */
import type { Dynamodb, Input, Operation } from "./api.ts";
import { describe } from "./description.ts";
import {
  invalidValues,
  LimitExceededException,
  ResourceNotFoundException,
  ValidationException,
} from "./errors.ts";
import type { BuildTask } from "./index-build.ts";
import { keyAttributes } from "./item/key.ts";
import type { Definitions } from "./key-schema.ts";
import { addressOf, findTable, refuseName } from "./open-table.ts";
import {
  readDefinitions,
  readGlobalIndex,
  readOnDemand,
  readThroughput,
  refuseUnits,
  ZERO,
} from "./schema.ts";
import type { Index, TableRow, Throughput } from "./state.ts";
import { inUse, type PurgeTask, type TableTask } from "./table.ts";

type UpdateInput = Input<"UpdateTable">;
type IndexUpdates = NonNullable<UpdateInput["GlobalSecondaryIndexUpdates"]>;

const INDEXES_MAX = 20;

export const UpdateTable: Operation<"UpdateTable"> = (input, ddb) => {
  refuseName(addressOf(input.TableName).name);
  refuseNothing(input);
  refuseIndexUpdates(input.GlobalSecondaryIndexUpdates ?? []);
  if (input.ProvisionedThroughput !== undefined) refuseUnits(input.ProvisionedThroughput);
  const { table, home } = findTable(input.TableName, ddb);
  if (table.status !== "ACTIVE") {
    const doing = { CREATING: "created", UPDATING: "updated", DELETING: "deleted" }[table.status];
    throw inUse(`Table is being ${doing}: ${table.name}`);
  }
  const billed = { ...table, ...readBilling(input, table, home) };
  const changed = { ...billed, ...readIndexes(input, billed, home) };
  const updated = home.tables.put({
    ...changed,
    status: "UPDATING",
    ...(input.DeletionProtectionEnabled === undefined
      ? {}
      : { deletionProtection: input.DeletionProtectionEnabled }),
    ...(input.TableClass === undefined ? {} : { tableClass: input.TableClass }),
    ...(input.OnDemandThroughput === undefined
      ? {}
      : { onDemand: readOnDemand(input.OnDemandThroughput) }),
  });
  home.later(home.now, "settle", { table: table.name, id: table.id } satisfies TableTask);
  return { TableDescription: describe(updated, home, true) };
};

function refuseNothing(input: UpdateInput): void {
  const { TableName: _name, AttributeDefinitions: _definitions, ...changes } = input;
  const { GlobalSecondaryIndexUpdates: updates, ...others } = changes;
  const any = Object.values(others).some((value) => value !== undefined);
  if (any || (updates !== undefined && updates.length > 0)) return;
  throw ValidationException(
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, " +
      "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
  );
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
        "Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, " +
          "GlobalSecondaryIndexUpdate.Delete can be specified",
      );
    }
    if (seen.has(only.IndexName)) {
      throw invalidValues(
        "Only one global secondary index update per index is allowed simultaneously. " +
          `Index: ${only.IndexName}`,
      );
    }
    seen.add(only.IndexName);
  }
  const online = updates.filter(
    ({ Create, Delete }) => Create !== undefined || Delete !== undefined,
  );
  if (online.length > 1) throw tooManyOnline();
}

const tooManyOnline = () =>
  LimitExceededException(
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per " +
      "table",
  );

function readBilling(input: UpdateInput, table: TableRow, home: Dynamodb): Partial<TableRow> {
  const billing = input.BillingMode ?? table.billing;
  const asked = input.ProvisionedThroughput;
  if (billing === "PAY_PER_REQUEST") {
    readThroughput(billing, asked);
    if (table.billing === billing) return {};
    return {
      billing,
      throughput: ZERO,
      payPerRequestAt: home.now,
      indexes: table.indexes.map((index) => throughputOf(index, ZERO)),
    };
  }
  if (asked === undefined) {
    if (table.billing === billing) return {};
    throw invalidValues("ProvisionedThroughput must be specified when BillingMode is PROVISIONED");
  }
  const throughput = readThroughput(billing, asked);
  if (table.billing === "PAY_PER_REQUEST") {
    refuseUnprovisioned(input, table);
    return { billing, throughput };
  }
  refuseSameThroughput(input, table.throughput, throughput);
  return pendingChange(table, throughput, home);
}

const throughputOf = (index: Index, throughput: Throughput): Index =>
  index.kind === "local" ? index : { ...index, throughput, status: "UPDATING" };

function refuseUnprovisioned(input: UpdateInput, table: TableRow): void {
  const named = (input.GlobalSecondaryIndexUpdates ?? []).map(({ Update }) => Update?.IndexName);
  const left = table.indexes.filter(({ kind, name }) => kind === "global" && !named.includes(name));
  if (left.length === 0) return;
  throw invalidValues(
    "ProvisionedThroughput must be specified for index: " + left.map(({ name }) => name).join(","),
  );
}

function refuseSameThroughput(input: UpdateInput, now: Throughput, asked: Throughput): void {
  if (input.GlobalSecondaryIndexUpdates !== undefined) return;
  if (now.ReadCapacityUnits !== asked.ReadCapacityUnits) return;
  if (now.WriteCapacityUnits !== asked.WriteCapacityUnits) return;
  const line = (name: keyof Throughput) =>
    `Current ${name} provisioned for the table: ${now[name]}. Requested ${name}: ${asked[name]}. `;
  throw ValidationException(
    "The provisioned throughput for the table will not change. The requested value equals the " +
      `current value. ${line("ReadCapacityUnits")}${line("WriteCapacityUnits")}` +
      "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher " +
      "limits.",
  );
}

/** AWS tells the old numbers until the new ones are in force. */
function pendingChange(table: TableRow, asked: Throughput, home: Dynamodb): Partial<TableRow> {
  const now = table.throughput;
  const both = ["ReadCapacityUnits", "WriteCapacityUnits"] as const;
  const increased = both.some((name) => asked[name] > now[name]);
  const decreased = both.some((name) => asked[name] < now[name]);
  return {
    pending: { throughput: asked, decreased },
    ...(increased ? { increasedAt: home.now } : {}),
    ...(decreased ? { decreasedAt: home.now } : {}),
  };
}

function readIndexes(input: UpdateInput, table: TableRow, home: Dynamodb): Partial<TableRow> {
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  if (updates.length === 0) return {};
  let indexes = table.indexes;
  let { definitions } = table;
  for (const { Create, Update, Delete } of updates) {
    if (Update !== undefined) indexes = changeThroughput(indexes, Update);
    if (Delete !== undefined) indexes = startDeleting(indexes, Delete.IndexName, table, home);
    if (Create === undefined) continue;
    const given = readDefinitions(input.AttributeDefinitions);
    definitions = mergedDefinitions(table, given);
    const index = readGlobalIndex(Create, given, table.billing, home.ids.hex(16));
    refuseNewIndex(indexes, index.name);
    indexes = [...indexes, { ...index, status: "CREATING", backfilling: true }];
    const task: BuildTask = { table: table.name, id: table.id, index: index.id, after: null };
    home.later(home.now, "build", task);
  }
  return { indexes, definitions: usedDefinitions(table, indexes, definitions) };
}

function refuseNewIndex(indexes: readonly Index[], name: string): void {
  if (indexes.some((index) => index.name === name)) {
    throw ValidationException(`Attempting to create an index which already exists: ${name}`);
  }
  if (indexes.filter(({ kind }) => kind === "global").length >= INDEXES_MAX) {
    throw LimitExceededException(
      `GlobalSecondaryIndex count exceeds the per-table limit of ${INDEXES_MAX}`,
    );
  }
}

/** The caller may repeat what is known; it cannot redefine it. */
function mergedDefinitions(table: TableRow, given: Definitions): Definitions {
  for (const { name, type } of given) {
    const known = table.definitions.find((one) => one.name === name);
    if (known !== undefined && known.type !== type) {
      throw invalidValues(`Attribute ${name} cannot be redefined: it is of type ${known.type}`);
    }
  }
  const fresh = given.filter(({ name }) => !table.definitions.some((one) => one.name === name));
  return [...table.definitions, ...fresh];
}

/** Definitions that no key needs any more are gone. */
function usedDefinitions(
  table: TableRow,
  indexes: readonly Index[],
  definitions: Definitions,
): Definitions {
  const staying = indexes.filter(({ status }) => status !== "DELETING");
  const used = new Set(
    [table, ...staying].flatMap(({ keys }) => keyAttributes(keys).map(({ name }) => name)),
  );
  return definitions.filter(({ name }) => used.has(name));
}

function changeThroughput(
  indexes: readonly Index[],
  update: NonNullable<IndexUpdates[number]["Update"]>,
): readonly Index[] {
  const there = indexes.find(({ name, kind }) => name === update.IndexName && kind === "global");
  if (there === undefined) {
    throw ValidationException(
      "This operation cannot be performed with given input values. Please contact DynamoDB " +
        "service team for more info: Action Blocked: IndexUpdate",
    );
  }
  const { ProvisionedThroughput: throughput, OnDemandThroughput: onDemand } = update;
  if (throughput !== undefined) refuseUnits(throughput, ` for index ${there.name}`);
  return indexes.map((index) =>
    index === there
      ? {
          ...index,
          status: "UPDATING",
          ...(throughput === undefined ? {} : { throughput }),
          ...(onDemand === undefined ? {} : { onDemand: readOnDemand(onDemand) }),
        }
      : index,
  );
}

function startDeleting(
  indexes: readonly Index[],
  name: string,
  table: TableRow,
  home: Dynamodb,
): readonly Index[] {
  const there = indexes.find((index) => index.name === name && index.kind === "global");
  if (there === undefined) {
    throw ResourceNotFoundException(
      `Requested resource not found: Index: ${name} not found for table: ${table.name}`,
    );
  }
  home.later(home.now, "dropIndex", { table: table.name, id: table.id, index: there.id });
  const purging: PurgeTask = { kind: "index", space: there.id };
  home.later(home.now, "purge", purging);
  return indexes.map((index) => (index === there ? { ...index, status: "DELETING" } : index));
}
