/**
 * One request, one answer: the guards in front of the cloud, and the care for what goes wrong on
 * the way.
 */
import type { Cloud } from "../cloud-types.ts";
import { NO_ANSWER } from "../kernel/http.ts";
import type { HttpRequest, HttpResponse } from "../kernel/http.ts";
import { ReceivedBody } from "./body.ts";
import { concernsPage, judgePage, makeReadable } from "./cors.ts";
import type { Guard } from "./guard.ts";
import {
  BadRequest,
  toHttpRequest,
  type Incoming,
  type Outgoing,
  type RequestRules,
} from "./request.ts";
import { writeResponse } from "./response.ts";

export type RequestListener = (
  incoming: Incoming,
  outgoing: Outgoing,
  expectsContinue: boolean,
) => void;

export interface ControlHandler {
  /** Whether the path is the server's own; asked for every request, so it must be cheap. */
  owns(request: HttpRequest): boolean;
  /** `trusted`: no page, or one that may control the server. */
  answer(request: HttpRequest): Promise<HttpResponse>;
  /** The server is about to stop: open streams end. */
  stopping?(): void;
}

export interface ExchangeParts {
  readonly cloud: Pick<Cloud, "handle">;
  readonly control: ControlHandler | undefined;
  readonly guard: Guard;
  readonly rules: RequestRules;
  /** How long the rest of a body may keep coming after its answer. */
  readonly lingerMs: number;
}

interface Arrival {
  readonly incoming: Incoming;
  readonly outgoing: Outgoing;
  readonly expectsContinue: boolean;
  request: HttpRequest | undefined;
  answer: HttpResponse | Promise<HttpResponse> | undefined;
}

export interface Exchange {
  readonly listener: RequestListener;
  stopping(): void;
  /** Resolves when nothing is in flight, at the latest after so long. */
  quiet(withinMs: number): Promise<void>;
}

