/**
 * Runs an operation: authorised and handled in one transaction, or beside it where the handler
 * waits or streams.
 */
import { fidelityOf } from "../coverage.ts";
import type { CredentialIdentity, Identities, RoleFacts } from "../iam/identities.ts";
import { requestContext } from "../iam/policy/context-keys.ts";
import { evaluateAccess } from "../iam/policy/evaluate.ts";
import {
  WaitingContext,
  type BoundService,
  type CallTarget,
  type Exchange,
  type Links,
  type Run,
} from "../kernel/context.ts";
import { AwsError, notImplemented } from "../kernel/errors.ts";
import { readWritten } from "../kernel/written.ts";
import type { CallAs, Caller, RequestContext } from "../kernel/service.ts";
import type { Place } from "../kernel/table.ts";
import type { Route } from "../protocol/route/route.ts";
import { authorise, principalOf, refusalOf } from "./authorise.ts";
import { meterBeside, meterWithin } from "./meter.ts";
import { exchangeOf, type Parts, type Visit } from "./visit.ts";

/** What is to be run, by whom, and where. */
export interface Invocation {
  readonly bound: BoundService;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly identity: CredentialIdentity;
  readonly place: Place;
  /** The service that passes on the caller's request. */
  readonly via?: string;
  /** For which resource a service calls on its own account. */
  readonly source?: { readonly arn: string; readonly accountId: string };
}

/** The visit's own operation. Its output is there at once where nothing is to be waited for. */
export function run(parts: Parts, visit: Visit): Promise<void> | undefined {
  const { route, body, request, input } = visit;
  if (route === undefined || input === undefined) {
    throw new Error("a request is routed and parsed before it is run");
  }
  const bound = parts.services.loaded(route.service.name);
  if (bound === undefined) return runWhenLoaded(parts, visit, route);
  if (body !== undefined) bound.checkBody?.(route.operation.name, body, request.headers);
  const output = runOperation(parts, visit, bound, route.operation.name, input);
  if (output instanceof Promise) {
    return output.then((value) => {
      visit.output = value;
    });
  }
  visit.output = output;
  return undefined;
}

async function runWhenLoaded(parts: Parts, visit: Visit, { service, operation }: Route) {
  const bound = await parts.services.load(service.name);
  checkFidelity(parts, bound, service.serviceId, operation.name);
  await run(parts, visit);
}

export function runOperation(
  parts: Parts,
  visit: Visit,
  bound: BoundService,
  operation: string,
  input: Invocation["input"],
): unknown {
  const { route, identity, place } = visit;
  if (route === undefined || identity === undefined || place === undefined) {
    throw new Error("a request is routed and authenticated before it is run");
  }
  checkFidelity(parts, bound, route.service.serviceId, operation);
  const exchange = exchangeOf(parts, visit);
  return runBeside(parts, exchange, { bound, operation, input, identity, place });
}

function checkFidelity(
  parts: Parts,
  bound: BoundService | undefined,
  serviceId: string,
  operation: string,
): asserts bound is BoundService {
  const level = fidelityOf(bound, operation);
  if (level === "real" || (level === "stored" && !parts.options.strict)) return;
  const why = level === "absent" ? "is not implemented" : "is only stored, and strict mode is on";
  throw notImplemented(`${serviceId} ${operation} ${why}.`);
}

/** Outside any transaction. */
function runBeside(parts: Parts, exchange: Exchange, invocation: Invocation): unknown {
  const handler = invocation.bound.operations[invocation.operation];
  if (handler === undefined) throw new Error(`no handler for ${invocation.operation}`);
  if (typeof handler !== "function") return runWaiting(parts, exchange, invocation, handler);
  return inTransaction(parts, exchange, (attempt) => runInside(parts, attempt, invocation));
}

/** The transaction of a visit: at once, unless the store or the disk has to be waited for. */
function inTransaction(parts: Parts, exchange: Exchange, step: (attempt: Run) => unknown): unknown {
  const visit = exchange.origin as Visit | undefined;
  const decided = visit?.decision;
  return parts.kernel.transactAtOnce((transaction) => {
    // A run before the last one may have been refused by what turned out not to be so.
    if (visit !== undefined) visit.decision = decided;
    const answer = step({ exchange, transaction, now: transaction.now });
    if (visit !== undefined) visit.changes = transaction.writes.size;
    return answer;
  }, exchange);
}

/** Often there is nothing to wait for. */
function runWaiting(
  parts: Parts,
  exchange: Exchange,
  invocation: Invocation,
  handler: Waiting,
): unknown {
  const { bound, place, input } = invocation;
  const wait = () => handler.asynchronous(input, new WaitingContext(bound, exchange, place));
  const tried = inTransaction(parts, exchange, (attempt) => {
    const context = bound.context(attempt, place);
    authorise(parts, attempt, invocation, context);
    // Who has left is given nothing that could go to another: the handler that waits sees to it.
    return exchange.abandoned?.aborted === true ? undefined : handler.atOnce?.(input, context);
  });
  if (tried instanceof Promise) return tried.then((output) => output ?? wait());
  return tried ?? wait();
}

type Waiting = Exclude<BoundService["operations"][string], (...args: never) => unknown>;

