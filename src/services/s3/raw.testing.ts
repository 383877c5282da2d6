/** Requests that no SDK makes: a browser's. */
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";

/** What is needed of a test's cloud. */
interface Answering {
  config(): { requestHandler: { handle(request: InProcess): Promise<{ response: unknown }> } };
}

interface InProcess {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface BrowserRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface BrowserAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export async function browse(cloud: Answering, request: BrowserRequest): Promise<BrowserAnswer> {
  const length = request.body === undefined ? {} : { "content-length": `${request.body.length}` };
  const { response } = await cloud.config().requestHandler.handle({
    method: request.method,
    protocol: "http:",
    hostname: "localhost",
    port: 4566,
    path: request.path,
    query: request.query ?? {},
    headers: { host: "localhost:4566", ...length, ...request.headers },
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const answer = response as {
    statusCode: number;
    headers: Record<string, string>;
    body: IncomingMessage;
  };
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer.body) };
}
