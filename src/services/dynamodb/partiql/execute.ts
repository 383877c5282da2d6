/** ExecuteStatement, BatchExecuteStatement and ExecuteTransaction. */
import type { BatchStatementError, BatchStatementErrorCodeEnum } from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../../kernel/errors.ts";
import { Written } from "../../../kernel/written.ts";
import type { Dynamodb, Input, Operation } from "../api.ts";
import { type Asked, CapacityLedger, consumedCapacity, readCost, unitsOf } from "../capacity.ts";
import { transactionCancelled, ValidationException } from "../errors.ts";
import { readItemKey, readKey } from "../item/key.ts";
import { readUnits, TRANSACTION_RATE } from "../item/size.ts";
import type { WireItem } from "../item/text.ts";
import { type AttributeValue, type Item, toWire } from "../item/value.ts";
import { openTable, type OpenTable } from "../open-table.ts";
import { getRow } from "../rows.ts";
import { knownToken, NONE, reasonOf } from "../transact-write.ts";
import { useReads, useWrites } from "../usage.ts";
import { select } from "./select.ts";
import { type Change, parseStatement, type Select, type Statement } from "./statement.ts";
import { isWholeKey, splitWhere, write } from "./write.ts";

export const ExecuteStatement: Operation<"ExecuteStatement"> = (input, ddb) => {
  const statement = parseStatement(input.Statement, input.Parameters);
  const asked = input.ReturnConsumedCapacity;
  if (statement.kind !== "select") {
    const { done, item } = write(statement, input.ReturnValuesOnConditionCheckFailure, ddb);
    return {
      Items: item === undefined || isEmpty(item) ? [] : [item],
      ...consumedCapacity(asked, statement.table, done.cost),
    };
  }
  const { Limit: limit, ConsistentRead: consistent, NextToken: token } = input;
  const found = select(statement, { limit, consistent, token }, ddb);
  const { lastKey } = found.page;
  return {
    Items: [...found.page.items],
    ...(found.token === undefined ? {} : { NextToken: found.token }),
    ...(lastKey === undefined ? {} : { LastEvaluatedKey: toWire(lastKey) }),
    ...consumedCapacity(asked, statement.table, found.page.cost),
  };
};

/** A whole item never is: it has its key. */
const isEmpty = (item: WireItem): boolean =>
  !(item instanceof Written) && Object.keys(item).length === 0;

const BATCH_CODES: Readonly<Record<string, BatchStatementErrorCodeEnum>> = {
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  DuplicateItemException: "DuplicateItem",
  ResourceNotFoundException: "ResourceNotFound",
  ValidationException: "ValidationError",
};

type BatchStatement = Input<"BatchExecuteStatement">["Statements"][number];

/** Each statement stands for itself: one that fails leaves the others as they are. */
export const BatchExecuteStatement: Operation<"BatchExecuteStatement"> = (input, ddb) => {
  const read = input.Statements.map((one) =>
    refusable(() => parseStatement(one.Statement, one.Parameters)),
  );
  refuseMixed(read.flatMap((one) => ("kind" in one ? [one] : [])));
  const ledger = new CapacityLedger();
  const Responses = input.Statements.map((one, at) => {
    const statement = read[at];
    if (statement === undefined || !("kind" in statement)) return statement ?? {};
    return attempt(one, statement, ledger, ddb);
  });
  return { Responses, ...ledger.consumed(input.ReturnConsumedCapacity) };
};

function attempt(one: BatchStatement, statement: Statement, ledger: CapacityLedger, ddb: Dynamodb) {
  const TableName = statement.table;
  const done = refusable(() => {
    const { item, cost } = carryOut(statement, one, ddb);
    ledger.add(TableName, cost);
    return item === undefined || isEmpty(item) ? {} : { Item: item };
  });
  return { TableName, ...done };
}

/** What a statement of a batch gives, or how it was refused. */
function refusable<Given>(give: () => Given): Given | { readonly Error: BatchStatementError } {
  try {
    return give();
  } catch (refused) {
    const code = refused instanceof AwsError ? BATCH_CODES[refused.code] : undefined;
    if (!(refused instanceof AwsError) || code === undefined) throw refused;
    const there = refused.members["Item"] as Item | undefined;
    const item = there === undefined ? {} : { Item: toWire(there) };
    return { Error: { Code: code, Message: refused.message, ...item } };
  }
}

interface Part {
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
  readonly ConsistentRead?: boolean | undefined;
}

