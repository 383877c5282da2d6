/** Reading one item. */
import type { Operation } from "./api.ts";
import { consumedCapacity, readCost } from "./capacity.ts";
import { readKey } from "./item/key.ts";
import { CONSISTENT_RATE, EVENTUAL_RATE, readUnits } from "./item/size.ts";
import { keptToWire } from "./item/text.ts";
import { readItem } from "./item/value.ts";
import { openTable } from "./open-table.ts";
import { bindOnlyProjection, refuseProjectionMixture } from "./request.ts";
import { getRow } from "./rows.ts";
import { refuseInsideKeys } from "./scalar-keys.ts";
import { useReads } from "./usage.ts";

export const GetItem: Operation<"GetItem"> = (input, ddb) => {
  refuseProjectionMixture(input);
  const key = readItem(input.Key);
  const projection = bindOnlyProjection(input);
  const open = openTable(input.TableName, ddb);
  refuseInsideKeys(open.table, projection?.paths ?? []);
  const row = getRow(open, readKey(open.table.keys, key));
  const rate = input.ConsistentRead === true ? CONSISTENT_RATE : EVENTUAL_RATE;
  const units = readUnits(row?.bytes ?? 0, rate);
  useReads(open, units);
  const cost = readCost(units);
  const capacity = consumedCapacity(input.ReturnConsumedCapacity, input.TableName, cost);
  if (row === undefined) return capacity;
  return { Item: keptToWire(row, projection), ...capacity };
};
