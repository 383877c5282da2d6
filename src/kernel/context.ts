/**
 * What a handler is given. A context belongs to one run of one transaction (or, for asynchronous
 * handlers, to one request), and to one service seen from one account and region.
 */
import type { Draws, Ids } from "./ids.ts";
import type { Kernel } from "./kernel.ts";
import { putTask, taskKey } from "./scheduler.ts";
import type {
  ActionTarget,
  AsyncContext,
  CallAs,
  Caller,
  Context,
  RequestContext,
  EventToPublish,
  RequestFacts,
  Service,
  State,
  WaitLimit,
} from "./service.ts";
import { BoundTable, nameTable, type NamedTable } from "./bound-table.ts";
import type { Place, Table } from "./table.ts";
import type { Transaction } from "./transaction.ts";
import type { Usage } from "./usage.ts";

/** One request (or task) on its way through: what is known of it, and where its ids come from. */
export interface Exchange {
  readonly kernel: Kernel;
  readonly links: Links;
  readonly caller: Caller;
  readonly request: RequestFacts;
  readonly draws: Draws;
  /** The pipeline's own record of the request, for calls between services. */
  readonly origin: unknown;
  /** Where it stands on whose bill the request is; tasks are on nobody's. */
  readonly bill?: { payer: Place | undefined };
  readonly abandoned?:
    | { readonly aborted: boolean; onAbort(listener: () => void): void }
    | undefined;
}

/** What contexts need of the composition above them. */
export interface Links {
  call(run: Run, from: RequestContext, target: CallTarget): unknown;
  callAsync(exchange: Exchange, from: RequestContext, target: CallTarget): Promise<unknown>;
  identities(run: Run): unknown;
  refusal(run: Run, from: RequestContext, target: ActionTarget): Error | undefined;
}

export interface CallTarget {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  readonly as: CallAs;
}

/** One attempt of a transaction for an exchange. */
export interface Run {
  readonly exchange: Exchange;
  readonly transaction: Transaction;
  readonly now: number;
}

/** A service with its tables named and its context class made: once, at its first use. */
export interface BoundService extends Service {
  readonly tables: ReadonlyMap<string, NamedTable>;
  context(run: Run, place: Place): Context<State>;
}

export function bindService(service: Service): BoundService {
  const tables = new Map(
    Object.entries(service.state).map(([name, declaration]) => [
      name,
      nameTable(`${service.name}.${name}`, declaration),
    ]),
  );
  const Bound = contextClass(service.name, tables);
  return {
    ...service,
    tables,
    context: (run, place) => new Bound(run, place) as unknown as Context<State>,
  };
}

const PARTITION = "aws";
const CALLER: CallAs = { kind: "caller" };

/** What both kinds of contexts have. */
class PlainContext implements RequestContext {
  readonly service: string;
  readonly accountId: string;
  readonly region: string;
  readonly partition = PARTITION;
  readonly now: number;
  readonly exchange: Exchange;

  constructor(service: string, exchange: Exchange, place: Place, now: number) {
    this.service = service;
    this.exchange = exchange;
    this.accountId = place.accountId;
    this.region = place.region;
    this.now = now;
  }

  get caller(): Caller {
    return this.exchange.caller;
  }

  get request(): RequestFacts {
    return this.exchange.request;
  }

  get ids(): Ids {
    return this.exchange.draws;
  }

  newId(): string {
    return this.exchange.draws.uuid();
  }

  nextOrder(): number {
    return this.exchange.kernel.clock.tick();
  }

  arn(service: string, resource: string, place: Partial<Place> = {}): string {
    const region = place.region ?? this.region;
    const account = place.accountId ?? this.accountId;
    return `arn:${PARTITION}:${service}:${region}:${account}:${resource}`;
  }

  billTo(payer: Place): void {
    const { bill } = this.exchange;
    if (bill !== undefined) bill.payer = payer;
  }
}

