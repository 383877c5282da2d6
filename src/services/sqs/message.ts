/** A message as a receiver gets it. */
import type { Sqs } from "./api.ts";
import { bodyMd5 } from "./content.ts";
import { unseal } from "./encryption.ts";
import { unknownAttribute } from "./errors.ts";
import { toSequenceNumber } from "./line.ts";
import { attributesMd5, chosenAttributes } from "./message-attributes.ts";
import { toReceiptHandle } from "./receipt-handle.ts";
import type { Message, Queue } from "./state.ts";

export interface Wishes {
  /** Names of system attributes; "All" among them asks for every one. */
  readonly system: readonly string[];
  /** Names or prefixes of message attributes. */
  readonly own: readonly string[];
}

export interface WishedFor {
  readonly AttributeNames?: readonly string[] | undefined;
  readonly MessageSystemAttributeNames?: readonly string[] | undefined;
  readonly MessageAttributeNames?: readonly string[] | undefined;
}

/** AttributeNames is the older name of MessageSystemAttributeNames: either is heard. */
export function wishesOf(input: WishedFor): Wishes {
  const system = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  for (const name of system) {
    if (name !== "All" && SYSTEM_ATTRIBUTES[name] === undefined) throw unknownAttribute(name);
  }
  return { system, own: input.MessageAttributeNames ?? [] };
}

export function toWire(queue: Queue, message: Message, wishes: Wishes, sqs: Sqs) {
  const { body, attributes } = unseal(message, sqs);
  const chosen = chosenAttributes(attributes, wishes.own);
  return {
    MessageId: message.id,
    ReceiptHandle: toReceiptHandle(queue, message),
    MD5OfBody: bodyMd5(body),
    Body: body,
    Attributes: systemAttributes(message, wishes.system),
    MD5OfMessageAttributes: chosen === undefined ? undefined : attributesMd5(chosen),
    MessageAttributes: chosen,
  };
}

type Tell = (message: Message) => string | undefined;

const digits = (value: number | undefined) => (value === undefined ? undefined : String(value));

const SYSTEM_ATTRIBUTES: Readonly<Record<string, Tell>> = {
  SenderId: (message) => message.senderId,
  SentTimestamp: (message) => digits(message.sentAt),
  ApproximateReceiveCount: (message) => digits(message.receiveCount),
  ApproximateFirstReceiveTimestamp: (message) => digits(message.firstReceivedAt),
  AWSTraceHeader: (message) => message.traceHeader,
  DeadLetterQueueSourceArn: (message) => message.deadLetterSourceArn,
  MessageDeduplicationId: (message) => message.deduplicationId,
  MessageGroupId: (message) => message.groupId,
  SequenceNumber: (message) =>
    message.lane === undefined ? undefined : toSequenceNumber(message.order),
};

function systemAttributes(
  message: Message,
  wishes: readonly string[],
): Record<string, string> | undefined {
  if (wishes.length === 0) return undefined;
  const told: Record<string, string> = {};
  const names = wishes.includes("All") ? Object.keys(SYSTEM_ATTRIBUTES) : wishes;
  for (const name of names) {
    const value = SYSTEM_ATTRIBUTES[name]?.(message);
    if (value !== undefined) told[name] = value;
  }
  return Object.keys(told).length === 0 ? undefined : told;
}
