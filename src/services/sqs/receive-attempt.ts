/**
 * A ReceiveMessage of a FIFO queue whose answer got lost can be asked again under the same attempt
 * id: for five minutes it gives the same messages and handles and hides them anew, unless one of
 * them was deleted, shown or received since.
 */
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
    taken: taken.map(({ arrivedAt, id, receipt }) => ({ arrivedAt, id, receipt: receipt ?? "" })),
    expiresAt: sqs.now + INTERVAL_MS,
  });
}

/** Undefined: there was no such attempt, or its messages have changed since. */
export function repeatAttempt(
  { queue, sqs }: OpenQueue,
  attempt: string,
  hideSeconds: number,
): readonly Message[] | undefined {
  const kept = sqs.attempts.get(queue.line, attempt);
  if (kept === undefined) return undefined;
  const messages: Message[] = [];
  for (const { arrivedAt, id, receipt } of kept.taken) {
    const message = sqs.messages.get(queue.line, arrivedAt, id);
    if (message === undefined || message.receipt !== receipt || message.visibleAt <= sqs.now) {
      return undefined;
    }
    messages.push(message);
  }
  return messages.map((message) =>
    change(message, { visibleAt: sqs.now + hideSeconds * 1000 }, sqs),
  );
}
