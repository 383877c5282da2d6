/** One request on its way through the pipeline: each step fills in what it has found out. */
import type { AwsError } from "../kernel/errors.ts";
import type { Exchange, Links } from "../kernel/context.ts";
import { Draws } from "../kernel/ids.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Caller, RequestFacts } from "../kernel/service.ts";
import type { Place } from "../kernel/table.ts";
import type { CredentialIdentity } from "../iam/identities.ts";
import type { PolicyCache } from "../iam/policy/document.ts";
import type { RequestSignature } from "../iam/signature/request-signature.ts";
import type { Verified } from "../iam/signature/verify.ts";
import type { SigningKeys } from "../iam/signature/signing-keys.ts";
import type { Models } from "../model/load.ts";
import type { HttpRequest, HttpResponse } from "../kernel/http.ts";
import type { Route, Router } from "../protocol/route/route.ts";
import type { CloudOptions } from "../cloud-types.ts";
import type { Faults } from "../faults.ts";
import type { Trail, TrailDecision } from "../trail.ts";
import type { Known } from "./authenticate.ts";
import type { Flight } from "./flight.ts";
import type { NotedUses } from "./last-used.ts";
import type { Services } from "./services.ts";

/** What the steps of the pipeline share: the cloud's parts. */
export interface Parts {
  readonly options: CloudOptions;
  readonly kernel: Kernel;
  readonly models: Models;
  readonly router: Router;
  readonly services: Services;
  readonly trail: Trail;
  readonly faults: Faults;
  readonly signingKeys: SigningKeys;
  readonly conventional: (accessKeyId: string) => Known | undefined;
  readonly policies: PolicyCache;
  readonly notedUses: NotedUses;
  readonly flight: Flight;
  readonly links: Links;
}

export interface Visit {
  readonly request: HttpRequest;
  readonly draws: Draws;
  /** Sixteen bytes of chance. */
  readonly id: Uint8Array;
  /** The same as its service writes it; empty until it is routed. */
  requestId: string;
  readonly startedMs: number;
  /** From here on each step adds what it found. */
  route: Route | undefined;
  /**
   * Instead of an operation: the router's name for a request that is none ("postObject",
   * "preflight").
   */
  raw: string | undefined;
  /** The whole body, unless the operation streams it. */
  body: Uint8Array | undefined;
  signature: RequestSignature | undefined;
  /** What the signature says of the body. */
  verified: Verified | undefined;
  identity: CredentialIdentity | undefined;
  /** The key is one that the identity service gave out. */
  issued: boolean | undefined;
  place: Place | undefined;
  /** Whose bill it is on, where the service has said so. */
  payer: Place | undefined;
  /** Parsed and valid. */
  input: Readonly<Record<string, unknown>> | undefined;
  decision: TrailDecision | undefined;
  changes: number;
  output: unknown;
  error: AwsError | undefined;
  /** The fault rules that met it, by id. */
  injected: readonly string[] | undefined;
  response: HttpResponse | undefined;
}

export const NOBODY: Caller = { kind: "anonymous", accountId: "", arn: "anonymous", userId: "" };

/** The first step: gives the request its id, and its own source of further ids. */
export function identify(parts: Parts, request: HttpRequest): Visit {
  const { chance } = parts.kernel;
  return {
    request,
    draws: new Draws(chance),
    id: chance(16),
    requestId: "",
    startedMs: performance.now(),
    changes: 0,
    route: undefined,
    raw: undefined,
    body: undefined,
    signature: undefined,
    verified: undefined,
    identity: undefined,
    issued: undefined,
    place: undefined,
    payer: undefined,
    input: undefined,
    decision: undefined,
    output: undefined,
    error: undefined,
    injected: undefined,
    response: undefined,
  };
}

/** What handlers see of the request. */
export function exchangeOf(parts: Parts, visit: Visit): Exchange {
  return {
    kernel: parts.kernel,
    links: parts.links,
    caller: visit.identity?.caller ?? NOBODY,
    request: new VisitFacts(visit),
    draws: visit.draws,
    origin: visit,
    bill: visit,
    abandoned: visit.request.abandoned,
  };
}

/** Looks into the visit when somebody asks: few handlers do. */
class VisitFacts implements RequestFacts {
  readonly #visit: Visit;

  constructor(visit: Visit) {
    this.#visit = visit;
  }

  get requestId() {
    return this.#visit.requestId;
  }

  get endpoint() {
    return `${this.secure ? "https" : "http"}://${this.host}`;
  }

  get host() {
    return this.headers["host"] ?? "localhost";
  }

  get secure() {
    return this.#visit.request.secure;
  }

  get sourceIp() {
    return this.#visit.request.sourceIp;
  }

  get headers() {
    return this.#visit.request.headers;
  }

  get method() {
    return this.#visit.request.method;
  }

  get path() {
    return this.#visit.request.path;
  }

  get query() {
    return this.#visit.request.query;
  }

  get protocol() {
    return this.#visit.route?.protocol.name ?? "";
  }
}
