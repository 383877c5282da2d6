/** Tags of queues. */
import type { Operation } from "./api.ts";
import { InvalidParameterValue } from "./errors.ts";
import { openQueue } from "./queue-url.ts";

type Tags = Readonly<Record<string, string>>;

const TAGS_MAX = 50;
const KEY_MAX = 128;
const VALUE_MAX = 256;

export function checkedTags(tags: Tags): Tags {
  const entries = Object.entries(tags);
  if (entries.length > TAGS_MAX) {
    throw InvalidParameterValue(`Too many tags added for queue. Maximum allowed: ${TAGS_MAX}.`);
  }
  for (const [key, value] of entries) {
    if (key === "" || key.length > KEY_MAX) {
      throw InvalidParameterValue(
        `Tag keys must be between 1 and ${KEY_MAX} characters in length.`,
      );
    }
    if (value.length > VALUE_MAX) {
      throw InvalidParameterValue(
        `Tag values must be between 0 and ${VALUE_MAX} characters in length.`,
      );
    }
    if (key.toLowerCase().startsWith("aws:")) {
      throw InvalidParameterValue("Tag keys must not start with aws:.");
    }
  }
  return tags;
}

export const TagQueue: Operation<"TagQueue"> = (input, context) => {
  if (Object.keys(input.Tags).length === 0) {
    throw InvalidParameterValue("The request must contain the parameter Tags.");
  }
  const { queue, sqs } = openQueue(input.QueueUrl, context);
  sqs.queues.update(queue, { tags: checkedTags({ ...queue.tags, ...input.Tags }) });
  return {};
};

export const UntagQueue: Operation<"UntagQueue"> = (input, context) => {
  if (input.TagKeys.length === 0) {
    throw InvalidParameterValue("Tag keys can't be empty.");
  }
  const { queue, sqs } = openQueue(input.QueueUrl, context);
  const gone = new Set(input.TagKeys);
  const kept = Object.entries(queue.tags).filter(([key]) => !gone.has(key));
  sqs.queues.update(queue, { tags: Object.fromEntries(kept) });
  return {};
};

export const ListQueueTags: Operation<"ListQueueTags"> = (input, context) => {
  const { queue } = openQueue(input.QueueUrl, context);
  return Object.keys(queue.tags).length === 0 ? {} : { Tags: queue.tags };
};
