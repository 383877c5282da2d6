import type { Receipt } from "./receipt-handle.ts";
import { table } from "../../kernel/table.ts";

export interface Queue {
  readonly name: string;
  /** Tells this queue from an earlier one of the same name: what it remembers hangs on it. */
  readonly id: string;
  /**
   * Where its messages are. A purge gives it another line; the old one is cleared in the
   * background.
   */
  readonly line: string;
  readonly fifo: boolean;
  /** What was set, in the form in which it is told; the rest has AWS's defaults. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly purgedAt?: number;
  /** Set while it has a redrive policy: so that a queue knows whose dead letters it takes. */
  readonly deadLetterArn?: string;
  /** Deduplication goes on in the scope of before until this instant. */
  readonly formerScope?: { readonly scope: string; readonly endsAt: number };
}

export interface AttributeValue {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

export type AttributeValues = Readonly<Record<string, AttributeValue>>;

/** "waiting": nobody has received it from this queue yet; "taken": somebody has. */
export type Phase = "waiting" | "taken";

export interface Message {
  readonly line: string;
  readonly id: string;
  /** Empty while `sealed`. */
  readonly body: string;
  readonly attributes?: AttributeValues;
  readonly traceHeader?: string;
  /** Body and attributes as encrypted under a data key, with the data key as encrypted by KMS. */
  readonly sealed?: {
    readonly bytes: Uint8Array;
    readonly dataKey: Uint8Array;
    /** The queue under which it was encrypted: it may have moved since. */
    readonly arn: string;
  };
  readonly senderId: string;
  readonly sentAt: number;
  readonly expiresAt: number;
  readonly phase: Phase;
  /** Hidden until this instant: not yet delivered, or in flight with a consumer. */
  readonly visibleAt: number;
  /** Tells apart what becomes visible in the same millisecond; in a FIFO queue the sequence. */
  readonly order: number;
  readonly receiveCount: number;
  /** So many of them from other queues, before it came here as a dead letter. */
  readonly receivedElsewhere?: number;
  readonly receivedAt?: number;
  readonly firstReceivedAt?: number;
  /** Eight bytes as hex, new at each receive: with the id it makes the receipt handle. */
  readonly receipt?: string;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** The group in a FIFO queue: messages of a standard queue have a group id, but no lane. */
  readonly lane?: string;
  readonly deadLetterSourceArn?: string;
}

/** A message group that has messages. Only its head decides whether it has something to give. */
export interface Group {
  readonly line: string;
  readonly group: string;
  readonly availableAt: number;
  readonly headOrder: number;
}

/** The last sequence number of a FIFO queue, counted from 1. */
export interface Sequence {
  readonly queue: string;
  readonly last: number;
}

/**
 * What was sent with a deduplication id, for five minutes. The scope is a group's name, or empty:
 * the whole queue.
 */
export interface Deduplication {
  readonly queue: string;
  readonly scope: string;
  readonly deduplicationId: string;
  readonly messageId: string;
  readonly order: number;
  readonly expiresAt: number;
}

/** What a ReceiveMessage with an attempt id gave, for five minutes. */
export interface ReceiveAttempt {
  readonly line: string;
  readonly attempt: string;
  readonly taken: readonly Receipt[];
  /** Of all of them: as long as nobody changes it for one. */
  readonly hiddenUntil: number;
  readonly expiresAt: number;
}

/**
 * An upper bound of how many messages are in flight, so that the limit needs no count at every
 * receive.
 */
export interface Flight {
  readonly line: string;
  readonly bound: number;
}

export interface DeletedQueue {
  readonly name: string;
  readonly expiresAt: number;
}

export interface MoveTask {
  readonly source: string;
  readonly id: string;
  readonly startedAt: number;
  readonly status: "RUNNING" | "COMPLETED" | "CANCELLING" | "CANCELLED" | "FAILED";
  readonly destinationArn?: string;
  readonly perSecond?: number;
  readonly moved: number;
  readonly toMove: number;
  readonly failure?: string;
}

/** A data key that a sender goes on using, until the queue's reuse period is over. */
export interface DataKey {
  readonly queue: string;
  readonly principal: string;
  readonly keyId: string;
  readonly plaintext: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly expiresAt: number;
}

export const state = {
  queues: table<Queue>().key("name").index("byDeadLetter", "deadLetterArn"),
  deletedQueues: table<DeletedQueue>().key("name").expires("expiresAt"),
  /**
   * What waits in standard queues. No receipt handle leads to it yet: its place in the line is all
   * that names it, so that sending writes one row and no index.
   */
  backlog: table<Message>().key("line", "visibleAt", "order", "id").expiresInLine("expiresAt"),
  /**
   * What was taken from standard queues, and everything in FIFO queues. Neighbours in the queue are
   * neighbours on the store.
   */
  messages: table<Message>()
    .key("line", "sentAt", "id")
    .index("byPhase", "line", "phase", "visibleAt", "order")
    .index("byLane", "line", "lane", "order")
    .expiresInLine("expiresAt"),
  groups: table<Group>()
    .key("line", "group")
    .index("byAvailability", "line", "availableAt", "headOrder"),
  sequences: table<Sequence>().key("queue"),
  deduplications: table<Deduplication>()
    .key("queue", "scope", "deduplicationId")
    .expires("expiresAt"),
  attempts: table<ReceiveAttempt>().key("line", "attempt").expires("expiresAt"),
  flights: table<Flight>().key("line"),
  moveTasks: table<MoveTask>().key("source", "id").index("byStart", "source", "startedAt"),
  dataKeys: table<DataKey>().key("queue", "principal", "keyId").expires("expiresAt"),
};
