/** A cloud that answers what the test says, behind a real server on a free port. */
import { request, type IncomingHttpHeaders, type RequestOptions } from "node:http";
import { connect } from "node:net";
import type { HttpRequest, HttpResponse } from "../../src/kernel/http.ts";
import { startServer, type Server, type ServerOptions } from "../../src/server/server.ts";

export type Answering = (request: HttpRequest) => Promise<HttpResponse> | HttpResponse;

export const text = (body: string, status = 200): HttpResponse => ({
  status,
  headers: { "content-type": "text/plain" },
  body,
});

/** Answers with what arrived, as JSON. */
export const mirror: Answering = async (incoming) => {
  const { method, path, query, headers, secure, sourceIp } = incoming;
  const body = Buffer.from(await incoming.body.bytes(1_000_000)).toString("utf8");
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ method, path, query, headers, secure, sourceIp, body }),
  };
};

export function serving(
  answering: Answering,
  options: Partial<Omit<ServerOptions, "cloud">> = {},
): Promise<Server> {
  return startServer({
    listen: { host: "127.0.0.1", port: 0 },
    cloud: { handle: answering },
    ...options,
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export function send(
  server: { readonly port: number },
  path: string,
  options: RequestOptions & { readonly body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { body, ...rest } = options;
    const asking = request(
      { host: "127.0.0.1", port: server.port, path, agent: false, ...rest },
      (response) => {
        let received = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
        response.once("error", reject);
        response.once("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received }),
        );
      },
    );
    asking.once("error", reject);
    asking.end(body);
  });
}

/**
 * Writes bytes to a connection and gives all that comes back until the server closes it, or `until`
 * is seen.
 */
export function raw(
  server: { readonly port: number },
  bytes: string,
  until?: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1", () => socket.write(bytes));
    let received = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      received += chunk;
      if (until !== undefined && received.includes(until)) socket.destroy();
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(received));
  });
}
