/**
 * Which service, which operation, in which protocol. Reads the body, unless the operation streams
 * it.
 */
import { bodyBytesMax, streamsInput } from "./body.ts";
import type { Parts, Visit } from "./visit.ts";

export async function route(parts: Parts, visit: Visit): Promise<void> {
  const { request } = visit;
  if (request.method === "OPTIONS") return routePreflight(parts, visit);
  if (parts.router.needsBody(request)) visit.body = await readBody(visit);
  visit.route = parts.router.route(request, visit.body);
  if (visit.route.postObject === true) {
    visit.raw = "postObject";
    return;
  }
  if (visit.body === undefined && !streamsInput(visit.route.operation)) {
    visit.body = await readBody(visit);
  }
}

/** A browser asks before it sends: routed like the request that it asks for. */
function routePreflight(parts: Parts, visit: Visit): void {
  const { request } = visit;
  const method = request.headers["access-control-request-method"] ?? "GET";
  visit.route = parts.router.route({ ...request, method });
  visit.raw = "preflight";
}

const readBody = ({ request, route: found }: Visit): Promise<Uint8Array> =>
  request.body.bytes(bodyBytesMax(found?.service.name));
