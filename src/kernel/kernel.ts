/**
 * The kernel: transactions that run again when they must, those who wait for a change, and the
 * clock's due work.
 * It names no AWS service and knows no wire.
 */
import type { Blobs } from "./blobs/blobs.ts";
import type { Clock } from "./clock.ts";
import type { Chance } from "./ids.ts";
import {
  Conflict,
  Suspension,
  type Key,
  type Store,
  type StoreTransaction,
  type Writes,
} from "./store/store.ts";
import { NO_WRITES, Transaction, type ReadRange } from "./transaction.ts";
import { Meter } from "./usage.ts";

export interface KernelParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly blobs: Blobs;
}

/** What a step may do besides reading and writing: nothing. It may run several times. */
export type Step<T> = (transaction: Transaction) => T;

export interface TransactOptions {
  /** Wound back before each further run, so that the step draws the same ids again. */
  readonly draws?: Rewindable;
  readonly recordReads?: boolean;
}

export interface Rewindable {
  mark(): number;
  rewindTo(mark: number): void;
}

const GUESSING = { guessing: true };
const AT_ONCE = { atOnce: true };
const ATTEMPTS_MAX = 100;
const BACKOFF_MS_MAX = 100;
/**
 * A store that other processes write to tells nobody here: those who wait look again this often.
 */
const SHARED_POLL_MS = 150;

export class Kernel {
  readonly store: Store;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly blobs: Blobs;
  readonly meter = new Meter(this);
  readonly #waiters = new Set<Waiter>();
  readonly #commitListeners = new Set<(writes: Writes) => void>();
  #commits = 0;
  #waitsAreOver = false;

  constructor(parts: KernelParts) {
    this.store = parts.store;
    this.clock = parts.clock;
    this.chance = parts.chance;
    this.blobs = parts.blobs;
    this.clock.onChange(() => this.#wakeAll());
  }

  /**
   * Runs a step as one transaction: its writes happen together or not at all, and the promise
   * resolves when they are durable. When the step throws, nothing is written and the promise
   * rejects with what it threw.
   */
  async transact<T>(step: Step<T>, options: TransactOptions = NO_OPTIONS): Promise<T> {
    return this.transactAtOnce(step, options);
  }

  /**
   * The same, but where there is nothing to wait for (a local store, and nothing written, or
   * written to memory) the result is there at once: the step's value, or what it threw.
   */
  transactAtOnce<T>(step: Step<T>, options: TransactOptions = NO_OPTIONS): T | Promise<T> {
    if (this.store.shared) return this.#transact(step, options);
    const mark = options.draws?.mark() ?? 0;
    const below = this.store.begin(AT_ONCE);
    const { outcome, transaction } = attemptOf(below, step, this.clock.now(), options);
    if (outcome.kind === "suspended") {
      below.rollback();
      return this.#afterLoading(outcome.suspension, mark, step, options);
    }
    const failed = outcome.kind === "failed";
    const durable = below.commit(failed ? NO_WRITES : transaction.writes);
    this.#committed(transaction, failed);
    if (durable !== undefined) return durable.then(() => resultOf(outcome));
    return resultOf(outcome);
  }

  async #afterLoading<T>(
    suspension: Suspension,
    mark: number,
    step: Step<T>,
    options: TransactOptions,
  ): Promise<T> {
    await suspension.load();
    options.draws?.rewindTo(mark);
    return this.#transact(step, options);
  }

  async #transact<T>(step: Step<T>, options: TransactOptions): Promise<T> {
    const mark = options.draws?.mark() ?? 0;
    for (let attempt = 1; ; attempt++) {
      const below = this.store.begin(GUESSING);
      // One instant for every run of this attempt: a key that holds it is the same key again.
      const now = this.clock.now();
      try {
        // No await between the reads and the commit, unless the store makes the step wait: so on a
        // local store transactions never run beside each other and never conflict.
        let { outcome, transaction } = attemptOf(below, step, now, options);
        while (outcome.kind === "suspended") {
          await outcome.suspension.load();
          options.draws?.rewindTo(mark);
          ({ outcome, transaction } = attemptOf(below, step, now, options));
        }
        const failed = outcome.kind === "failed";
        const durable = below.commit(failed ? NO_WRITES : transaction.writes);
        if (!this.store.shared) this.#committed(transaction, failed);
        if (durable !== undefined) await durable;
        if (this.store.shared) this.#committed(transaction, failed);
        if (outcome.kind === "failed") throw new StepFailure(outcome.thrown);
        return outcome.value;
      } catch (thrown) {
        below.rollback();
        if (thrown instanceof StepFailure) throw thrown.reason;
        if (!(thrown instanceof Conflict) || attempt >= ATTEMPTS_MAX) throw thrown;
        options.draws?.rewindTo(mark);
        await delay(this.#backoffMs(attempt));
      }
    }
  }

