/**
 * What was used, counted: a line is an hour, an account, a region, a service, a usage type, an
 * operation and a resource, with a quantity that is summed. Counting costs a look-up and an
 * addition in memory; once a second what was counted is added to the rows, so that the nodes of one
 * cloud add up. It names no AWS service: what there is to count, services declare.
 */
import type { Kernel } from "./kernel.ts";
import { decodeKey, encodeKey, rangeUnder } from "./store/key.ts";
import type { Key } from "./store/store.ts";
import type { Place } from "./table.ts";
import type { Transaction } from "./transaction.ts";
import type { UsageFilter, UsageLine } from "./usage-line.ts";

/** A kind of usage, of one operation: one object for the life of the process, known by identity. */
export interface Usage {
  /** The model's name of the service: "s3". */
  readonly service: string;
  /** As AWS's reports call it; not always the name in the API. */
  readonly operation: string;
  /** "USE2-Requests-Tier1": reports name the region in it. */
  readonly usageType: (region: string) => string;
  /** What is counted: "Requests", "Bytes". */
  readonly unit: string;
  /**
   * What reports call a resource that requests call by a name, asked once for each name. Default:
   * the same.
   */
  readonly billed?: (name: string, place: Place) => Billed;
}

/** What a run of a transaction has used: counted when the run is the last. */
export interface Used extends Place {
  readonly usage: Usage;
  /** What requests call the resource. */
  readonly name: string;
  readonly quantity: number;
  /** What was used before it: most requests use one thing, and need no list. */
  readonly before: Used | undefined;
}

/** The resource of a line, and whose bill it is on where that is not the caller's. */
export interface Billed {
  readonly resource: string;
  readonly accountId?: string | undefined;
}

const LINES = "kernel.usage";
const HOUR_MS = 3_600_000;
const FLUSH_MS = 1000;
/** More lines than this are not kept waiting for the second to end. */
const WAITING_MAX = 2000;
const COUNTERS_MAX = 10_000;

/** A line that is being counted. Zero: it does not wait to be written. */
export interface Counter {
  /** The parts of its key after the hour. */
  readonly suffix: Key;
  readonly unit: string;
  quantity: number;
}

interface Sum {
  readonly unit: string;
  quantity: number;
}

export class Meter {
  readonly #kernel: Kernel;
  readonly #counters = new Map<Usage | readonly Usage[], Counters>();
  #known = 0;
  /** Those counters that hold something, all of the hour that begins at `#hourAt`. */
  #waiting: Counter[] = [];
  #hourAt = 0;
  /** What is to be added to the rows, by key. */
  #sums = new Map<Key, Sum>();
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hurried = false;
  #stopped = false;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Adds to a line. `name` is what requests call the resource, `at` when it was used. */
  count(usage: Usage, place: Place, name: string, quantity: number, at: number): void {
    const [counter] = this.counters(usage, place, name);
    if (counter !== undefined) this.add(counter, quantity, at);
  }

  /** Of a transaction that has ended. */
  countAll(last: Used, at: number): void {
    for (let one: Used | undefined = last; one !== undefined; one = one.before) {
      this.count(one.usage, one, one.name, one.quantity, at);
    }
  }

