/**
 * Clearing up behind a purge or a deletion: nobody sees these rows any more, so that the caller
 * need not wait until they are gone, however many they are.
 */
import type { Sqs } from "./api.ts";

const BATCH = 500;

/** Removes the messages of a line that no queue has. */
export function clearLine({ line }: { readonly line: string }, sqs: Sqs): void {
  const waiting = sqs.backlog.list([line], { limit: BATCH });
  for (const message of waiting) sqs.backlog.remove(message);
  const messages = sqs.messages.list([line], { limit: BATCH });
  for (const message of messages) sqs.messages.remove(message);
  const groups = sqs.groups.list([line], { limit: BATCH });
  for (const group of groups) sqs.groups.remove(group);
  const flight = sqs.flights.get(line);
  if (flight !== undefined) sqs.flights.remove(flight);
  if (waiting.length + messages.length + groups.length > 0)
    sqs.later(sqs.now, "clearLine", { line });
}

/** Removes what a deleted queue remembered besides its messages. */
export function clearMemory(
  { queue, source }: { readonly queue: string; readonly source: string },
  sqs: Sqs,
): void {
  const sequence = sqs.sequences.get(queue);
  if (sequence !== undefined) sqs.sequences.remove(sequence);
  const known = sqs.deduplications.list([queue], { limit: BATCH });
  for (const deduplication of known) sqs.deduplications.remove(deduplication);
  for (const dataKey of sqs.dataKeys.list([queue])) sqs.dataKeys.remove(dataKey);
  if (!sqs.queues.has(source)) {
    for (const task of sqs.moveTasks.list([source])) sqs.moveTasks.remove(task);
  }
  if (known.length === BATCH) sqs.later(sqs.now, "clearMemory", { queue, source });
}
