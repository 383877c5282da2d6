/**
 * The clock's due work: tasks that services asked for, published events, and the sweep of expired
 * rows.
 * Tasks are rows of the transaction that asked for them, so a crash loses none; they run in due
 * order, at least once.
 */
import type { Kernel } from "./kernel.ts";
import { encodeKey, rangeUnder } from "./store/key.ts";
import type { Key } from "./store/store.ts";
import { firstExpiry, sweep, type TableFinder } from "./sweep.ts";
import type { Transaction } from "./transaction.ts";

export interface Task {
  readonly id: string;
  readonly dueAt: number;
  readonly service: string;
  /** A task of the service, or the name of an event that it hears. */
  readonly task: string;
  readonly kind: "task" | "event" | "heard";
  readonly payload: unknown;
  readonly accountId: string;
  readonly region: string;
  /** The request that asked for it. */
  readonly cause: string;
  readonly attempt: number;
}

/** How a task is carried out: inside the transaction that takes its row away, or beside it. */
export type Runnable =
  | { readonly step: (transaction: Transaction) => void }
  | { readonly asynchronous: () => Promise<void> };

export interface TaskRunner {
  prepare(task: Task): Promise<Runnable>;
  /** A task that failed for good. */
  failed(task: Task, reason: unknown): void;
  readonly tableNamed: TableFinder;
}

const TASKS = "kernel.tasks";
const TASKS_RANGE = rangeUnder(encodeKey([TASKS]));
const ATTEMPTS_MAX = 8;
const BACKOFF_MS = 1000;
/** After this long an asynchronous task that did not report is taken to be lost, and runs again. */
const LEASE_MS = 15 * 60 * 1000;
/**
 * Expired rows are invisible at once; removing them from the disk can wait this long (real time).
 */
const SWEEP_INTERVAL_MS = 5000;
const SHARED_POLL_MS = 500;
const TIMER_MS_MAX = 2 ** 31 - 1;

export const taskKey = (dueAt: number, id: string): Key => encodeKey([TASKS, dueAt, id]);

export function putTask(transaction: Transaction, task: Task): void {
  transaction.put(taskKey(task.dueAt, task.id), task);
}

export class Scheduler {
  readonly #kernel: Kernel;
  readonly #runner: TaskRunner;
  readonly #stops: (() => void)[];
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #armedFor = Infinity;
  #asynchronous = new Set<Promise<void>>();
  #closed = false;
  #sweptAtWall = 0;

