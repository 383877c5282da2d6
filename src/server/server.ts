/**
 * The cloud on a port: HTTP/1.1, HTTPS and HTTP/2 side by side, safe against slow clients, hostile
 * pages and itself.
 */
import { createServer, type Server as HttpServer } from "node:http";
import type { Http2Server, ServerHttp2Session } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Server as TlsServer } from "node:tls";
import type { Cloud } from "../cloud-types.ts";
import { BodyWatch } from "./body.ts";
import { createExchange, type ControlHandler, type RequestListener } from "./exchange.ts";
import { listenIn } from "./front-door.ts";
import { createGuard, type GuardRules } from "./guard.ts";
import { LIMITS, type ServerLimits } from "./limits.ts";
import { Http1Request } from "./request.ts";
import type { CertificateOptions } from "./tls/certificates.ts";

export interface ServerOptions {
  readonly cloud: Pick<Cloud, "handle">;
  readonly listen: { readonly host: string; readonly port: number };
  readonly guard?: Partial<GuardRules>;
  readonly limits?: Partial<ServerLimits>;
  /** Absent: no HTTPS. */
  readonly certificates?: CertificateOptions;
  /** Answers what is addressed to the server itself; undefined: it is the cloud's. */
  readonly control?: ControlHandler;
  /** Told why HTTPS cannot be served. */
  readonly warn?: (line: string) => void;
}

export interface Server {
  readonly host: string;
  readonly port: number;
  /** How a client on this machine reaches it. */
  readonly url: string;
  /** Accepts nothing new, lets requests in flight end for so long, then cuts what is left. */
  stop(graceMs?: number): Promise<void>;
}

/** The port cannot be had; the message says what to do. */
export class PortUnavailable extends Error {
  override readonly name = "PortUnavailable";
}

const STOP_GRACE_MS = 5000;

export async function startServer(options: ServerOptions): Promise<Server> {
  const limits = { ...LIMITS, ...options.limits };
  const { host, port } = options.listen;
  const watch = new BodyWatch(limits.bodyIdleMs);
  const exposed = !isLoopback(host);
  const exchange = createExchange({
    cloud: options.cloud,
    control: options.control,
    guard: createGuard({ hosts: [], origins: [], anyOrigin: false, exposed, ...options.guard }),
    rules: { bodyBytes: limits.bodyBytes, headerCount: limits.headerCount, watch },
    lingerMs: limits.bodyIdleMs,
  });
  const { server, sockets, sessions } = openDoors(exchange.listener, limits, options);
  await listen(server, host, port);
  const actual = boundPort(server);
  return {
    host,
    port: actual,
    url: `http://${isAnyAddress(host) ? "127.0.0.1" : bracketed(host)}:${actual}`,
    async stop(graceMs = STOP_GRACE_MS) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      exchange.stopping();
      for (const session of sessions) session.close();
      await exchange.quiet(graceMs);
      watch.close();
      for (const socket of sockets) socket.destroySoon();
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, LAST_WRITE_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** What is already written gets so long to leave. */
const LAST_WRITE_MS = 500;

interface Doors {
  readonly server: HttpServer;
  readonly sockets: ReadonlySet<Socket>;
  readonly sessions: ReadonlySet<ServerHttp2Session>;
}

function openDoors(
  listener: RequestListener,
  limits: ServerLimits,
  { certificates, warn }: ServerOptions,
): Doors {
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  const server = createHttp1(listener, limits);
  // Node's own reception of a connection; ours goes before it.
  const [receive] = server.listeners("connection");
  server.removeAllListeners("connection");
  const receiveHttp1 = (socket: Duplex) => receive?.call(server, socket);
  const receiveHttp2 = lazily(() => createHttp2(listener, sessions, limits), warn);
  const receiveTls = lazily(async () => {
    if (certificates === undefined) throw new Error("HTTPS is switched off.");
    return createTls(certificates, limits, receiveHttp1, receiveHttp2);
  }, warn);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    listenIn(socket, limits.headersMs, (spoken) => {
      if (spoken === "http1") receiveHttp1(socket);
      else if (spoken === "http2") receiveHttp2(socket);
      else receiveTls(socket);
    });
  });
  return { server, sockets, sessions };
}

