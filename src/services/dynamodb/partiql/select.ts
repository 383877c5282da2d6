/** SELECT: a query where the partition key is given, otherwise a scan. */
import type { Dynamodb } from "../api.ts";
import { ValidationException } from "../errors.ts";
import { bindNode } from "../expression/condition.ts";
import { follow } from "../expression/path.ts";
import type { Path } from "../expression/bindings.ts";
import type { ConditionNode } from "../expression/syntax.ts";
import { bucketOf, type Keys, placePart } from "../item/key.ts";
import { type AttributeValue, base64, type Item, setAttribute, typeOf } from "../item/value.ts";
import { type KeyCondition, partitionOf } from "../key-range.ts";
import { findIndex, openTable, type OpenTable } from "../open-table.ts";
import { type Page, readPage, readStart, refuseConsistentIndex, source } from "../page.ts";
import type { Index } from "../state.ts";
import type { Operands } from "./operands.ts";
import type { Select } from "./statement.ts";
import { conjuncts } from "./where.ts";

export interface SelectOptions {
  readonly limit?: number | undefined;
  readonly consistent?: boolean | undefined;
  readonly token?: string | undefined;
}

export interface Selected {
  readonly open: OpenTable;
  readonly index: Index | undefined;
  readonly page: Page;
  readonly items: readonly Item[];
  readonly token: string | undefined;
}

export function select(statement: Select, options: SelectOptions, ddb: Dynamodb): Selected {
  const open = openTable(statement.table, ddb);
  const { table } = open;
  const index = statement.index === undefined ? undefined : findIndex(table, statement.index);
  const consistent = options.consistent === true;
  refuseConsistentIndex(index, consistent);
  const keys = index?.keys ?? table.keys;
  const { where, operands } = statement;
  const bindings = operands.bindings();
  const filter = where === undefined ? undefined : bindNode("Filter", where, bindings);
  const columns = statement.columns?.map((path) => bindings.path("Projection", path));
  const start =
    options.token === undefined ? undefined : readStart(table, index, fromToken(options.token));
  const page = readPage(open, {
    rows: rowsOf(statement, open, index, keys, start),
    index,
    limit: options.limit,
    filter,
    projection: undefined,
    select: undefined,
    consistent,
  });
  const items = columns === undefined ? page.items : page.items.map((item) => pick(item, columns));
  const token = page.lastKey === undefined ? undefined : toToken(page.lastKey);
  return { open, index, page, items, token };
}

function rowsOf(
  statement: Select,
  open: OpenTable,
  index: Index | undefined,
  keys: Keys,
  start: ReturnType<typeof readStart> | undefined,
) {
  const { rows, space } = source(open, index);
  const conditions = keyConditions(statement.where, statement.operands, keys);
  const { order } = statement;
  if (!conditions.has(keys.hash.name)) {
    if (order !== undefined) throw ValidationException(NO_ORDER);
    const place =
      start === undefined
        ? {}
        : { after: [start.at.bucket, start.at.hash, start.at.range, ...start.tie] };
    return rows.scan([space], place);
  }
  if (order !== undefined && statement.operands.named(order.path) !== keys.range?.name) {
    throw ValidationException(
      "Variable reference in ORDER BY clause must be part of the primary key",
    );
  }
  const partition = partitionOf(keys, conditions);
  const hash = placePart(partition.hash);
  const reverse = order?.descending === true;
  const tuple = start === undefined ? undefined : [start.at.range, ...start.tie];
  const { bounds } = partition;
  const from = tuple === undefined ? {} : reverse ? { before: tuple } : { after: tuple };
  return rows.scan([space, bucketOf(hash), hash], { ...bounds, ...from, reverse });
}

const NO_ORDER = "Must have WHERE clause in the statement when using ORDER BY clause.";

const OPERATORS: Readonly<Record<string, string>> = {
  "=": "EQ",
  "<": "LT",
  "<=": "LE",
  ">": "GT",
  ">=": "GE",
};

/** The equality on the partition key, and with it one condition on the sort key. */
function keyConditions(
  where: ConditionNode | undefined,
  operands: Operands,
  keys: Keys,
): Map<string, KeyCondition> {
  const found = new Map<string, KeyCondition>();
  if (where === undefined) return found;
  for (const node of conjuncts(where)) {
    if (node.kind !== "compare") continue;
    const operator = OPERATORS[node.operator];
    const [path, value] = node.operands;
    if (operator === undefined || path.kind !== "path" || value.kind !== "value") continue;
    const name = operands.named(path);
    if (name === undefined || found.has(name)) continue;
    const isHash = name === keys.hash.name && operator === "EQ";
    if (!isHash && name !== keys.range?.name) continue;
    found.set(name, { operator, values: [operands.valueOf(value)] });
  }
  if (!found.has(keys.hash.name)) found.clear();
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
