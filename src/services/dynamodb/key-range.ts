/**
 * Which stretch of a partition a query reads: from its key conditions, whichever way they were
 * written.
 */
import type { Bindings } from "./expression/bindings.ts";
import { keyConditionsOf } from "./expression/key-condition.ts";
import { invalidValues, ValidationException } from "./errors.ts";
import { emptiness, type KeyAttribute, placePart, type PlacePart } from "./item/key.ts";
import { type AttributeValue, readValue, typeOf } from "./item/value.ts";
import { type LegacyCondition, refuseComparison } from "./legacy/comparison.ts";

/** One condition on one key attribute, in the legacy operators' names. */
export interface KeyCondition {
  readonly operator: string;
  readonly values: readonly AttributeValue[];
}

export type KeyConditions = ReadonlyMap<string, KeyCondition>;

export interface RangeBounds {
  readonly from?: PlacePart;
  readonly after?: PlacePart;
  readonly upTo?: PlacePart;
  readonly before?: PlacePart;
}

/** One condition on one attribute of the sort key. */
export interface RangeCondition {
  readonly attribute: KeyAttribute;
  readonly condition: KeyCondition;
}

export interface Partition {
  readonly hash: PlacePart;
  readonly ranges: readonly RangeCondition[];
  readonly bounds: RangeBounds;
}

/** Of the queries of an index, whose keys may be several attributes: known once the index is. */
const INDEX_CONDITIONS_MAX = 8;

export function refuseCount({ size }: KeyConditions, max: number): void {
  if (size >= 1 && size <= max) return;
  throw ValidationException("Conditions can be of length 1 or 2 only");
}

const conditionsMax = (indexName: string | undefined) =>
  indexName === undefined ? 2 : INDEX_CONDITIONS_MAX;

export function readKeyConditions(
  conditions: Readonly<Record<string, LegacyCondition>>,
  indexName: string | undefined,
): KeyConditions {
  const read = new Map(
    Object.entries(conditions).map(([name, condition]) => [
      name,
      {
        operator: condition.ComparisonOperator ?? "",
        values: (condition.AttributeValueList ?? []).map((value) => readValue(value)),
      },
    ]),
  );
  for (const { operator, values } of read.values()) refuseComparison(operator, values);
  refuseCount(read, conditionsMax(indexName));
  return read;
}

export function bindKeyConditions(
  text: string,
  bindings: Bindings,
  indexName: string | undefined,
): KeyConditions {
  const conditions = keyConditionsOf(text, bindings);
  refuseCount(conditions, conditionsMax(indexName));
  return conditions;
}

export function refuseValue(name: string, type: string, value: AttributeValue): void {
  if (typeOf(value) !== type) {
    throw invalidValues("Condition parameter type does not match schema type");
  }
  const what = emptiness(value);
  if (what === undefined) return;
  throw ValidationException(
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot " +
      `contain an empty ${what} value. Key: ${name}`,
  );
}

export function boundsOf({ operator, values }: KeyCondition): RangeBounds {
  const [first, second] = values;
  if (first === undefined) throw notIndexable();
  const part = placePart(first);
  switch (operator) {
    case "EQ":
      return { from: part, upTo: part };
    case "LT":
      return { before: part };
    case "LE":
      return { upTo: part };
    case "GT":
      return { after: part };
    case "GE":
      return { from: part };
    case "BETWEEN":
      return { from: part, upTo: placePart(second ?? first) };
    case "BEGINS_WITH": {
      const end = afterPrefix(part);
      return end === undefined ? { from: part } : { from: part, before: end };
    }
    default:
      throw notIndexable();
  }
}

const notIndexable = () =>
  ValidationException("Attempted conditional constraint is not an indexable operation");

const LAST_CODE_POINT = 0x10ffff;

/** The first key after all those that begin so; undefined when none can come after. */
function afterPrefix(prefix: PlacePart): PlacePart | undefined {
  if (typeof prefix === "string") {
    const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
    while (points.at(-1) === LAST_CODE_POINT) points.pop();
    const last = points.pop();
    if (last === undefined) return undefined;
    return String.fromCodePoint(...points, last + 1);
  }
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 255) length -= 1;
  if (length === 0) return undefined;
  const end = prefix.slice(0, length);
  end[length - 1] = (end[length - 1] ?? 0) + 1;
  return end;
}
