/**
 * UpdateTable: billing, throughput, protection, and global indexes that come, change and go while
 * the table is in use.
 */
import type { Dynamodb, Input, Operation } from "./api.ts";
import { decreasesToday, refuseDecrease } from "./decreases.ts";
import { describe } from "./description.ts";
import { readOtherEncryption } from "./encryption.ts";
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
  isBeyondBounds,
  LATER,
  readDefinitions,
  readGlobalIndex,
  readOnDemand,
  readThroughput,
  refuseUnits,
  ZERO,
} from "./schema.ts";
import type { Index, TableRow, Throughput } from "./state.ts";
import { inUse, type PurgeTask, type TableTask } from "./table.ts";
import { type IndexUpdates, refuseRequest } from "./update-request.ts";
import { readMoreWarm, warmOf } from "./warm-throughput.ts";

type UpdateInput = Input<"UpdateTable">;

type IndexUpdate = NonNullable<IndexUpdates[number]["Update"]>;

const INDEXES_MAX = 20;

export const UpdateTable: Operation<"UpdateTable"> = (input, ddb) => {
  refuseName(addressOf(input.TableName).name);
  refuseRequest(input);
  if (input.ProvisionedThroughput !== undefined) refuseUnits(input.ProvisionedThroughput);
  const { table, home } = findTable(input.TableName, ddb);
  refuseBusy(table, input);
  const switched = input.BillingMode !== undefined && input.BillingMode !== table.billing;
  const billed = {
    ...(switched ? withoutLimits(table) : table),
    ...readBilling(input, table, home),
  };
  const changed = { ...billed, ...readIndexes(input, billed, home, switched) };
  const updated = home.tables.put({
    ...changed,
    ...(isAtOnce(input) ? {} : { status: "UPDATING" }),
    ...readMoreState(input, table, home),
    ...(input.DeletionProtectionEnabled === undefined
      ? {}
      : { deletionProtection: input.DeletionProtectionEnabled }),
    ...(input.TableClass === undefined ? {} : { tableClass: input.TableClass }),
    ...(input.OnDemandThroughput === undefined
      ? {}
      : {
          onDemand: readOnDemand(input.OnDemandThroughput, {
            billing: billed.billing,
            clears: true,
          }),
        }),
  });
  home.later(home.now, "settle", { table: table.name, id: table.id } satisfies TableTask);
  return { TableDescription: describe(updated, home, true) };
};

/** AWS: these leave the table active; the last two say by themselves that they change something. */
const AT_ONCE: readonly (keyof UpdateInput)[] = [
  "DeletionProtectionEnabled",
  "OnDemandThroughput",
  "SSESpecification",
  "WarmThroughput",
];

const isAtOnce = (input: UpdateInput): boolean =>
  AT_ONCE.some((name) => input[name] !== undefined) && input.BillingMode === undefined;

/** AWS: protection can be changed while something else of the table changes. */
function refuseBusy({ status, name }: TableRow, input: UpdateInput): void {
  if (status === "ACTIVE") return;
  if (status === "UPDATING" && input.DeletionProtectionEnabled !== undefined) return;
  if (status === "UPDATING" && (input.ProvisionedThroughput ?? input.BillingMode) !== undefined) {
    throw inUse(`Table IOPS are currently being updated. Table: ${name}`);
  }
  const doing = { CREATING: "created", UPDATING: "updated", DELETING: "deleted" }[status];
  throw inUse(`Table is being ${doing}: ${name}`);
}

function readMoreState(input: UpdateInput, table: TableRow, home: Dynamodb): Partial<TableRow> {
  const { WarmThroughput: warm, SSESpecification: sse } = input;
  const now = warmOf(table, table.billing);
  return {
    // What it was is kept: it does not fall with the throughput.
    warm: now,
    ...(warm === undefined ? {} : { pendingWarm: readMoreWarm(warm, now) }),
    ...(sse === undefined ? {} : { pendingEncryption: pendingEncryption(sse, table, home) }),
  };
}

function pendingEncryption(
  asked: NonNullable<UpdateInput["SSESpecification"]>,
  table: TableRow,
  home: Dynamodb,
) {
  const to = readOtherEncryption(asked, table, home);
  return to === undefined ? {} : { to };
}

/** AWS: limits on demand do not outlast a change of the billing mode. */
function withoutLimits({ onDemand: _limits, ...table }: TableRow): TableRow {
  const indexes = table.indexes.map(({ onDemand: _own, ...index }) => index);
  return { ...table, indexes };
}

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
      indexes: withoutLimits(table).indexes.map((index) => unprovisioned(index, home)),
    };
  }
  if (asked === undefined) {
    if (input.BillingMode === undefined) return {};
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

/** AWS: counts as a decrease for the index, though not for the table. */
const unprovisioned = (index: Index, home: Dynamodb): Index =>
  index.kind === "local"
    ? index
    : {
        ...index,
        throughput: ZERO,
        warm: warmOf(index, "PROVISIONED"),
        decreases: decreasesToday(index, home.now) + 1,
        decreasedAt: home.now,
        status: "UPDATING",
      };

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
  refuseUnchanged(now, asked, "the table", "the table");
}

/** `whose` is said at the beginning, `which` of the units. */
function refuseUnchanged(now: Throughput, asked: Throughput, whose: string, which: string): void {
  if (now.ReadCapacityUnits !== asked.ReadCapacityUnits) return;
  if (now.WriteCapacityUnits !== asked.WriteCapacityUnits) return;
  const line = (name: keyof Throughput) =>
    `Current ${name} provisioned for ${which}: ${now[name]}. Requested ${name}: ${asked[name]}. `;
  throw ValidationException(
    `The provisioned throughput for ${whose} will not change. The requested value equals the ` +
      `current value. ${line("ReadCapacityUnits")}${line("WriteCapacityUnits")}` +
      "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher " +
      "limits.",
  );
}

