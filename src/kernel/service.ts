/**
 * The kernel's words for services: what a service declares, and what a handler is given.
 * The types of inputs and outputs come, type-only, from the official client of the service.
 */
import type { Blobs } from "./blobs/blobs.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import type { Ids } from "./ids.ts";
import type { Metering } from "./metering.ts";
import type { Place, Table, TableDeclaration } from "./table.ts";
import type { InputOf, OperationName, OutputOf } from "./types.ts";
import type { Usage } from "./usage.ts";

export type State = Readonly<Record<string, TableDeclaration<never>>>;

type RowOf<Declaration> = Declaration extends TableDeclaration<infer Row> ? Row : never;

export type Tables<S> = { readonly [Name in keyof S]: Table<RowOf<S[Name]> & object> };

/** Who calls, as every handler may see it. */
export interface Caller {
  readonly kind: "root" | "user" | "role-session" | "federated-user" | "service" | "anonymous";
  readonly accountId: string;
  readonly arn: string;
  /** `aws:userid`: "AIDA…", "AROA…:session", the account id for root. */
  readonly userId: string;
  readonly accessKeyId?: string;
}

/** How the request came. */
export interface RequestFacts {
  readonly requestId: string;
  /**
   * Where the caller reached us: "http://localhost:4566", to build URLs that work for that caller.
   */
  readonly endpoint: string;
  readonly host: string;
  readonly secure: boolean;
  readonly sourceIp: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** The protocol it speaks: "query" clients of SQS get other details than "json" ones. */
  readonly protocol: string;
}

/** What both kinds of handlers are given. */
export interface RequestContext extends Place {
  readonly service: string;
  /** The virtual time of this run, epoch milliseconds: the same through the whole run. */
  readonly now: number;
  readonly partition: string;
  readonly caller: Caller;
  readonly request: RequestFacts;
  readonly ids: Ids;
  /** A new UUID. */
  newId(): string;
  /** Larger than every number that it gave before: for what is kept in the order in which it came. */
  nextOrder(): number;
  /**
   * "arn:aws:<service>:<region>:<account>:<resource>". Pass "" for parts that the form leaves
   * empty.
   */
  arn(service: string, resource: string, place?: Partial<Place>): string;
  /** Says on whose bill the request is. Default: the caller's. */
  billTo(payer: Place): void;
}

/**
 * What a synchronous handler is given: a snapshot, its own writes, and the right to ask for effects
 * after the commit.
 */
export interface TransactionContext extends RequestContext {
  /**
   * Asks for a task of this service at an instant (epoch milliseconds), after the commit. Gives its
   * id.
   */
  later(at: number, task: string, payload?: unknown): string;
  /** Takes back a task that has not run. */
  unschedule(at: number, id: string): void;
  /** Counts what only the handler knows that was used here, on the bill of this account and region. */
  use(usage: Usage, name: string, quantity: number): void;
  /** Tells the other services, after the commit. */
  publish(event: EventToPublish): void;
  /**
   * Calls a synchronous operation of another service in this same transaction, authorised like any
   * call.
   */
  call(service: string, operation: string, input: unknown, as?: CallAs): unknown;
  /**
   * Where one call may do some things and not others: the denial that the caller would meet, or
   * undefined when they may.
   */
  refusal(target: ActionTarget): Error | undefined;
  /** Who may do what: credentials, roles, sessions. The identity service answers. */
  readonly identities: unknown;
}

export interface EventToPublish {
  /** "s3.ObjectCreated": service and name. */
  readonly name: string;
  readonly detail: unknown;
}

export interface PublishedEvent extends EventToPublish {
  readonly id: string;
  readonly at: number;
  readonly accountId: string;
  readonly region: string;
}

/**
 * As whom a service calls another: the caller by forward access (the default), a service principal,
 * or a role.
 */
export type CallAs =
  | { readonly kind: "caller" }
  | {
      readonly kind: "service";
      readonly principal: string;
      readonly place?: Partial<Place>;
      readonly sourceArn?: string;
    }
  | { readonly kind: "role"; readonly roleArn: string; readonly sessionName: string };

export type Context<S> = TransactionContext &
  Tables<S> & {
    /** The same request seen from another account or region: its tables and its ARNs. */
    at(place: Partial<Place>): Context<S>;
  };

/**
 * What a handler is given that must wait or stream. It changes state only inside `transact` and
 * `waitFor`.
 */
