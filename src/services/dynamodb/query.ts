/** Reading a partition, or a stretch of one, in the order of its sort key. */
import type { Bounds } from "../../kernel/table.ts";
import type { Input, Operation } from "./api.ts";
import { ValidationException } from "./errors.ts";
import { Bindings, type Path } from "./expression/bindings.ts";
import { bindCondition, type Test } from "./expression/condition.ts";
import type { BoundProjection } from "./expression/projection.ts";
import {
  bucketOf,
  hashAttributes,
  keyAttributes,
  type Keys,
  locate,
  rangeAttributes,
} from "./item/key.ts";
import { attribute, base64, type Item } from "./item/value.ts";
import {
  bindKeyConditions,
  type KeyConditions,
  type Partition,
  readKeyConditions,
} from "./key-range.ts";
import { bindFilters, refuseLoneOperator } from "./legacy/conditions.ts";
import { valueTest } from "./legacy/comparison.ts";
import { pageOutput, readPage } from "./page.ts";
import { partitionOf } from "./partition.ts";
import {
  bindAttributesToGet,
  bindProjectionExpression,
  refuseLonePlaceholders,
  refuseMixture,
} from "./request.ts";
import { samePart } from "./rows.ts";
import { refuseInsideKeys } from "./scalar-keys.ts";
import { refuseSelection, refuseUnprojected } from "./selection.ts";
import { openSource, type Source } from "./source.ts";
import {
  readStart,
  readStartKey,
  refuseStartParts,
  refuseStartSize,
  type Start,
} from "./start-key.ts";
import type { Index } from "./state.ts";

export const Query: Operation<"Query"> = (input, ddb) => {
  const read = readQuery(input);
  const source = openSource(input, ddb);
  const { hash, bounds } = stretchOf(input, read, source);
  const reverse = input.ScanIndexForward === false;
  const limit = input.Limit === undefined ? {} : { limit: input.Limit };
  const page = readPage(source, {
    rows: source.scan([bucketOf(hash), hash], { ...bounds, reverse, ...limit }),
    limit: input.Limit,
    filter: read.filter,
    projection: read.projection,
    select: input.Select,
  });
  return pageOutput(input, page);
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
    input.KeyConditions === undefined
      ? undefined
      : readKeyConditions(input.KeyConditions, input.IndexName);
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
  const conditions =
    keyText === undefined ? legacy : bindKeyConditions(keyText, bindings, input.IndexName);
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

/** Where the conditions and the starting key lead, once the keys are known. */
function stretchOf(input: Input<"Query">, read: ReadQuery, { table, index, keys }: Source) {
  const { startKey } = read;
  if (startKey !== undefined) {
    refuseStartSize(table, index, startKey);
    refuseStartParts(startKey, hashAttributes(keys));
  }
  const partition = partitionOf(keys, read.conditions);
  if (startKey !== undefined) refuseStartParts(startKey, rangeAttributes(keys));
  const start = startKey === undefined ? undefined : readStart(table, index, startKey);
  if (startKey !== undefined) refuseStart(keys, partition, startKey, index);
  refuseKeyFilter(keys, read);
  refuseUnprojected(table, index, input.Select, read.projection);
  refuseInsideKeys(table, read.paths);
  const forward = input.ScanIndexForward !== false;
  return { hash: partition.hash, bounds: boundsFrom(partition, start, forward) };
}

function boundsFrom({ bounds }: Partition, start: Start | undefined, forward: boolean): Bounds {
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
  const { ranges } = partition;
  const inside = samePart(locate(keys, key).hash, partition.hash);
  for (const { attribute: part, condition } of ranges) {
    if (!valueTest(condition.operator, condition.values)(attribute(key, part.name))) {
      throw ValidationException("The provided starting key does not match the range key predicate");
    }
    // An index may hold several items under one key: there a query goes on.
    if (!inside || (condition.operator === "EQ" && index === undefined)) {
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
