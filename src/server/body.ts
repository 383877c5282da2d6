/**
 * Request bodies: read once, whole or as a stream, within limits, and never waited for without end.
 */
import type { Readable } from "node:stream";
import { BodyTooLarge, type RequestBody } from "../kernel/http.ts";
import { makeRoomFor } from "./engine.ts";

/**
 * The part of a request that carries its body: of HTTP/1.1 and HTTP/2 alike. `complete`: all of it
 * has come.
 */
export type BodySource = Readable & { readonly complete: boolean };

const NOTHING = new Uint8Array(0);

/** Of requests without one. */
export const EMPTY_BODY: RequestBody = {
  bytes: () => Promise.resolve(NOTHING),
  here: () => NOTHING,
  async *stream() {},
};

export interface BodyRules {
  readonly limitBytes: number;
  /** What the client said, when it did. */
  readonly announcedBytes: number | undefined;
  readonly watch: BodyWatch;
  /** Called once, before the first byte is awaited: a client may be waiting for "100 Continue". */
  readonly begin: (() => void) | undefined;
}

/**
 * One sweep for all bodies that are being read: a timer per request would cost on every request.
 */
export class BodyWatch {
  readonly #reading = new Set<ReceivedBody>();
  readonly #timer: NodeJS.Timeout;

  constructor(idleMs: number) {
    this.#timer = setInterval(() => this.#sweep(), idleMs);
    this.#timer.unref();
  }

  add(body: ReceivedBody): void {
    this.#reading.add(body);
  }

  remove(body: ReceivedBody): void {
    this.#reading.delete(body);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #sweep(): void {
    for (const body of this.#reading) {
      if (body.progressed) body.progressed = false;
      else body.giveUp();
    }
  }
}

export class ReceivedBody implements RequestBody {
  /** Set by every byte that comes, cleared by every sweep. */
  progressed = true;
  readonly #source: BodySource;
  readonly #rules: BodyRules;
  #whole: Promise<Uint8Array> | undefined;
  #begun = false;
  #here: Uint8Array | undefined;

  constructor(source: BodySource, rules: BodyRules) {
    this.#source = source;
    this.#rules = rules;
  }

  get begun(): boolean {
    return this.#begun;
  }

  bytes(limitBytes: number): Promise<Uint8Array> {
    const limit = Math.min(limitBytes, this.#rules.limitBytes);
    this.#whole ??= this.#read(limit);
    return this.#whole;
  }

  /** Most bodies come with their headers. */
  here(limitBytes: number): Uint8Array | undefined {
    if (this.#begun || !this.#source.complete) return this.#here;
    const limit = Math.min(limitBytes, this.#rules.limitBytes);
    this.#begin(limit);
    const whole = (this.#source.read() as Buffer | null) ?? NOTHING;
    if (whole.length > limit) throw new BodyTooLarge(limit);
    this.#here = whole;
    return whole;
  }

  async #read(limitBytes: number): Promise<Uint8Array> {
    const here = this.here(limitBytes);
    if (here !== undefined) return here;
    this.#begin(limitBytes);
    return this.#listen(limitBytes);
  }

  #begin(limitBytes: number): void {
    const { announcedBytes } = this.#rules;
    if (announcedBytes !== undefined && announcedBytes > limitBytes) {
      throw new BodyTooLarge(limitBytes);
    }
    if (this.#begun) throw new Error("A request body can be read only once.");
    this.#begun = true;
  }

  async *stream(): AsyncIterable<Uint8Array> {
    const { limitBytes, announcedBytes } = this.#rules;
    this.#begin(limitBytes);
    this.#await();
    const leaveRoom = makeRoomFor(announcedBytes);
    let receivedBytes = 0;
    try {
      for await (const chunk of this.#source) {
        this.progressed = true;
        receivedBytes += chunk.length;
        if (receivedBytes > limitBytes) throw new BodyTooLarge(limitBytes);
        yield chunk;
        // The time that the consumer took is not the client's.
        this.progressed = true;
      }
    } finally {
      leaveRoom();
      this.#rules.watch.remove(this);
    }
  }

  giveUp(): void {
    this.#rules.watch.remove(this);
    this.#source.destroy(new Error("The request body stopped coming."));
  }

  #await(): void {
    this.#rules.watch.add(this);
    this.#rules.begin?.();
  }

  #listen(limitBytes: number): Promise<Uint8Array> {
    this.#await();
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let receivedBytes = 0;
      // Listeners stay where they are: taking four of them off costs more than asking once whether
      // it is over.
      let over = false;
      const fail = (error: Error) => {
        if (over) return;
        over = true;
        this.#rules.watch.remove(this);
        reject(error);
      };
      this.#source
        .on("data", (chunk: Buffer) => {
          this.progressed = true;
          if (over) return;
          receivedBytes += chunk.length;
          if (receivedBytes > limitBytes) fail(new BodyTooLarge(limitBytes));
          else chunks.push(chunk);
        })
        .on("end", () => {
          if (over) return;
          over = true;
          this.#rules.watch.remove(this);
          const [only] = chunks;
          resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks, receivedBytes));
        })
        .on("close", () => {
          if (!over) fail(new Error("The client left before its request was whole."));
        })
        .on("error", fail);
    });
  }
}
