/** Up to a hundred writes and checks that happen together or not at all. */
import { createHash } from "node:crypto";
import { AwsError } from "../../kernel/errors.ts";
import type { Dynamodb, Input, Operation } from "./api.ts";
import { placeText } from "./batch-get.ts";
import { CapacityLedger, type Cost, readCost, unitsOf } from "./capacity.ts";
import {
  type ConditionalWrite,
  type Done,
  readConditional,
  refuseUnless,
} from "./conditional-write.ts";
import {
  type CancellationReason,
  CONDITION_FAILED,
  IdempotentParameterMismatchException,
  transactionCancelled,
  ValidationException,
} from "./errors.ts";
import { type Delete, readDelete, remove } from "./delete.ts";
import { CollectionLedger } from "./item-collection.ts";
import { readItemKey, readKey } from "./item/key.ts";
import { itemBytes, readUnits, TRANSACTION_RATE } from "./item/size.ts";
import { base64, type Item, readItem } from "./item/value.ts";
import { openTable, type OpenTable } from "./open-table.ts";
import { type Put, put, readPut } from "./put.ts";
import { getRow } from "./rows.ts";
import { refuseInsideKeys } from "./scalar-keys.ts";
import type { Located, TokenRow } from "./state.ts";
import { readUpdate, type Update, update } from "./update.ts";
import { useReads, useWrites } from "./usage.ts";

const BYTES_MAX = 4 * 1024 * 1024;
const TOKEN_MS = 10 * 60 * 1000;

type Request = Input<"TransactWriteItems">["TransactItems"][number];

interface Check extends ConditionalWrite {
  readonly key: Item;
}

type Action =
  | { readonly kind: "put"; readonly write: Put }
  | { readonly kind: "update"; readonly write: Update }
  | { readonly kind: "delete"; readonly write: Delete }
  | { readonly kind: "check"; readonly write: Check };

export const TransactWriteItems: Operation<"TransactWriteItems"> = (input, ddb) => {
  const actions = input.TransactItems.map(readAction);
  const again = knownToken(input.ClientRequestToken, input.TransactItems, ddb);
  if (again) return repeated(input, actions, ddb);
  const opened = actions.map(({ write }) => openTable(write.tableName, ddb));
  refuseTwice(actions, opened);
  refuseSize(actions);
  const outcomes = actions.map((action, at) => attempt(action, opened[at], ddb));
  const reasons = reasonsOf(outcomes);
  if (reasons.some((reason) => reason !== NONE)) throw transactionCancelled(reasons);
  const ledger = new CapacityLedger(TRANSACTION_RATE);
  const collections = new CollectionLedger();
  for (const [at, { tableName, cost, done }] of outcomes.entries()) {
    ledger.add(tableName, cost);
    useAgain(opened[at], cost, done);
    if (done !== undefined) collections.add(tableName, done.table, done.item);
  }
  return {
    ...ledger.consumed(input.ReturnConsumedCapacity, "WriteCapacityUnits"),
    ...collections.metrics(input.ReturnItemCollectionMetrics),
  };
};

/** AWS: in a transaction everything is done twice: prepared, and committed. */
function useAgain(open: OpenTable | undefined, cost: Cost, done: Done | undefined): void {
  if (open === undefined) return;
  const units = unitsOf(cost);
  useWrites(open, done === undefined ? units * TRANSACTION_RATE : units);
}

