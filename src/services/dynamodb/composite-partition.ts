/**
 * Which stretch a query reads of an index whose keys are several attributes: all those of the
 * partition key are given, those of the sort key from the left on, and only the last of them may be
 * given as a range. The sentences are not AWS's to the letter.
 */
import { encodeKey, rangeUnder } from "../../kernel/store/key.ts";
import { ValidationException } from "./errors.ts";
import {
  hashAttributes,
  type KeyAttribute,
  keyAttributes,
  type Keys,
  placePart,
  type PlacePart,
  rangeAttributes,
} from "./item/key.ts";
import {
  boundsOf,
  type KeyCondition,
  type KeyConditions,
  type Partition,
  type RangeBounds,
  type RangeCondition,
  refuseValue,
} from "./key-range.ts";

export function compositePartitionOf(keys: Keys, conditions: KeyConditions): Partition {
  const hashParts = hashAttributes(keys).map(({ name }) => equalPart(conditions.get(name)));
  const ranges = leadingRanges(rangeAttributes(keys), conditions);
  const used = hashParts.length + ranges.length;
  if (used < conditions.size) throw unfitRange();
  for (const { name, type } of keyAttributes(keys)) {
    for (const value of conditions.get(name)?.values ?? []) refuseValue(name, type, value);
  }
  const [first = ""] = hashParts;
  return {
    hash: keys.moreHash === undefined ? first : encodeKey(hashParts),
    ranges,
    bounds: boundsOfRanges(keys, ranges),
  };
}

function equalPart(condition: KeyCondition | undefined): PlacePart {
  const [value] = condition?.values ?? [];
  if (condition?.operator === "EQ" && value !== undefined) return placePart(value);
  throw ValidationException(
    "Query key condition not supported: every HASH key attribute of the index needs an equality " +
      "condition",
  );
}

/** The conditions on the sort key, in its order, as far as they go without a gap. */
function leadingRanges(
  attributes: readonly KeyAttribute[],
  conditions: KeyConditions,
): RangeCondition[] {
  const ranges: RangeCondition[] = [];
  for (const attribute of attributes) {
    const condition = conditions.get(attribute.name);
    if (condition === undefined) break;
    ranges.push({ attribute, condition });
    if (condition.operator !== "EQ") break;
  }
  return ranges;
}

const unfitRange = () =>
  ValidationException(
    "Query key condition not supported: RANGE key attributes of the index are given from the left, " +
      "and only the last of them without equality",
  );

function boundsOfRanges(keys: Keys, ranges: readonly RangeCondition[]): RangeBounds {
  const last = ranges.at(-1);
  if (last === undefined) return {};
  const bounds = boundsOf(last.condition);
  if (keys.moreRange === undefined) return bounds;
  const equal = ranges.slice(0, -1).flatMap(({ condition }) => condition.values.map(placePart));
  return under(encodeKey(equal), bounds);
}

/** The bounds of one attribute, for whatever the attributes after it are. */
function under(prefix: string, { from, after, upTo, before }: RangeBounds): RangeBounds {
  const start = (part: PlacePart) => prefix + encodeKey([part]);
  const end = (part: PlacePart) => rangeUnder(start(part)).to;
  const all = rangeUnder(prefix);
  return {
    from: from !== undefined ? start(from) : after !== undefined ? end(after) : all.from,
    before: before !== undefined ? start(before) : upTo !== undefined ? end(upTo) : all.to,
  };
}
