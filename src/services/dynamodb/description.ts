/** A table as DescribeTable tells of it. */
import type {
  GlobalSecondaryIndexDescription,
  KeySchemaElement,
  LocalSecondaryIndexDescription,
  SSEDescription,
  TableDescription,
} from "@aws-sdk/client-dynamodb";
import type { Dynamodb } from "./api.ts";
import { decreasesToday } from "./decreases.ts";
import { hashAttributes, type KeyAttribute, type Keys, rangeAttributes } from "./item/key.ts";
import { measure, type Measure } from "./measure.ts";
import { tableArn } from "./open-table.ts";
import { ZERO } from "./schema.ts";
import type { Index, TableRow } from "./state.ts";
import { warmOf } from "./warm-throughput.ts";

const NOTHING: Measure = { count: 0, bytes: 0 };

/** `counted`: with how much is in it. Otherwise it is known to be empty, or nobody asks. */
export function describe(table: TableRow, home: Dynamodb, counted = false): TableDescription {
  const arn = tableArn(table, home);
  const size = counted ? measure("table", table.id, home) : NOTHING;
  const indexes = table.indexes.map((index) => ({
    index,
    size: counted ? measure("index", index.id, home) : NOTHING,
  }));
  const place = { billing: table.billing, arn, now: home.now };
  const local = indexes.filter(({ index }) => index.kind === "local");
  const global = indexes.filter(({ index }) => index.kind === "global");
  return {
    // AWS: these, and the attributes that an index names, come in the order of their names.
    AttributeDefinitions: table.definitions
      .toSorted((left, right) => (left.name < right.name ? -1 : 1))
      .map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    TableName: table.name,
    KeySchema: keySchema(table.keys),
    TableStatus: table.status,
    CreationDateTime: new Date(table.createdAt),
    ProvisionedThroughput: describeThroughput(table, home.now),
    TableSizeBytes: size.bytes,
    ItemCount: size.count,
    TableArn: arn,
    TableId: table.id,
    ...billingSummary(table),
    ...(local.length === 0
      ? {}
      : { LocalSecondaryIndexes: local.map((one) => describeLocal(one.index, one.size, arn)) }),
    ...(global.length === 0
      ? {}
      : { GlobalSecondaryIndexes: global.map((one) => describeGlobal(one, place)) }),
    ...(table.onDemand === undefined ? {} : { OnDemandThroughput: table.onDemand }),
    ...(table.tableClass === undefined
      ? {}
      : { TableClassSummary: { TableClass: table.tableClass } }),
    ...describeEncryption(table),
    DeletionProtectionEnabled: table.deletionProtection,
    ...describeWarm(table, table.billing, table.status === "CREATING"),
  };
}

/** AWS: while the key changes, the one that it was is told; AWS's own key is never told. */
function describeEncryption(table: TableRow): { SSEDescription?: SSEDescription } {
  const { encryption, pendingEncryption: pending } = table;
  const told = encryption ?? pending?.to;
  if (told === undefined) return {};
  const Status = pending === undefined ? "ENABLED" : "UPDATING";
  return { SSEDescription: { Status, SSEType: "KMS", KMSMasterKeyArn: told.keyArn } };
}

type Warmed = Pick<Index, "throughput" | "warm" | "pendingWarm">;

/** AWS: what is being created tells what was asked for, if anything was. */
function describeWarm(warmed: Warmed, billing: TableRow["billing"], creating: boolean) {
  if (creating && warmed.warm === undefined) return {};
  const changing = creating || warmed.pendingWarm !== undefined;
  const Status = changing ? ("UPDATING" as const) : ("ACTIVE" as const);
  return { WarmThroughput: { ...warmOf(warmed, billing), Status } };
}

/** AWS: of a table that is being deleted little is told. */
export function describeDeleting(table: TableRow, home: Dynamodb): TableDescription {
  const {
    AttributeDefinitions: _definitions,
    KeySchema: _keys,
    CreationDateTime: _created,
    LocalSecondaryIndexes: _local,
    GlobalSecondaryIndexes: _global,
    ...rest
  } = describe(table, home, true);
  return rest;
}

type Provisioned = Pick<Index, "throughput" | "increasedAt" | "decreasedAt" | "decreases">;

function describeThroughput(row: Provisioned, now: number) {
  const { throughput, increasedAt, decreasedAt } = row;
  return {
    NumberOfDecreasesToday: decreasesToday(row, now),
    ...(throughput ?? ZERO),
    ...(increasedAt === undefined ? {} : { LastIncreaseDateTime: new Date(increasedAt) }),
    ...(decreasedAt === undefined ? {} : { LastDecreaseDateTime: new Date(decreasedAt) }),
  };
}

/** A table that was always provisioned has none. */
function billingSummary(table: TableRow) {
  if (table.billing === "PROVISIONED" && table.payPerRequestAt === undefined) return {};
  const at = table.status === "CREATING" ? undefined : table.payPerRequestAt;
  return {
    BillingModeSummary: {
      BillingMode: table.billing,
      ...(at === undefined ? {} : { LastUpdateToPayPerRequestDateTime: new Date(at) }),
    },
  };
}

function keySchema(keys: Keys): KeySchemaElement[] {
  const element =
    (KeyType: "HASH" | "RANGE") =>
    ({ name: AttributeName }: KeyAttribute) => ({
      AttributeName,
      KeyType,
    });
  return [
    ...hashAttributes(keys).map(element("HASH")),
    ...rangeAttributes(keys).map(element("RANGE")),
  ];
}

function describeLocal(index: Index, size: Measure, arn: string): LocalSecondaryIndexDescription {
  const { type, named } = index.projection;
  return {
    IndexName: index.name,
    KeySchema: keySchema(index.keys),
    Projection: {
      ProjectionType: type,
      ...(type === "INCLUDE" ? { NonKeyAttributes: named.toSorted() } : {}),
    },
    IndexSizeBytes: size.bytes,
    ItemCount: size.count,
    IndexArn: `${arn}/index/${index.name}`,
  };
}

function describeGlobal(
  { index, size }: { readonly index: Index; readonly size: Measure },
  place: Pick<TableRow, "billing"> & { readonly arn: string; readonly now: number },
): GlobalSecondaryIndexDescription {
  return {
    ...describeLocal(index, size, place.arn),
    IndexStatus: index.status,
    ...(index.backfilling === true ? { Backfilling: true } : {}),
    ProvisionedThroughput: describeThroughput(index, place.now),
    ...(index.onDemand === undefined ? {} : { OnDemandThroughput: index.onDemand }),
    ...describeWarm(index, place.billing, index.status === "CREATING"),
  };
}
