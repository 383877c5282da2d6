/**
 * Within five minutes a FIFO queue takes a message once: a repeated one is acknowledged and
 * dropped.
 */
import type { Sqs } from "./api.ts";
import { deduplicationScope } from "./queue-attributes.ts";
import type { Deduplication, Message, Queue } from "./state.ts";

const INTERVAL_MS = 5 * 60 * 1000;

/** What was sent before with the same id; undefined when nothing was. */
export function deduplicationOf(
  queue: Queue,
  groupId: string | undefined,
  deduplicationId: string | undefined,
  sqs: Sqs,
): Deduplication | undefined {
  if (deduplicationId === undefined) return undefined;
  return sqs.deduplications.get(queue.id, scopeOf(queue, groupId, sqs), deduplicationId);
}

export function remember(queue: Queue, message: Message, sqs: Sqs): void {
  sqs.deduplications.put({
    queue: queue.id,
    scope: scopeOf(queue, message.groupId, sqs),
    deduplicationId: message.deduplicationId ?? "",
    messageId: message.id,
    order: message.order,
    expiresAt: sqs.now + INTERVAL_MS,
  });
}

const scopeOf = (queue: Queue, groupId: string | undefined, sqs: Sqs) =>
  deduplicationScope(queue, sqs.now) === "messageGroup" ? (groupId ?? "") : "";
