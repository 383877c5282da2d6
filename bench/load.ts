/**
 * A load generator over kept-alive sockets. It writes ready-made requests and reads no more of an
 * answer than its length, so that on two cores it is not what is measured. Closed loop: each
 * connection has one request out. Bounded in time.
 */
import net from "node:net";
import { performance } from "node:perf_hooks";

export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** One answer: its status and the size of its body. */
interface Answer {
  readonly status: number;
  readonly body: Buffer | undefined;
}

export class Connection {
  readonly #socket: net.Socket;
  #pending: ((answer: Answer) => void) | undefined;
  #failed: ((reason: Error) => void) | undefined;
  #parts: Buffer[] = [];
  #headEnd = -1;
  #needed = 0;
  #status = 0;
  readonly #keep: boolean;

  private constructor(socket: net.Socket, keep: boolean) {
    this.#socket = socket;
    this.#keep = keep;
    socket.on("data", (data: Buffer) => this.#take(data));
    socket.on("error", (error) => this.#failed?.(error));
    socket.on("close", () => this.#failed?.(new Error("the connection was closed")));
  }

  static open(target: Target, keep = false): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(target.port, target.host);
      socket.setNoDelay(true);
      socket.once("error", reject);
      socket.once("connect", () => resolve(new Connection(socket, keep)));
    });
  }

  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#pending = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #take(data: Buffer): void {
    this.#parts.push(data);
    if (this.#headEnd < 0) {
      const all = this.#parts.length === 1 ? data : Buffer.concat(this.#parts);
      this.#parts = [all];
      const end = all.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = all.toString("latin1", 0, end);
      this.#status = Number(head.slice(9, 12));
      this.#headEnd = end + 4;
      this.#needed = this.#headEnd + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    }
    let have = 0;
    for (const part of this.#parts) have += part.length;
    if (have < this.#needed) return;
    const body = this.#keep
      ? Buffer.concat(this.#parts).subarray(this.#headEnd, this.#needed)
      : undefined;
    this.#parts = [];
    this.#headEnd = -1;
    const resolve = this.#pending;
    this.#pending = undefined;
    resolve?.({ status: this.#status, body });
  }
}

/** One request and its whole answer. */
export async function once(
  target: Target,
  request: Buffer,
): Promise<{ status: number; body: string }> {
  const connection = await Connection.open(target, true);
  try {
    const { status, body } = await connection.ask(request);
    return { status, body: body?.toString() ?? "" };
  } finally {
    connection.close();
  }
}

export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
}

/** Sends `requests(0)`, `requests(1)`, … for a while, over so many connections. */
export async function load(
  target: Target,
  requests: (turn: number) => Buffer,
  options: LoadOptions,
): Promise<LoadResult> {
  const startedMs = performance.now();
  const { latenciesMs, errors } = await run(target, requests, options.connections, options.seconds);
  const seconds = (performance.now() - startedMs) / 1000;
  latenciesMs.sort((left, right) => left - right);
  const at = (part: number) => latenciesMs[Math.floor(latenciesMs.length * part)] ?? 0;
  return {
    requestsPerSecond: latenciesMs.length / seconds,
    errors,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

/** A server, and what it is asked: `requests(0)`, `requests(1)`, … */
export interface Side {
  readonly target: Target;
  readonly requests: (turn: number) => Buffer;
}

export interface Round {
  readonly first: LoadResult;
  readonly second: LoadResult;
  /** Requests a second of the second, for one of the first. */
  readonly share: number;
}

export interface Turns extends LoadOptions {
  readonly rounds: number;
  readonly warmUpSeconds: number;
}

/** Two servers take turns, because the speed of a machine changes with the minute. */
export async function takeTurns(
  first: Side,
  second: Side,
  turns: Turns,
): Promise<{ readonly least: Round; readonly median: Round; readonly most: Round }> {
  for (const { target, requests } of [first, second]) {
    await load(target, requests, { ...turns, seconds: turns.warmUpSeconds });
  }
  const rounds: Round[] = [];
  for (let round = 0; round < turns.rounds; round++) {
    const one = await load(first.target, first.requests, turns);
    const other = await load(second.target, second.requests, turns);
    rounds.push({
      first: one,
      second: other,
      share: other.requestsPerSecond / one.requestsPerSecond,
    });
  }
  rounds.sort((left, right) => left.share - right.share);
  const [least, median, most] = [0, rounds.length >> 1, rounds.length - 1].map((at) => rounds[at]);
  if (least === undefined || median === undefined || most === undefined) {
    throw new Error("no rounds");
  }
  return { least, median, most };
}

async function run(
  target: Target,
  requests: (turn: number) => Buffer,
  connections: number,
  seconds: number,
) {
  const latenciesMs: number[] = [];
  let errors = 0;
  let turn = 0;
  const stopMs = performance.now() + seconds * 1000;
  const client = async () => {
    const connection = await Connection.open(target);
    while (performance.now() < stopMs) {
      const sentMs = performance.now();
      const { status } = await connection.ask(requests(turn++));
      latenciesMs.push(performance.now() - sentMs);
      if (status < 200 || status > 299) errors += 1;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, client));
  return { latenciesMs, errors };
}