function readAction(request: Request): Action {
  const { Put, Update, Delete, ConditionCheck } = request;
  const all = [Put, Update, Delete, ConditionCheck].filter((one) => one !== undefined);
  if (all.length !== 1) {
    throw ValidationException("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  if (Put !== undefined) return { kind: "put", write: readPut(Put) };
  if (Update !== undefined) return { kind: "update", write: readUpdate(Update) };
  if (Delete !== undefined) return { kind: "delete", write: readDelete(Delete) };
  if (ConditionCheck === undefined) throw new Error("an action that is none");
  const key = readItem(ConditionCheck.Key);
  return { kind: "check", write: { ...readConditional(ConditionCheck), key } };
}

function placeOf(action: Action, { table }: OpenTable): Located {
  return action.kind === "put"
    ? readItemKey(table.keys, action.write.item)
    : readKey(table.keys, action.write.key);
}

function refuseTwice(actions: readonly Action[], opened: readonly OpenTable[]): void {
  const seen = new Set<string>();
  for (const [at, action] of actions.entries()) {
    const open = opened[at];
    if (open === undefined) continue;
    const place = validPlace(action, open);
    if (place === undefined) continue;
    const text = `${open.table.id} ${placeText(place)}`;
    if (seen.has(text)) {
      throw ValidationException(
        "Transaction request cannot include multiple operations on one item",
      );
    }
    seen.add(text);
  }
}

/** A key that is wrong is told of later, with the other reasons. */
function validPlace(action: Action, open: OpenTable): Located | undefined {
  try {
    return placeOf(action, open);
  } catch (refused) {
    if (refused instanceof AwsError) return undefined;
    throw refused;
  }
}

function refuseSize(actions: readonly Action[]): void {
  let bytes = 0;
  for (const action of actions) {
    bytes += itemBytes(action.kind === "put" ? action.write.item : action.write.key);
  }
  if (bytes > BYTES_MAX) {
    throw ValidationException("Transaction request size cannot exceed 4 MB");
  }
}

export const NONE: CancellationReason = { Code: "None" };

interface Outcome {
  readonly tableName: string;
  readonly reason: CancellationReason;
  readonly cost: Cost;
  readonly done?: Done;
}

/**
 * Every action is carried out, or gives its reason: with one reason among them none has happened.
 */
function attempt(action: Action, open: OpenTable | undefined, ddb: Dynamodb): Outcome {
  const { tableName } = action.write;
  if (open === undefined) throw new Error("an action without a table");
  try {
    if (action.kind !== "check") {
      const done = carryOut(action, ddb);
      return { tableName, reason: NONE, cost: done.cost, done };
    }
    refuseInsideKeys(open.table, action.write.paths);
    const row = getRow(open, placeOf(action, open));
    refuseUnless(action.write, open, row);
    return { tableName, reason: NONE, cost: readCost(readUnits(row?.bytes ?? 0, 1)) };
  } catch (refused) {
    if (!(refused instanceof AwsError)) throw refused;
    return { tableName, reason: reasonOf(refused), cost: readCost(0) };
  }
}

export function reasonOf(refused: AwsError): CancellationReason {
  if (refused.code === "ConditionalCheckFailedException") {
    const Item = refused.members["Item"] as Item | undefined;
    const item = Item === undefined ? {} : { Item };
    return { Code: "ConditionalCheckFailed", Message: CONDITION_FAILED, ...item };
  }
  // AWS: says so of keys that are empty, before it tries anything.
  const beforehand = refused.message.startsWith("One or more parameter values are not valid.");
  if (refused.code !== "ValidationException" || beforehand) throw refused;
  return { Code: "ValidationError", Message: refused.message };
}

/** AWS: an action that is wrong in itself ends the trying; nothing is said of the others. */
function reasonsOf(outcomes: readonly Outcome[]): CancellationReason[] {
  const wrong = outcomes.find(({ reason }) => reason.Code === "ValidationError");
  return outcomes.map((outcome) =>
    wrong === undefined || outcome === wrong ? outcome.reason : NONE,
  );
}

function carryOut(action: Exclude<Action, { kind: "check" }>, ddb: Dynamodb): Done {
  switch (action.kind) {
    case "put":
      return put(action.write, ddb);
    case "update":
      return update(action.write, ddb);
    case "delete":
      return remove(action.write, ddb);
  }
}

/**
 * Whether this token already stands for this transaction; otherwise it does from now on, if all
 * goes well.
 */
export function knownToken(token: string | undefined, parts: unknown, ddb: Dynamodb): boolean {
  if (token === undefined) return false;
  const digest = digestOf(parts);
  const known: TokenRow | undefined = ddb.tokens.get(token);
  if (known === undefined) {
    ddb.tokens.put({ token, digest, expiresAt: ddb.now + TOKEN_MS });
    return false;
  }
  if (known.digest !== digest) throw IdempotentParameterMismatchException();
  return true;
}

/** AWS: done again without a doing; the capacity that it reports is that of reading the items. */
function repeated(input: Input<"TransactWriteItems">, actions: readonly Action[], ddb: Dynamodb) {
  const ledger = new CapacityLedger(TRANSACTION_RATE);
  for (const action of actions) {
    const open = openTable(action.write.tableName, ddb);
    const bytes = getRow(open, placeOf(action, open))?.bytes ?? 0;
    const units = readUnits(bytes, 1);
    useReads(open, units * TRANSACTION_RATE);
    ledger.add(action.write.tableName, readCost(units));
  }
  return ledger.consumed(input.ReturnConsumedCapacity, "ReadCapacityUnits");
}

/** The order of attributes and of members makes no difference. */
function digestOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex");
}

function canonical(value: unknown): string {
  if (value instanceof Uint8Array) return JSON.stringify(base64(value));
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const sorted = members.toSorted(([left], [right]) => (left < right ? -1 : 1));
  const texts = sorted.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${texts.join(",")}}`;
}
