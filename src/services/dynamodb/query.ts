/** Reading a partition, or a stretch of one, in the order of its sort key. */
import type { Input, Operation } from "./api.ts";
import { consumedCapacity } from "./capacity.ts";
import { ValidationException } from "./errors.ts";
import { Bindings, type Path } from "./expression/bindings.ts";
import { bindCondition, type Test } from "./expression/condition.ts";
import type { BoundProjection } from "./expression/projection.ts";
import { bucketOf, type Keys, keyAttributes, placePart } from "./item/key.ts";
import { attribute, base64, type Item, readItem, toWire } from "./item/value.ts";
import {
  bindKeyConditions,
  type KeyConditions,
  type Partition,
  partitionOf,
  readKeyConditions,
} from "./key-range.ts";
import { bindFilters, refuseLoneOperator } from "./legacy/conditions.ts";
import { valueTest } from "./legacy/comparison.ts";
import { findIndex, openTable, type OpenTable } from "./open-table.ts";
import {
  type Page,
  readPage,
  readStart,
  refuseConsistentIndex,
  refuseSelection,
  refuseStartPart,
  refuseStartSize,
  refuseUnprojected,
  source,
  type Start,
} from "./page.ts";
import {
  bindAttributesToGet,
  bindProjectionExpression,
  refuseLonePlaceholders,
  refuseMixture,
} from "./request.ts";
import { samePart } from "./rows.ts";
import { refuseInsideKeys } from "./scalar-keys.ts";
import type { Index } from "./state.ts";

export const Query: Operation<"Query"> = (input, ddb) => {
  const read = readQuery(input);
  const open = openTable(input.TableName, ddb);
  const index = input.IndexName === undefined ? undefined : findIndex(open.table, input.IndexName);
  const page = queryPage(input, read, open, index);
  return pageOutput(input, page, index);
};

interface ReadQuery {
  readonly conditions: KeyConditions;
  readonly filter: Test | undefined;
  /**
   * The attributes that the filter looks at, and how its member is called in the sentence about
   * them.
   */
  readonly filterNames: readonly string[];
  readonly filterMember: string;
  readonly paths: readonly Path[];
  readonly projection: BoundProjection | undefined;
  readonly startKey: Item | undefined;
}

function readQuery(input: Input<"Query">): ReadQuery {
  refuseQueryMixture(input);
  const legacyFilter = bindFilters(input.QueryFilter, input.ConditionalOperator);
  const legacyProjection = bindAttributesToGet(input);
  const startKey = readStartKey(input.ExclusiveStartKey);
  refuseSelection(input, "Querying");
  const legacy =
    input.KeyConditions === undefined ? undefined : readKeyConditions(input.KeyConditions);
  refuseLoneOperator(input.ConditionalOperator, input.QueryFilter, "QueryFilter");
  const bindings = new Bindings(input);
  const { KeyConditionExpression: keyText, FilterExpression: filterText } = input;
  if (keyText !== undefined) bindCondition("KeyCondition", keyText, bindings);
  const filterFrom = bindings.paths.length;
  const filter =
    filterText === undefined ? legacyFilter : bindCondition("Filter", filterText, bindings);
  const filterPaths = bindings.paths.slice(filterFrom);
  const projection = bindProjectionExpression(input, bindings) ?? legacyProjection;
  // AWS: that the condition suits a key is looked at when all expressions are read.
  const conditions = keyText === undefined ? legacy : bindKeyConditions(keyText, bindings);
  bindings.refuseUnused();
  if (conditions === undefined) {
    throw ValidationException(
      "Either the KeyConditions or KeyConditionExpression parameter must be specified in the " +
        "request.",
    );
  }
  return {
    conditions,
    filter,
    filterNames:
      filterText === undefined
        ? Object.keys(input.QueryFilter ?? {})
        : filterPaths.map(([name]) => String(name)),
    filterMember: filterText === undefined ? "QueryFilter" : "Filter Expression",
    paths: bindings.paths,
    projection,
    startKey,
  };
}

function refuseQueryMixture(input: Input<"Query">): void {
  const { AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions } = input;
  const { ProjectionExpression, FilterExpression, KeyConditionExpression } = input;
  const expressions = { ProjectionExpression, FilterExpression, KeyConditionExpression };
  // AWS: KeyConditions may stand beside expressions for everything else.
  const clashing = KeyConditionExpression === undefined ? {} : { KeyConditions };
  refuseMixture({ AttributesToGet, QueryFilter, ConditionalOperator, ...clashing }, expressions);
  refuseLonePlaceholders(input, expressions, ["FilterExpression", "KeyConditionExpression"]);
}