  constructor(kernel: Kernel, runner: TaskRunner) {
    this.#kernel = kernel;
    this.#runner = runner;
    this.#stops = [
      kernel.onCommit((writes) => {
        writes.forEach((value, key) => {
          if (value === undefined || key < TASKS_RANGE.from || key >= TASKS_RANGE.to) return;
          if ((value as Task).dueAt < this.#armedFor) this.#arm((value as Task).dueAt);
        });
      }),
      kernel.clock.onChange(() => this.#arm(kernel.clock.now())),
    ];
  }

  /** Takes up what an earlier run left. */
  start(): void {
    this.#arm(this.#kernel.clock.now());
  }

  /** Resolves when nothing is due and no task is under way. */
  async idle(): Promise<void> {
    await this.#exclusively(() => this.#runUpTo(this.#kernel.clock.now()));
    while (this.#asynchronous.size > 0) await Promise.allSettled(this.#asynchronous);
    await this.#exclusively(() => this.#sweep());
  }

  /**
   * Moves the clock forward to an instant; every task due on the way runs in order, at its own
   * instant.
   */
  async advanceTo(instantAt: number): Promise<void> {
    const { clock } = this.#kernel;
    await this.#exclusively(async () => {
      for (;;) {
        const next = await this.#first();
        if (next === undefined || next.dueAt > instantAt) break;
        if (next.dueAt > clock.now()) clock.moveTo(next.dueAt);
        await this.#run(next);
        while (this.#asynchronous.size > 0) await Promise.allSettled(this.#asynchronous);
      }
      if (instantAt > clock.now()) clock.moveTo(instantAt);
    });
    await this.idle();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const stop of this.#stops) stop();
    await this.#turn;
    await Promise.allSettled(this.#asynchronous);
  }

  /** One at a time: the timer, `idle` and `advanceTo` never run tasks beside each other. */
  #exclusively(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  #arm(dueAt: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#armedFor = dueAt;
    const delayMs = Math.min(this.#kernel.clock.realDelayMs(dueAt), TIMER_MS_MAX);
    const pollMs = this.#kernel.store.shared ? Math.min(delayMs, SHARED_POLL_MS) : delayMs;
    if (!Number.isFinite(pollMs)) return;
    this.#timer = setTimeout(() => {
      this.#armedFor = Infinity;
      this.#exclusively(() => this.#timerWork()).catch((reason: unknown) => {
        // The store failed; the next commit or clock change tries again.
        process.emitWarning(`scheduler: ${String(reason)}`);
      });
    }, pollMs);
    this.#timer.unref();
  }

  async #timerWork(): Promise<void> {
    if (this.#closed) return;
    await this.#runUpTo(this.#kernel.clock.now());
    const { clock } = this.#kernel;
    if (clock.wall() - this.#sweptAtWall >= SWEEP_INTERVAL_MS) await this.#sweep();
    const next = await this.#first();
    const expiry = await firstExpiry(this.#kernel);
    const sweepAt =
      expiry === undefined ? Infinity : Math.max(expiry, clock.now() + SWEEP_INTERVAL_MS);
    const dueAt = Math.min(next?.dueAt ?? Infinity, sweepAt);
    if (dueAt < this.#armedFor && (dueAt < Infinity || this.#kernel.store.shared)) this.#arm(dueAt);
  }

  async #runUpTo(instantAt: number): Promise<void> {
    for (;;) {
      const next = await this.#first();
      if (next === undefined || next.dueAt > instantAt || this.#closed) return;
      await this.#run(next);
    }
  }

  #first(): Promise<Task | undefined> {
    return this.#kernel.transact((transaction) => {
      for (const [, value] of transaction.scan({ ...TASKS_RANGE, expected: 1 }))
        return value as Task;
      return undefined;
    });
  }

  async #run(task: Task): Promise<void> {
    const key = taskKey(task.dueAt, task.id);
    try {
      const runnable = await this.#runner.prepare(task);
      if ("step" in runnable) {
        await this.#kernel.transact((transaction) => {
          if (transaction.get(key) === undefined) return;
          transaction.remove(key);
          runnable.step(transaction);
        });
        return;
      }
      const leased = { ...task, dueAt: this.#kernel.clock.now() + LEASE_MS };
      const mine = await this.#kernel.transact((transaction) => {
        if (transaction.get(key) === undefined) return false;
        transaction.remove(key);
        putTask(transaction, leased);
        return true;
      });
      if (mine) this.#runBeside(leased, runnable.asynchronous);
    } catch (reason) {
      await this.#retry(task, reason);
    }
  }

  #runBeside(task: Task, work: () => Promise<void>): void {
    const running = work()
      .then(() =>
        this.#kernel.transact((transaction) => transaction.remove(taskKey(task.dueAt, task.id))),
      )
      .catch((reason: unknown) => this.#retry(task, reason))
      .finally(() => this.#asynchronous.delete(running));
    this.#asynchronous.add(running);
  }

  async #retry(task: Task, reason: unknown): Promise<void> {
    const attempt = task.attempt + 1;
    const again = attempt < ATTEMPTS_MAX;
    const dueAt = this.#kernel.clock.now() + BACKOFF_MS * 2 ** task.attempt;
    await this.#kernel.transact((transaction) => {
      transaction.remove(taskKey(task.dueAt, task.id));
      if (again) putTask(transaction, { ...task, attempt, dueAt });
    });
    if (!again) this.#runner.failed(task, reason);
  }

  #sweep(): Promise<void> {
    this.#sweptAtWall = this.#kernel.clock.wall();
    return sweep(this.#kernel, this.#runner.tableNamed);
  }
}
