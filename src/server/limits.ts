/**
 * What one client may ask of the server, so that a broken or hostile one cannot take it from the
 * others.
 */
export interface ServerLimits {
  /** Request line and headers together. */
  readonly headerBytes: number;
  readonly headerCount: number;
  /** One request body, streamed: the largest S3 part, and some for its chunk signatures. */
  readonly bodyBytes: number;
  readonly connections: number;
  /**
   * From the connection's first byte, or the end of the last answer's idle time, to the end of the
   * headers.
   */
  readonly headersMs: number;
  /** Without any new byte of a body that is being sent. */
  readonly bodyIdleMs: number;
  /**
   * Between two requests. Longer than the idle time of the SDKs' pools, so that we never close
   * first.
   */
  readonly keepAliveMs: number;
}

const GIB = 1024 ** 3;

export const LIMITS: ServerLimits = {
  headerBytes: 64 * 1024,
  headerCount: 250,
  bodyBytes: 5 * GIB + 128 * 1024 ** 2,
  connections: 8192,
  headersMs: 20_000,
  bodyIdleMs: 60_000,
  keepAliveMs: 65_000,
};
