import { InvalidParameterValueException } from "../errors.ts";
import type { Tags } from "../state.ts";

export interface WireTag {
  readonly Key: string;
  readonly Value: string;
}

const TAGS_MAX = 50;

/** New tags over those that are there. */
export function toTags(wire: readonly WireTag[], there: Tags): Tags {
  const tags = { ...there };
  for (const { Key, Value } of wire) {
    if (Key.toLowerCase().startsWith("aws:")) {
      throw InvalidParameterValueException(`The tag key ${Key} is reserved.`);
    }
    tags[Key] = Value;
  }
  if (Object.keys(tags).length > TAGS_MAX) {
    throw InvalidParameterValueException(`An alarm can have no more than ${TAGS_MAX} tags.`);
  }
  return tags;
}
