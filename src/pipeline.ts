/** The life of a request, top to bottom. */
import type { HttpRequest, HttpResponse } from "./kernel/http.ts";
import { breakDown, record, refuse, serialise } from "./pipeline/answer.ts";
import { authenticate } from "./pipeline/authenticate.ts";
import { injectFaults } from "./pipeline/inject-faults.ts";
import { noteUse } from "./pipeline/last-used.ts";
import { meter } from "./pipeline/meter.ts";
import { parse } from "./pipeline/parse.ts";
import { answerRaw, crossOriginHeaders } from "./pipeline/raw.ts";
import { route } from "./pipeline/routing.ts";
import { run } from "./pipeline/run.ts";
import { identify, type Parts, type Visit } from "./pipeline/visit.ts";

/**
 * What a step finds out it writes into the visit. Most steps are done at once; one that has to wait
 * gives a promise. A step that has a response, or throws one, ends the walk.
 */
type Step = (parts: Parts, visit: Visit) => Promise<void> | undefined;

/** In which form a caller is refused depends on the service that it speaks to: so `route` is first. */
const STEPS: readonly Step[] = [
  route,
  answerRaw, // what is no operation: form uploads, preflights
  authenticate,
  parse,
  noteUse,
  injectFaults,
  run, // authorised, and in a transaction
  serialise,
];

/** One request, whole: never throws, never rejects. */
export function handle(parts: Parts, request: HttpRequest): HttpResponse | Promise<HttpResponse> {
  const visit = identify(parts, request);
  parts.flight.enter();
  return walk(parts, visit, 0);
}

/** Takes the steps from one on; a promise where one of them has to wait. */
function walk(parts: Parts, visit: Visit, from: number): HttpResponse | Promise<HttpResponse> {
  try {
    for (let at = from; at < STEPS.length && visit.response === undefined; at++) {
      const waiting = STEPS[at]?.(parts, visit);
      if (waiting === undefined) continue;
      return waiting.then(
        () => walk(parts, visit, at + 1),
        (thrown) => {
          refuse(parts, visit, thrown);
          return end(parts, visit);
        },
      );
    }
  } catch (thrown) {
    refuse(parts, visit, thrown);
  }
  return end(parts, visit);
}

function end(parts: Parts, visit: Visit): HttpResponse | Promise<HttpResponse> {
  if (visit.request.headers["origin"] === undefined) return conclude(parts, visit);
  return crossOriginHeaders(parts, visit).then(
    () => conclude(parts, visit),
    (thrown) => conclude(parts, visit, thrown),
  );
}

/** The end of every visit. `thrown`: what went wrong behind its answer. */
function conclude(parts: Parts, visit: Visit, thrown?: unknown): HttpResponse {
  parts.flight.leave();
  if (thrown !== undefined || visit.response === undefined) return breakDown(thrown);
  try {
    const at = parts.kernel.clock.now();
    meter(parts, visit, visit.response, at);
    record(parts, visit, visit.response, at);
    return visit.response;
  } catch (broken) {
    return breakDown(broken);
  }
}
