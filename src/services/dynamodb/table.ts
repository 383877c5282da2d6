/** Tables: their creation, their description, their end. */
import type { Dynamodb, Input, Operation } from "./api.ts";
import { describe, describeDeleting } from "./description.ts";
import { readEncryption } from "./encryption.ts";
import { invalidValues, ResourceInUseException, ValidationException } from "./errors.ts";
import { readKeys } from "./key-schema.ts";
import { findTable, homeOf, addressOf, refuseName } from "./open-table.ts";
import { readPolicyDocument } from "./policy-document.ts";
import {
  readDefinitions,
  readGlobalIndexes,
  readLocalIndexes,
  readOnDemand,
  readThroughput,
  refuseLeftovers,
} from "./schema.ts";
import type { Index, Pending, TableRow, Throughput } from "./state.ts";
import { tagsOf } from "./tag.ts";
import { readInitialWarm } from "./warm-throughput.ts";

export interface TableTask {
  readonly table: string;
  readonly id: string;
}

export const CreateTable: Operation<"CreateTable"> = (input, ddb) => {
  const address = addressOf(input.TableName);
  refuseName(address.name);
  refuseMissing(input);
  refuseStream(input.StreamSpecification);
  const billing = input.BillingMode ?? "PROVISIONED";
  const throughput = readThroughput(billing, input.ProvisionedThroughput);
  const definitions = readDefinitions(input.AttributeDefinitions);
  const keys = readKeys(input.KeySchema ?? [], definitions, "table");
  const newId = () => ddb.ids.hex(16);
  const indexes = [
    ...readLocalIndexes(input.LocalSecondaryIndexes, keys, definitions, newId),
    ...readGlobalIndexes(input.GlobalSecondaryIndexes, definitions, billing, newId),
  ];
  refuseLeftovers(keys, indexes, definitions);
  const home = homeOf(address, ddb);
  if (home.tables.has(address.name)) {
    throw ResourceInUseException(`Table already exists: ${address.name}`);
  }
  const table = home.tables.insert({
    name: address.name,
    id: ddb.newId(),
    status: "CREATING",
    keys,
    definitions,
    indexes: indexes.map((index) =>
      index.kind === "global" ? { ...index, status: "CREATING" } : index,
    ),
    billing,
    throughput,
    decreases: 0,
    createdAt: ddb.now,
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    tags: tagsOf(input.Tags),
    ...(billing === "PAY_PER_REQUEST" ? { payPerRequestAt: ddb.now } : {}),
    ...(input.TableClass === undefined ? {} : { tableClass: input.TableClass }),
    ...(input.OnDemandThroughput === undefined
      ? {}
      : { onDemand: readOnDemand(input.OnDemandThroughput, { billing }) }),
    ...readInitialState(input, billing, throughput, ddb),
    ...(input.ResourcePolicy === undefined
      ? {}
      : { policy: readPolicyDocument(input.ResourcePolicy, ddb) }),
  });
  home.later(home.now, "settle", { table: table.name, id: table.id } satisfies TableTask);
  return { TableDescription: describe(table, home) };
};

function readInitialState(
  { WarmThroughput: warm, SSESpecification: sse }: Input<"CreateTable">,
  billing: TableRow["billing"],
  throughput: Throughput,
  ddb: Dynamodb,
): Pick<TableRow, "warm" | "encryption"> {
  const encryption = sse === undefined ? undefined : readEncryption(sse, ddb);
  return {
    ...(warm === undefined ? {} : { warm: readInitialWarm(warm, billing, throughput) }),
    ...(encryption === undefined ? {} : { encryption }),
  };
}

/** Streams are not built yet; what AWS would refuse of them is refused all the same. */
function refuseStream(asked: Input<"CreateTable">["StreamSpecification"]): void {
  if (asked === undefined) return;
  const { StreamEnabled: enabled, StreamViewType: view } = asked;
  if (enabled === (view !== undefined)) return;
  throw invalidValues(
    enabled
      ? "Table is being created with a stream enabled, UpdateViewType is required"
      : "Table is being created with a stream disabled, UpdateViewType should not be specified",
  );
}

