/**
 * Messages that were received too often move to the dead-letter queue, on the receive that would be
 * one too many.
 */
import { numberOf } from "./attribute-rules.ts";
import { append, discard, endOf } from "./line.ts";
import { queueArn, type OpenQueue } from "./queue-url.ts";
import { openDeadLetterQueue, redrivePolicyOf, takesLettersOf } from "./redrive-policy.ts";
import type { Message } from "./state.ts";

export interface DeadLetters {
  isDead(message: Message): boolean;
  move(message: Message): void;
}

/**
 * Undefined: the queue has no dead-letter queue, or that is gone, or takes nothing of it. Then
 * messages stay.
 */
export function deadLettersOf({ queue, sqs }: OpenQueue): DeadLetters | undefined {
  const policy = redrivePolicyOf(queue);
  if (policy === undefined) return undefined;
  const target = openDeadLetterQueue(policy.deadLetterTargetArn, sqs);
  const arn = queueArn(queue.name, sqs);
  // A queue that is its own dead-letter queue would bury the same message for ever.
  if (target === undefined || policy.deadLetterTargetArn === arn) return undefined;
  if (!takesLettersOf(target.queue, arn)) return undefined;
  return {
    isDead: ({ receiveCount, receivedElsewhere = 0 }) =>
      receiveCount - receivedElsewhere >= policy.maxReceiveCount,
    move: (message) => bury(message, arn, target),
  };
}

/**
 * AWS: id, attributes and receive count stay, but what counts for the next queue's own redrive
 * policy is how often it was received from that one. In a standard queue the retention period goes on from
 * when the message was first sent; a FIFO queue starts it anew.
 */
function bury(message: Message, sourceArn: string, { queue, sqs }: OpenQueue): void {
  discard(message, sqs);
  const { receivedAt: _at, receipt: _receipt, lane: _lane, ...kept } = message;
  const retainMs = numberOf(queue, "MessageRetentionPeriod") * 1000;
  append(
    {
      ...kept,
      ...endOf(queue, message.groupId, sqs),
      visibleAt: sqs.now,
      receivedElsewhere: message.receiveCount,
      expiresAt: (queue.fifo ? sqs.now : message.sentAt) + retainMs,
      deadLetterSourceArn: sourceArn,
    },
    sqs,
  );
}
