import type { Operation } from "./api.ts";
import { TagException } from "./errors.ts";
import { findKeyById } from "./key-reference.ts";
import { checkNotDeleting } from "./key-state.ts";
import { page } from "./page.ts";
import type { Tags } from "./state.ts";

const TAGS_MAX = 50;
const LIST_DEFAULT = 50;

interface WireTag {
  readonly TagKey: string;
  readonly TagValue: string;
}

/** New tags over those that are there. */
export function toTags(wire: readonly WireTag[], there: Tags): Tags {
  const names = wire.map(({ TagKey }) => TagKey);
  if (names.some((name) => name.toLowerCase().startsWith("aws:"))) {
    throw TagException("Tags beginning with aws: are reserved");
  }
  if (new Set(names).size < names.length) throw TagException("Duplicate tag keys");
  const tags = { ...there };
  for (const { TagKey, TagValue } of wire) tags[TagKey] = TagValue;
  if (Object.keys(tags).length > TAGS_MAX) throw TagException("Too many tags");
  return tags;
}

export const TagResource: Operation<"TagResource"> = (input, kms) => {
  const found = findKeyById(input.KeyId, kms);
  checkNotDeleting(found);
  found.owner.keys.update(found.key, { tags: toTags(input.Tags, found.key.tags) });
  return {};
};

export const UntagResource: Operation<"UntagResource"> = (input, kms) => {
  const found = findKeyById(input.KeyId, kms);
  checkNotDeleting(found);
  const gone = new Set(input.TagKeys);
  const left = Object.entries(found.key.tags).filter(([name]) => !gone.has(name));
  found.owner.keys.update(found.key, { tags: Object.fromEntries(left) });
  return {};
};

export const ListResourceTags: Operation<"ListResourceTags"> = (input, kms) => {
  const { key } = findKeyById(input.KeyId, kms);
  const tags = Object.entries(key.tags)
    .map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
    .toSorted((a, b) => (a.TagKey < b.TagKey ? -1 : 1));
  const { items, rest } = page(tags, input, ({ TagKey }) => TagKey, LIST_DEFAULT);
  return { Tags: items, ...rest };
};
