/**
 * What is addressed to the server itself and not to the cloud: routes, and how they are answered.
 */
import type { Cloud } from "../../cloud-types.ts";
import { BodyTooLarge, type HttpRequest, type HttpResponse } from "../../kernel/http.ts";
import type { Configuration } from "../configuration/read.ts";
import type { ControlHandler } from "../exchange.ts";
import type { Hooks } from "../hooks.ts";
import { asksForFrontPage } from "./front-page.ts";

/** What the endpoints may see and do. */
export interface ControlContext {
  readonly cloud: Cloud;
  readonly configuration: Configuration;
  readonly hooks: Hooks;
  readonly version: string;
  /** Where this server keeps its files; absolute. */
  readonly directory: string;
  readonly instanceId: string;
  /** Wall time, epoch milliseconds. */
  readonly startedAt: number;
  readonly wall: () => number;
  /** True once all hooks have run. */
  readonly ready: () => boolean;
  /** Asks for a graceful stop; the answer to this request still goes out. */
  readonly requestStop: () => void;
  /** What tools have put into the health document. */
  readonly noted: Record<string, unknown>;
}

export interface ControlRequest {
  readonly request: HttpRequest;
  readonly query: URLSearchParams;
  /** The path's `:name` segments, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The body as a JSON object; an empty body is an empty object. */
  json(): Promise<Readonly<Record<string, unknown>>>;
  /** Calls the listener when the server is about to stop. Gives the way to stop listening. */
  onStop(listener: () => void): () => void;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** "/_snowglobe/snapshots/:name" */
  readonly path: string;
  readonly answer: (
    request: ControlRequest,
    context: ControlContext,
  ) => Promise<HttpResponse> | HttpResponse;
}

/** A request that cannot be done, told to whoever asked. */
export class ControlError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const BODY_BYTES_MAX = 1024 * 1024;
const OWN_PREFIXES = ["/_snowglobe", "/_localstack/", "/_floci/", "/_ministack/", "/moto-api"];

export function createControl(routes: readonly Route[], context: ControlContext): ControlHandler {
  const stopListeners = new Set<() => void>();
  return {
    owns: (request) => {
      const { method, path, query, headers } = request;
      // A signed request is the cloud's: "health" and "moto-api" may be buckets.
      if (headers["authorization"] !== undefined) return false;
      if (asksForFrontPage(request)) return true;
      if (path === "/health") return method === "GET" && query === "";
      return OWN_PREFIXES.some((prefix) => path.startsWith(prefix));
    },
    async answer(request) {
      try {
        const { route, parameters } = findRoute(routes, request);
        return await route.answer(toControlRequest(request, parameters, stopListeners), context);
      } catch (error) {
        return json({ error: error instanceof Error ? error.message : "unknown" }, statusOf(error));
      }
    },
    stopping() {
      for (const listener of stopListeners) listener();
    },
  };
}

function statusOf(error: unknown): number {
  if (error instanceof BodyTooLarge) return 413;
  return error instanceof ControlError ? error.status : 500;
}

export const json = (value: unknown, status = 200): HttpResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: `${JSON.stringify(value)}\n`,
});

export const noContent = (): HttpResponse => ({ status: 204, headers: {}, body: "" });

function findRoute(routes: readonly Route[], request: HttpRequest) {
  const path = request.path.length > 1 ? request.path.replace(/\/$/, "") : request.path;
  const methods = new Set<string>();
  for (const route of routes) {
    const parameters = match(route.path, path);
    if (parameters === undefined) continue;
    if (route.method === request.method) return { route, parameters };
    if (route.method === "GET" && request.method === "HEAD") return { route, parameters };
    methods.add(route.method);
  }
  if (methods.size === 0) throw new ControlError(404, `There is nothing at ${request.path}.`);
  throw new ControlError(405, `${request.path} takes ${[...methods].join(" or ")}.`);
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  if (!pattern.includes(":")) return pattern === path ? {} : undefined;
  const expected = pattern.split("/");
  const given = path.split("/");
  if (expected.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [at, part] of expected.entries()) {
    const segment = given[at] ?? "";
    if (part.startsWith(":")) parameters[part.slice(1)] = decoded(segment);
    else if (part !== segment) return undefined;
  }
  return parameters;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ControlError(400, "The path is not properly percent-encoded.");
  }
}

function toControlRequest(
  request: HttpRequest,
  parameters: Readonly<Record<string, string>>,
  stopListeners: Set<() => void>,
): ControlRequest {
  return {
    request,
    query: new URLSearchParams(request.query),
    parameters,
    json: () => readJson(request),
    onStop(listener) {
      stopListeners.add(listener);
      return () => stopListeners.delete(listener);
    },
  };
}

async function readJson(request: HttpRequest): Promise<Readonly<Record<string, unknown>>> {
  const text = Buffer.from(await request.body.bytes(BODY_BYTES_MAX)).toString("utf8");
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ControlError(400, "The body is not JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ControlError(400, "The body is not a JSON object.");
  }
  return value as Record<string, unknown>;
}
