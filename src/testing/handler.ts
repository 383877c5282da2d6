/**
 * Takes the place of the HTTP handler of an AWS SDK client: the request goes straight into the
 * cloud.
 */
import { Readable } from "node:stream";
import type { Cloud } from "../cloud-types.ts";
import { BodyTooLarge, NO_ANSWER, type Abandonment, type RequestBody } from "../kernel/http.ts";

/** What of the SDK's request is used here; its own types stay out of ours. */
export interface InProcessRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface InProcessResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Readable;
}

export interface InProcessHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle(
    request: InProcessRequest,
    options?: { readonly abortSignal?: unknown },
  ): Promise<{ response: never }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
  destroy(): void;
}

export function inProcessHandler(cloud: Pick<Cloud, "handle">): InProcessHandler {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request, options = {}) {
      const { abortSignal } = options;
      const answer = await cloud.handle({
        method: request.method,
        path: request.path,
        query: toQuery(request.query ?? {}),
        headers: lowerCased(request),
        body: bodyOf(request.body),
        secure: request.protocol === "https:",
        sourceIp: "127.0.0.1",
        ...(abortSignal instanceof AbortSignal ? { abandoned: abandonment(abortSignal) } : {}),
      });
      if (abortSignal instanceof AbortSignal && abortSignal.aborted) throw aborted();
      if (answer.status === NO_ANSWER) throw hungUp();
      const body =
        typeof answer.body === "string" || answer.body instanceof Uint8Array
          ? Readable.from([Buffer.from(answer.body)])
          : Readable.from(answer.body);
      const response: InProcessResponse = {
        statusCode: answer.status,
        headers: answer.headers,
        body,
      };
      return { response: response as never };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    destroy: () => undefined,
  };
}

function abandonment(signal: AbortSignal): Abandonment {
  return {
    get aborted() {
      return signal.aborted;
    },
    onAbort: (listener) => signal.addEventListener("abort", listener, { once: true }),
  };
}

/** By this name the SDK knows that it was the caller who gave up. */
function aborted(): Error {
  return Object.assign(new Error("Request aborted"), { name: "AbortError" });
}

/** As the SDK's own handler says it; the SDK tries again. */
function hungUp(): Error {
  return Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });
}

function lowerCased(request: InProcessRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  headers["host"] ??=
    request.port === undefined ? request.hostname : `${request.hostname}:${request.port}`;
  return headers;
}

function toQuery(query: Readonly<Record<string, string | readonly string[] | null>>): string {
  const pairs: string[] = [];
  for (const name of Object.keys(query).toSorted()) {
    const value = query[name];
    if (value === undefined || value === null) pairs.push(encode(name));
    else for (const one of [value].flat()) pairs.push(`${encode(name)}=${encode(one)}`);
  }
  return pairs.join("&");
}

/** As the SDK's own handler escapes: RFC 3986, nothing but the unreserved characters left. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function bodyOf(body: unknown): RequestBody {
  return {
    async bytes(limitBytes) {
      const bytes =
        typeof body === "object" && body !== null && !(body instanceof Uint8Array)
          ? await collected(body as AsyncIterable<Uint8Array>)
          : toBytes(body);
      if (bytes.length > limitBytes) throw new BodyTooLarge(limitBytes);
      return bytes;
    },
    async *stream() {
      if (typeof body === "object" && body !== null && !(body instanceof Uint8Array)) {
        for await (const chunk of body as AsyncIterable<Uint8Array | string>) yield toBytes(chunk);
      } else {
        const bytes = toBytes(body);
        if (bytes.length > 0) yield bytes;
      }
    },
  };
}

function toBytes(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return typeof body === "string" ? Buffer.from(body) : new Uint8Array();
}

async function collected(body: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(toBytes(chunk));
  return Buffer.concat(chunks);
}
