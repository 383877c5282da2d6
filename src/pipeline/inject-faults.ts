/**
 * Faults on purpose: a call that is understood and could be answered is delayed, refused or dropped
 * because a rule says so. Nothing has been decided or written when it happens.
 */
import { fidelityOf } from "../coverage.ts";
import { endsCall } from "../faults.ts";
import { LATENCY_MS_MAX, type ActiveFault, type InjectedError } from "../fault-rule.ts";
import { AwsError } from "../kernel/errors.ts";
import type { Abandonment } from "../kernel/http.ts";
import type { Route } from "../protocol/route/route.ts";
import { throttlingOf, unavailabilityOf } from "./service-refusals.ts";
import type { Parts, Visit } from "./visit.ts";

/** Names the rule, in the answer of a call that failed by it. */
const INJECTED = "x-snowglobe-injected";

/** Throws what the caller is to see; returns where the call goes on. */
export function injectFaults(parts: Parts, visit: Visit): Promise<void> | undefined {
  return parts.faults.armed ? inject(parts, visit) : undefined;
}

async function inject(parts: Parts, visit: Visit): Promise<void> {
  const { route, place, request } = visit;
  if (route === undefined || place === undefined || !(await isBuilt(parts, route))) return;
  const met = parts.faults.meet({
    service: route.service.name,
    operation: route.operation.name,
    accountId: place.accountId,
    region: place.region,
  });
  if (met.length === 0) return;
  visit.injected = met.map(({ id }) => id);
  const delayMs = met.reduce((sum, { latencyMs = 0 }) => sum + latencyMs, 0);
  if (delayMs > 0) await wait(Math.min(delayMs, LATENCY_MS_MAX), request.abandoned);
  // Who has left while waiting is not answered, and what they asked for does not happen.
  if (request.abandoned?.aborted === true) throw new NoAnswer();
  const last = met.at(-1);
  if (last !== undefined && endsCall(last)) throw endOf(last, route);
}

/** What is not there cannot fail: it goes on to the refusal that says so. */
async function isBuilt(parts: Parts, { service, operation }: Route): Promise<boolean> {
  const level = fidelityOf(await parts.services.load(service.name), operation.name);
  return level === "real" || (level === "stored" && !parts.options.strict);
}

/** Thrown where the caller gets no answer at all. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

function endOf(rule: ActiveFault, route: Route): Error {
  if (rule.drop === true) return new NoAnswer();
  const { code, message, status, fault } = errorOf(rule, route);
  return new AwsError(code, message ?? `Injected by the fault rule ${rule.id}.`, {
    ...(status === undefined ? {} : { status }),
    ...(fault === undefined ? {} : { fault: fault === "server" ? "Receiver" : "Sender" }),
    headers: { [INJECTED]: rule.id },
  });
}

function errorOf(rule: ActiveFault, route: Route): InjectedError {
  if (rule.error !== undefined) return rule.error;
  return rule.throttle === true ? throttlingOf(route) : unavailabilityOf(route);
}

/** In real time, until the client leaves. */
function wait(delayMs: number, abandoned: Abandonment | undefined): Promise<void> {
  if (abandoned?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    abandoned?.onAbort(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
