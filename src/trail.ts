/**
 * The record of what was asked, by whom, what was decided and what came of it: the newest in
 * memory, in order.
 */

export interface TrailRecord {
  readonly sequence: number;
  /** Virtual time, epoch milliseconds. */
  readonly at: number;
  readonly requestId: string;
  /** The record that caused this one: a call of a service by another, a task. */
  readonly cause?: string | undefined;
  readonly service: string;
  readonly operation: string;
  readonly protocol: string;
  readonly accountId: string;
  readonly region: string;
  readonly callerArn: string;
  readonly accessKeyId?: string | undefined;
  readonly sourceIp: string;
  readonly userAgent: string;
  /** 0: no answer. A fault rule dropped the call, or its caller left while one delayed it. */
  readonly status: number;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  /**
   * Present where a policy decided: a denial, or an allowance in soft mode that would have been
   * one.
   */
  readonly decision?: TrailDecision | undefined;
  /** Present where faults were injected: the ids of the rules. */
  readonly injected?: readonly string[] | undefined;
  readonly fidelity: "real" | "stored" | "absent";
  /** Rows put or removed. */
  readonly changes: number;
  /** Real milliseconds. */
  readonly durationMs: number;
}

export interface TrailDecision {
  readonly allowed: boolean;
  readonly action: string;
  readonly resource: string;
  readonly reason: string;
  /** Policy and statement that decided, where one did. */
  readonly decidedBy?: string;
  /** The smallest policy that would allow it. */
  readonly smallestPolicy?: unknown;
}

/** A record that is still being written. */
export type TrailEntry = { -readonly [Name in keyof TrailRecord]: TrailRecord[Name] };

/**
 * A ring of entries that are written over and over: a record of every request as an object of its
 * own would live just long enough to be dear.
 */
export class Trail {
  readonly #ring: TrailEntry[] = [];
  readonly #listeners = new Set<(record: TrailRecord) => void>();
  readonly #capacity: number;
  #sequence = 0;

  constructor(capacity = 10_000) {
    this.#capacity = capacity;
  }

  /** The next entry, for the caller to write every member of it, and then to say so with `add`. */
  next(): TrailEntry {
    this.#sequence += 1;
    const at = (this.#sequence - 1) % this.#capacity;
    const entry = (this.#ring[at] ??= blank());
    entry.sequence = this.#sequence;
    return entry;
  }

  /** An entry of `next` is complete. */
  add(entry: TrailEntry): void {
    if (this.#listeners.size === 0) return;
    const record = { ...entry };
    for (const listener of this.#listeners) listener(record);
  }

  /** Oldest first. `after`: sequence number of the last one already seen. */
  list(filter: { readonly after?: number; readonly limit?: number } = {}): readonly TrailRecord[] {
    const oldest = Math.max(0, this.#sequence - this.#capacity);
    const from = Math.max(filter.after ?? 0, oldest);
    const to = Math.min(this.#sequence, from + (filter.limit ?? Infinity));
    const records: TrailRecord[] = [];
    for (let sequence = from; sequence < to; sequence++) {
      const record = this.#ring[sequence % this.#capacity];
      if (record !== undefined) records.push({ ...record });
    }
    return records;
  }

  follow(listener: (record: TrailRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    this.#ring.length = 0;
    this.#sequence = 0;
  }
}

const blank = (): TrailEntry => ({
  sequence: 0,
  at: 0,
  requestId: "",
  cause: undefined,
  service: "",
  operation: "",
  protocol: "",
  accountId: "",
  region: "",
  callerArn: "",
  accessKeyId: undefined,
  sourceIp: "",
  userAgent: "",
  status: 0,
  error: undefined,
  decision: undefined,
  injected: undefined,
  fidelity: "absent",
  changes: 0,
  durationMs: 0,
});