  /** The counters of some kinds of usage of one resource, found by one look-up. To be used at once. */
  counters(kinds: Usage | readonly Usage[], place: Place, name: string): readonly Counter[] {
    let counters = this.#counters.get(kinds);
    if (counters === undefined) this.#counters.set(kinds, (counters = new Counters()));
    const ofPlace = counters.in(place);
    const found = ofPlace.get(name);
    if (found !== undefined) return found;
    const made = [kinds].flat().map((usage) => makeCounter(usage, place, name));
    if (++this.#known > COUNTERS_MAX) this.#forget();
    ofPlace.set(name, made);
    return made;
  }

  add(counter: Counter, quantity: number, at: number): void {
    if (quantity === 0) return;
    if (at - this.#hourAt >= HOUR_MS || at < this.#hourAt) {
      this.#sum();
      this.#hourAt = hourOf(at);
    }
    if (counter.quantity === 0) this.#await(counter);
    counter.quantity += quantity;
  }

  /**
   * Adds what waits to the rows. There is nothing to wait for (undefined) where it is written to
   * memory.
   */
  flush(): Promise<void> | undefined {
    if (this.#writing !== undefined) return this.#writing.then(() => this.flush());
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#hurried = false;
    this.#sum();
    if (this.#sums.size === 0) return undefined;
    const sums = this.#sums;
    this.#sums = new Map();
    const written = this.#write(sums);
    if (written === undefined) return undefined;
    this.#writing = written
      .catch((reason: unknown) => {
        // A store that cannot be reached now can be asked again in a second: what was counted waits.
        this.#hurried = true;
        for (const [key, { unit, quantity }] of sums) addTo(this.#sums, key, unit, quantity);
        this.#arm(FLUSH_MS);
        throw reason;
      })
      .finally(() => {
        this.#writing = undefined;
      });
    return this.#writing;
  }

  #write(sums: ReadonlyMap<Key, Sum>): Promise<void> | undefined {
    try {
      const written = this.#kernel.transactAtOnce((transaction) => addToRows(sums, transaction));
      return written instanceof Promise ? written : undefined;
    } catch (reason) {
      return Promise.reject(reason);
    }
  }

  /** In the order of the hours. Of other nodes, what they have written. */
  async lines({ from = 0, to }: UsageFilter = {}): Promise<readonly UsageLine[]> {
    await this.flush();
    const range = rangeUnder(encodeKey([LINES]));
    return this.#kernel.transact((transaction) => {
      const found: UsageLine[] = [];
      const bounds = {
        from: encodeKey([LINES, from]),
        to: to === undefined ? range.to : encodeKey([LINES, to]),
      };
      for (const [key, value] of transaction.scan(bounds)) found.push(toLine(key, value as Sum));
      return found;
    });
  }

  /** Forgets what waits: the world that it was counted in goes. */
  async drop(): Promise<void> {
    await this.#writing?.catch(() => undefined);
    for (const counter of this.#waiting) counter.quantity = 0;
    this.#waiting = [];
    this.#sums.clear();
  }

  /** Writes what waits, and no more after that. */
  async stop(): Promise<void> {
    this.#stopped = true;
    try {
      await this.flush();
    } catch (reason) {
      process.emitWarning(`usage that was counted last is lost: ${String(reason)}`);
    }
  }

  #await(counter: Counter): void {
    this.#waiting.push(counter);
    if (this.#waiting.length + this.#sums.size > WAITING_MAX && !this.#hurried) {
      this.#hurried = true;
      this.#arm(0);
    } else if (this.#timer === undefined) {
      this.#arm(FLUSH_MS);
    }
  }

  #arm(delayMs: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush()?.catch(() => undefined), delayMs);
    this.#timer.unref();
  }

  /** Moves what the counters hold to the sums of their hour. */
  #sum(): void {
    if (this.#waiting.length === 0) return;
    const hour = encodeKey([LINES, this.#hourAt]);
    for (const counter of this.#waiting) {
      addTo(this.#sums, hour + counter.suffix, counter.unit, counter.quantity);
      counter.quantity = 0;
    }
    this.#waiting = [];
  }

  /** So that nobody can fill the memory with names. What waits is still counted. */
  #forget(): void {
    for (const counters of this.#counters.values()) counters.clear();
    this.#known = 1;
  }
}

/** The counters of what is counted together, by account, region and resource. */
class Counters {
  readonly #places = new Map<string, Map<string, readonly Counter[]>>();
  #accountId = "";
  #region = "";
  #last = new Map<string, readonly Counter[]>();

  /** Most requests come from where the last one came from. */
  in({ accountId, region }: Place): Map<string, readonly Counter[]> {
    if (accountId === this.#accountId && region === this.#region) return this.#last;
    const id = `${accountId} ${region}`;
    let found = this.#places.get(id);
    if (found === undefined) this.#places.set(id, (found = new Map()));
    this.#accountId = accountId;
    this.#region = region;
    this.#last = found;
    return found;
  }

  clear(): void {
    this.#places.clear();
    this.#last.clear();
    this.#accountId = "";
    this.#region = "";
  }
}

const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;

function makeCounter(usage: Usage, place: Place, name: string): Counter {
  const { service, operation, usageType, unit } = usage;
  const { resource, accountId }: Billed = usage.billed?.(name, place) ?? { resource: name };
  const { region } = place;
  const payer = accountId ?? place.accountId;
  const parts = [payer, region, service, usageType(region), operation, resource];
  return { suffix: encodeKey(parts), unit, quantity: 0 };
}

function addToRows(sums: ReadonlyMap<Key, Sum>, transaction: Transaction): void {
  for (const [key, { unit, quantity }] of sums) {
    const there = transaction.get(key) as Sum | undefined;
    transaction.put(key, { unit, quantity: (there?.quantity ?? 0) + quantity });
  }
}

function addTo(sums: Map<Key, Sum>, key: Key, unit: string, quantity: number): void {
  const there = sums.get(key);
  if (there === undefined) sums.set(key, { unit, quantity });
  else there.quantity += quantity;
}

function toLine(key: Key, { unit, quantity }: Sum): UsageLine {
  const [, hourAt, ...names] = decodeKey(key) as [string, number, ...string[]];
  const [accountId = "", region = "", service = "", usageType = "", operation = ""] = names;
  const resource = names[5] ?? "";
  return { hourAt, accountId, region, service, usageType, operation, resource, unit, quantity };
}
