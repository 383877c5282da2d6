/**
 * A ReceiveMessage of a FIFO queue whose answer got lost can be asked again under the same attempt
 * id: for five minutes it gives the same messages and handles and hides them anew, as long as they
 * are hidden and nobody has deleted one of them or changed how long it hides.
 */
import { invalidValue } from "./errors.ts";
import { change } from "./line.ts";
import type { OpenQueue } from "./queue-url.ts";
import type { Message } from "./state.ts";

const INTERVAL_MS = 5 * 60 * 1000;

export function keepAttempt(
  { queue, sqs }: OpenQueue,
  attempt: string,
  taken: readonly Message[],
): void {
  sqs.attempts.put({
    line: queue.line,
    attempt,
    taken: taken.map(({ sentAt, id, receipt }) => ({ sentAt, id, receipt: receipt ?? "" })),
    hiddenUntil: taken[0]?.visibleAt ?? sqs.now,
    expiresAt: sqs.now + INTERVAL_MS,
  });
}

/**
 * Undefined: there was no such attempt, or what it gave is visible again. Throws when one of its
 * messages has changed.
 */
export function repeatAttempt(
  { queue, sqs }: OpenQueue,
  attempt: string,
  hideSeconds: number,
): readonly Message[] | undefined {
  const kept = sqs.attempts.get(queue.line, attempt);
  if (kept === undefined || kept.hiddenUntil <= sqs.now) return undefined;
  const messages: Message[] = [];
  for (const { sentAt, id, receipt } of kept.taken) {
    const message = sqs.messages.get(queue.line, sentAt, id);
    if (message?.receipt !== receipt || message.visibleAt !== kept.hiddenUntil) {
      throw invalidValue(attempt, "ReceiveRequestAttemptId", NOT_RETRYABLE);
    }
    messages.push(message);
  }
  const hiddenUntil = sqs.now + hideSeconds * 1000;
  // Only how long it hides: its five minutes run from the receive that it repeats.
  sqs.attempts.update(kept, { hiddenUntil });
  return messages.map((message) => change(message, { visibleAt: hiddenUntil }, sqs));
}

const NOT_RETRYABLE =
  "The receiveRequestAttemptId is not valid anymore since the receive call is not retryable.";
