/** Reading up to a hundred items of any tables, as far as they fit into one answer. */
import type { Dynamodb, Input, Operation } from "./api.ts";
import { CapacityLedger, readCost } from "./capacity.ts";
import { ValidationException } from "./errors.ts";
import type { BoundProjection } from "./expression/projection.ts";
import { readKey } from "./item/key.ts";
import { CONSISTENT_RATE, EVENTUAL_RATE, readUnits } from "./item/size.ts";
import { keptToWire, type WireItem } from "./item/text.ts";
import { base64, type Item, readItem, toWire } from "./item/value.ts";
import { openTable, type OpenTable } from "./open-table.ts";
import { bindOnlyProjection, refuseMixture, refuseProjectionMixture } from "./request.ts";
import { getRow } from "./rows.ts";
import { refuseInsideKeys } from "./scalar-keys.ts";
import type { Located } from "./state.ts";
import { useReads } from "./usage.ts";

const KEYS_MAX = 100;
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

type Asked = NonNullable<Input<"BatchGetItem">["RequestItems"]>[string];

interface ReadPart {
  readonly tableName: string;
  readonly asked: Asked;
  readonly keys: readonly Item[];
  readonly projection: BoundProjection | undefined;
}

export const BatchGetItem: Operation<"BatchGetItem"> = (input, ddb) => {
  const parts = Object.entries(input.RequestItems).map(([name, asked]) => readPart(name, asked));
  refuseMixedParts(Object.values(input.RequestItems));
  if (parts.reduce((sum, { keys }) => sum + keys.length, 0) > KEYS_MAX) {
    throw ValidationException("Too many items requested for the BatchGetItem call");
  }
  for (const { keys } of parts) refuseDuplicates(keys.map(keyText));
  const located = parts.map((part) => locatePart(part, ddb));
  const ledger = new CapacityLedger();
  const budget = { bytes: ANSWER_BYTES_MAX };
  const Responses: Record<string, WireItem[]> = {};
  const UnprocessedKeys: Record<string, Asked> = {};
  for (const part of located) {
    const { items, left } = readPartItems(part, budget, ledger);
    Responses[part.tableName] = items;
    if (left.length > 0) {
      UnprocessedKeys[part.tableName] = { ...part.asked, Keys: left.map(toWire) };
    }
  }
  return {
    Responses,
    UnprocessedKeys,
    ...ledger.consumed(input.ReturnConsumedCapacity),
  };
};

function readPart(tableName: string, asked: Asked): ReadPart {
  refuseProjectionMixture(asked);
  const keys = asked.Keys.map((key) => readItem(key));
  return { tableName, asked, keys, projection: bindOnlyProjection(asked) };
}

/** AWS: also where each part by itself keeps to one of the two. */
function refuseMixedParts(parts: readonly Asked[]): void {
  if (parts.length < 2) return;
  const AttributesToGet = parts.find((part) => part.AttributesToGet)?.AttributesToGet;
  const ProjectionExpression = parts.find(
    (part) => part.ProjectionExpression,
  )?.ProjectionExpression;
  refuseMixture({ AttributesToGet }, { ProjectionExpression });
}

interface LocatedPart extends ReadPart {
  readonly open: OpenTable;
  readonly places: readonly Located[];
}

function locatePart(part: ReadPart, ddb: Dynamodb): LocatedPart {
  const open = openTable(part.tableName, ddb);
  const places = part.keys.map((key) => readKey(open.table.keys, key));
  refuseInsideKeys(open.table, part.projection?.paths ?? []);
  return { ...part, open, places };
}

export function refuseDuplicates(texts: readonly string[]): void {
  if (new Set(texts).size < texts.length) {
    throw ValidationException("Provided list of item keys contains duplicates");
  }
}

/** The same for the same key, in whatever order its attributes stand. */
export function keyText(key: Item): string {
  const parts = Object.entries(key).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify(parts, (_name, value: unknown) =>
    value instanceof Uint8Array ? base64(value) : value,
  );
}

export const placeText = ({ hash, range }: Located): string =>
  JSON.stringify([hash, range].map((part) => (part instanceof Uint8Array ? [...part] : part)));

function readPartItems(part: LocatedPart, budget: { bytes: number }, ledger: CapacityLedger) {
  const rate = part.asked.ConsistentRead === true ? CONSISTENT_RATE : EVENTUAL_RATE;
  const items: WireItem[] = [];
  const left: Item[] = [];
  for (const [at, place] of part.places.entries()) {
    const row = getRow(part.open, place);
    const bytes = row?.bytes ?? 0;
    const key = part.keys[at];
    if (bytes > budget.bytes && key !== undefined) {
      left.push(key);
      continue;
    }
    budget.bytes -= bytes;
    const units = readUnits(bytes, rate);
    useReads(part.open, units);
    ledger.add(part.tableName, readCost(units));
    if (row !== undefined) items.push(keptToWire(row, part.projection));
  }
  return { items, left };
}