/**
 * A class with one lazy getter a table, so that a context costs nothing but what its handler
 * touches.
 */
function contextClass(name: string, tables: ReadonlyMap<string, NamedTable>) {
  class ServiceContext extends PlainContext {
    readonly run: Run;
    readonly bound: Record<string, Table<Record<string, unknown>>> = {};

    constructor(run: Run, place: Place) {
      super(name, run.exchange, place, run.now);
      this.run = run;
    }

    get identities(): unknown {
      return this.exchange.links.identities(this.run);
    }

    at(place: Partial<Place>): ServiceContext {
      const { accountId, region } = this;
      return new ServiceContext(this.run, { accountId, region, ...place });
    }

    call(service: string, operation: string, input: unknown, as: CallAs = CALLER): unknown {
      return this.exchange.links.call(this.run, this, { service, operation, input, as });
    }

    refusal(target: ActionTarget): Error | undefined {
      return this.exchange.links.refusal(this.run, this, target);
    }

    later(at: number, task: string, payload: unknown = null): string {
      return this.#ask("task", Math.max(at, this.now), task, payload);
    }

    unschedule(at: number, id: string): void {
      this.run.transaction.remove(taskKey(at, id));
    }

    use(usage: Usage, resource: string, quantity: number): void {
      this.run.transaction.use(usage, this, resource, quantity);
    }

    publish(event: EventToPublish): void {
      this.#ask("event", this.now, event.name, event.detail);
    }

    #ask(kind: "task" | "event", dueAt: number, task: string, payload: unknown): string {
      const id = this.exchange.draws.hex(16);
      putTask(this.run.transaction, {
        id,
        dueAt,
        kind,
        task,
        payload,
        service: name,
        accountId: this.accountId,
        region: this.region,
        cause: this.request.requestId,
        attempt: 0,
      });
      return id;
    }
  }
  for (const [tableName, named] of tables) {
    Object.defineProperty(ServiceContext.prototype, tableName, {
      get(this: ServiceContext) {
        return (this.bound[tableName] ??= new BoundTable(
          named,
          this.run.transaction,
          this,
          this.now,
        ));
      },
    });
  }
  return ServiceContext;
}

/** The context of an asynchronous handler: no tables, but transactions in which there are. */
export class WaitingContext extends PlainContext implements AsyncContext<State> {
  readonly #bound: BoundService;

  constructor(bound: BoundService, exchange: Exchange, place: Place) {
    super(bound.name, exchange, place, exchange.kernel.clock.now());
    this.#bound = bound;
  }

  get blobs() {
    return this.exchange.kernel.blobs;
  }

  transact<T>(step: (context: Context<State>) => T): Promise<T> {
    const { kernel, draws } = this.exchange;
    return kernel.transact((transaction) => step(this.#contextIn(transaction)), { draws });
  }

  waitFor<T>(
    take: (context: Context<State>) => T | undefined,
    limit: WaitLimit<State>,
  ): Promise<T | undefined> {
    const { kernel, draws, abandoned } = this.exchange;
    const { wakesAt } = limit;
    return kernel.waitFor((transaction) => take(this.#contextIn(transaction)), {
      deadlineAt: kernel.clock.now() + limit.seconds * 1000,
      draws,
      ...(wakesAt === undefined
        ? {}
        : { wakesAt: (transaction) => wakesAt(this.#contextIn(transaction)) }),
      abandoned: () => abandoned?.aborted === true,
      onAbandoned: (listener) => abandoned?.onAbort(listener),
    });
  }

  call(service: string, operation: string, input: unknown, as: CallAs = CALLER): Promise<unknown> {
    return this.exchange.links.callAsync(this.exchange, this, { service, operation, input, as });
  }

  abandoned(): boolean {
    return this.exchange.abandoned?.aborted === true;
  }

  #contextIn(transaction: Transaction): Context<State> {
    const run = { exchange: this.exchange, transaction, now: transaction.now };
    return this.#bound.context(run, this);
  }
}
