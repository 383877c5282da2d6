/**
 * Counts what a request has used, as its service declares it. What only a handler knows (the units
 * of an item's size) it counts itself, in its transaction: `Transaction.use`.
 */
import type { Run } from "../kernel/context.ts";
import { NO_ANSWER, type HttpResponse } from "../kernel/http.ts";
import type { Measures, MeteredRequest, Metering } from "../kernel/metering.ts";
import type { Invocation } from "./run.ts";
import type { Parts, Visit } from "./visit.ts";

/** The step: of the visit's own operation, once there is an answer. `at`: when it ended. */
export function meter(parts: Parts, visit: Visit, response: HttpResponse, at: number): void {
  const { route, input, payer } = visit;
  const place = payer ?? visit.place;
  if (route === undefined || input === undefined || place === undefined) return;
  if (response.status === NO_ANSWER) return;
  const metering = parts.services.loaded(route.service.name)?.usage;
  const measures = metering?.operations[route.operation.name];
  if (metering === undefined || measures === undefined) return;
  const request = {
    operation: route.operation.name,
    input,
    output: visit.output,
    error: visit.error,
    caller: visit.identity?.caller,
    place,
    payer,
    headers: visit.request.headers,
    body: visit.body,
    response,
  };
  count(parts, metering, measures, request, at);
}

function count(
  parts: Parts,
  metering: Metering,
  measures: Measures,
  request: MeteredRequest,
  at: number,
): void {
  if (request.error !== undefined && metering.refusals?.(request) !== true) return;
  const kinds = typeof measures === "function" ? measures(request) : measures;
  const { meter: counting } = parts.kernel;
  const counters = counting.counters(kinds, request.place, metering.named(request));
  for (let index = 0; index < counters.length; index++) {
    const counter = counters[index];
    const measure = kinds[index];
    if (counter === undefined || measure === undefined) continue;
    const quantity = measure.quantity === undefined ? 1 : measure.quantity(request);
    counting.add(counter, quantity, at);
  }
}

/**
 * Of a call by another service within a transaction: counted when that run is the last. What a
 * service asks on its own account (its metrics, for instance) is on nobody's bill.
 */
export function meterWithin(attempt: Run, invocation: Invocation, output: unknown): void {
  const called = calledOf(invocation, output);
  if (called === undefined) return;
  const { metering, measures, request } = called;
  const name = metering.named(request);
  for (const usage of typeof measures === "function" ? measures(request) : measures) {
    const quantity = usage.quantity === undefined ? 1 : usage.quantity(request);
    attempt.transaction.use(usage, request.place, name, quantity);
  }
}

/** Of a call by another service outside any transaction. */
export function meterBeside(parts: Parts, invocation: Invocation, output: unknown): void {
  const called = calledOf(invocation, output);
  if (called === undefined) return;
  const { metering, measures, request } = called;
  count(parts, metering, measures, request, parts.kernel.clock.now());
}

function calledOf({ bound, operation, input, identity, place }: Invocation, output: unknown) {
  const metering = bound.usage;
  const measures = metering?.operations[operation];
  const { caller } = identity;
  if (metering === undefined || measures === undefined || caller.kind === "service")
    return undefined;
  const request: MeteredRequest = {
    operation,
    input,
    output,
    error: undefined,
    caller,
    place,
    payer: undefined,
    headers: {},
    body: undefined,
    response: undefined,
  };
  return { metering, measures, request };
}
