/**
 * Which service, which operation, in which protocol. Reads the body, unless the operation streams
 * it.
 */
import { bodyBytesMax, streamsInput } from "./body.ts";
import type { Parts, Visit } from "./visit.ts";

export function route(parts: Parts, visit: Visit): Promise<void> | undefined {
  const { request } = visit;
  if (request.method === "OPTIONS") return routePreflight(parts, visit);
  const reading = parts.router.needsBody(request) ? readBody(visit) : undefined;
  return reading === undefined ? find(parts, visit) : reading.then(() => find(parts, visit));
}

function find(parts: Parts, visit: Visit): Promise<void> | undefined {
  visit.route = parts.router.route(visit.request, visit.body);
  if (visit.route.postObject === true) visit.raw = "postObject";
  else if (visit.body === undefined && !streamsInput(visit.route.operation)) return readBody(visit);
  return undefined;
}

/** A browser asks before it sends: routed like the request that it asks for. */
function routePreflight(parts: Parts, visit: Visit): undefined {
  const { request } = visit;
  const method = request.headers["access-control-request-method"] ?? "GET";
  visit.route = parts.router.route({ ...request, method });
  visit.raw = "preflight";
}

/** Nothing to wait for where it is here already. */
function readBody(visit: Visit): Promise<void> | undefined {
  const { body } = visit.request;
  const limit = bodyBytesMax(visit.route?.service.name);
  visit.body = body.here?.(limit);
  if (visit.body !== undefined) return undefined;
  return body.bytes(limit).then((bytes) => {
    visit.body = bytes;
  });
}