/** AWS: the model lets them away, for copies of other tables; a table of its own needs both. */
function refuseMissing(input: Input<"CreateTable">): void {
  const { AttributeDefinitions: attributeDefinitions, KeySchema: keySchema } = input;
  const missing = Object.entries({ attributeDefinitions, keySchema })
    .filter(([, value]) => value === undefined)
    .map(
      ([name]) => `Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  if (missing.length === 0) return;
  const errors =
    missing.length === 1 ? "1 validation error" : `${missing.length} validation errors`;
  throw ValidationException(`${errors} detected: ${missing.join("; ")}`);
}

export const DescribeTable: Operation<"DescribeTable"> = (input, ddb) => {
  const { table, home } = findTable(input.TableName, ddb);
  return { Table: describe(table, home, true) };
};

export const DeleteTable: Operation<"DeleteTable"> = (input, ddb) => {
  const { table, home } = findTable(input.TableName, ddb);
  if (table.deletionProtection) {
    throw ValidationException(
      "Resource cannot be deleted as it is currently protected against deletion. " +
        "Disable deletion protection first.",
    );
  }
  if (table.status === "DELETING") throw inUse(`Table is being deleted: ${table.name}`);
  const busy = ({ kind, status }: Index) => kind === "global" && status !== "ACTIVE";
  if (table.status !== "CREATING" && table.indexes.some(busy)) {
    throw inUse("Cannot delete table while indexes are being created, updated, or deleted.");
  }
  if (table.status === "UPDATING") {
    throw inUse(`Table: ${table.name} is in the process of being updated.`);
  }
  const deleting = home.tables.update(table, { status: "DELETING" });
  home.later(home.now, "drop", { table: table.name, id: table.id } satisfies TableTask);
  return { TableDescription: describeDeleting(deleting, home) };
};

export const inUse = (what: string) =>
  ResourceInUseException(`Attempt to change a resource which is still in use: ${what}`);

const NAMES_MAX = 100;

export const ListTables: Operation<"ListTables"> = (input, ddb) => {
  const limit = input.Limit ?? NAMES_MAX;
  const { ExclusiveStartTableName: start } = input;
  const rows = ddb.tables.list([], {
    ...(start === undefined ? {} : { after: start }),
    limit: limit + 1,
  });
  const names = rows.slice(0, limit).map(({ name }) => name);
  const last = names.at(-1);
  return {
    TableNames: names,
    ...(rows.length > limit && last !== undefined ? { LastEvaluatedTableName: last } : {}),
  };
};

/** What was asked of a table has come to pass. */
export function settle(task: TableTask, home: Dynamodb): void {
  const table = home.tables.get(task.table);
  if (table?.id !== task.id || table.status === "DELETING") return;
  const { pending, pendingWarm, pendingEncryption } = table;
  home.tables.update(table, {
    ...settled(table),
    ...(pending === undefined ? {} : inForce(table, pending)),
    ...(pendingWarm === undefined ? {} : { warm: pendingWarm, pendingWarm: undefined }),
    ...(pendingEncryption === undefined
      ? {}
      : { encryption: pendingEncryption.to, pendingEncryption: undefined }),
  });
}

const inForce = (table: TableRow, pending: Pending) => ({
  pending: undefined,
  throughput: pending.throughput,
  ...(pending.decreased ? { decreases: table.decreases + 1 } : {}),
});

/** Indexes that are built or taken away settle by themselves, and then the table. */
export function settled(table: TableRow): Pick<TableRow, "status" | "indexes"> {
  const indexes = table.indexes.map((index) =>
    index.backfilling === true || index.status === "DELETING" ? index : active(index),
  );
  const done = indexes.every(({ status }) => status === "ACTIVE");
  return { indexes, status: done ? "ACTIVE" : table.status };
}

function active({ pending, pendingWarm, ...rest }: Index): Index {
  const index = pendingWarm === undefined ? rest : { ...rest, warm: pendingWarm };
  if (pending === undefined) return { ...index, status: "ACTIVE" };
  const decreases = (index.decreases ?? 0) + (pending.decreased ? 1 : 0);
  return { ...index, status: "ACTIVE", throughput: pending.throughput, decreases };
}

export function drop(task: TableTask, home: Dynamodb): void {
  const table = home.tables.get(task.table);
  if (table?.id !== task.id) return;
  home.tables.remove(table);
  home.later(home.now, "purge", { kind: "table", space: table.id } satisfies PurgeTask);
  for (const { id } of table.indexes) {
    home.later(home.now, "purge", { kind: "index", space: id } satisfies PurgeTask);
  }
}

export interface PurgeTask {
  readonly kind: "table" | "index";
  readonly space: string;
}

const PURGE_BATCH = 500;

/** Removes the rows that a table or index has left, some hundred a transaction. */
export function purge(task: PurgeTask, home: Dynamodb): void {
  const { kind, space } = task;
  let count = 0;
  if (kind === "table") {
    for (const row of home.items.list([space], { limit: PURGE_BATCH })) {
      home.items.remove(row);
      count += 1;
    }
  } else {
    for (const row of home.entries.list([space], { limit: PURGE_BATCH })) {
      home.entries.remove(row);
      count += 1;
    }
  }
  if (count === PURGE_BATCH) {
    home.later(home.now, "purge", task);
    return;
  }
  const measured = home.measures.get(space);
  if (measured !== undefined) home.measures.remove(measured);
}
