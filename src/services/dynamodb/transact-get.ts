/** Reading up to a hundred items as they all were at one moment. */
import type { Dynamodb, Input, Operation } from "./api.ts";
import { keyText } from "./batch-get.ts";
import { CapacityLedger, readCost } from "./capacity.ts";
import { AwsError } from "../../kernel/errors.ts";
import { type CancellationReason, transactionCancelled, ValidationException } from "./errors.ts";
import { readKey } from "./item/key.ts";
import { readUnits, TRANSACTION_RATE } from "./item/size.ts";
import { keptToWire } from "./item/text.ts";
import { readItem } from "./item/value.ts";
import { openTable } from "./open-table.ts";
import { bindOnlyProjection, refuseProjectionMixture } from "./request.ts";
import { getRow } from "./rows.ts";
import { refuseInsideKeys } from "./scalar-keys.ts";
import { useReads } from "./usage.ts";

const BYTES_MAX = 4 * 1024 * 1024;

type Get = Input<"TransactGetItems">["TransactItems"][number]["Get"];

export const TransactGetItems: Operation<"TransactGetItems"> = (input, ddb) => {
  const reads = input.TransactItems.map(({ Get }) => readGet(Get));
  refuseTwice(reads, ddb);
  const ledger = new CapacityLedger();
  let bytes = 0;
  const reasons: CancellationReason[] = [];
  const found = reads.map(({ key, projection, tableName }) => {
    const open = openTable(tableName, ddb);
    try {
      refuseInsideKeys(open.table, projection?.paths ?? []);
      const row = getRow(open, readKey(open.table.keys, key));
      reasons.push({ Code: "None" });
      bytes += row?.bytes ?? 0;
      const units = readUnits(row?.bytes ?? 0, TRANSACTION_RATE);
      useReads(open, units);
      ledger.add(tableName, readCost(units));
      if (row === undefined) return {};
      return { Item: keptToWire(row, projection) };
    } catch (refused) {
      if (!(refused instanceof AwsError) || refused.code !== "ValidationException") throw refused;
      reasons.push({ Code: "ValidationError", Message: refused.message });
      return {};
    }
  });
  if (reasons.some(({ Code }) => Code !== "None")) throw transactionCancelled(reasons);
  if (bytes > BYTES_MAX) {
    throw ValidationException("Transaction request size cannot exceed 4 MB");
  }
  return {
    Responses: found,
    ...ledger.consumed(input.ReturnConsumedCapacity, "ReadCapacityUnits"),
  };
};

type Read = ReturnType<typeof readGet>;

/** A key that does not fit its table is told of later, with its place in the request. */
function refuseTwice(reads: readonly Read[], ddb: Dynamodb): void {
  const seen = new Set<string>();
  for (const { tableName, key } of reads) {
    const { table } = openTable(tableName, ddb);
    const text = `${table.id} ${keyText(key)}`;
    if (seen.has(text)) {
      throw ValidationException(
        "Transaction request cannot include multiple operations on one item",
      );
    }
    seen.add(text);
  }
}

function readGet(get: Get) {
  refuseProjectionMixture(get);
  const key = readItem(get.Key);
  return { tableName: get.TableName, key, projection: bindOnlyProjection(get) };
}