function createHttp1(listener: RequestListener, limits: ServerLimits): HttpServer {
  const server = createServer({
    maxHeaderSize: limits.headerBytes,
    IncomingMessage: Http1Request,
    headersTimeout: limits.headersMs,
    // A large upload may take its time; BodyWatch sees to those that stand still.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(5000, limits.headersMs),
  });
  server.maxHeadersCount = 0;
  server.maxConnections = limits.connections;
  server.on("request", (incoming, outgoing) => listener(incoming, outgoing, false));
  server.on("checkContinue", (incoming, outgoing) => listener(incoming, outgoing, true));
  server.on("clientError", refuseBytes);
  return server;
}

/** Bytes that are no HTTP, or HTTP that takes too long or too much. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, reason] =
    error.code === "HPE_HEADER_OVERFLOW"
      ? ["431 Request Header Fields Too Large", "The request's headers are too large."]
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? ["408 Request Timeout", "The request did not arrive in time."]
        : ["400 Bad Request", "This is not an HTTP request that can be understood."];
  const body = `${reason}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  );
}

/** Made with the first connection that needs it: who never speaks TLS never loads it. */
function lazily(
  make: () => Promise<Http2Server | TlsServer>,
  warn: ServerOptions["warn"],
): (socket: Duplex) => void {
  let made: Promise<Http2Server | TlsServer> | undefined;
  return (socket) => {
    made ??= make();
    made.then(
      (server) => server.emit("connection", socket),
      (error: unknown) => {
        made = undefined;
        socket.destroy();
        warn?.(`A connection cannot be served: ${String(error)}`);
      },
    );
  };
}

async function createHttp2(
  listener: RequestListener,
  sessions: Set<ServerHttp2Session>,
  limits: ServerLimits,
): Promise<Http2Server> {
  const http2 = await import("node:http2");
  const server = http2.createServer({ settings: { maxConcurrentStreams: 250 } });
  server.on("request", (incoming, outgoing) => listener(incoming, outgoing, false));
  server.on("checkContinue", (incoming, outgoing) => listener(incoming, outgoing, true));
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.on("error", () => session.destroy());
    // Node would keep one that asks nothing for ever. Requests in flight still end.
    session.setTimeout(limits.keepAliveMs, () => session.close());
  });
  server.on("sessionError", () => {});
  return server;
}

async function createTls(
  options: CertificateOptions,
  limits: ServerLimits,
  receiveHttp1: (socket: Duplex) => void,
  receiveHttp2: (socket: Duplex) => void,
): Promise<TlsServer> {
  const [tls, { openCertificates }] = await Promise.all([
    import("node:tls"),
    import("./tls/certificates.ts"),
  ]);
  const certificates = await openCertificates(options);
  const issued = await certificates.defaults();
  const server = tls.createServer({
    ...issued,
    ALPNProtocols: ["h2", "http/1.1"],
    handshakeTimeout: limits.headersMs,
    SNICallback(name, done) {
      certificates.contextFor(name).then((context) => done(null, context), done);
    },
  });
  server.on("secureConnection", (socket) => {
    if (socket.alpnProtocol === "h2") receiveHttp2(socket);
    else receiveHttp1(socket);
  });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

function listen(server: HttpServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      worded(error, host, port).then(reject, reject);
    });
    server.listen({ host, port, backlog: 1024 }, () => {
      server.removeAllListeners("error");
      server.on("error", () => {});
      resolve();
    });
  });
}

async function worded(error: NodeJS.ErrnoException, host: string, port: number): Promise<Error> {
  const another = "Choose another with --port or SNOWGLOBE_PORT (0 takes any free one).";
  switch (error.code) {
    case "EADDRINUSE": {
      const { portOwner } = await import("./port-owner.ts");
      const owner = await portOwner(host, port);
      const by = owner === undefined ? "" : ` by ${owner}`;
      return new PortUnavailable(`Port ${port} on ${host} is already in use${by}. ${another}`);
    }
    case "EACCES":
      return new PortUnavailable(`Port ${port} on ${host} may not be used by you. ${another}`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new PortUnavailable(`This machine has no address ${host} to listen on.`);
    default:
      return error;
  }
}

function boundPort(server: HttpServer): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host.startsWith("127.");

const isAnyAddress = (host: string) => host === "0.0.0.0" || host === "::";
const bracketed = (host: string) => (host.includes(":") ? `[${host}]` : host);
