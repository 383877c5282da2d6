/** Sending, one or up to ten at a time. */
import { createHash } from "node:crypto";
import type { Operation } from "./api.ts";
import { attributeOf, numberOf } from "./attribute-rules.ts";
import { checkEntries, eachEntry } from "./batch.ts";
import { bodyMd5, checkCharacters } from "./content.ts";
import { deduplicationOf, remember } from "./deduplication.ts";
import { seal } from "./encryption.ts";
import {
  BatchRequestTooLong,
  checkToken,
  InvalidParameterValue,
  invalidValue,
  MissingParameter,
} from "./errors.ts";
import { append, nextOrder, toSequenceNumber } from "./line.ts";
import {
  attributesMd5,
  attributesSize,
  checkedMessageAttributes,
  checkedTraceHeader,
  type GivenValues,
} from "./message-attributes.ts";
import { openQueue, type OpenQueue } from "./queue-url.ts";
import type { AttributeValue, AttributeValues, Message, Queue } from "./state.ts";

const BATCH_BYTES_MAX = 1_048_576;
const DELAY_SECONDS_MAX = 900;

/** What a message is sent with: the members that SendMessage and an entry of a batch share. */
interface Given {
  readonly MessageBody: string;
  readonly DelaySeconds?: number | undefined;
  readonly MessageAttributes?: GivenValues | undefined;
  readonly MessageSystemAttributes?: GivenValues | undefined;
  readonly MessageDeduplicationId?: string | undefined;
  readonly MessageGroupId?: string | undefined;
}

interface Checked {
  readonly body: string;
  readonly attributes: AttributeValues | undefined;
  readonly trace: AttributeValue | undefined;
  readonly delaySeconds: number;
}

export const SendMessage: Operation<"SendMessage"> = (input, context) => {
  const open = openQueue(input.QueueUrl, context);
  if (open.queue.fifo && input.MessageGroupId === undefined)
    throw MissingParameter("MessageGroupId");
  checkSequencing(open.queue, input);
  return send(open, input, checked(open.queue, input, "are invalid"));
};

export const SendMessageBatch: Operation<"SendMessageBatch"> = (input, context) => {
  const open = openQueue(input.QueueUrl, context);
  const { Entries: entries } = input;
  checkEntries(entries, "SendMessageBatchRequestEntry");
  const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (size > BATCH_BYTES_MAX) throw BatchRequestTooLong(BATCH_BYTES_MAX, size);
  for (const entry of entries) checkSequencing(open.queue, entry);
  return eachEntry(entries, (entry) => ({
    Id: entry.Id,
    ...send(open, entry, checked(open.queue, entry, "cannot be validated")),
  }));
};

const sizeOf = (given: Given) =>
  Buffer.byteLength(given.MessageBody) + attributesSize(given.MessageAttributes as AttributeValues);

/** Groups and deduplication: what is wrong here refuses even a whole batch. */
function checkSequencing(queue: Queue, given: Given): void {
  const { MessageGroupId: group, MessageDeduplicationId: deduplication } = given;
  if (group !== undefined) checkToken("MessageGroupId", group);
  if (deduplication !== undefined) {
    if (!queue.fifo) throw notForThisType(deduplication, "MessageDeduplicationId");
    checkToken("MessageDeduplicationId", deduplication);
  }
  if (!queue.fifo) return;
  if (group === undefined) {
    throw InvalidParameterValue("The request must contain the parameter MessageGroupId.");
  }
  if (deduplication === undefined && attributeOf(queue, "ContentBasedDeduplication") !== "true") {
    throw InvalidParameterValue(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
}

const notForThisType = (value: unknown, parameter: string) =>
  invalidValue(
    value,
    parameter,
    "The request include parameter that is not valid for this queue type.",
  );

function checked(
  queue: Queue,
  given: Given,
  fault: "are invalid" | "cannot be validated",
): Checked {
  const { MessageBody: body } = given;
  if (body === "") throw MissingParameter("MessageBody");
  const delaySeconds = checkedDelay(queue, given.DelaySeconds);
  const attributes = checkedMessageAttributes(given.MessageAttributes);
  const trace = checkedTraceHeader(given.MessageSystemAttributes);
  const limit = numberOf(queue, "MaximumMessageSize");
  if (Buffer.byteLength(body) + attributesSize(attributes) > limit) {
    throw InvalidParameterValue(
      `One or more parameters ${fault}. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
  checkCharacters(body);
  return { body, attributes, trace, delaySeconds };
}

/** AWS: in a FIFO queue only the queue delays; a zero there means the queue's delay, too. */
function checkedDelay(queue: Queue, asked: number | undefined): number {
  const own = numberOf(queue, "DelaySeconds");
  if (asked === undefined) return own;
  if (asked < 0 || asked > DELAY_SECONDS_MAX) {
    throw invalidValue(
      asked,
      "DelaySeconds",
      `DelaySeconds must be >= 0 and <= ${DELAY_SECONDS_MAX}.`,
    );
  }
  if (!queue.fifo) return asked;
  if (asked !== 0) throw notForThisType(asked, "DelaySeconds");
  return own;
}

function send(open: OpenQueue, given: Given, { body, attributes, trace, delaySeconds }: Checked) {
  const { queue, sqs } = open;
  const answer: Answer = { MD5OfMessageBody: bodyMd5(body), MessageId: "" };
  if (attributes !== undefined) answer.MD5OfMessageAttributes = attributesMd5(attributes);
  if (trace !== undefined) {
    answer.MD5OfMessageSystemAttributes = attributesMd5({ AWSTraceHeader: trace });
  }
  const { MessageGroupId: groupId } = given;
  const deduplicationId = queue.fifo
    ? (given.MessageDeduplicationId ?? createHash("sha256").update(body).digest("hex"))
    : undefined;
  const earlier = deduplicationOf(queue, groupId, deduplicationId, sqs);
  if (earlier !== undefined) {
    answer.MessageId = earlier.messageId;
    answer.SequenceNumber = toSequenceNumber(earlier.order);
    return answer;
  }
  const content = seal(open, body, attributes);
  const message: Draft = {
    line: queue.line,
    id: sqs.newId(),
    order: nextOrder(queue, sqs),
    phase: "waiting",
    body: content.body,
    senderId: sqs.caller.userId,
    sentAt: sqs.now,
    expiresAt: sqs.now + numberOf(queue, "MessageRetentionPeriod") * 1000,
    visibleAt: sqs.now + delaySeconds * 1000,
    receiveCount: 0,
  };
  // A literal with conditional spreads is several times as dear, and this is the hottest of calls.
  const traceHeader = trace?.StringValue ?? sqs.request.headers["x-amzn-trace-id"];
  if (content.attributes !== undefined) message.attributes = content.attributes;
  if (content.sealed !== undefined) message.sealed = content.sealed;
  if (traceHeader !== undefined) message.traceHeader = traceHeader;
  if (groupId !== undefined) message.groupId = groupId;
  if (queue.fifo && groupId !== undefined) message.lane = groupId;
  if (deduplicationId !== undefined) message.deduplicationId = deduplicationId;
  append(message, sqs);
  answer.MessageId = message.id;
  if (deduplicationId === undefined) return answer;
  remember(queue, message, sqs);
  answer.SequenceNumber = toSequenceNumber(message.order);
  return answer;
}

interface Answer {
  MessageId: string;
  MD5OfMessageBody: string;
  MD5OfMessageAttributes?: string;
  MD5OfMessageSystemAttributes?: string;
  SequenceNumber?: string;
}

type Draft = { -readonly [Name in keyof Message]: Message[Name] };
