/** How long a received message stays hidden, changed after the fact. */
import type { Operation } from "./api.ts";
import { checkEntries, eachEntry } from "./batch.ts";
import { invalidValue, MissingParameter } from "./errors.ts";
import { change } from "./line.ts";
import { openQueue, type OpenQueue } from "./queue-url.ts";
import { readReceiptHandle } from "./receipt-handle.ts";

const TOTAL_SECONDS_MAX = 43_200;

export const ChangeMessageVisibility: Operation<"ChangeMessageVisibility"> = (input, context) => {
  hide(openQueue(input.QueueUrl, context), input.ReceiptHandle, input.VisibilityTimeout);
  return {};
};

export const ChangeMessageVisibilityBatch: Operation<"ChangeMessageVisibilityBatch"> = (
  input,
  context,
) => {
  const open = openQueue(input.QueueUrl, context);
  checkEntries(input.Entries, "ChangeMessageVisibilityBatchRequestEntry");
  return eachEntry(input.Entries, ({ Id, ReceiptHandle, VisibilityTimeout }) => {
    if (VisibilityTimeout === undefined) throw MissingParameter("VisibilityTimeout");
    hide(open, ReceiptHandle, VisibilityTimeout);
    return { Id };
  });
};

function hide({ queue, sqs }: OpenQueue, handle: string, seconds: number): void {
  if (seconds < 0 || seconds > TOTAL_SECONDS_MAX) {
    throw invalidValue(
      seconds,
      "VisibilityTimeout",
      `VisibilityTimeout must be an integer between 0 and ${TOTAL_SECONDS_MAX}.`,
    );
  }
  const { sentAt, id, receipt } = readReceiptHandle(handle, queue);
  const message = sqs.messages.get(queue.line, sentAt, id);
  if (message === undefined || message.visibleAt <= sqs.now) {
    throw invalidValue(
      handle,
      "ReceiptHandle",
      "Message does not exist or is not available for visibility timeout change.",
    );
  }
  if (queue.fifo && message.receipt !== receipt) {
    throw invalidValue(handle, "ReceiptHandle", "The receipt handle has expired.");
  }
  const hiddenMs = sqs.now - (message.receivedAt ?? sqs.now);
  if (hiddenMs + seconds * 1000 > TOTAL_SECONDS_MAX * 1000) {
    throw invalidValue(
      seconds,
      "VisibilityTimeout",
      `Total VisibilityTimeout for the message is beyond the limit [${TOTAL_SECONDS_MAX} seconds].`,
    );
  }
  change(message, { visibleAt: sqs.now + seconds * 1000 }, sqs);
}