type Provisioned = Pick<Index, "throughput" | "decreases" | "decreasedAt">;

/** AWS tells the old numbers until the new ones are in force. */
function pendingChange(row: Provisioned, asked: Throughput, home: Dynamodb) {
  const now = row.throughput ?? ZERO;
  const both = ["ReadCapacityUnits", "WriteCapacityUnits"] as const;
  const increased = both.some((name) => asked[name] > now[name]);
  const decreased = both.some((name) => asked[name] < now[name]);
  if (decreased) refuseDecrease(row, home.now);
  return {
    pending: { throughput: asked, decreased },
    decreases: decreasesToday(row, home.now),
    ...(increased ? { increasedAt: home.now } : {}),
    ...(decreased ? { decreasedAt: home.now } : {}),
  };
}

function readIndexes(
  input: UpdateInput,
  table: TableRow,
  home: Dynamodb,
  switched: boolean,
): Partial<TableRow> {
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  if (updates.length === 0) return {};
  let indexes = table.indexes;
  let { definitions } = table;
  for (const { Create, Update, Delete } of updates) {
    if (Update !== undefined) {
      const index = findGlobal(table, Update, "update");
      const changed = changeIndex(index, Update, table, switched, home);
      indexes = indexes.map((one) => (one === index ? changed : one));
    }
    if (Delete !== undefined) {
      const index = findGlobal(table, Delete, "delete");
      indexes = indexes.map((one) => (one === index ? startDeleting(index, table, home) : one));
    }
    if (Create === undefined) continue;
    if (input.AttributeDefinitions === undefined) {
      throw invalidValues(`AttributeDefinitions is not specified for index: ${Create.IndexName}`);
    }
    const given = readDefinitions(input.AttributeDefinitions);
    definitions = mergedDefinitions(table, given);
    const index = readGlobalIndex(Create, given, table.billing, home.ids.hex(16), LATER);
    refuseNewIndex(indexes, index.name);
    indexes = [...indexes, { ...index, status: "CREATING", backfilling: true }];
    const task: BuildTask = { table: table.name, id: table.id, index: index.id, after: null };
    home.later(home.now, "build", task);
  }
  return { indexes, definitions: usedDefinitions(table, indexes, definitions) };
}

function refuseNewIndex(indexes: readonly Index[], name: string): void {
  if (indexes.some((index) => index.name === name)) {
    throw ValidationException("Attempting to create an index which already exists");
  }
  if (indexes.filter(({ kind }) => kind === "global").length >= INDEXES_MAX) {
    throw LimitExceededException(
      "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of " +
        `${INDEXES_MAX}`,
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

type Action = "update" | "delete";
type Named = {
  readonly IndexName: string;
  readonly ProvisionedThroughput?: Throughput | undefined;
};

function findGlobal(table: TableRow, named: Named, action: Action): Index {
  const { IndexName: name, ProvisionedThroughput: units } = named;
  const index = table.indexes.find((one) => one.name === name);
  if (index?.kind === "global") return index;
  if (index !== undefined) {
    throw ValidationException(
      `Cannot ${action} an index that is not a GlobalSecondaryIndex: ${name}`,
    );
  }
  if (units !== undefined && isBeyondBounds(units)) {
    throw ValidationException(
      "This operation cannot be performed with given input values. Please contact DynamoDB " +
        "service team for more info: Action Blocked: IndexUpdate",
    );
  }
  throw ResourceNotFoundException(
    `Requested resource not found: Index ${name} for table ${table.name}`,
  );
}

function changeIndex(
  index: Index,
  update: IndexUpdate,
  { billing }: TableRow,
  switched: boolean,
  home: Dynamodb,
): Index {
  const { ProvisionedThroughput: throughput, OnDemandThroughput: onDemand } = update;
  const { name } = index;
  if (billing === "PAY_PER_REQUEST" && !isForOnDemand(update)) {
    throw invalidValues(
      `The only Updates for index: ${name} when TableThroughputMode is PAY_PER_REQUEST can be to ` +
        "OnDemandThroughput, WarmThroughput",
    );
  }
  if (throughput !== undefined) refuseUnits(throughput, ` for index ${name}`);
  const now = index.throughput ?? ZERO;
  if (throughput !== undefined && !switched) {
    refuseUnchanged(now, throughput, `the index ${name}`, `index ${name}`);
  }
  const warm = warmOf(index, billing);
  const { WarmThroughput: more } = update;
  return {
    ...index,
    warm,
    status: "UPDATING",
    ...(more === undefined ? {} : { pendingWarm: readMoreWarm(more, warm, name) }),
    ...(throughput === undefined
      ? {}
      : switched
        ? { throughput }
        : pendingChange(index, throughput, home)),
    ...(onDemand === undefined
      ? {}
      : { onDemand: readOnDemand(onDemand, { billing, index: name, clears: true }) }),
  };
}

/** AWS: limits that limit nothing are none. */
function isForOnDemand({ ProvisionedThroughput, OnDemandThroughput, WarmThroughput }: IndexUpdate) {
  if (ProvisionedThroughput !== undefined) return false;
  return WarmThroughput !== undefined || Object.keys(OnDemandThroughput ?? {}).length > 0;
}

function startDeleting(index: Index, table: TableRow, home: Dynamodb): Index {
  home.later(home.now, "dropIndex", { table: table.name, id: table.id, index: index.id });
  const purging: PurgeTask = { kind: "index", space: index.id };
  home.later(home.now, "purge", purging);
  return { ...index, status: "DELETING" };
}
