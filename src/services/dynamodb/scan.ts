/** Reading a whole table or index, page by page, in one stretch or in parallel segments. */
import type { Input, Operation } from "./api.ts";
import { ValidationException } from "./errors.ts";
import { Bindings } from "./expression/bindings.ts";
import { bindCondition } from "./expression/condition.ts";
import { BUCKETS, keyAttributes } from "./item/key.ts";
import type { Item } from "./item/value.ts";
import { bindFilters, refuseLoneOperator } from "./legacy/conditions.ts";
import { pageOutput, readPage } from "./page.ts";
import {
  bindAttributesToGet,
  bindProjectionExpression,
  refuseLonePlaceholders,
  refuseMixture,
} from "./request.ts";
import { refuseInsideKeys } from "./scalar-keys.ts";
import { refuseSelection, refuseUnprojected } from "./selection.ts";
import { openSource } from "./source.ts";
import {
  readStart,
  readStartKey,
  refuseMissingParts,
  refuseStartParts,
  refuseStartSize,
  type Start,
} from "./start-key.ts";
import type { Index, TableRow } from "./state.ts";

export const Scan: Operation<"Scan"> = (input, ddb) => {
  const { filter, projection, paths, startKey } = readScan(input);
  const source = openSource(input, ddb);
  const { table, index } = source;
  if (startKey !== undefined && index !== undefined) {
    refuseStartSize(table, index, startKey);
    // AWS: before what is wrong with Select, and that before their types.
    if (index.kind === "global") refuseMissingParts(startKey, keyAttributes(index.keys));
  }
  refuseUnprojected(table, index, input.Select, projection);
  const start = startKey === undefined ? undefined : scanStart(table, index, startKey);
  const bounds = segmentBounds(input, start);
  refuseInsideKeys(table, paths);
  const limit = input.Limit === undefined ? {} : { limit: input.Limit };
  const page = readPage(source, {
    rows: source.scan([], { ...bounds, ...limit }),
    limit: input.Limit,
    filter,
    projection,
    select: input.Select,
  });
  return pageOutput(input, page);
};

function readScan(input: Input<"Scan">) {
  const { AttributesToGet, ScanFilter, ConditionalOperator } = input;
  const { ProjectionExpression, FilterExpression } = input;
  const expressions = { ProjectionExpression, FilterExpression };
  refuseMixture({ AttributesToGet, ScanFilter, ConditionalOperator }, expressions);
  refuseLonePlaceholders(input, expressions, ["FilterExpression"]);
  const legacyProjection = bindAttributesToGet(input);
  const legacyFilter = bindFilters(ScanFilter, ConditionalOperator);
  const startKey = readStartKey(input.ExclusiveStartKey);
  refuseSelection(input, "Scanning");
  refuseSegments(input);
  refuseLoneOperator(ConditionalOperator, ScanFilter, "ScanFilter");
  const bindings = new Bindings(input);
  const filter =
    FilterExpression === undefined
      ? legacyFilter
      : bindCondition("Filter", FilterExpression, bindings);
  const projection = bindProjectionExpression(input, bindings) ?? legacyProjection;
  bindings.refuseUnused();
  return { filter, projection, paths: bindings.paths, startKey };
}

function scanStart(table: TableRow, index: Index | undefined, key: Item): Start {
  if (index !== undefined) refuseStartParts(key, keyAttributes(index.keys));
  return readStart(table, index, key);
}

function refuseSegments({ Segment, TotalSegments }: Input<"Scan">): void {
  if (TotalSegments !== undefined && Segment === undefined) {
    throw ValidationException(
      "The Segment parameter is required but was not present in the request when parameter " +
        "TotalSegments is present",
    );
  }
  if (Segment === undefined) return;
  if (TotalSegments === undefined) {
    throw ValidationException(
      "The TotalSegments parameter is required but was not present in the request when Segment " +
        "parameter is present",
    );
  }
  if (Segment >= TotalSegments) {
    throw ValidationException(
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: " +
        `Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
  }
}

/** A segment is an equal share of the buckets: no row outside it is touched. */
function segmentBounds({ Segment, TotalSegments }: Input<"Scan">, start: Start | undefined) {
  const after =
    start === undefined
      ? {}
      : { after: [start.at.bucket, start.at.hash, start.at.range, ...start.tie] };
  if (Segment === undefined || TotalSegments === undefined) return after;
  const from = Math.ceil((Segment * BUCKETS) / TotalSegments);
  const before = Math.ceil(((Segment + 1) * BUCKETS) / TotalSegments);
  if (start !== undefined && (start.at.bucket < from || start.at.bucket >= before)) {
    throw ValidationException(
      "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use " +
        "ExclusiveStartKey with correct Segment. " +
        `TotalSegments: ${TotalSegments} Segment: ${Segment}`,
    );
  }
  return start === undefined ? { from, before } : { ...after, before };
}
