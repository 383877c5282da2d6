/**
 * A request and a response as plain values: what the server, the in-process client and the codecs
 * hand to each other.
 */

export interface HttpRequest {
  readonly method: string;
  /** The path as sent, still percent-encoded, without the query. */
  readonly path: string;
  /** What follows "?", as sent, without it; empty when absent. */
  readonly query: string;
  /** Lower-case names; repeated headers joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: RequestBody;
  /** Came over TLS. */
  readonly secure: boolean;
  readonly sourceIp: string;
  /** Knows whether the client has gone away; absent where no client can. */
  readonly abandoned?: Abandonment | undefined;
}

export interface Abandonment {
  readonly aborted: boolean;
  /** Calls the listener once when the client goes away before it has its answer. */
  onAbort(listener: () => void): void;
}

/** Read once: either whole or as a stream. */
export interface RequestBody {
  /**
   * The whole body; rejects with `BodyTooLarge` past the limit. Asking twice gives the same bytes.
   */
  bytes(limitBytes: number): Promise<Uint8Array>;
  /** The whole body where it has come already; otherwise undefined, and nothing has happened. */
  here?(limitBytes: number): Uint8Array | undefined;
  stream(): AsyncIterable<Uint8Array>;
}

/** What reading a body rejects with when it is larger than the reader allows. */
export class BodyTooLarge extends Error {
  constructor(limitBytes: number) {
    super(`The request body is larger than ${limitBytes} bytes.`);
    this.name = "BodyTooLarge";
  }
}

/** The status of a response that is none: whoever holds the connection closes it. */
export const NO_ANSWER = 0;

export interface HttpResponse {
  /** `NO_ANSWER`: nothing is to be sent. */
  readonly status: number;
  readonly headers: Record<string, string>;
  /** A stream is pulled by the server; its `return()` is called when the client goes away. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** What a codec needs of a request once its whole body is here. */
export interface ParsedRequest extends Omit<HttpRequest, "body"> {
  /**
   * The whole body; undefined when the operation streams it (then the input member holds the
   * stream).
   */
  readonly body: Uint8Array | undefined;
  /** The decoded body of an operation with a streaming input. */
  readonly stream?: AsyncIterable<Uint8Array> | undefined;
}

export interface ResponseMeta {
  readonly requestId: string;
  /** S3's second id. */
  readonly extendedRequestId?: string;
}
