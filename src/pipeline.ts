/** The life of a request, top to bottom. */
import type { HttpRequest, HttpResponse } from "./kernel/http.ts";
import { breakDown, record, refuse, serialise } from "./pipeline/answer.ts";
import { authenticate } from "./pipeline/authenticate.ts";
import { noteUse } from "./pipeline/last-used.ts";
import { parse } from "./pipeline/parse.ts";
import { answerRaw, crossOriginHeaders } from "./pipeline/raw.ts";
import { route } from "./pipeline/routing.ts";
import { run } from "./pipeline/run.ts";
import { identify, type Parts, type Visit } from "./pipeline/visit.ts";

/** One request, whole: never rejects. */
export async function handle(parts: Parts, request: HttpRequest): Promise<HttpResponse> {
  const visit = identify(parts, request);
  try {
    const response = await answer(parts, visit).catch((thrown: unknown) =>
      refuse(parts, visit, thrown),
    );
    if (request.headers["origin"] !== undefined) await crossOriginHeaders(parts, visit, response);
    record(parts, visit, response);
    return response;
  } catch (thrown) {
    return breakDown(thrown);
  }
}

/**
 * Routing comes first: in which form a caller is refused depends on the service that it speaks to.
 */
async function answer(parts: Parts, visit: Visit): Promise<HttpResponse> {
  await route(parts, visit);
  if (visit.raw !== undefined) return answerRaw(parts, visit, visit.raw);
  const verified = await authenticate(parts, visit);
  if (visit.issued === true) await noteUse(parts, visit);
  const input = parse(visit, verified);
  const output = await run(parts, visit, input); // authorised, and in a transaction
  return serialise(parts, visit, output);
}
