/** Deleting what was received. */
import type { Operation } from "./api.ts";
import { checkEntries, eachEntry } from "./batch.ts";
import { invalidValue } from "./errors.ts";
import { discard } from "./line.ts";
import { openQueue, type OpenQueue } from "./queue-url.ts";
import { readReceiptHandle } from "./receipt-handle.ts";

export const DeleteMessage: Operation<"DeleteMessage"> = (input, context) => {
  remove(openQueue(input.QueueUrl, context), input.ReceiptHandle);
  return {};
};

export const DeleteMessageBatch: Operation<"DeleteMessageBatch"> = (input, context) => {
  const open = openQueue(input.QueueUrl, context);
  checkEntries(input.Entries, "DeleteMessageBatchRequestEntry");
  return eachEntry(input.Entries, ({ Id, ReceiptHandle }) => {
    remove(open, ReceiptHandle);
    return { Id };
  });
};

/**
 * AWS: deleting what is gone already succeeds. A standard queue takes every handle that a receive
 * of the message gave; a FIFO queue only the last, and only while it hides the message.
 */
function remove({ queue, sqs }: OpenQueue, handle: string): void {
  const { sentAt, id, receipt } = readReceiptHandle(handle, queue);
  const message = sqs.messages.get(queue.line, sentAt, id);
  if (message === undefined) return;
  if (queue.fifo && (message.receipt !== receipt || message.visibleAt <= sqs.now)) {
    throw invalidValue(handle, "ReceiptHandle", "The receipt handle has expired.");
  }
  discard(message, sqs);
}
