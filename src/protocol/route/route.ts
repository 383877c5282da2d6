/**
 * From a request to a service, an operation and a protocol. Nothing is authenticated here: routing
 * only decides who answers, and in which form.
 */
import { AwsError } from "../../kernel/errors.ts";
import type { Operation, ProtocolName, ServiceModel } from "../../model/model.ts";
import type { HttpResponse, ResponseMeta } from "../../kernel/http.ts";
import { decodePercent } from "../rest/query-string.ts";
import { protocol as protocolOf } from "../protocols.ts";
import type { Protocol } from "../protocol.ts";
import {
  type Evidence,
  gather,
  gatherForRefusal,
  needsBody,
  signingNameOf,
  type RoutedRequest,
  type Style,
} from "./detect.ts";
import { matchRest, type RestMatch } from "./rest-table.ts";
import { type Found, matchUnsigned } from "./unsigned.ts";
import {
  methodNotAllowed,
  unknownAction,
  unknownOperation,
  unknownPath,
  unverified,
} from "./unknown.ts";
import { isForm, type RoutingModels, serviceDirectory } from "./services.ts";

export type { RoutedRequest } from "./detect.ts";
export type { RoutingModels } from "./services.ts";

export interface Route {
  readonly service: ServiceModel;
  readonly protocol: Protocol;
  readonly operation: Operation;
  /** What the path holds, decoded, by the names that the model gives it. */
  readonly labels: Readonly<Record<string, string>>;
  /** The region that the host names; the signature's, where there is one, counts more. */
  readonly region?: string;
  /**
   * S3's upload from a browser form: the operation is PutObject, the body is multipart/form-data.
   */
  readonly postObject?: true;
}

export interface Router {
  /** Whether `route` has to see the body: the operations of forms are named there. */
  needsBody(request: RoutedRequest): boolean;
  /** Throws `AwsError` as AWS answers what it does not know. */
  route(request: RoutedRequest, body?: Uint8Array): Route;
  /** An error before, or instead of, a route: in the form that the service guessed at would use. */
  serialiseError(
    request: RoutedRequest,
    error: AwsError,
    metaOf: (service: ServiceModel) => ResponseMeta,
    body?: Uint8Array,
  ): HttpResponse;
}

const TARGETS_MAX = 2000;

export function createRouter(models: RoutingModels): Router {
  const directory = serviceDirectory(models);
  const find = (request: RoutedRequest, body?: Uint8Array): Route => {
    const evidence = gather(directory, request, body);
    const found = resolve(models, evidence, request);
    const { region } = evidence.host;
    return region === undefined ? found : { ...found, region };
  };
  // A route by target depends on nothing else than these three: one client's differ in the target.
  const byTarget = new Map<string, { signingName: unknown; host: unknown; route: Route }>();

  return {
    needsBody,
    route(request, body) {
      const target = request.headers["x-amz-target"];
      if (target === undefined || target === "") return find(request, body);
      const { host } = request.headers;
      const signingName = signingNameOf(request);
      const last = byTarget.get(target);
      if (last !== undefined && last.host === host && last.signingName === signingName) {
        return last.route;
      }
      const found = find(request, body);
      if (byTarget.size >= TARGETS_MAX) byTarget.clear();
      byTarget.set(target, { signingName, host, route: found });
      return found;
    },
    serialiseError(request, error, metaOf, body) {
      const evidence = gatherForRefusal(directory, request, body);
      const service = models.service(evidence.services[0] ?? guess(models, evidence, request));
      const name = protocolFor(evidence.style, service);
      const response = protocolOf(name).serialiseError(service, undefined, error, metaOf(service));
      return request.method === "HEAD" ? { ...response, body: "" } : response;
    },
  };
}

function resolve(models: RoutingModels, evidence: Evidence, request: RoutedRequest): Route {
  const { style, services } = evidence;
  switch (style.kind) {
    case "target":
    case "cbor":
      return resolveRpc(models, style, services);
    case "form":
      return resolveForm(models, style, evidence, request);
    case "rest":
      return resolveRest(models, evidence, request);
  }
}

function resolveRpc(
  models: RoutingModels,
  style: Style & { readonly kind: "target" | "cbor" },
  services: readonly string[],
): Route {
  for (const name of services) {
    const service = models.service(name);
    const operation = service.operations.get(style.operation);
    if (operation !== undefined) return toRoute(service, operation, style);
  }
  throw unknownOperation();
}

function resolveForm(
  models: RoutingModels,
  style: Style & { readonly kind: "form" },
  { services, signingName }: Evidence,
  request: RoutedRequest,
): Route {
  for (const name of services) {
    const service = models.service(name);
    const operation = service.operations.get(style.action);
    const speaksForms = service.protocols.some(isForm);
    if (operation === undefined || !speaksForms) continue;
    if (signingName === undefined && SIGNED_IN_FORM.has(name)) throw unverified(operation);
    return toRoute(service, operation, style, queueLabels(operation, request));
  }
  throw unknownAction(services[0] ?? signingName, style.action, style.version);
}

/** AWS: these take Signature Version 2, which is in the form; clients know no other for SimpleDB. */
const SIGNED_IN_FORM = new Set(["sdb", "importexport"]);

/** AWS: old clients of SQS post to the queue's own address instead of naming it in the form. */
function queueLabels(operation: Operation, request: RoutedRequest): Record<string, string> {
  const addressed = /^\/\d{12}\/[^/]+$/.test(request.path);
  if (!addressed || operation.input?.members?.has("QueueUrl") !== true) return {};
  return { QueueUrl: `http://${request.headers["host"] ?? "localhost"}${request.path}` };
}