  /**
   * Runs `take` now, and again after every change of what it read and every move of the clock,
   * until it gives something or `deadlineAt` (virtual) has come. `wakesAt` may name an instant
   * before that at which it is worth another look.
   */
  async waitFor<T>(take: Step<T | undefined>, wait: Wait): Promise<T | undefined> {
    for (;;) {
      const commitsBefore = this.#commits;
      let reads: readonly ReadRange[] = [];
      let wakesAt: number | undefined;
      const taken = await this.transact(
        (transaction) => {
          const result = take(transaction);
          reads = transaction.reads;
          wakesAt = wait.wakesAt?.(transaction);
          return result;
        },
        { recordReads: true, ...(wait.draws === undefined ? {} : { draws: wait.draws }) },
      );
      if (taken !== undefined || wait.abandoned?.() === true || this.#waitsAreOver) return taken;
      if (this.clock.now() >= wait.deadlineAt) return undefined;
      if (this.#commits !== commitsBefore) {
        // The step itself may be what commits, again and again: others must have their turn.
        await turn();
        continue;
      }
      await this.#sleep(reads, Math.min(wait.deadlineAt, wakesAt ?? Infinity), wait);
    }
  }

  /** Called with the writes of every commit of this process, once they are visible. */
  onCommit(listener: (writes: Writes) => void): () => void {
    this.#commitListeners.add(listener);
    return () => this.#commitListeners.delete(listener);
  }

  /** How many wait for a change. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Those who wait look again, whatever they wait for. */
  wake(): void {
    this.#wakeAll();
  }

  /** Those who wait are answered as if their time had come, now and from now on. */
  endWaits(): void {
    this.#waitsAreOver = true;
    this.#wakeAll();
  }

  /** Two that met once must not meet again: each waits for a time of its own. */
  #backoffMs(attempt: number): number {
    const [byte = 0] = this.chance(1);
    return (Math.min(BACKOFF_MS_MAX, 2 ** attempt) * (1 + byte / 128)) / 2;
  }

  #committed(transaction: Transaction, failed: boolean): void {
    const { used, now } = transaction;
    if (used !== undefined) this.meter.countAll(used, now);
    if (failed || transaction.writes.size === 0) return;
    this.#commits += 1;
    for (const waiter of this.#waiters) {
      if (touches(transaction.writes, waiter.reads)) waiter.wake();
    }
    for (const listener of this.#commitListeners) listener(transaction.writes);
    for (const id of transaction.releasedBlobs) this.onBlobReleased?.(id);
  }

  /** Set by the collector of blobs. */
  onBlobReleased: ((id: string) => void) | undefined;

  #wakeAll(): void {
    for (const waiter of this.#waiters) waiter.wake();
  }

  #sleep(reads: readonly ReadRange[], untilAt: number, wait: Wait): Promise<void> {
    return new Promise((resolve) => {
      const delayMs = this.clock.realDelayMs(untilAt);
      const lookMs = this.store.shared ? Math.min(SHARED_POLL_MS, delayMs) : delayMs;
      const timer = Number.isFinite(lookMs)
        ? setTimeout(() => waiter.wake(), Math.min(lookMs, TIMER_MS_MAX))
        : undefined;
      const waiter: Waiter = {
        reads,
        wake: () => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve();
        },
      };
      this.#waiters.add(waiter);
      wait.onAbandoned?.(() => waiter.wake());
    });
  }
}

export interface Wait {
  /** Virtual epoch milliseconds. */
  readonly deadlineAt: number;
  readonly wakesAt?: (transaction: Transaction) => number | undefined;
  readonly draws?: Rewindable;
  readonly abandoned?: () => boolean;
  readonly onAbandoned?: (listener: () => void) => void;
}

interface Waiter {
  readonly reads: readonly ReadRange[];
  readonly wake: () => void;
}

/** Longer timers overflow in Node; waking too early only costs another look. */
const TIMER_MS_MAX = 2 ** 31 - 1;

type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly thrown: unknown }
  | { readonly kind: "suspended"; readonly suspension: Suspension };

/** One run of the step. */
function attemptOf<T>(
  below: StoreTransaction,
  step: Step<T>,
  now: number,
  options: TransactOptions,
): { outcome: Outcome<T>; transaction: Transaction } {
  const transaction = new Transaction(below, now, options.recordReads);
  const outcome = outcomeOf(step, transaction);
  const suspension = below.guessed?.();
  if (suspension === undefined) return { outcome, transaction };
  return { outcome: { kind: "suspended", suspension }, transaction };
}

function outcomeOf<T>(step: Step<T>, transaction: Transaction): Outcome<T> {
  try {
    return { kind: "done", value: step(transaction) };
  } catch (thrown) {
    if (thrown instanceof Suspension) return { kind: "suspended", suspension: thrown };
    return { kind: "failed", thrown };
  }
}

const NO_OPTIONS: TransactOptions = {};

/** Of a step that did not suspend. */
function resultOf<T>(outcome: Outcome<T>): T {
  if (outcome.kind === "done") return outcome.value;
  throw outcome.kind === "failed" ? outcome.thrown : outcome.suspension;
}

/** Carries what a step threw past the catch that is for the store's own failures. */
class StepFailure {
  readonly reason: unknown;
  constructor(reason: unknown) {
    this.reason = reason;
  }
}

function touches(writes: Writes, reads: readonly ReadRange[]): boolean {
  for (const key of writes.keys()) if (reads.some((range) => within(key, range))) return true;
  return false;
}

const within = (key: Key, { from, to }: ReadRange) =>
  from === to ? key === from : key >= from && key < to;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
