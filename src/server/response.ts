/**
 * From the cloud's plain response to node's: whole bodies in one write, streams at the client's
 * pace.
 */
import type { HttpResponse } from "../kernel/http.ts";
import type { Outgoing } from "./request.ts";

/** Resolves when everything is handed to the connection, or when the client has left. */
export function writeResponse(
  outgoing: Outgoing,
  response: HttpResponse,
  method: string,
): Promise<void> | undefined {
  const { status, headers, body } = response;
  if (outgoing.destroyed) return abandon(body);
  if (headers["content-disposition"] !== undefined) putLengthLast(headers);
  if (method === "HEAD" || status === 204 || status === 304) {
    outgoing.writeHead(status, headers);
    outgoing.end();
    return abandon(body);
  }
  if (typeof body === "string" || body instanceof Uint8Array) {
    const sizeBytes = typeof body === "string" ? Buffer.byteLength(body) : body.length;
    // What the body really is wins over what somebody said about it.
    headers["content-length"] = String(sizeBytes);
    outgoing.writeHead(status, headers);
    endWith(outgoing, body, sizeBytes);
    return undefined;
  }
  outgoing.writeHead(status, headers);
  return pump(outgoing, body);
}

/**
 * Behind a Content-Length node turns a Content-Disposition into bytes by itself, and then refuses
 * those beyond ASCII.
 */
function putLengthLast(headers: Record<string, string>): void {
  const length = headers["content-length"];
  if (length === undefined) return;
  delete headers["content-length"];
  headers["content-length"] = length;
}

function endWith(outgoing: Outgoing, body: string | Uint8Array, sizeBytes: number): void {
  if (sizeBytes === 0) outgoing.end();
  else if (sizeBytes <= ONE_PIECE_BYTES && endInOnePiece(outgoing, body, sizeBytes)) return;
  else if (typeof body === "string") outgoing.end(body, "utf8");
  else outgoing.end(body);
}

/**
 * Node hands head and body to the connection as two pieces, which costs a request a tenth more than
 * one. It keeps the head as text and sends it by itself where a response ends without a body: a
 * short body is put behind it there. Says no where that is not how it is.
 */
function endInOnePiece(outgoing: Outgoing, body: string | Uint8Array, sizeBytes: number): boolean {
  if ("stream" in outgoing) return false;
  const text = typeof body === "string" ? body : latin1(body);
  // Text of as many bytes as characters is ASCII: it may be sent as Latin-1, like the head.
  if (text.length !== sizeBytes) return false;
  const kept = outgoing as { _header?: unknown };
  if (typeof kept._header !== "string") return false;
  kept._header += text;
  outgoing.end();
  return true;
}

const ONE_PIECE_BYTES = 16_384;

const latin1 = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength).toString("latin1");

/** Lets a stream that nobody will read let go of what it holds. */
function abandon(body: HttpResponse["body"]): Promise<void> | undefined {
  if (typeof body === "string" || body instanceof Uint8Array) return undefined;
  return release(body[Symbol.asyncIterator]());
}

async function release(iterator: AsyncIterator<Uint8Array>): Promise<void> {
  await iterator.return?.();
}

/**
 * Once the client has left, the source is told at once, even while it is being awaited, and nobody
 * waits for it. No `Promise.race` per chunk: its losers would keep every chunk in memory until the
 * end.
 */
function pump(outgoing: Outgoing, body: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = body[Symbol.asyncIterator]();
  const flow: Flow = { left: false, wake: undefined };
  return new Promise((resolve) => {
    const onClose = () => {
      flow.left = true;
      flow.wake?.();
      release(iterator).catch(() => {});
      resolve();
    };
    outgoing.once("close", onClose);
    pull(outgoing, iterator, flow)
      // The status is out; only a broken connection still says that the body is not whole.
      .catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined))
      .finally(() => {
        outgoing.off("close", onClose);
        resolve();
      });
  });
}

interface Flow {
  left: boolean;
  wake: (() => void) | undefined;
}

async function pull(
  outgoing: Outgoing,
  iterator: AsyncIterator<Uint8Array>,
  flow: Flow,
): Promise<void> {
  // Headers usually go out with the first chunk; where that takes its time, the client need not
  // wait for them.
  const late = setImmediate(() => flushHeaders(outgoing));
  for (;;) {
    const next = await iterator.next();
    clearImmediate(late);
    if (flow.left) return;
    if (next.done === true) break;
    if (!write(outgoing, next.value)) await drained(outgoing, flow);
  }
  outgoing.end();
}

/** HTTP/2 sends its headers as soon as they are written. */
function flushHeaders(outgoing: Outgoing): void {
  if ("flushHeaders" in outgoing) outgoing.flushHeaders();
}

/** Both kinds take bytes; their overloads do not unite. */
const write = (outgoing: Outgoing, chunk: Uint8Array): boolean =>
  "stream" in outgoing ? outgoing.write(chunk) : outgoing.write(chunk);

function drained(outgoing: Outgoing, flow: Flow): Promise<void> {
  if (flow.left) return Promise.resolve();
  return new Promise((resolve) => {
    flow.wake = resolve;
    outgoing.once("drain", resolve);
  });
}