export function createExchange(parts: ExchangeParts): Exchange {
  let inFlight = 0;
  let stopping = false;
  let whenQuiet: (() => void) | undefined;

  /**
   * Requests that come in one turn of the event loop are answered together at its end. By then
   * their bodies are here. And their answers are written one after the other, so that a client
   * that waits is woken once, and busy while the others are written: one that is woken for every
   * answer makes each write several times as dear.
   */
  let arrived: Arrival[] = [];
  const answerArrived = () => {
    const all = arrived;
    arrived = [];
    for (const one of all) ask(one);
    for (const one of all) settle(one);
  };

  const ask = (arrival: Arrival) => {
    const { incoming, outgoing, expectsContinue } = arrival;
    try {
      arrival.request = toHttpRequest(incoming, outgoing, parts.rules, expectsContinue);
      arrival.answer = answer(arrival.request, parts);
    } catch (error) {
      fail(outgoing, error);
    }
  };

  const settle = (arrival: Arrival) => {
    const { answer: asked } = arrival;
    if (asked === undefined) return leave();
    if (!(asked instanceof Promise)) return finish(arrival, asked);
    asked.then(
      (answered) => finish(arrival, answered),
      (error: unknown) => abort(arrival, error),
    );
  };

  const finish = (arrival: Arrival, answered: HttpResponse) => {
    try {
      const writing = reply(arrival, answered);
      if (writing === undefined) return leave();
      writing.then(leave, (error: unknown) => abort(arrival, error));
    } catch (error) {
      abort(arrival, error);
    }
  };

  const abort = ({ outgoing }: Arrival, error: unknown) => {
    leave();
    fail(outgoing, error);
  };

  const reply = (arrival: Arrival, answered: HttpResponse): Promise<void> | undefined => {
    const { incoming, outgoing, expectsContinue, request } = arrival;
    if (answered.status === NO_ANSWER || request === undefined) return hangUp(outgoing);
    const body = request.body instanceof ReceivedBody ? request.body : undefined;
    // A client that was never told to continue sends no body: its next request would be taken for
    // it.
    if (stopping || (expectsContinue && body?.begun === false)) closeAfter(outgoing);
    const writing = writeResponse(outgoing, answered, request.method);
    if (body === undefined || incoming.complete) return writing;
    return Promise.resolve(writing).then(() => {
      if (!incoming.complete) linger(incoming, parts.lingerMs);
    });
  };

  const leave = () => {
    inFlight -= 1;
    if (inFlight === 0) whenQuiet?.();
  };

  return {
    listener: (incoming, outgoing, expectsContinue) => {
      inFlight += 1;
      const arrival = {
        incoming,
        outgoing,
        expectsContinue,
        request: undefined,
        answer: undefined,
      };
      if (arrived.push(arrival) === 1) setImmediate(answerArrived);
    },
    stopping() {
      stopping = true;
      parts.control?.stopping?.();
    },
    quiet(withinMs) {
      if (inFlight === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        whenQuiet = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
  };
}

function answer(request: HttpRequest, parts: ExchangeParts): Promise<HttpResponse> | HttpResponse {
  const { cloud, control, guard } = parts;
  const host = guard.host(request.headers["host"]);
  if (host === "refused") return plain(403, hostRefusal(request.headers["host"] ?? ""));
  const announced = request.headers["content-length"];
  if (announced !== undefined && Number(announced) > parts.rules.bodyBytes) {
    throw new BadRequest(`The body is larger than ${parts.rules.bodyBytes} bytes.`, 413);
  }
  if (control !== undefined && host === "edge" && control.owns(request)) {
    return answerControl(request, control, guard);
  }
  if (!concernsPage(request.headers)) return cloud.handle(request);
  const page = judgePage(request, host, guard);
  switch (page.kind) {
    case "pass":
      return cloud.handle(request);
    case "answered":
      return page.response;
    case "refused":
      return plain(403, page.reason);
    case "readable":
      return readable(cloud.handle(request), page.origin);
  }
}

async function readable(answered: Promise<HttpResponse> | HttpResponse, origin: string) {
  const response = await answered;
  makeReadable(response, origin);
  return response;
}

async function answerControl(
  request: HttpRequest,
  control: ControlHandler,
  guard: Guard,
): Promise<HttpResponse> {
  const origin = request.headers["origin"];
  const foreign =
    origin === undefined
      ? request.headers["sec-fetch-site"] === "cross-site"
      : !guard.trusts(origin);
  if (foreign) {
    return plain(403, `Web pages of ${origin ?? "another site"} may not control Snowglobe.`);
  }
  if (request.method === "OPTIONS" && origin !== undefined) {
    const response = plain(204, "");
    response.headers["access-control-allow-methods"] = "GET, POST, PUT, DELETE";
    response.headers["access-control-allow-headers"] = "content-type";
    makeReadable(response, origin);
    return response;
  }
  const response = await control.answer(request);
  if (origin !== undefined) makeReadable(response, origin);
  return response;
}

const hostRefusal = (host: string) =>
  `Snowglobe is not reached by the name "${host}". If it should be, start it with ` +
  "SNOWGLOBE_ALLOWED_HOSTS=<name>; otherwise a web page may have tried to reach it.";

export const plain = (status: number, text: string): HttpResponse => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: text === "" ? "" : `${text}\n`,
});

function closeAfter(outgoing: Outgoing): void {
  if (!("stream" in outgoing)) outgoing.shouldKeepAlive = false;
}

/**
 * The caller gets nothing: HTTP/1.1 closes its connection; HTTP/2 ends the one stream, for the
 * other requests on the connection are none of its business.
 */
function hangUp(outgoing: Outgoing): undefined {
  if ("stream" in outgoing) outgoing.stream.close(HTTP2_INTERNAL_ERROR);
  else outgoing.destroy();
}

/** RFC 9113, section 7. */
const HTTP2_INTERNAL_ERROR = 2;

/** The client goes on sending what nobody reads: let it see its answer, but not for ever. */
function linger(incoming: Incoming, withinMs: number): void {
  const timer = setTimeout(() => incoming.socket.destroy(), withinMs);
  timer.unref();
  incoming.once("end", () => clearTimeout(timer)).once("close", () => clearTimeout(timer));
}

function fail(outgoing: Outgoing, error: unknown): void {
  if (outgoing.headersSent || outgoing.destroyed) {
    outgoing.destroy();
    return;
  }
  const refusal = error instanceof BadRequest ? error : undefined;
  const status = refusal?.status ?? 500;
  const message = error instanceof Error ? error.message : "An unknown error.";
  if (refusal !== undefined) closeAfter(outgoing);
  outgoing.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  outgoing.end(`${message}\n`);
}