/**
 * Of all services that a REST request may be for, the one whose model says most of the path. S3
 * takes any path.
 */
function resolveRest(models: RoutingModels, evidence: Evidence, request: RoutedRequest): Route {
  const { services, host, style, signingName } = evidence;
  const unnamed = services.length === 0 && signingName === undefined;
  const other = unnamed ? matchUnsigned(models, request) : undefined;
  if (other?.match.operation.unsigned === true) return toMatched(other, style);
  if (other !== undefined) throw unverified(other.match.operation);
  const names = unnamed ? ["s3"] : services;
  const asked = signingName === "s3express" ? ofDirectoryBuckets(request) : request;
  let best: Found | undefined;
  for (const name of names) {
    const service = models.service(name);
    const bucket = name === "s3" ? host.bucket : undefined;
    if (bucket !== undefined) return resolveBucket(service, request, bucket, style);
    if (!service.protocols.some(isRest)) continue;
    const match = matchRest(service, asked);
    if (match !== undefined && isSurer(match, best?.match)) best = { service, match };
  }
  if (best !== undefined && !isException(best.service, best.match, request)) {
    return toMatched(best, style);
  }
  if (names.includes("s3")) return resolveS3Exception(models.service("s3"), request, style);
  throw unknownPath();
}

/** Where two services have the same path, one of them may end it with a slash. */
function isSurer(match: RestMatch, best: RestMatch | undefined): boolean {
  if (best === undefined || match.literals !== best.literals) {
    return match.literals > (best?.literals ?? -1);
  }
  return match.exact && !best.exact;
}

/** AWS: the endpoint of directory buckets lists none but them, and clients need not say so. */
function ofDirectoryBuckets(request: RoutedRequest): RoutedRequest {
  if (request.path !== "/") return request;
  return { ...request, query: `${request.query}&x-id=ListDirectoryBuckets` };
}

/** Virtual-hosted: the bucket moves into the path, for the match alone. */
function resolveBucket(
  service: ServiceModel,
  request: RoutedRequest,
  bucket: string,
  style: Style,
): Route {
  const pathStyle = { ...request, path: `/${encodeURIComponent(bucket)}${request.path}` };
  const match = matchRest(service, pathStyle);
  if (match !== undefined && !isException(service, match, pathStyle)) {
    return toRoute(service, match.operation, style, match.labels);
  }
  return resolveS3Exception(service, pathStyle, style);
}

/** What the model's paths take for an operation, and S3 does not. */
function isException(service: ServiceModel, match: RestMatch, request: RoutedRequest): boolean {
  return isFormUpload(service, request) || completesNothing(match, request);
}

/** A POST to an object that names no upload. */
const completesNothing = ({ operation }: RestMatch, { query }: RoutedRequest) =>
  operation.name === "CompleteMultipartUpload" &&
  operation.service.name === "s3" &&
  !/(?:^|&)uploadId=/.test(query);

const FORM_UPLOAD = /^multipart\/form-data\b/i;

function isFormUpload(service: ServiceModel, request: RoutedRequest): boolean {
  return (
    service.name === "s3" &&
    request.method === "POST" &&
    FORM_UPLOAD.test(request.headers["content-type"] ?? "")
  );
}

/**
 * What of S3 no model knows: the upload from a browser form. Everything else is a method that it
 * does not have.
 */
function resolveS3Exception(service: ServiceModel, request: RoutedRequest, style: Style): Route {
  const bucket = /^\/([^/]+)\/?$/.exec(request.path)?.[1];
  const operation = service.operations.get("PutObject");
  const uploads = isFormUpload(service, request) || postsToBucketItself(service, request);
  if (bucket === undefined || operation === undefined || !uploads) {
    throw methodNotAllowed(request.method, request.path);
  }
  const labels = { Bucket: decodePercent(bucket) };
  return { ...toRoute(service, operation, style, labels), postObject: true };
}

/**
 * AWS: it takes a POST to a bucket for an upload whatever its type, and says what type it wants. Where
 * a GET would find a part of the bucket (`?acl`), a POST is not allowed.
 */
function postsToBucketItself(service: ServiceModel, request: RoutedRequest): boolean {
  if (request.method !== "POST") return false;
  const found = matchRest(service, { ...request, method: "GET" });
  return found?.operation.http.uri === "/{Bucket}";
}

const toMatched = ({ service, match }: Found, style: Style) =>
  toRoute(service, match.operation, style, match.labels);

function toRoute(
  service: ServiceModel,
  operation: Operation,
  style: Style,
  labels: Readonly<Record<string, string>> = {},
): Route {
  return { service, operation, labels, protocol: protocolOf(protocolFor(style, service)) };
}

function isRest(name: ProtocolName): boolean {
  return name === "rest-json" || name === "rest-xml";
}

function protocolFor(style: Style, service: ServiceModel): ProtocolName {
  const fallback = service.protocols[0] ?? "json";
  switch (style.kind) {
    case "target":
      return "json";
    case "cbor":
      return "smithy-rpc-v2-cbor";
    case "form":
      return service.protocols.find(isForm) ?? fallback;
    case "rest":
      return service.protocols.find(isRest) ?? fallback;
  }
}

/** A service to word an error like, when a request names none that exists. */
function guess(
  models: RoutingModels,
  { style: { kind }, signingName }: Evidence,
  request: RoutedRequest,
): string {
  const unnamed = kind === "rest" && signingName === undefined;
  const other = unnamed ? matchUnsigned(models, request)?.service.name : undefined;
  const likely = other ?? (kind === "rest" ? "s3" : kind === "form" ? "sts" : "dynamodb");
  const names = Object.keys(models.index.services);
  return names.includes(likely) ? likely : (names[0] ?? likely);
}