export interface AsyncContext<S> extends RequestContext {
  readonly blobs: Blobs;
  /**
   * Runs a step as one transaction; it may run several times. Resolves when its writes are durable.
   */
  transact<T>(step: (context: Context<S>) => T): Promise<T>;
  /**
   * Runs `take` now and after every change of what it read or of the clock, until it gives
   * something.
   */
  waitFor<T>(
    take: (context: Context<S>) => T | undefined,
    limit: WaitLimit<S>,
  ): Promise<T | undefined>;
  /** Calls any operation of another service, authorised like any call. */
  call(service: string, operation: string, input: unknown, as?: CallAs): Promise<unknown>;
  /** True once the client has gone away. */
  abandoned(): boolean;
}

export interface WaitLimit<S> {
  readonly seconds: number;
  /** The next instant at which time alone may change the answer. */
  readonly wakesAt?: (context: Context<S>) => number | undefined;
}

/** A synchronous handler: one transaction, a pure function of input, state, clock and ids. */
export type Handler<Sdk, S, Name extends OperationName<Sdk>> = (
  input: InputOf<Sdk, Name>,
  context: Context<S>,
) => OutputOf<Sdk, Name>;

/** A handler that must wait or stream. */
export interface AsyncHandler<Sdk, S, Name extends OperationName<Sdk>> {
  /**
   * Tried first, in the transaction that authorises the call: `undefined` where it has to wait after
   * all.
   */
  readonly atOnce?: (
    input: InputOf<Sdk, Name>,
    context: Context<S>,
  ) => OutputOf<Sdk, Name> | undefined;
  readonly asynchronous: (
    input: InputOf<Sdk, Name>,
    context: AsyncContext<S>,
  ) => Promise<OutputOf<Sdk, Name>>;
}

/** One thing that a call touches, for the authorisation of the call. */
export interface AccessTarget {
  /** What a policy's Resource is matched against. */
  readonly resource: string;
  /** Further actions that the call needs on it, instead of the operation's own. */
  readonly action?: string;
  /** Whose it is, when not the caller's. */
  readonly accountId?: string | undefined;
  /** The resource's own policy, as JSON text. */
  readonly policy?: string | undefined;
  /**
   * The resource's policy must allow, even within the account (KMS keys); "trust": it is a role's
   * trust policy.
   */
  readonly policyDecides?: boolean | "trust";
  /** Statements that allow besides the policy (KMS grants), as a policy's JSON text. */
  readonly grants?: string;
  readonly resourceTags?: Readonly<Record<string, string>> | undefined;
  readonly requestTags?: Readonly<Record<string, string>> | undefined;
  /** Condition keys of the service: "s3:prefix", "kms:EncryptionContext:app". */
  readonly conditions?: Readonly<Record<string, string | readonly string[]>>;
  /** A denial's error in place of AccessDenied, where the service hides what exists. */
  readonly denied?: (sentence: string) => Error;
}

/** A target with the action that is meant. */
export type ActionTarget = AccessTarget & { readonly action: string };

export interface Access<S> {
  /** Before the colon of its actions, where it is not the service's name. */
  readonly prefix?: string;
  /** Operations whose action has another name, or none (`false`: any authenticated caller may). */
  readonly actions?: Readonly<Record<string, string | false>>;
  /** Policies of its resources may admit callers who sign nothing. */
  readonly anonymous?: boolean;
  /**
   * What an operation touches. Called before the handler, in the same transaction. Default: "*".
   */
  readonly targets?: (
    operation: string,
    input: Readonly<Record<string, unknown>>,
    context: Context<S>,
  ) => readonly AccessTarget[];
  /**
   * The error code of a denial: "AccessDenied" (query, XML) or "AccessDeniedException" (JSON) by
   * default.
   */
  readonly deniedCode?: string;
}

/** What of it works. Operations that the model knows and nobody lists are absent. */
export interface Fidelity {
  /** Kept and returned, not acted on. */
  readonly stored?: readonly string[];
  /** Input members that are accepted and not acted on, by operation: { CreateQueue: ["tags"] }. */
  readonly ignores?: Readonly<Record<string, readonly string[]>>;
  /** Input members that no handler reads, because the server or `checkBody` acts on them. */
  readonly actedOnBefore?: Readonly<Record<string, readonly string[]>>;
}

export type TaskHandler<S> =
  | ((payload: never, context: Context<S>) => void)
  | { readonly asynchronous: (payload: never, context: AsyncContext<S>) => Promise<void> };

