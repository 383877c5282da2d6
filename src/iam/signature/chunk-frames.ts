/**
 * The grammar of aws-chunked, apart from what its parts mean: a stream of bytes becomes a stream
 * of frames.
 */
import { incompleteBody } from "./errors.ts";

export type Frame =
  | { readonly kind: "start"; readonly sizeBytes: number; readonly signature: string | undefined }
  /** A piece of a chunk's content: a view of the bytes that came in. */
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  | { readonly kind: "end" }
  | { readonly kind: "trailers"; readonly lines: readonly string[] };

const LINE_BYTES_MAX = 16 * 1024;
const TRAILERS_MAX = 64;
const LF = 10;
const CR = 13;

export async function* chunkFrames(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Frame, void, undefined> {
  const reader = byteReader(body);
  try {
    for (;;) {
      const start = parseStart(await reader.line());
      yield start;
      let leftBytes = start.sizeBytes;
      while (leftBytes > 0) {
        const bytes = await reader.take(leftBytes);
        leftBytes -= bytes.length;
        yield { kind: "data", bytes };
      }
      yield { kind: "end" };
      if (start.sizeBytes === 0) break;
      if ((await reader.line()) !== "") throw framing();
    }
    yield { kind: "trailers", lines: await trailerLines(reader) };
  } finally {
    await reader.close();
  }
}

/** Up to an empty line or the end of the body: some clients leave the last empty line out. */
async function trailerLines(reader: ByteReader): Promise<string[]> {
  const lines: string[] = [];
  for (;;) {
    const line = await reader.lineOrEnd();
    if (line === undefined) return lines;
    // AWS: after signed trailers an empty line may come twice; what matters is that nothing
    // follows.
    if (line !== "") lines.push(line);
    if (lines.length > TRAILERS_MAX) throw framing();
  }
}

const START = /^([0-9a-fA-F]{1,12})(?:;\s*chunk-signature\s*=\s*([0-9a-fA-F*]+))?$/;

function parseStart(line: string): Frame & { kind: "start" } {
  const match = START.exec(line);
  if (match === null) throw framing();
  return { kind: "start", sizeBytes: Number.parseInt(match[1] ?? "", 16), signature: match[2] };
}

const framing = () => incompleteBody("The request body terminated unexpectedly");

interface ByteReader {
  /** The next line without its end; refuses when the body ends within it. */
  line(): Promise<string>;
  lineOrEnd(): Promise<string | undefined>;
  /** At least one byte, at most so many. */
  take(bytesMax: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

function byteReader(body: AsyncIterable<Uint8Array>): ByteReader {
  const source = body[Symbol.asyncIterator]();
  let current: Uint8Array = new Uint8Array(0);
  let at = 0;
  /** False at the end of the body. */
  const more = async (): Promise<boolean> => {
    while (at >= current.length) {
      const next = await source.next();
      if (next.done === true) return false;
      current = next.value;
      at = 0;
    }
    return true;
  };
  const lineOrEnd = async (): Promise<string | undefined> => {
    let line = "";
    while (await more()) {
      const lf = current.indexOf(LF, at);
      const to = lf === -1 ? current.length : lf;
      if (line.length + to - at > LINE_BYTES_MAX) throw framing();
      line += Buffer.from(current.buffer, current.byteOffset + at, to - at).toString("latin1");
      at = to + 1;
      if (lf !== -1) return line.charCodeAt(line.length - 1) === CR ? line.slice(0, -1) : line;
    }
    return line === "" ? undefined : line;
  };
  return {
    lineOrEnd,
    line: async () => {
      const line = await lineOrEnd();
      if (line === undefined) throw framing();
      return line;
    },
    take: async (bytesMax) => {
      if (!(await more())) throw framing();
      const bytes = current.subarray(at, at + bytesMax);
      at += bytes.length;
      return bytes;
    },
    close: async () => {
      await source.return?.();
    },
  };
}
