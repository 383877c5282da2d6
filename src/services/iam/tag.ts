/** Tags: keys differ by more than case, a later value replaces an earlier one. */
import { InvalidInputException, LimitExceededException } from "./errors.ts";
import { QUOTAS } from "./quotas.ts";
import type { Tags } from "./state.ts";

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export function toTags(tags: readonly Tag[] | undefined): Tags {
  return withTags({}, tags ?? []);
}

export function withTags(there: Tags, added: readonly Tag[]): Tags {
  const keys = added.map(({ Key }) => Key.toLowerCase());
  if (keys.some((key) => key.startsWith("aws:"))) {
    throw InvalidInputException("aws: prefixed tag key names are not allowed for external use.");
  }
  if (new Set(keys).size < keys.length) {
    throw InvalidInputException(
      "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    );
  }
  const all = mergedTags(there, Object.fromEntries(added.map(({ Key, Value }) => [Key, Value])));
  if (Object.keys(all).length > QUOTAS.tags) {
    throw LimitExceededException("The number of tags has reached the maximum limit.");
  }
  return all;
}

/** Those of `over` in place of those of the same name, whatever its case. */
export function mergedTags(there: Tags, over: Tags): Tags {
  return { ...withoutTags(there, Object.keys(over)), ...over };
}

export function withoutTags(there: Tags, keys: readonly string[]): Tags {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(there).filter(([key]) => !gone.has(key.toLowerCase())));
}

export function toTagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The `Tags` member of a description, absent where there are none. */
export function tagsMember(tags: Tags): { Tags?: Tag[] } {
  const list = toTagList(tags);
  return list.length === 0 ? {} : { Tags: list };
}