/** AWS: only some of what is wrong with its values is said to be wrong with the starting key. */
export function readStartKey(key: Item | undefined): Item | undefined {
  if (key === undefined) return undefined;
  try {
    return readItem(key);
  } catch (refused) {
    if (!(refused instanceof Error) || !TOLD_OF_THE_KEY.test(refused.message)) throw refused;
    throw ValidationException(`The provided starting key is invalid: ${refused.message}`);
  }
}

const TOLD_OF_THE_KEY = /^Supplied AttributeValue|Null attribute|string set|Binary sets/;

function queryPage(
  input: Input<"Query">,
  read: ReadQuery,
  open: OpenTable,
  index: Index | undefined,
): Page {
  const { table } = open;
  const consistent = input.ConsistentRead === true;
  refuseConsistentIndex(index, consistent);
  const keys = index?.keys ?? table.keys;
  const { startKey } = read;
  if (startKey !== undefined) {
    refuseStartSize(table, index, startKey);
    refuseStartPart(startKey, keys.hash);
  }
  const partition = partitionOf(keys, read.conditions);
  if (startKey !== undefined) refuseStartPart(startKey, keys.range);
  const start = startKey === undefined ? undefined : readStart(table, index, startKey);
  if (startKey !== undefined) refuseStart(keys, partition, startKey, index);
  refuseKeyFilter(keys, read);
  refuseUnprojected(table, index, input.Select, read.projection);
  refuseInsideKeys(table, read.paths);
  const { rows, space } = source(open, index);
  const hash = placePart(partition.hash);
  const forward = input.ScanIndexForward !== false;
  return readPage(open, {
    rows: rows.scan([space, bucketOf(hash), hash], {
      ...boundsFrom(partition, start, forward),
      reverse: !forward,
      ...(input.Limit === undefined ? {} : { limit: input.Limit }),
    }),
    index,
    limit: input.Limit,
    filter: read.filter,
    projection: read.projection,
    select: input.Select,
    consistent,
  });
}

function boundsFrom(partition: Partition, start: Start | undefined, forward: boolean) {
  const { bounds } = partition;
  if (start === undefined) return bounds;
  const tuple = [start.at.range, ...start.tie];
  return forward
    ? { ...without(bounds, "from"), after: tuple }
    : { ...without(bounds, "upTo"), before: tuple };
}

function without(bounds: Partition["bounds"], name: "from" | "upTo") {
  const { [name]: _dropped, ...others } = bounds;
  return others;
}

function refuseKeyFilter(keys: Keys, { filterNames, filterMember }: ReadQuery): void {
  const key = keyAttributes(keys).find(({ name }) => filterNames.includes(name));
  if (key === undefined) return;
  throw ValidationException(
    `${filterMember} can only contain non-primary key attributes: ` +
      `Primary key attribute: ${key.name}`,
  );
}

/** The starting key must lie where the query reads. */
function refuseStart(keys: Keys, partition: Partition, key: Item, index: Index | undefined): void {
  const { range } = partition;
  const inside = samePart(placePart(key[keys.hash.name] ?? {}), placePart(partition.hash));
  if (range !== undefined && keys.range !== undefined) {
    if (!valueTest(range.operator, range.values)(attribute(key, keys.range.name))) {
      throw ValidationException("The provided starting key does not match the range key predicate");
    }
    // An index may hold several items under one key: there a query goes on.
    if (!inside || (range.operator === "EQ" && index === undefined)) {
      throw ValidationException("The query can return at most one row and cannot be restarted");
    }
  }
  if (!inside) {
    throw ValidationException(
      "The provided starting key is outside query boundaries based on provided conditions",
    );
  }
  // After the only item of a partition there is nothing.
  if (keys.range === undefined && index === undefined) {
    const { name, type } = keys.hash;
    const value = key[name]?.S ?? key[name]?.N ?? base64(key[name]?.B ?? new Uint8Array());
    throw ValidationException(
      "The provided exclusive start key is invalid: " +
        `ExclusiveStartKey: {${name}=AttributeValue: {${type}:${value}}}`,
    );
  }
}

export function pageOutput(
  input: Pick<Input<"Query">, "TableName" | "Select" | "ReturnConsumedCapacity">,
  page: Page,
  index: Index | undefined,
) {
  const cost =
    index === undefined
      ? { table: page.units, indexes: new Map<Index, number>() }
      : { table: page.fetchUnits, indexes: new Map([[index, page.units]]) };
  return {
    ...(input.Select === "COUNT" ? {} : { Items: page.items.map(toWire) }),
    Count: page.count,
    ScannedCount: page.scannedCount,
    ...(page.lastKey === undefined ? {} : { LastEvaluatedKey: toWire(page.lastKey) }),
    ...consumedCapacity(input.ReturnConsumedCapacity, { tableName: input.TableName, ...cost }),
  };
}
