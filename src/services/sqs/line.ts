/**
 * The messages of a queue, in the order in which they become visible. Every operation works at the
 * head of an index: its cost does not grow with the queue.
 *
 * In a FIFO queue the groups stand in line instead, each with the instant at which its first
 * message becomes visible, so that a blocked group costs nothing, however long it is.
 */
import type { Bounds } from "../../kernel/table.ts";
import type { Sqs } from "./api.ts";
import type { Message, Phase, Queue } from "./state.ts";

type Placed = Pick<Message, "line" | "order" | "phase" | "lane">;

/** Where a message stands that comes now. */
export function endOf(queue: Queue, groupId: string | undefined, sqs: Sqs): Placed {
  const { line } = queue;
  const placed = { line, order: nextOrder(queue, sqs), phase: "waiting" } as const;
  return queue.fifo && groupId !== undefined ? { ...placed, lane: groupId } : placed;
}

/** Messages that become visible in the same millisecond keep the order in which they were sent. */
export const nextOrder = (queue: Queue, sqs: Sqs): number =>
  queue.fifo ? nextSequence(queue, sqs) : sqs.nextOrder();

const inBacklog = ({ phase, lane }: Message) => phase === "waiting" && lane === undefined;

/** Puts a message at the end of its line. */
export function append(message: Message, sqs: Sqs): Message {
  if (inBacklog(message)) return sqs.backlog.add(message);
  sqs.messages.add(message);
  const { line, lane, visibleAt, order } = message;
  if (lane !== undefined && !sqs.groups.has(line, lane)) {
    sqs.groups.insert({ line, group: lane, availableAt: visibleAt, headOrder: order });
  }
  return message;
}

function nextSequence(queue: Queue, sqs: Sqs): number {
  const last = (sqs.sequences.get(queue.id)?.last ?? 0) + 1;
  sqs.sequences.put({ queue: queue.id, last });
  return last;
}

/** Twenty digits, as AWS shows them. */
export const toSequenceNumber = (order: number): string => `1888${String(order).padStart(16, "0")}`;

type Taken = Partial<Message> & { readonly phase: "taken" };

/** Gives a message to a consumer. */
export function take(message: Message, patch: Taken, sqs: Sqs): Message {
  if (!inBacklog(message)) return change(message, patch, sqs);
  sqs.backlog.remove(message);
  return sqs.messages.add(Object.assign({ ...message }, patch));
}

/** Hides a message that was taken, or one of a FIFO queue; or shows it again. */
export function change(message: Message, patch: Partial<Message>, sqs: Sqs): Message {
  const changed = sqs.messages.update(message, patch);
  if (message.lane !== undefined) settleGroup(message.line, message.lane, sqs);
  return changed;
}

export function discard(message: Message, sqs: Sqs): void {
  if (inBacklog(message)) {
    sqs.backlog.remove(message);
    return;
  }
  sqs.messages.remove(message);
  if (message.lane !== undefined) settleGroup(message.line, message.lane, sqs);
}

/** The group's place in line is that of its first message; without messages it has none. */
function settleGroup(line: string, lane: string, sqs: Sqs): void {
  const group = sqs.groups.get(line, lane);
  const [head] = sqs.messages.range("byLane", [line, lane], { limit: 1 });
  if (head === undefined) {
    if (group !== undefined) sqs.groups.remove(group);
    return;
  }
  const availableAt = Math.min(head.visibleAt, head.expiresAt);
  if (group?.availableAt === availableAt && group.headOrder === head.order) return;
  sqs.groups.put({ line, group: lane, availableAt, headOrder: head.order });
}

export interface Visible {
  readonly messages: readonly Message[];
  /** When the next one becomes visible, if time alone brings it. */
  readonly nextAt: number | undefined;
}

/** The first visible messages. */
export function visible(queue: Queue, count: number, sqs: Sqs): Visible {
  return queue.fifo
    ? visibleInGroups(queue.line, count, sqs)
    : visibleInPhases(queue.line, count, sqs);
}

function visibleInPhases(line: string, count: number, sqs: Sqs): Visible {
  // One more than asked for, to tell when it becomes visible. The ranges have no end, so that one
  // who waits hears of whatever comes.
  const limit = count + 1;
  const waiting = visibleOf(sqs.backlog.scan([line], { limit }), count, sqs);
  const taken = visibleOf(
    sqs.messages.scanIndex("byPhase", [line, "taken"], { limit }),
    count,
    sqs,
  );
  const nextAt = earlier(waiting.nextAt, taken.nextAt);
  if (taken.messages.length === 0) return { messages: waiting.messages, nextAt };
  const messages = [...waiting.messages, ...taken.messages].toSorted(
    (left, right) => left.visibleAt - right.visibleAt || left.order - right.order,
  );
  return { messages: messages.slice(0, count), nextAt };
}

function visibleOf(inLine: Iterable<Message>, count: number, sqs: Sqs): Visible {
  const messages: Message[] = [];
  for (const message of inLine) {
    if (message.visibleAt > sqs.now) return { messages, nextAt: message.visibleAt };
    if (messages.length === count) break;
    messages.push(message);
  }
  return { messages, nextAt: undefined };
}

function visibleInGroups(line: string, count: number, sqs: Sqs): Visible {
  const messages: Message[] = [];
  const stale: string[] = [];
  let nextAt: number | undefined;
  for (const { group, availableAt } of sqs.groups.scanIndex("byAvailability", [line])) {
    if (availableAt > sqs.now) {
      nextAt = availableAt;
      break;
    }
    const before = messages.length;
    for (const message of sqs.messages.scanIndex("byLane", [line, group])) {
      if (message.visibleAt > sqs.now || messages.length === count) break;
      messages.push(message);
    }
    if (messages.length === before) stale.push(group);
    if (messages.length === count) break;
  }
  // Messages that reached their retention are gone without a word: their groups hear of it here.
  for (const group of stale) settleGroup(line, group, sqs);
  return { messages, nextAt };
}

export const countVisible = (queue: Queue, sqs: Sqs): number =>
  countOf(queue, "waiting", { upTo: sqs.now }, sqs) +
  countOf(queue, "taken", { upTo: sqs.now }, sqs);

/** Delayed, or in flight. */
export const countHidden = (queue: Queue, phase: Phase, sqs: Sqs): number =>
  countOf(queue, phase, { after: sqs.now }, sqs);

function countOf({ line, fifo }: Queue, phase: Phase, visibleAt: Bounds, sqs: Sqs): number {
  return phase === "waiting" && !fifo
    ? sqs.backlog.count(undefined, [line], visibleAt)
    : sqs.messages.count("byPhase", [line, phase], visibleAt);
}

const earlier = (left: number | undefined, right: number | undefined) =>
  left === undefined ? right : right === undefined ? left : Math.min(left, right);
