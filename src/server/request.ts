/**
 * From node's request to the plain one that the cloud takes. On the path of every request: nothing
 * here may cost much.
 */
import { IncomingMessage, type ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Abandonment, HttpRequest, RequestBody } from "../kernel/http.ts";
import { remembered } from "../kernel/remembered.ts";
import { EMPTY_BODY, ReceivedBody, type BodyWatch } from "./body.ts";

export type Incoming = IncomingMessage | Http2ServerRequest;
export type Outgoing = ServerResponse | Http2ServerResponse;

/** A request that is not HTTP as we can serve it: answered 400 in plain text. */
export class BadRequest extends Error {
  readonly status: number;
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

export interface RequestRules {
  readonly bodyBytes: number;
  readonly headerCount: number;
  readonly watch: BodyWatch;
}

/** `expectsContinue`: the client waits for "100 Continue" before it sends its body. */
export function toHttpRequest(
  incoming: Incoming,
  outgoing: Outgoing,
  rules: RequestRules,
  expectsContinue: boolean,
): HttpRequest {
  if (incoming.rawHeaders.length > rules.headerCount * 2) {
    throw new BadRequest(`More than ${rules.headerCount} headers.`, 431);
  }
  const headers =
    incoming instanceof Http1Request ? incoming.headers : recordOf(incoming.rawHeaders);
  let target = incoming.url ?? "/";
  if (target.charCodeAt(0) !== SLASH) target = originForm(target, headers);
  const mark = target.indexOf("?");
  const { socket } = incoming;
  return {
    method: incoming.method ?? "GET",
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? "" : target.slice(mark + 1),
    headers,
    body: bodyOf(incoming, outgoing, headers, rules, expectsContinue),
    secure: "encrypted" in socket,
    sourceIp: plainAddress(socket.remoteAddress),
    abandoned: new ClientPresence(outgoing),
  };
}

const SLASH = 0x2f;
const COLON = 0x3a;

/** With its headers as the cloud takes them. Node asks for them, too, and reads them more slowly. */
export class Http1Request extends IncomingMessage {
  declare readonly headers: Record<string, string>;
}

const read = Symbol("headers");

Object.defineProperty(Http1Request.prototype, "headers", {
  get(this: Http1Request & { [read]?: Record<string, string> }) {
    return (this[read] ??= recordOf(this.rawHeaders));
  },
});

/** Of names and values in turn, as they came: the names in lower case, repeated ones joined. */
function recordOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = lowerCase(raw[at] ?? "");
    const value = raw[at + 1] ?? "";
    if (name.charCodeAt(0) === COLON) {
      if (name === ":authority") headers["host"] ??= value;
      continue;
    }
    const before = headers[name];
    if (typeof before !== "string") headers[name] = value;
    else headers[name] = name === "cookie" ? `${before}; ${value}` : `${before}, ${value}`;
  }
  return headers;
}

const lowerCase = remembered(1000, (name: string) => name.toLowerCase());

/** Proxies send the whole URL; its authority then counts as the Host. "*" (of OPTIONS) stays. */
function originForm(target: string, headers: Record<string, string>): string {
  if (target === "*") return target;
  const match = /^https?:\/\/([^/?#]+)([^#]*)$/i.exec(target);
  const [, authority, rest] = match ?? [];
  if (authority === undefined || rest === undefined) {
    throw new BadRequest("The request target is neither a path nor an http URL.");
  }
  headers["host"] = authority;
  return rest.startsWith("/") ? rest : `/${rest}`;
}

function bodyOf(
  incoming: Incoming,
  outgoing: Outgoing,
  headers: Readonly<Record<string, string>>,
  rules: RequestRules,
  expectsContinue: boolean,
): RequestBody {
  const length = headers["content-length"];
  if (length === "0") return EMPTY_BODY;
  if (length === undefined && headers["transfer-encoding"] === undefined) {
    // HTTP/2 says it with the frame that ends the headers; HTTP/1.1 by having neither header.
    if (incoming.httpVersionMajor < 2 || streamEnded(incoming)) return EMPTY_BODY;
  }
  return new ReceivedBody(incoming, {
    limitBytes: rules.bodyBytes,
    announcedBytes: length === undefined ? undefined : Number(length),
    watch: rules.watch,
    begin: expectsContinue ? () => outgoing.writeContinue() : undefined,
  });
}

const streamEnded = (incoming: Incoming) => "stream" in incoming && incoming.stream.endAfterHeaders;

/** Node shows IPv4 clients of a dual-stack listener as "::ffff:127.0.0.1". */
function plainAddress(address: string | undefined): string {
  if (address === undefined) return "127.0.0.1";
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
}

/** Listens for the client's leaving only when somebody asks. */
class ClientPresence implements Abandonment {
  readonly #outgoing: Outgoing;

  constructor(outgoing: Outgoing) {
    this.#outgoing = outgoing;
  }

  get aborted(): boolean {
    return this.#outgoing.destroyed && !this.#outgoing.writableEnded;
  }

  onAbort(listener: () => void): void {
    const outgoing = this.#outgoing;
    if (this.aborted) return listener();
    outgoing.once("close", () => {
      if (!outgoing.writableEnded) listener();
    });
  }
}
