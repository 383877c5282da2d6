/** The last steps: the answer in the caller's protocol, and the record of it. */
import { fidelityOf } from "../coverage.ts";
import { AwsError } from "../kernel/errors.ts";
import { uuidOf } from "../kernel/ids.ts";
import { remembered } from "../kernel/remembered.ts";
import { Conflict } from "../kernel/store/store.ts";
import { BodyTooLarge, NO_ANSWER, type HttpResponse } from "../kernel/http.ts";
import type { ServiceModel } from "../model/model.ts";
import { compressed } from "../protocol/accept-encoding.ts";
import { explanationOf } from "./authorise.ts";
import { NoAnswer } from "./inject-faults.ts";
import { metaOf, requestIdOf } from "./request-id.ts";
import type { Parts, Visit } from "./visit.ts";

const FIDELITY = "x-snowglobe-fidelity";

/** A service's own answer. */
export function serialise(parts: Parts, visit: Visit): undefined {
  const { route, output } = visit;
  if (route === undefined) throw new Error("a request is routed before it is answered");
  const meta = metaOf(route.service, visit.requestId);
  const response = route.protocol.serialise(
    route.operation,
    (output ?? {}) as Readonly<Record<string, unknown>>,
    meta,
  );
  const service = parts.services.loaded(route.service.name);
  response.headers[FIDELITY] = fidelityHeader(service, route.operation.name);
  const accepted = visit.request.headers["accept-encoding"];
  const compresses = accepted !== undefined && COMPRESSED.has(route.service.name);
  visit.response = compresses ? compressed(response, accepted) : response;
}

/** AWS: these compress long answers for whoever asks. */
const COMPRESSED = new Set(["dynamodb"]);

function fidelityHeader(service: Parameters<typeof fidelityOf>[0], operation: string): string {
  const level = fidelityOf(service, operation);
  const ignored = service?.fidelity.ignores?.[operation];
  return ignored === undefined ? level : `${level}; ignores=${ignored.join(",")}`;
}

/**
 * Whatever went wrong, as AWS says it. A fault of ours is an InternalFailure, and its details stay
 * inside.
 */
export function refuse(parts: Parts, visit: Visit, thrown: unknown): void {
  try {
    visit.response = refusalOf(parts, visit, thrown);
  } catch (broken) {
    visit.response = breakDown(broken);
  }
}

function refusalOf(parts: Parts, visit: Visit, thrown: unknown): HttpResponse {
  if (thrown instanceof NoAnswer) return { status: NO_ANSWER, headers: {}, body: "" };
  const error = asAwsError(thrown);
  visit.error = error;
  visit.decision = explanationOf(thrown) ?? visit.decision;
  const { route, request, id, requestId, body } = visit;
  if (route === undefined) {
    const meta = (service: ServiceModel) => metaOf(service, requestIdOf(service, id));
    return parts.router.serialiseError(request, error, meta, body);
  }
  const meta = metaOf(route.service, requestId);
  const response = route.protocol.serialiseError(route.service, route.operation, error, meta);
  if (error.code === "NotImplementedBySnowglobe") response.headers[FIDELITY] = "absent";
  return request.method === "HEAD" ? { ...response, body: "" } : response;
}

function asAwsError(thrown: unknown): AwsError {
  if (thrown instanceof AwsError) return thrown;
  if (thrown instanceof BodyTooLarge) {
    return new AwsError("RequestEntityTooLarge", thrown.message, { status: 413, fault: "Sender" });
  }
  if (thrown instanceof Conflict) {
    return new AwsError("ServiceUnavailable", "Please reduce your request rate.", { status: 503 });
  }
  warn(thrown);
  return new AwsError("InternalFailure", "We encountered an internal error. Please try again.", {
    status: 500,
    fault: "Receiver",
  });
}

/** Not even the refusal could be written: then the status alone says it. */
export function breakDown(thrown: unknown): HttpResponse {
  warn(thrown);
  return { status: 500, headers: {}, body: "" };
}

function warn(thrown: unknown): void {
  process.emitWarning(thrown instanceof Error ? thrown : String(thrown), "SnowglobeFault");
}

/** Adds the visit to the trail. `at`: when it ended. */
export function record(parts: Parts, visit: Visit, response: HttpResponse, at: number): void {
  const { route, identity, place, error, request, signature, decision } = visit;
  const service = route === undefined ? undefined : parts.services.loaded(route.service.name);
  const entry = parts.trail.next();
  entry.at = at;
  entry.requestId = route === undefined ? uuidOf(visit.id) : visit.requestId;
  entry.service = route?.service.name ?? "";
  entry.operation = route?.operation.name ?? "";
  entry.protocol = route?.protocol.name ?? "";
  entry.accountId = place?.accountId ?? "";
  entry.region = place?.region ?? "";
  entry.callerArn = identity?.caller.arn ?? "";
  entry.sourceIp = request.sourceIp;
  entry.userAgent = known(request.headers["user-agent"] ?? "");
  entry.status = response.status;
  entry.fidelity = fidelityOf(service, route?.operation.name ?? "");
  entry.changes = visit.changes;
  entry.durationMs = performance.now() - visit.startedMs;
  entry.accessKeyId =
    signature?.kind === "sigv4" || signature?.kind === "sigv2" ? signature.accessKeyId : undefined;
  entry.error = error === undefined ? undefined : { code: error.code, message: error.message };
  entry.decision = decision;
  entry.injected = visit.injected;
  parts.trail.add(entry);
}

/** One text for all requests of a client, instead of one a record. */
const known = remembered(1000, (userAgent: string) => userAgent);
