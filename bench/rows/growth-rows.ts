/** The rows of the growth measure, and the calls that are measured over them. */
import { dynamodb } from "../requests.ts";
import type { Target } from "../load.ts";

export const TABLE = "bench";
export const KEYS = { group: "S", at: "N" } as const;

const GROUPS = 100;
const ROWS_A_REQUEST = 25;
/** Far from one another, so that one after the other reaches them all. */
const STRIDE = 7919;

/** The same number of groups at every size: a page of a query then has the same number of items. */
const keyOf = (rows: number, at: number) => ({
  group: { S: `g${Math.floor(at / Math.max(1, rows / GROUPS))}` },
  at: { N: String(at) },
});

/** The requests that put them all. */
export function* fillTable(target: Target, rows: number): Generator<Buffer> {
  for (let from = 0; from < rows; from += ROWS_A_REQUEST) {
    const puts = Array.from({ length: ROWS_A_REQUEST }, (_unused, at) => ({
      PutRequest: { Item: { ...keyOf(rows, from + at), text: { S: "x".repeat(50) } } },
    }));
    yield dynamodb(target, "BatchWriteItem", { RequestItems: { [TABLE]: puts } });
  }
}

export const getItem = (target: Target, rows: number, turn: number): Buffer =>
  dynamodb(target, "GetItem", { TableName: TABLE, Key: keyOf(rows, (turn * STRIDE) % rows) });

export const queryPage = (target: Target, _rows: number, turn: number): Buffer =>
  dynamodb(target, "Query", {
    TableName: TABLE,
    KeyConditionExpression: "#g = :g",
    ExpressionAttributeNames: { "#g": "group" },
    ExpressionAttributeValues: { ":g": { S: `g${turn % GROUPS}` } },
    Limit: 10,
  });
