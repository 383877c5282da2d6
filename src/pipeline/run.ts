/**
 * Runs an operation: authorised and handled in one transaction, or beside it where the handler
 * waits or streams.
 */
import { fidelityOf } from "../coverage.ts";
import type { CredentialIdentity, Identities } from "../iam/identities.ts";
import {
  WaitingContext,
  type BoundService,
  type CallTarget,
  type Exchange,
  type Links,
  type Run,
} from "../kernel/context.ts";
import { AwsError } from "../kernel/errors.ts";
import type { CallAs, Caller, RequestContext } from "../kernel/service.ts";
import type { Place } from "../kernel/table.ts";
import { authorise } from "./authorise.ts";
import { exchangeOf, type Parts, type Visit } from "./visit.ts";

/** What is to be run, by whom, and where. */
export interface Invocation {
  readonly bound: BoundService;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly identity: CredentialIdentity;
  readonly place: Place;
}

/** The visit's own operation. */
export function run(parts: Parts, visit: Visit, input: Invocation["input"]): Promise<unknown> {
  return runOperation(parts, visit, visit.route?.operation.name ?? "", input);
}

export async function runOperation(
  parts: Parts,
  visit: Visit,
  operation: string,
  input: Invocation["input"],
): Promise<unknown> {
  const { route, identity, place } = visit;
  if (route === undefined || identity === undefined || place === undefined) {
    throw new Error("a request is routed and authenticated before it is run");
  }
  const bound = await parts.services.load(route.service.name);
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
  throw new AwsError("NotImplementedBySnowglobe", `${serviceId} ${operation} ${why}.`, {
    status: 501,
    fault: "Receiver",
  });
}

/** Outside any transaction. */
async function runBeside(
  parts: Parts,
  exchange: Exchange,
  invocation: Invocation,
): Promise<unknown> {
  const { kernel } = parts;
  const handler = invocation.bound.operations[invocation.operation];
  if (typeof handler === "function") {
    return kernel.transact(
      (transaction) => {
        const visit = exchange.origin as Visit;
        const answer = runInside(
          parts,
          { exchange, transaction, now: kernel.clock.now() },
          invocation,
        );
        visit.changes = transaction.writes.size;
        return answer;
      },
      { draws: exchange.draws },
    );
  }
  if (handler === undefined) throw new Error(`no handler for ${invocation.operation}`);
  await kernel.transact((transaction) =>
    authorise(parts, { exchange, transaction, now: kernel.clock.now() }, invocation),
  );
  const context = new WaitingContext(invocation.bound, exchange, invocation.place);
  return handler.asynchronous(invocation.input, context);
}

/** Inside a transaction: the way of every synchronous handler. */
function runInside(parts: Parts, attempt: Run, invocation: Invocation): unknown {
  const handler = invocation.bound.operations[invocation.operation];
  if (typeof handler !== "function") {
    throw new Error(`${invocation.operation} is not synchronous: call it outside a transaction`);
  }
  authorise(parts, attempt, invocation);
  return handler(invocation.input, invocation.bound.context(attempt, invocation.place));
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
    call(attempt, from, target) {
      const bound = parts().services.need(target.service);
      const called = calledAs(from, attempt.exchange, target, identities(attempt));
      const inner = {
        ...attempt,
        exchange: { ...attempt.exchange, caller: called.identity.caller },
      };
      return runInside(parts(), inner, { bound, ...called });
    },
    async callAsync(exchange, from, target) {
      const bound = await parts().services.load(target.service);
      if (bound === undefined) throw new Error(`no service ${target.service} is built here`);
      const called = await parts().kernel.transact((transaction) => {
        const attempt = { exchange, transaction, now: parts().kernel.clock.now() };
        return calledAs(from, exchange, target, identities(attempt));
      });
      const inner = { ...exchange, caller: called.identity.caller };
      return runBeside(parts(), inner, { bound, ...called });
    },
  };
}

function calledAs(
  from: RequestContext,
  exchange: Exchange,
  target: CallTarget,
  identities: Identities,
): Omit<Invocation, "bound"> {
  const place =
    target.as.kind === "service" ? { ...placeOf(from), ...target.as.place } : placeOf(from);
  return {
    operation: target.operation,
    input: target.input as Invocation["input"],
    identity: identityFor(target.as, from, exchange, identities),
    place,
  };
}

const placeOf = ({ accountId, region }: Place): Place => ({ accountId, region });

function identityFor(
  as: CallAs,
  from: RequestContext,
  exchange: Exchange,
  identities: Identities,
): CredentialIdentity {
  if (as.kind === "caller") {
    const visit = exchange.origin as Visit | undefined;
    return visit?.identity?.caller === exchange.caller
      ? visit.identity
      : { caller: exchange.caller };
  }
  if (as.kind === "service") return { caller: servicePrincipal(as.principal, from.accountId) };
  const role = identities.role(as.roleArn);
  if (role === undefined) {
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

export function servicePrincipal(principal: string, accountId: string): Caller {
  return { kind: "service", accountId, arn: principal, userId: principal };
}
