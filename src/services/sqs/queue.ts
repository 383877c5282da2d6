/** Queues: made, found, emptied, deleted. */
import type { Operation, Sqs } from "./api.ts";
import {
  checkedAttributes,
  mergedAttributes,
  attributeOf,
  type Attributes,
} from "./attribute-rules.ts";
import {
  InvalidParameterValue,
  PurgeQueueInProgress,
  QueueDeletedRecently,
  QueueDoesNotExist,
  QueueNameExists,
} from "./errors.ts";
import { pageLimit, startOfPage, toPage } from "./page.ts";
import { openQueue, ownerOf, parseQueueUrl, queueUrl } from "./queue-url.ts";
import { checkedRedriveAllowPolicy, checkedRedrivePolicy } from "./redrive-policy.ts";
import type { Queue } from "./state.ts";
import { checkedTags } from "./tag.ts";

const PURGE_INTERVAL_MS = 60_000;
const NAME_REST_MS = 60_000;
const LINE_LENGTH = 12;

/**
 * Creating a queue that already exists succeeds when the attributes agree: deploy scripts rely on
 * it. Only attributes that the caller names are compared; the others keep whatever they have.
 */
export const CreateQueue: Operation<"CreateQueue"> = (input, sqs) => {
  const name = input.QueueName;
  const { FifoQueue: kind, ...rest } = (input.Attributes ?? {}) as Attributes;
  const fifo = kind?.toLowerCase() === "true";
  checkName(name, fifo);
  const asked = checkedAttributes(kind === undefined ? rest : { FifoQueue: kind, ...rest }, fifo);
  const tags = checkedTags(input.tags ?? {});
  const existing = sqs.queues.get(name);
  if (existing !== undefined) {
    checkAgrees(existing, asked);
    return { QueueUrl: queueUrl(name, sqs) };
  }
  if (sqs.deletedQueues.has(name)) throw QueueDeletedRecently();
  const attributes = mergedAttributes({}, checkedPolicies(asked, { name, fifo }, sqs));
  sqs.queues.insert({
    name,
    id: sqs.ids.hex(LINE_LENGTH),
    line: sqs.ids.hex(LINE_LENGTH),
    fifo,
    attributes,
    tags,
    createdAt: sqs.now,
    modifiedAt: sqs.now,
    ...deadLetterIn(attributes),
  });
  return { QueueUrl: queueUrl(name, sqs) };
};

function checkName(name: string, fifo: boolean): void {
  if (name === "") throw InvalidParameterValue("Queue name cannot be empty");
  if (fifo) {
    if (/^[A-Za-z0-9_-]+\.fifo$/.test(name) && name.length <= 80) return;
    throw InvalidParameterValue(
      "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, " +
        "must end with .fifo suffix and be 1 to 80 in length.",
    );
  }
  if (/^[A-Za-z0-9_-]{1,80}$/.test(name)) return;
  throw InvalidParameterValue(
    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
  );
}

function checkAgrees(queue: Queue, asked: Attributes): void {
  for (const [name, value] of Object.entries(asked)) {
    if (told(name, value) !== told(name, attributeOf(queue, name))) throw QueueNameExists(name);
  }
}

/**
 * Policies are the same when they say the same, whatever their spaces and the kind of their
 * numbers.
 */
function told(name: string, value: string): string {
  if (value === "" || !name.endsWith("Policy")) return value;
  try {
    return JSON.stringify(JSON.parse(value), sorted).replaceAll(
      /"maxReceiveCount":"(\d+)"/g,
      '"maxReceiveCount":$1',
    );
  } catch {
    return value;
  }
}

const sorted = (_name: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)),
      )
    : value;

/** The attributes with their redrive policies checked against the other queues. */
export function checkedPolicies(
  attributes: Attributes,
  source: { readonly name: string; readonly fifo: boolean },
  sqs: Sqs,
): Attributes {
  const { RedrivePolicy: redrive, RedriveAllowPolicy: allow } = attributes;
  return {
    ...attributes,
    ...(redrive === undefined ? {} : { RedrivePolicy: checkedRedrivePolicy(redrive, source, sqs) }),
    ...(allow === undefined ? {} : { RedriveAllowPolicy: checkedRedriveAllowPolicy(allow) }),
  };
}

/** What the index of dead-letter queues needs to know of a source's attributes. */
export function deadLetterIn(attributes: Attributes): Pick<Queue, "deadLetterArn"> {
  const text = attributes["RedrivePolicy"];
  if (text === undefined) return {};
  return {
    deadLetterArn: (JSON.parse(text) as { deadLetterTargetArn: string }).deadLetterTargetArn,
  };
}

export const GetQueueUrl: Operation<"GetQueueUrl"> = (input, context) => {
  const sqs = ownerOf({ accountId: input.QueueOwnerAWSAccountId, name: input.QueueName }, context);
  if (!sqs.queues.has(input.QueueName)) throw QueueDoesNotExist(sqs.request.protocol);
  return { QueueUrl: queueUrl(input.QueueName, sqs) };
};

export const ListQueues: Operation<"ListQueues"> = (input, sqs) => {
  const prefix = input.QueueNamePrefix ?? "";
  const after = startOfPage(input);
  const bounds = after === undefined ? { from: prefix } : { after: parseQueueUrl(after).name };
  const urls: string[] = [];
  for (const queue of sqs.queues.scan([], { ...bounds, limit: pageLimit(input) })) {
    if (!queue.name.startsWith(prefix)) break;
    urls.push(queueUrl(queue.name, sqs));
  }
  const { items, NextToken } = toPage(urls, input);
  return { QueueUrls: items.length === 0 ? undefined : items, NextToken };
};

export const PurgeQueue: Operation<"PurgeQueue"> = (input, context) => {
  const { queue, sqs } = openQueue(input.QueueUrl, context);
  if (queue.purgedAt !== undefined && queue.purgedAt + PURGE_INTERVAL_MS > sqs.now) {
    throw PurgeQueueInProgress(queue.name);
  }
  sqs.queues.update(queue, { line: sqs.ids.hex(LINE_LENGTH), purgedAt: sqs.now });
  sqs.later(sqs.now, "clearLine", { line: queue.line });
  return {};
};

export const DeleteQueue: Operation<"DeleteQueue"> = (input, context) => {
  const { queue, sqs } = openQueue(input.QueueUrl, context);
  sqs.queues.remove(queue);
  sqs.deletedQueues.put({ name: queue.name, expiresAt: sqs.now + NAME_REST_MS });
  sqs.later(sqs.now, "clearLine", { line: queue.line });
  sqs.later(sqs.now, "clearMemory", { queue: queue.id, source: queue.name });
  return {};
};
