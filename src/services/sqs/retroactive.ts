/**
 * Changes of attributes that hold for what is in the queue already, too: message by message, in the
 * background.
 */
import type { Table } from "../../kernel/table.ts";
import type { Sqs } from "./api.ts";
import type { Attributes } from "./attribute-rules.ts";
import { change } from "./line.ts";
import type { Message, Queue } from "./state.ts";

const BATCH = 500;

interface Walk {
  readonly line: string;
  readonly seconds: number;
  /** What follows the line in the key of the last message that is done. */
  readonly after: readonly (number | string)[];
}

/** AWS: another delay holds for what waits in a FIFO queue, and only there. */
export function applyToMessages({ line, fifo }: Queue, changed: Attributes, sqs: Sqs): void {
  const { MessageRetentionPeriod: retention, DelaySeconds: delay } = changed;
  const start = (task: string, seconds: string) =>
    sqs.later(sqs.now, task, { line, seconds: Number(seconds), after: [] } satisfies Walk);
  if (retention !== undefined) start("retainBacklog", retention);
  if (delay !== undefined && fifo) start("delayLine", delay);
}

/**
 * Task: another retention period, first for the backlog: what is taken from it meanwhile is found
 * among the messages afterwards.
 */
export function retainBacklog(walk: Walk, sqs: Sqs): void {
  const rest = eachMessage(sqs.backlog, walk, (message) => {
    sqs.backlog.update(message, { expiresAt: message.sentAt + walk.seconds * 1000 });
    return [message.visibleAt, message.order, message.id];
  });
  if (rest === undefined) sqs.later(sqs.now, "retainLine", { ...walk, after: [] } satisfies Walk);
  else sqs.later(sqs.now, "retainBacklog", rest);
}

/** Task: another retention period, for what is not in the backlog. */
export function retainLine(walk: Walk, sqs: Sqs): void {
  const rest = eachMessage(sqs.messages, walk, (message) => {
    sqs.messages.update(message, { expiresAt: message.sentAt + walk.seconds * 1000 });
    return [message.sentAt, message.id];
  });
  if (rest !== undefined) sqs.later(sqs.now, "retainLine", rest);
}

/** Task: another delay, for what nobody has received yet. */
export function delayLine(walk: Walk, sqs: Sqs): void {
  const rest = eachMessage(sqs.messages, walk, (message) => {
    if (message.receiveCount === 0)
      change(message, { visibleAt: message.sentAt + walk.seconds * 1000 }, sqs);
    return [message.sentAt, message.id];
  });
  if (rest !== undefined) sqs.later(sqs.now, "delayLine", rest);
}

/** A batch of a walk. `work` tells where the message stands. Gives what is to be done after it. */
function eachMessage(
  table: Table<Message>,
  walk: Walk,
  work: (message: Message) => Walk["after"],
): Walk | undefined {
  const from = walk.after.length === 0 ? {} : { after: walk.after };
  const messages = table.list([walk.line], { ...from, limit: BATCH });
  let { after } = walk;
  for (const message of messages) after = work(message);
  return messages.length < BATCH ? undefined : { ...walk, after };
}
