/** The life of a request, top to bottom. */
import type { HttpRequest, HttpResponse } from "./kernel/http.ts";
import { breakDown, record, refuse, serialise } from "./pipeline/answer.ts";
import { authenticate } from "./pipeline/authenticate.ts";
import { injectFaults } from "./pipeline/inject-faults.ts";
import { noteUse } from "./pipeline/last-used.ts";
import { parse } from "./pipeline/parse.ts";
import { answerRaw, crossOriginHeaders } from "./pipeline/raw.ts";
import { route } from "./pipeline/routing.ts";
import { run } from "./pipeline/run.ts";
import { identify, type Parts, type Visit } from "./pipeline/visit.ts";

/** One request, whole: never rejects. */
export async function handle(parts: Parts, request: HttpRequest): Promise<HttpResponse> {
  const visit = identify(parts, request);
  parts.flight.enter();
  try {
    const response = await answer(parts, visit);
    if (request.headers["origin"] !== undefined) await crossOriginHeaders(parts, visit, response);
    record(parts, visit, response);
    return response;
  } catch (thrown) {
    return breakDown(thrown);
  } finally {
    parts.flight.leave();
  }
}

/**
 * Routing comes first: in which form a caller is refused depends on the service that it speaks to.
 * Most steps are done at once; those that may have to wait say so by giving a promise.
 */
async function answer(parts: Parts, visit: Visit): Promise<HttpResponse> {
  try {
    const reading = route(parts, visit);
    if (reading !== undefined) await reading;
    if (visit.raw !== undefined) return await answerRaw(parts, visit, visit.raw);
    const verified = authenticate(parts, visit);
    const input = parse(visit, verified instanceof Promise ? await verified : verified);
    if (visit.issued === true) await noteUse(parts, visit);
    if (parts.faults.armed) await injectFaults(parts, visit);
    const output = run(parts, visit, input); // authorised, and in a transaction
    return serialise(parts, visit, output instanceof Promise ? await output : output);
  } catch (thrown) {
    return refuse(parts, visit, thrown);
  }
}
