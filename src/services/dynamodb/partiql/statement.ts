/** The four statements of PartiQL that DynamoDB knows. */
import { ValidationException } from "../errors.ts";
import type {
  ArithmeticNode,
  ConditionNode,
  PathNode,
  UpdateAction,
} from "../expression/syntax.ts";
import type { AttributeValue, Item } from "../item/value.ts";
import { Operands } from "./operands.ts";
import { malformed, StatementReader } from "./tokens.ts";
import { readWhere } from "./where.ts";

interface Common {
  readonly table: string;
  readonly operands: Operands;
}

export interface Select extends Common {
  readonly kind: "select";
  readonly index?: string;
  /** Absent: all. */
  readonly columns?: readonly PathNode[];
  readonly where?: ConditionNode;
  readonly order?: { readonly path: PathNode; readonly descending: boolean };
}

export interface Insert extends Common {
  readonly kind: "insert";
  readonly item: Item;
}

export interface Change extends Common {
  readonly kind: "update" | "delete";
  readonly actions: readonly UpdateAction[];
  readonly where: ConditionNode;
  /** "ALL_OLD", "UPDATED_NEW", … */
  readonly returning?: string;
}

export type Statement = Select | Insert | Change;

export function parseStatement(
  text: string,
  parameters: readonly AttributeValue[] = [],
): Statement {
  const reader = new StatementReader(text);
  const operands = new Operands(reader, parameters);
  const statement = read(reader, operands);
  reader.expectEnd();
  operands.refuseLeftovers();
  return statement;
}

function read(reader: StatementReader, operands: Operands): Statement {
  if (reader.skipWord("SELECT")) return readSelect(reader, operands);
  if (reader.skipWord("INSERT")) return readInsert(reader, operands);
  if (reader.skipWord("UPDATE")) return readUpdate(reader, operands);
  if (reader.skipWord("DELETE")) return readDelete(reader, operands);
  throw malformed("Expected data manipulation");
}

function readSelect(reader: StatementReader, operands: Operands): Select {
  const columns = reader.skip("*") ? undefined : readColumns(reader, operands);
  reader.expectWord("FROM");
  const { table, index } = readSource(reader);
  const where = reader.skipWord("WHERE") ? readWhere(reader, operands) : undefined;
  const order = readOrder(reader, operands);
  return {
    kind: "select",
    table,
    operands,
    ...(columns === undefined ? {} : { columns }),
    ...(index === undefined ? {} : { index }),
    ...(where === undefined ? {} : { where }),
    ...(order === undefined ? {} : { order }),
  };
}

function readSource(reader: StatementReader): { table: string; index: string | undefined } {
  const parts = [reader.name()];
  while (reader.skip(".")) parts.push(reader.name());
  if (parts.includes("")) throw ValidationException("Path component cannot be an empty string");
  const [table = "", index, ...more] = parts;
  if (more.length === 0) return { table, index };
  throw ValidationException("A path may contain at most 2 components in the FROM clause");
}

function readColumns(reader: StatementReader, operands: Operands): PathNode[] {
  const columns = [operands.path()];
  while (reader.skip(",")) columns.push(operands.path());
  return columns;
}

function readOrder(reader: StatementReader, operands: Operands) {
  if (!reader.skipWord("ORDER")) return undefined;
  reader.expectWord("BY");
  const path = operands.path();
  const descending = reader.skipWord("DESC");
  if (!descending) reader.skipWord("ASC");
  return { path, descending };
}

function readInsert(reader: StatementReader, operands: Operands): Insert {
  reader.expectWord("INTO");
  const table = reader.name();
  reader.expectWord("VALUE");
  const { M: item } = operands.value();
  if (item === undefined) throw malformed("VALUE must be a tuple");
  return { kind: "insert", table, operands, item };
}

function readUpdate(reader: StatementReader, operands: Operands): Change {
  const table = reader.name();
  const actions: UpdateAction[] = [];
  for (;;) {
    if (reader.skipWord("SET")) {
      do actions.push(readSet(reader, operands));
      while (reader.skip(","));
    } else if (reader.skipWord("REMOVE")) {
      do actions.push({ kind: "REMOVE", path: operands.path() });
      while (reader.skip(","));
    } else break;
  }
  if (actions.length === 0) throw reader.fail();
  return { kind: "update", table, operands, actions, ...readEnd(reader, operands) };
}

const SET_FUNCTIONS: Readonly<Record<string, "ADD" | "DELETE">> = {
  SET_ADD: "ADD",
  SET_DELETE: "DELETE",
};

function readSet(reader: StatementReader, operands: Operands): UpdateAction {
  const path = operands.path();
  reader.expect("=");
  const { token, next } = reader;
  const call = token.type === "word" && next.text === "(" ? token.text.toUpperCase() : "";
  const kind = SET_FUNCTIONS[call];
  if (kind !== undefined) {
    reader.take();
    reader.expect("(");
    operands.path();
    reader.expect(",");
    const value = operands.bound(operands.value());
    reader.expect(")");
    return { kind, path, value };
  }
  if (call !== "LIST_APPEND") return { kind: "SET", path, value: arithmetic(reader, operands) };
  reader.take();
  reader.expect("(");
  const first = operands.operand();
  reader.expect(",");
  const second = operands.operand();
  reader.expect(")");
  const value = { kind: "function" as const, name: "list_append", operands: [first, second] };
  return { kind: "SET", path, value };
}

function arithmetic(reader: StatementReader, operands: Operands): ArithmeticNode {
  const left = operands.operand();
  for (const operator of ["+", "-"] as const) {
    if (!reader.skip(operator)) continue;
    return { kind: "sum", operator, operands: [left, operands.operand()] };
  }
  return left;
}

function readDelete(reader: StatementReader, operands: Operands): Change {
  reader.expectWord("FROM");
  const table = reader.name();
  const end = readEnd(reader, operands);
  if (end.returning !== undefined && end.returning !== "ALL_OLD") {
    const clause = end.returning.replace("UPDATED", "MODIFIED").replace("_", " ");
    throw ValidationException(
      `Invalid returning clause: RETURNING ${clause} *. ` +
        "Only RETURNING ALL OLD * is allowed in DELETE statements.",
    );
  }
  return { kind: "delete", table, operands, actions: [], ...end };
}

interface End {
  readonly where: ConditionNode;
  readonly returning?: string;
}

function readEnd(reader: StatementReader, operands: Operands): End {
  if (!reader.skipWord("WHERE")) {
    throw ValidationException(NO_KEY);
  }
  const where = readWhere(reader, operands);
  if (!reader.skipWord("RETURNING")) return { where };
  const what = reader.skipWord("ALL") ? "ALL" : "UPDATED";
  if (what === "UPDATED") reader.expectWord("MODIFIED");
  const when = reader.skipWord("OLD") ? "OLD" : "NEW";
  if (when === "NEW") reader.expectWord("NEW");
  reader.expect("*");
  return { where, returning: `${what}_${when}` };
}

export const NO_KEY = "Where clause does not contain a mandatory equality on all key attributes";