function carryOut(statement: Statement, part: Part, ddb: Dynamodb) {
  if (statement.kind !== "select") {
    const { done, item } = write(statement, part.ReturnValuesOnConditionCheckFailure, ddb);
    return { item, cost: done.cost };
  }
  refuseOpenSelect(statement, ddb);
  const found = select(statement, { consistent: part.ConsistentRead }, ddb);
  const [item]: readonly (WireItem | undefined)[] = found.page.items;
  return { item, cost: found.page.cost };
}

/** In a batch or a transaction a SELECT is of one item. */
function refuseOpenSelect(statement: Select, ddb: Dynamodb): void {
  const { table } = openTable(statement.table, ddb);
  const { where, index, operands } = statement;
  if (where !== undefined && index === undefined && isWholeKey(where, operands, table)) return;
  throw ValidationException(
    "Select statements within BatchExecuteStatement must specify the primary key in the where " +
      "clause.",
  );
}

function refuseMixed(statements: readonly Statement[]): void {
  const reads = statements.filter(({ kind }) => kind === "select").length;
  if (reads === 0 || reads === statements.length) return;
  throw ValidationException(
    "Batch or transaction must consist of either read statements or write statements.",
  );
}

export const ExecuteTransaction: Operation<"ExecuteTransaction"> = (input, ddb) => {
  const parts = input.TransactStatements;
  const statements = parts.map((one) =>
    parseStatement(one.Statement, one.Parameters as readonly AttributeValue[] | undefined),
  );
  for (const [at, statement] of statements.entries()) refuseInTransaction(statement, at);
  refuseMixed(statements);
  if (knownToken(input.ClientRequestToken, parts, ddb)) {
    return { Responses: [], ...repeated(statements, input.ReturnConsumedCapacity, ddb) };
  }
  const ledger = new CapacityLedger(TRANSACTION_RATE);
  const reading = statements.some(({ kind }) => kind === "select");
  const items: (WireItem | undefined)[] = [];
  const reasons = statements.map((statement, at) => {
    try {
      const part = { ...parts[at], ConsistentRead: true };
      const { item, cost } = carryOut(statement, part, ddb);
      items.push(item);
      ledger.add(statement.table, cost);
      useAgain(openTable(statement.table, ddb), unitsOf(cost), reading);
      return NONE;
    } catch (refused) {
      return reasonIn(refused);
    }
  });
  if (reasons.some((reason) => reason !== NONE)) throw transactionCancelled(reasons);
  const asked: Asked = input.ReturnConsumedCapacity;
  return {
    Responses: reading ? items.map((item) => (item === undefined ? {} : { Item: item })) : [],
    ...ledger.consumed(asked, reading ? "ReadCapacityUnits" : "WriteCapacityUnits"),
  };
};

function refuseInTransaction(statement: Statement, at: number): void {
  const why =
    statement.kind === "select"
      ? statement.index !== undefined && "Reads on indices are not supported within transactions."
      : "returning" in statement &&
        statement.returning !== undefined &&
        "RETURNING clause is not supported in ExecuteTransaction.";
  if (why === false) return;
  throw ValidationException(`Validation failed in TransactStatements[${at}]: ${why}`);
}

/** AWS: done again without a doing; the capacity that it reports is that of reading the items. */
function repeated(statements: readonly Statement[], asked: Asked, ddb: Dynamodb) {
  const ledger = new CapacityLedger(TRANSACTION_RATE);
  for (const statement of statements) {
    const open = openTable(statement.table, ddb);
    const { keys } = open.table;
    const place =
      statement.kind === "insert"
        ? readItemKey(keys, statement.item)
        : readKey(keys, wholeKey(statement, open));
    const units = readUnits(getRow(open, place)?.bytes ?? 0, 1);
    useReads(open, units * TRANSACTION_RATE);
    ledger.add(statement.table, readCost(units));
  }
  return ledger.consumed(asked, "ReadCapacityUnits");
}

const wholeKey = ({ where, operands }: Select | Change, { table }: OpenTable): Item =>
  where === undefined ? {} : splitWhere(where, operands, table).key;

/** AWS: in a transaction everything is done twice: prepared, and committed. */
const useAgain = (open: OpenTable, units: number, reading: boolean): void =>
  reading ? useReads(open, units) : useWrites(open, units);

function reasonIn(refused: unknown) {
  if (!(refused instanceof AwsError)) throw refused;
  if (refused.code !== "DuplicateItemException") return reasonOf(refused);
  return { Code: "DuplicateItem", Message: refused.message };
}