/** Inside a transaction: the way of every synchronous handler. */
function runInside(parts: Parts, attempt: Run, invocation: Invocation): unknown {
  const handler = invocation.bound.operations[invocation.operation];
  if (typeof handler !== "function") {
    throw new Error(`${invocation.operation} is not synchronous: call it outside a transaction`);
  }
  const context = invocation.bound.context(attempt, invocation.place);
  authorise(parts, attempt, invocation, context);
  return handler(invocation.input, context);
}

/** How contexts reach other services and the identity service. */
export function linksOf(parts: () => Parts): Links {
  const identities = (attempt: Run): Identities => {
    const bound = parts().services.need("iam");
    const place = { accountId: attempt.exchange.caller.accountId, region: parts().options.region };
    if (bound.identities === undefined) throw new Error("the identity service names no identities");
    return bound.identities(bound.context(attempt, place)) as Identities;
  };
  return {
    identities,
    refusal(attempt, from, target) {
      const actor = {
        bound: parts().services.need(from.service),
        identity: identityFor(parts(), { kind: "caller" }, from, attempt),
        place: placeOf(from),
      };
      return refusalOf(parts(), attempt, actor, target);
    },
    call(attempt, from, target) {
      const bound = parts().services.need(target.service);
      const called = calledAs(parts(), from, attempt, target);
      const inner = {
        ...attempt,
        exchange: { ...attempt.exchange, caller: called.identity.caller },
      };
      const invocation = { bound, ...called };
      const output = runInside(parts(), inner, invocation);
      meterWithin(attempt, invocation, output);
      return readWritten(output);
    },
    async callAsync(exchange, from, target) {
      const bound = await parts().services.load(target.service);
      if (bound === undefined) throw new Error(`no service ${target.service} is built here`);
      const called = await parts().kernel.transact((transaction) => {
        const attempt = { exchange, transaction, now: transaction.now };
        return calledAs(parts(), from, attempt, target);
      });
      const inner = { ...exchange, caller: called.identity.caller };
      const invocation = { bound, ...called };
      const output: unknown = await runBeside(parts(), inner, invocation);
      meterBeside(parts(), invocation, output);
      return readWritten(output);
    },
  };
}

function calledAs(
  parts: Parts,
  from: RequestContext,
  attempt: Run,
  target: CallTarget,
): Omit<Invocation, "bound"> {
  const place =
    target.as.kind === "service" ? { ...placeOf(from), ...target.as.place } : placeOf(from);
  return {
    operation: target.operation,
    input: target.input as Invocation["input"],
    identity: identityFor(parts, target.as, from, attempt),
    place,
    ...onBehalf(target.as, from),
  };
}

/** What conditions may ask about the call between the services. */
function onBehalf(as: CallAs, from: RequestContext): Pick<Invocation, "via" | "source"> {
  if (as.kind === "caller") return { via: from.service };
  if (as.kind !== "service" || as.sourceArn === undefined) return {};
  return { source: { arn: as.sourceArn, accountId: from.accountId } };
}

const placeOf = ({ accountId, region }: Place): Place => ({ accountId, region });

function identityFor(
  parts: Parts,
  as: CallAs,
  from: RequestContext,
  attempt: Run,
): CredentialIdentity {
  if (as.kind === "caller") {
    const { origin, caller } = attempt.exchange;
    const visit = origin as Visit | undefined;
    return visit?.identity?.caller === caller ? visit.identity : { caller };
  }
  if (as.kind === "service") return { caller: servicePrincipal(as.principal, from.accountId) };
  const role = (parts.links.identities(attempt) as Identities).role(as.roleArn);
  const service = servicePrincipal(`${from.service}.amazonaws.com`, from.accountId);
  if (role === undefined || !trusts(parts, role, service, attempt)) {
    throw new AwsError("AccessDenied", `The role ${as.roleArn} cannot be assumed.`, {
      status: 403,
    });
  }
  return {
    caller: {
      kind: "role-session",
      accountId: role.accountId,
      arn: `arn:aws:sts::${role.accountId}:assumed-role/${role.name}/${as.sessionName}`,
      userId: `${role.roleId}:${as.sessionName}`,
    },
    session: {
      kind: "role",
      issuedAt: from.now,
      name: as.sessionName,
      issuerArn: role.arn,
      tags: {},
      transitiveTagKeys: [],
      policyArns: [],
    },
  };
}

/** A service takes on a role only if the role's trust policy names it. */
function trusts(parts: Parts, role: RoleFacts, service: Caller, attempt: Run): boolean {
  const document = parts.policies.get(role.trustPolicy, { kind: "trust" });
  const principal = principalOf({ caller: service });
  const decision = evaluateAccess(
    {
      principal,
      action: "sts:AssumeRole",
      resource: role.arn,
      resourceAccountId: role.accountId,
      context: requestContext({ nowMs: attempt.now, principal, secure: true }),
    },
    { resource: [{ name: role.arn, document }], resourceRule: "trust" },
  );
  return decision.allowed;
}

export function servicePrincipal(principal: string, accountId: string): Caller {
  return { kind: "service", accountId, arn: principal, userId: principal };
}
