/** From key conditions to the partition that a query reads, and the stretch of it. */
import { compositePartitionOf } from "./composite-partition.ts";
import { ValidationException } from "./errors.ts";
import { isComposite, type Keys, placePart } from "./item/key.ts";
import {
  boundsOf,
  type KeyConditions,
  type Partition,
  refuseCount,
  refuseValue,
} from "./key-range.ts";

/** The partition and the stretch of it, once the table's or the index's keys are known. */
export function partitionOf(keys: Keys, conditions: KeyConditions): Partition {
  if (isComposite(keys)) return compositePartitionOf(keys, conditions);
  refuseCount(conditions, 2);
  if (keys.range === undefined && conditions.size > 1) throw notSupported();
  const hash = conditions.get(keys.hash.name);
  if (hash === undefined) {
    throw conditions.size > 1 && !hasKey(keys, conditions)
      ? notSupported()
      : missed(keys.hash.name);
  }
  boundsOf(hash);
  for (const one of hash.values) refuseValue(keys.hash.name, keys.hash.type, one);
  const range = keys.range === undefined ? undefined : conditions.get(keys.range.name);
  if (keys.range !== undefined && range === undefined && conditions.size > 1) {
    throw missed(keys.range.name);
  }
  const bounds = range === undefined ? {} : boundsOf(range);
  if (keys.range !== undefined) {
    for (const one of range?.values ?? []) refuseValue(keys.range.name, keys.range.type, one);
  }
  const [value] = hash.values;
  if (hash.operator !== "EQ" || value === undefined) throw notSupported();
  const ranges =
    keys.range === undefined || range === undefined
      ? []
      : [{ attribute: keys.range, condition: range }];
  return { hash: placePart(value), ranges, bounds };
}

const hasKey = (keys: Keys, conditions: KeyConditions): boolean =>
  keys.range !== undefined && conditions.has(keys.range.name);

const notSupported = () => ValidationException("Query key condition not supported");

const missed = (name: string) =>
  ValidationException(`Query condition missed key schema element: ${name}`);