/** A request as it came, with what the router took from its path (for instance Bucket and Key). */
export interface RawRequest {
  readonly request: HttpRequest;
  readonly labels: Readonly<Record<string, string>>;
  /** The cloud's time and the machine's, epoch milliseconds: what was signed holds by either. */
  readonly nowsMs: readonly [now: number, wall: number];
  /**
   * Runs an operation of the service as the holder of a key whose signature the handler has been
   * given, or as nobody: checked and authorised like any request.
   */
  run(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    as: SignedForm | undefined,
  ): Promise<unknown>;
}

/** A signature over a text that is not a request: the policy of a form upload. */
export interface SignedForm {
  readonly accessKeyId: string;
  readonly securityToken?: string;
  /** "20300101/us-east-1/s3/aws4_request"; empty: Signature Version 2. */
  readonly scope: string;
  readonly text: string;
  readonly signature: string;
}

export type RawHandler<S> = (raw: RawRequest, context: AsyncContext<S>) => Promise<HttpResponse>;

export type Operations<Sdk, S> = {
  readonly [Name in OperationName<Sdk>]?: Handler<Sdk, S, Name> | AsyncHandler<Sdk, S, Name>;
};

export interface ServiceDeclaration<Sdk, S> {
  /** The model's name: the folder's, the AWS CLI's. */
  readonly name: string;
  readonly state: S;
  readonly operations: Operations<Sdk, S>;
  readonly access?: Access<S>;
  readonly fidelity?: Fidelity;
  /** What AWS would bill. */
  readonly usage?: Metering;
  readonly tasks?: Readonly<Record<string, TaskHandler<S>>>;
  /** Events of other services that it hears, by name. */
  readonly hears?: Readonly<Record<string, TaskHandler<S>>>;
  /**
   * Answers to requests that are no operation of the model, by the router's name for them:
   * "postObject" (a browser's form upload), "preflight" (OPTIONS of CORS). They are not
   * authenticated before.
   */
  readonly raw?: Readonly<Record<string, RawHandler<S>>>;
  /**
   * Headers to add to the answer when a web page of another origin asked (the request has an
   * Origin).
   */
  readonly crossOrigin?: (
    request: HttpRequest,
    labels: Readonly<Record<string, string>>,
    context: AsyncContext<S>,
  ) => Promise<Readonly<Record<string, string>>>;
  /**
   * Compares a body that is not streamed with what its headers say of it, before the operation is
   * authorised and run. Throws to refuse it.
   */
  readonly checkBody?: BodyCheck;
  /** What the identity service provides to the pipeline. */
  readonly identities?: (context: Context<S>) => unknown;
}

/** A service with its types forgotten: what the pipeline runs. */
export interface Service {
  readonly name: string;
  readonly state: State;
  readonly operations: Readonly<Record<string, AnyHandler>>;
  readonly access: Access<State>;
  readonly fidelity: Fidelity;
  readonly usage: Metering | undefined;
  readonly tasks: Readonly<Record<string, TaskHandler<State>>>;
  readonly hears: Readonly<Record<string, TaskHandler<State>>>;
  readonly raw: Readonly<Record<string, RawHandler<State>>>;
  readonly crossOrigin: ServiceDeclaration<unknown, State>["crossOrigin"];
  readonly checkBody: BodyCheck | undefined;
  readonly identities: ((context: Context<State>) => unknown) | undefined;
}

export type BodyCheck = (
  operation: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
) => void;

export type AnyHandler =
  | ((input: unknown, context: Context<State>) => unknown)
  | {
      readonly atOnce?: (input: unknown, context: Context<State>) => unknown;
      readonly asynchronous: (input: unknown, context: AsyncContext<State>) => Promise<unknown>;
    };

/** Ties a service together. A misspelt operation does not compile. */
export function defineService<Sdk>() {
  return <S extends Record<string, unknown>, O extends Operations<Sdk, S>>(
    declaration: Omit<ServiceDeclaration<Sdk, S>, "operations"> & {
      readonly operations: O & { [Name in Exclude<keyof O, OperationName<Sdk>>]: never };
    },
  ): Service =>
    ({
      access: {},
      fidelity: {},
      usage: undefined,
      tasks: {},
      hears: {},
      raw: {},
      crossOrigin: undefined,
      checkBody: undefined,
      identities: undefined,
      ...(declaration as object),
    }) as unknown as Service;
}
