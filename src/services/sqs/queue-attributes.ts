/** What a queue is told to be, and what it tells of itself. */
import type { Operation, Sqs } from "./api.ts";
import {
  allAttributes,
  attributeOf,
  checkedAttributes,
  mergedAttributes,
  type Attributes,
} from "./attribute-rules.ts";
import { InvalidAttributeValue, MissingParameter, unknownAttribute } from "./errors.ts";
import { countHidden, countVisible } from "./line.ts";
import { checkedPolicies, deadLetterIn } from "./queue.ts";
import { openQueue, queueArn } from "./queue-url.ts";
import { applyToMessages } from "./retroactive.ts";
import type { Queue } from "./state.ts";

/**
 * AWS: a change of the scope of deduplication takes a minute to be felt (recorded: messages are
 * still dropped).
 */
const SCOPE_CHANGE_MS = 60_000;

const SETTABLE: readonly string[] = [
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "DelaySeconds",
  "FifoQueue",
  "FifoThroughputLimit",
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "Policy",
  "ReceiveMessageWaitTimeSeconds",
  "RedriveAllowPolicy",
  "RedrivePolicy",
  "SqsManagedSseEnabled",
  "VisibilityTimeout",
];

export const SetQueueAttributes: Operation<"SetQueueAttributes"> = (input, context) => {
  const { queue, sqs } = openQueue(input.QueueUrl, context);
  const { name, fifo } = queue;
  const asked = input.Attributes as Attributes;
  if (Object.keys(asked).length === 0) throw MissingParameter("Attribute.Name");
  const checked = checkedAttributes(asked, fifo);
  if (checked["FifoQueue"] === "false") {
    throw InvalidAttributeValue("FifoQueue", "Modifying queue type is not supported.");
  }
  const change = checkedPolicies(checked, { name, fifo }, sqs);
  const attributes = mergedAttributes(queue.attributes, change);
  sqs.queues.update(queue, {
    attributes,
    modifiedAt: sqs.now,
    deadLetterArn: deadLetterIn(attributes).deadLetterArn,
    ...scopeChange(queue, attributes, sqs.now),
  });
  applyToMessages(queue, change, sqs);
  return {};
};

function scopeChange(
  queue: Queue,
  attributes: Attributes,
  now: number,
): Pick<Queue, "formerScope"> {
  const scope = attributeOf(queue, "DeduplicationScope");
  if (attributeOf({ ...queue, attributes }, "DeduplicationScope") === scope) return {};
  return { formerScope: { scope, endsAt: now + SCOPE_CHANGE_MS } };
}

/** The scope in which a FIFO queue drops repeated messages just now. */
export function deduplicationScope(queue: Queue, now: number): string {
  const { formerScope } = queue;
  if (formerScope !== undefined && formerScope.endsAt > now) return formerScope.scope;
  return attributeOf(queue, "DeduplicationScope");
}

export const GetQueueAttributes: Operation<"GetQueueAttributes"> = (input, context) => {
  const { queue, sqs } = openQueue(input.QueueUrl, context);
  const names: readonly string[] = input.AttributeNames ?? [];
  for (const name of names) if (!TELLABLE.has(name)) throw unknownAttribute(name);
  const asked = names.includes("All") ? [...SETTABLE, ...Object.keys(COMPUTED)] : names;
  const own = allAttributes(queue);
  const told: Record<string, string> = {};
  for (const name of asked) {
    const compute = COMPUTED[name];
    const value = compute === undefined ? own[name] : compute(queue, sqs);
    if (value !== undefined) told[name] = value;
  }
  return Object.keys(told).length === 0 ? {} : { Attributes: told };
};

type Compute = (queue: Queue, sqs: Sqs) => string;

const seconds = (at: number) => String(Math.floor(at / 1000));

const COMPUTED: Readonly<Record<string, Compute>> = {
  QueueArn: (queue, sqs) => queueArn(queue.name, sqs),
  ApproximateNumberOfMessages: (queue, sqs) => String(countVisible(queue, sqs)),
  ApproximateNumberOfMessagesDelayed: (queue, sqs) => String(countHidden(queue, "waiting", sqs)),
  ApproximateNumberOfMessagesNotVisible: (queue, sqs) => String(countHidden(queue, "taken", sqs)),
  CreatedTimestamp: (queue) => seconds(queue.createdAt),
  LastModifiedTimestamp: (queue) => seconds(queue.modifiedAt),
};

const TELLABLE: ReadonlySet<string> = new Set(["All", ...SETTABLE, ...Object.keys(COMPUTED)]);
