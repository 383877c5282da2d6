/**
 * Which service, which operation, in which protocol. Reads the body, unless the operation streams
 * it and the signature can be checked without it.
 */
import { AwsError } from "../kernel/errors.ts";
import type { Route } from "../protocol/route/route.ts";
import { bodyBytesMax, streamsInput } from "./body.ts";
import { requestIdOf } from "./request-id.ts";
import type { Parts, Visit } from "./visit.ts";

export function route(parts: Parts, visit: Visit): Promise<void> | undefined {
  const { request } = visit;
  if (request.method === "OPTIONS") return routePreflight(parts, visit);
  const reading = parts.router.needsBody(request) ? readBody(visit) : undefined;
  return reading === undefined ? find(parts, visit) : reading.then(() => find(parts, visit));
}

function find(parts: Parts, visit: Visit): Promise<void> | undefined {
  const found = goTo(visit, parts.router.route(visit.request, visit.body));
  if (found.postObject === true) visit.raw = "postObject";
  else if (visit.body === undefined && !streams(visit, found)) return readBody(visit);
  return undefined;
}

/**
 * AWS: only object storage demands that a header says the hash of the body. Where none does elsewhere,
 * the body is part of what was signed, and has to be here before the signature is looked at.
 */
const streams = ({ request }: Visit, { service, operation }: Route): boolean =>
  streamsInput(operation) &&
  (service.signingName === "s3" || request.headers["x-amz-content-sha256"] !== undefined);

/**
 * A browser asks before it sends: routed like the request that it asks for. What there is no such
 * request for, the service is to say: there is always something to read in the same place.
 */
function routePreflight(parts: Parts, visit: Visit): undefined {
  const { request } = visit;
  const asked = request.headers["access-control-request-method"] ?? "GET";
  goTo(visit, routeAs(parts, visit, asked) ?? parts.router.route({ ...request, method: "GET" }));
  visit.raw = "preflight";
}

function goTo(visit: Visit, found: Route): Route {
  visit.route = found;
  visit.requestId = requestIdOf(found.service, visit.id);
  return found;
}

function routeAs(parts: Parts, { request }: Visit, method: string): Route | undefined {
  try {
    return parts.router.route({ ...request, method });
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
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
