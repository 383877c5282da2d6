/**
 * Changes of attributes that hold for what is in the queue already, too: message by message, in the
 * background.
 */
import type { Sqs } from "./api.ts";
import type { Attributes } from "./attribute-rules.ts";
import { change } from "./line.ts";
import type { Message, Queue } from "./state.ts";

const BATCH = 500;

interface Walk {
  readonly line: string;
  readonly seconds: number;
  /** The last message that is done: its arrival and its id. */
  readonly after: readonly (number | string)[];
}

/** AWS: another delay holds for what waits in a FIFO queue, and only there. */
export function applyToMessages({ line, fifo }: Queue, changed: Attributes, sqs: Sqs): void {
  const { MessageRetentionPeriod: retention, DelaySeconds: delay } = changed;
  const start = (task: string, seconds: string) =>
    sqs.later(sqs.now, task, { line, seconds: Number(seconds), after: [] } satisfies Walk);
  if (retention !== undefined) start("retainLine", retention);
  if (delay !== undefined && fifo) start("delayLine", delay);
}

/** Task: another retention period. */
export function retainLine(walk: Walk, sqs: Sqs): void {
  eachMessage("retainLine", walk, sqs, (message) => {
    sqs.messages.update(message, { expiresAt: message.sentAt + walk.seconds * 1000 });
  });
}

/** Task: another delay, for what nobody has received yet. */
export function delayLine(walk: Walk, sqs: Sqs): void {
  eachMessage("delayLine", walk, sqs, (message) => {
    if (message.receiveCount > 0) return;
    change(message, { visibleAt: message.arrivedAt + walk.seconds * 1000 }, sqs);
  });
}

function eachMessage(task: string, walk: Walk, sqs: Sqs, work: (message: Message) => void): void {
  const { line, after } = walk;
  const from = after.length === 0 ? {} : { after };
  const messages = sqs.messages.list([line], { ...from, limit: BATCH });
  for (const message of messages) work(message);
  const last = messages.at(-1);
  if (last === undefined || messages.length < BATCH) return;
  sqs.later(sqs.now, task, { ...walk, after: [last.arrivedAt, last.id] });
}
