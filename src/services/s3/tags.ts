/** Tags as S3 takes them: in a document, or as a query string in a header. */
import { invalidArgument, invalidTag, malformedXml } from "./errors.ts";
import { AwsError } from "../../kernel/errors.ts";
import type { Strings } from "./state.ts";

interface TagElement {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

const KEY = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const OBJECT_TAGS_MAX = 10;
const BUCKET_TAGS_MAX = 50;

/** An empty list may be left out. */
export function bucketTags(elements: readonly TagElement[] = []): Strings {
  if (elements.length > BUCKET_TAGS_MAX) throw tooMany("Bucket", BUCKET_TAGS_MAX);
  return toTags(elements, "System tags cannot be added/updated by requester");
}

/** AWS: the same in CreateBucket, with a sentence of its own for reserved keys. */
export function newBucketTags(elements: readonly TagElement[]): Strings {
  if (elements.some(({ Key }) => Key?.toLowerCase().startsWith("aws:") === true)) {
    throw invalidTag(
      'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. ' +
        'Remove "aws:" from your tag keys and try again.',
    );
  }
  return bucketTags(elements);
}

export function objectTags(elements: readonly TagElement[] = []): Strings {
  if (elements.length > OBJECT_TAGS_MAX) throw tooMany("Object", OBJECT_TAGS_MAX);
  return toTags(elements, "Your TagKey cannot be prefixed with aws:");
}

const tooMany = (what: string, allowed: number) =>
  new AwsError("BadRequest", `${what} tags cannot be greater than ${allowed}`, { status: 400 });

function toTags(elements: readonly TagElement[], reserved: string): Strings {
  const tags: Record<string, string> = {};
  for (const { Key, Value } of elements) {
    if (Key === undefined || Value === undefined) throw malformedXml();
    if (Object.hasOwn(tags, Key)) {
      throw invalidTag("Cannot provide multiple Tags with the same key", { TagKey: Key });
    }
    if (Key.toLowerCase().startsWith("aws:")) throw invalidTag(reserved, { TagKey: Key });
    if (!KEY.test(Key))
      throw invalidTag("The TagKey you have provided is invalid", { TagKey: Key });
    if (!VALUE.test(Value)) {
      throw invalidTag("The TagValue you have provided is invalid", {
        TagKey: Key,
        TagValue: Value,
      });
    }
    tags[Key] = Value;
  }
  return tags;
}

/** `x-amz-tagging: a=1&b=2`. */
export function headerTags(header: string | undefined): Strings | undefined {
  if (header === undefined || header === "") return undefined;
  const pairs = [...new URLSearchParams(header)];
  const keys = new Set(pairs.map(([key]) => key));
  if (
    keys.size !== pairs.length ||
    pairs.some(([key, value]) => !KEY.test(key) || !VALUE.test(value))
  ) {
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters " +
        "without tag name duplicates.",
      { ArgumentName: "x-amz-tagging", ArgumentValue: header },
    );
  }
  return objectTags(pairs.map(([Key, Value]) => ({ Key, Value })));
}

export const tagSet = (tags: Strings) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
