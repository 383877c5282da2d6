/** SELECT: a query where the partition key is given, otherwise a scan. */
import type { Dynamodb } from "../api.ts";
import { invalidValues, ValidationException } from "../errors.ts";
import { follow } from "../expression/path.ts";
import type { Path } from "../expression/bindings.ts";
import type { ConditionNode } from "../expression/syntax.ts";
import { bucketOf, hashAttributes, type Keys, rangeAttributes } from "../item/key.ts";
import { type AttributeValue, base64, type Item, setAttribute, typeOf } from "../item/value.ts";
import type { KeyCondition } from "../key-range.ts";
import { type Page, readPage } from "../page.ts";
import { partitionOf } from "../partition.ts";
import { openTable } from "../open-table.ts";
import { projectedNames } from "../rows.ts";
import { refuseUnprojected } from "../selection.ts";
import { openSource, type Source } from "../source.ts";
import { readStart, type Start } from "../start-key.ts";
import type { Operands } from "./operands.ts";
import type { Select } from "./statement.ts";
import { bindWhere, conjuncts } from "./where.ts";

export interface SelectOptions {
  readonly limit?: number | undefined;
  readonly consistent?: boolean | undefined;
  readonly token?: string | undefined;
}

export interface Selected {
  readonly page: Page;
  readonly token: string | undefined;
}

export function select(statement: Select, options: SelectOptions, ddb: Dynamodb): Selected {
  const { where, operands } = statement;
  const bindings = operands.bindings();
  const filter = where === undefined ? undefined : bindWhere("Filter", where, bindings);
  const source = sourceOf(statement, options.consistent === true, ddb);
  const { table, index } = source;
  refuseUnprojectedFilter(statement, source, bindings.paths);
  const columns = statement.columns?.map((path) => bindings.path("Projection", path));
  const projection =
    columns === undefined
      ? undefined
      : { project: (item: Item) => pick(item, columns), paths: columns };
  refuseUnprojected(table, index, undefined, projection);
  const start =
    options.token === undefined ? undefined : readStart(table, index, fromToken(options.token));
  const page = readPage(source, {
    rows: rowsOf(statement, source, start),
    limit: options.limit,
    filter,
    projection,
    select: undefined,
  });
  const token = page.lastKey === undefined ? undefined : toToken(page.lastKey);
  return { page, token };
}

/** AWS: has its own words here for what Query refuses. */
function sourceOf(statement: Select, ConsistentRead: boolean, ddb: Dynamodb): Source {
  const { table: TableName, index: IndexName } = statement;
  if (IndexName !== undefined) {
    const { table } = openTable(TableName, ddb);
    const index = table.indexes.find(({ name }) => name === IndexName);
    if (index === undefined) {
      throw ValidationException("The table does not have the specified index");
    }
    if (index.kind === "global" && ConsistentRead) {
      throw ValidationException(
        "Strongly consistent read is not supported on Global Secondary Indexes",
      );
    }
  }
  return openSource({ TableName, IndexName, ConsistentRead }, ddb);
}

/** AWS: of a read that names the partition key only; a scan just finds nothing by it. */
function refuseUnprojectedFilter(
  { where, operands }: Select,
  { table, index, keys }: Source,
  paths: readonly Path[],
): void {
  if (where === undefined || index === undefined || index.projection.type === "ALL") return;
  const keyed = conjuncts(where).some((node) => {
    const equal = node.kind === "in" || (node.kind === "compare" && node.operator === "=");
    if (!equal) return false;
    const [path] = node.operands;
    return path?.kind === "path" && operands.named(path) === keys.hash.name;
  });
  if (!keyed) return;
  const projected = projectedNames(table, index);
  const missing = paths.map(([name]) => String(name)).filter((name) => !projected.has(name));
  if (missing.length === 0) return;
  throw invalidValues(
    `Secondary index ${index.name} does not project one or more filter attributes: ` +
      `[${[...new Set(missing)].join(", ")}]`,
  );
}

function rowsOf(statement: Select, source: Source, start: Start | undefined) {
  const { keys } = source;
  const conditions = keyConditions(statement.where, statement.operands, keys);
  const { order } = statement;
  if (conditions.size === 0) {
    if (order !== undefined) throw ValidationException(NO_ORDER);
    const place =
      start === undefined
        ? {}
        : { after: [start.at.bucket, start.at.hash, start.at.range, ...start.tie] };
    return source.scan([], place);
  }
  if (order !== undefined && statement.operands.named(order.path) !== keys.range?.name) {
    throw ValidationException(
      "Variable reference in ORDER BY clause must be part of the primary key",
    );
  }
  const { hash, bounds } = partitionOf(keys, conditions);
  const reverse = order?.descending === true;
  const tuple = start === undefined ? undefined : [start.at.range, ...start.tie];
  const from = tuple === undefined ? {} : reverse ? { before: tuple } : { after: tuple };
  return source.scan([bucketOf(hash), hash], { ...bounds, ...from, reverse });
}

const NO_ORDER = "Must have WHERE clause in the statement when using ORDER BY clause.";

const OPERATORS: Readonly<Record<string, string>> = {
  "=": "EQ",
  "<": "LT",
  "<=": "LE",
  ">": "GT",
  ">=": "GE",
};

/**
 * The equality on the partition key, and with it what can be said of the sort key: one condition an
 * attribute, from the left on, up to the first that is not an equality.
 */
function keyConditions(
  where: ConditionNode | undefined,
  operands: Operands,
  keys: Keys,
): Map<string, KeyCondition> {
  const found = new Map<string, KeyCondition>();
  if (where === undefined) return found;
  const hashes = hashAttributes(keys).map(({ name }) => name);
  const ranges = rangeAttributes(keys).map(({ name }) => name);
  for (const node of conjuncts(where)) {
    if (node.kind !== "compare") continue;
    const operator = OPERATORS[node.operator];
    const [path, value] = node.operands;
    if (operator === undefined || path.kind !== "path" || value.kind !== "value") continue;
    const name = operands.named(path);
    if (name === undefined || found.has(name)) continue;
    const isHash = hashes.includes(name) && operator === "EQ";
    if (!isHash && !ranges.includes(name)) continue;
    found.set(name, { operator, values: [operands.valueOf(value)] });
  }
  if (!hashes.every((name) => found.has(name))) return new Map();
  const gap = ranges.findIndex((name) => found.get(name)?.operator !== "EQ");
  for (const name of gap < 0 ? [] : ranges.slice(gap + 1)) found.delete(name);
  return found;
}

/** A column is named by the last name of its path. */
function pick(item: Item, columns: readonly Path[]): Item {
  const picked: Record<string, AttributeValue> = {};
  for (const path of columns) {
    const value = follow(item, path);
    const name = path.findLast((part) => typeof part === "string");
    if (value !== undefined && typeof name === "string") setAttribute(picked, name, value);
  }
  return picked;
}

function toToken(key: Item): string {
  const parts = Object.entries(key).map(([name, value]) => [
    name,
    typeOf(value),
    value.S ?? value.N ?? base64(value.B ?? new Uint8Array()),
  ]);
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

function fromToken(token: string): Item {
  try {
    const parts = JSON.parse(Buffer.from(token, "base64url").toString()) as [
      string,
      string,
      string,
    ][];
    return Object.fromEntries(
      parts.map(([name, type, text]) => [
        name,
        type === "B" ? { B: new Uint8Array(Buffer.from(text, "base64")) } : { [type]: text },
      ]),
    );
  } catch {
    throw ValidationException("Invalid NextToken");
  }
}
