/**
 * One port for all: the first bytes of a connection say what it speaks. Afterwards the socket
 * belongs to node's own server for that protocol, with nothing of ours between the two, so that a
 * request costs what it costs on a bare server.
 */
import type { Socket } from "node:net";

export type Spoken = "http1" | "http2" | "tls";

/** The first byte of every TLS connection: a handshake record. */
const TLS_HANDSHAKE = 0x16;
/** How an HTTP/2 client with prior knowledge begins. No method of HTTP/1.1 starts like this. */
const HTTP2_PREFACE = "PRI * HTTP/2.0";

/** Undefined: too few bytes to tell. */
export function spokenBy(first: Uint8Array): Spoken | undefined {
  if (first[0] === TLS_HANDSHAKE) return "tls";
  if (first[0] !== HTTP2_PREFACE.charCodeAt(0)) return "http1";
  const text = Buffer.from(first.buffer, first.byteOffset, first.length).toString("latin1");
  if (text.startsWith(HTTP2_PREFACE)) return "http2";
  return HTTP2_PREFACE.startsWith(text) ? undefined : "http1";
}

/**
 * Looks at the first bytes, puts them back, and tells. A connection that says nothing in time, or
 * ends before it has said enough, is closed.
 */
export function listenIn(socket: Socket, waitMs: number, told: (spoken: Spoken) => void): void {
  const silent = setTimeout(() => socket.destroy(), waitMs);
  silent.unref();
  const forget = () => {
    clearTimeout(silent);
    socket.off("readable", onReadable);
    socket.off("end", leave);
    socket.off("error", forget);
    socket.off("close", forget);
  };
  // What comes to an end before it says what it speaks asks for nothing.
  const leave = () => {
    forget();
    socket.destroy();
  };
  let first: Buffer = Buffer.alloc(0);
  const onReadable = () => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    first = first.length === 0 ? chunk : Buffer.concat([first, chunk]);
    const spoken = spokenBy(first);
    // Put back only when it is decided: bytes put back are readable again at once.
    if (spoken === undefined) return;
    forget();
    socket.unshift(first);
    told(spoken);
  };
  socket.on("readable", onReadable).on("end", leave).on("error", forget).on("close", forget);
}
