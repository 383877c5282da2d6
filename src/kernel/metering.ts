/** The kernel's words for what requests use: a service declares it, the pipeline's meter counts it. */
import type { AwsError } from "./errors.ts";
import type { HttpResponse } from "./http.ts";
import type { Caller } from "./service.ts";
import type { Place } from "./table.ts";
import type { Usage } from "./usage.ts";

/** A request that has its answer. */
export interface MeteredRequest {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Undefined: it was refused. */
  readonly output: unknown;
  readonly error: AwsError | undefined;
  readonly caller: Caller | undefined;
  /** Whose bill it is on: the payer's that the service has named, else the caller's. */
  readonly place: Place;
  readonly payer: Place | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The body that came, unless it was streamed; of a call between services there is none. */
  readonly body: Uint8Array | undefined;
  readonly response: HttpResponse | undefined;
}

/** One line of what a request uses. */
export interface Measure extends Usage {
  /** Default: one. Zero is no line. */
  readonly quantity?: (request: MeteredRequest) => number;
}

/**
 * Measures, or how to choose among them where the operation alone does not say which. Each choice
 * is one array for the life of the process: counters are found by it.
 */
export type Measures = readonly Measure[] | ((request: MeteredRequest) => readonly Measure[]);

export interface Metering {
  /** What a request of an operation uses. Operations that AWS does not bill are not here. */
  readonly operations: Readonly<Record<string, Measures>>;
  /** The resource as the request names it; empty: none. */
  readonly named: (request: MeteredRequest) => string;
  /** Whether a refused request is billed all the same. Default: never. */
  readonly refusals?: (request: MeteredRequest) => boolean;
}
