/**
 * Bytes in and out: received, hashed and stored in one pass with flat memory; read back piece by
 * piece.
 */
import { createHash, hash } from "node:crypto";
import type { ByteStream } from "../../kernel/types.ts";
import type { S3Async } from "./api.ts";
import { digestsOf, type Brought } from "./checksums.ts";
import { counterCipher } from "./encryption.ts";
import { badDigest, incompleteBody, invalidDigest } from "./errors.ts";
import type { Piece } from "./state.ts";
import { streamMd5 } from "./stream-md5.ts";

/** Bodies up to this size lie in their row: one commit instead of a file, a rename and a commit. */
export const INLINE_BYTES_MAX = 16 * 1024;

export interface Reception {
  readonly brought?: Brought | undefined;
  /** Of the checksum that is kept. */
  readonly algorithm: string;
  readonly contentMd5?: string | undefined;
  /** Encrypts what is stored. */
  readonly key?: Buffer | undefined;
}

export interface Received {
  readonly sizeBytes: number;
  /** MD5 of the bytes as they are stored, hexadecimal. */
  readonly etag: string;
  /** Base64, in the algorithm that is to be kept. */
  readonly checksum: string;
  readonly piece: Piece;
}

export type Body = ByteStream | Uint8Array | undefined;

/** Takes the body in. What it throws has left nothing behind. */
export async function receive(body: Body, how: Reception, s3: S3Async): Promise<Received> {
  checkContentMd5(how.contentMd5);
  if (body === undefined || body instanceof Uint8Array) return whole(body ?? EMPTY, how, s3);
  const iterator = body[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let sizeBytes = 0;
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) {
      checkDeclaredSize(body, sizeBytes);
      return small(joined(first, sizeBytes), how, trailersOf(body), s3);
    }
    first.push(next.value);
    sizeBytes += next.value.length;
    if (sizeBytes > INLINE_BYTES_MAX) break;
  }
  return large(body, resumed(first, iterator), how, s3);
}

function whole(bytes: Uint8Array, how: Reception, s3: S3Async): Received | Promise<Received> {
  if (bytes.length > INLINE_BYTES_MAX) return large(bytes, once(bytes), how, s3);
  return small(new Uint8Array(bytes), how, {}, s3);
}

function small(
  bytes: Uint8Array,
  how: Reception,
  trailers: Readonly<Record<string, string>>,
  s3: S3Async,
): Received {
  const digest = digestsOf(how.algorithm, how.brought);
  digest.update(bytes);
  const checksum = digest.finish(trailers);
  const { key } = how;
  const plainMd5 = key === undefined || how.contentMd5 !== undefined ? hash("md5", bytes) : "";
  checkMd5(how.contentMd5, plainMd5);
  const sizeBytes = bytes.length;
  if (key === undefined) {
    return { sizeBytes, etag: plainMd5, checksum, piece: { sizeBytes, bytes } };
  }
  return sealed({ sizeBytes, etag: "", checksum, piece: { sizeBytes, bytes } }, key, s3);
}

async function large(
  body: Body,
  source: ByteStream,
  how: Reception,
  s3: S3Async,
): Promise<Received> {
  const id = s3.newId();
  const { key, contentMd5 } = how;
  const digest = digestsOf(how.algorithm, how.brought);
  const announcedBytes = declaredBytes(body);
  const storedMd5 = streamMd5(announcedBytes);
  const plainMd5 = key !== undefined && contentMd5 !== undefined ? createHash("md5") : undefined;
  const counter = key === undefined ? undefined : s3.ids.bytes(16);
  const seal = key === undefined || counter === undefined ? unsealed : counterCipher(key, counter);
  async function* passing(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      digest.update(chunk);
      plainMd5?.update(chunk);
      const stored = seal(chunk);
      await storedMd5.update(stored);
      yield stored;
    }
  }
  try {
    const { sizeBytes } = await s3.blobs.write(id, passing(), { announcedBytes });
    checkDeclaredSize(body, sizeBytes);
    const etag = await storedMd5.digest();
    const checksum = digest.finish(trailersOf(body));
    checkMd5(contentMd5, plainMd5?.digest("hex") ?? etag);
    const piece = { sizeBytes, blob: id, ...(counter === undefined ? {} : { counter }) };
    return { sizeBytes, etag, checksum, piece };
  } catch (error) {
    await s3.blobs.remove(id);
    throw error;
  } finally {
    await storedMd5.close();
  }
}

const unsealed = (chunk: Uint8Array) => chunk;

/** Encrypts what was received small, when it turns out that it should be. */
export function sealed(received: Received, key: Buffer, s3: S3Async): Received {
  const { bytes } = received.piece;
  if (bytes === undefined) return received;
  const counter = s3.ids.bytes(16);
  const sealedBytes = counterCipher(key, counter)(bytes);
  const piece = { sizeBytes: received.sizeBytes, bytes: sealedBytes, counter };
  return { ...received, etag: hash("md5", sealedBytes), piece };
}

/** What was received and is not wanted after all. */
export async function discard(received: Received, s3: S3Async): Promise<void> {
  if (received.piece.blob !== undefined) await s3.blobs.remove(received.piece.blob);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* resumed(
  first: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let ended = false;
  try {
    yield* first;
    for (;;) {
      const next = await rest.next();
      ended = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    if (!ended) await rest.return?.();
  }
}

function joined(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const [only] = chunks;
  // A copy: the chunk may be a view of a buffer that is far larger, and the row would keep that alive.
  const bytes = new Uint8Array(sizeBytes);
  if (chunks.length === 1 && only !== undefined) bytes.set(only);
  else {
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
  }
  return bytes;
}

function trailersOf(body: Body): Readonly<Record<string, string>> {
  if (typeof body !== "object" || !("trailers" in body)) return {};
  const { trailers } = body;
  return typeof trailers === "object" && trailers !== null ? { ...trailers } : {};
}

export function declaredBytes(body: Body): number | undefined {
  if (body === undefined) return 0;
  if (body instanceof Uint8Array) return body.length;
  if (!("sizeBytes" in body)) return undefined;
  return typeof body.sizeBytes === "number" ? body.sizeBytes : undefined;
}

function checkDeclaredSize(body: Body, sizeBytes: number): void {
  const declared = declaredBytes(body);
  if (declared !== undefined && declared !== sizeBytes) throw incompleteBody();
}

export function checkContentMd5(given: string | undefined): void {
  if (given === undefined) return;
  if (!/^[A-Za-z0-9+/]{22}==$/.test(given)) throw invalidDigest(given);
}

export function checkMd5(given: string | undefined, computedHex: string): void {
  if (given === undefined) return;
  const computed = Buffer.from(computedHex, "hex").toString("base64");
  if (computed === given) return;
  throw badDigest("The Content-MD5 you specified did not match what we received.", {
    ExpectedDigest: Buffer.from(given, "base64").toString("hex"),
    CalculatedDigest: computed,
  });
}

export interface Span {
  readonly start: number;
  readonly endInclusive: number;
}

/** The bytes of an object, or a span of them. */
export async function* readPieces(
  pieces: readonly Piece[],
  span: Span,
  key: Buffer | undefined,
  s3: S3Async,
): AsyncGenerator<Uint8Array> {
  let pieceStart = 0;
  for (const piece of pieces) {
    const pieceEnd = pieceStart + piece.sizeBytes;
    const from = Math.max(span.start, pieceStart) - pieceStart;
    const to = Math.min(span.endInclusive + 1, pieceEnd) - pieceStart;
    pieceStart = pieceEnd;
    if (to <= from) continue;
    const open =
      piece.counter === undefined || key === undefined
        ? undefined
        : counterCipher(key, piece.counter, from);
    if (piece.blob === undefined) {
      const bytes = (piece.bytes ?? EMPTY).subarray(from, to);
      yield open === undefined ? bytes : open(bytes);
      continue;
    }
    for await (const chunk of s3.blobs.read(piece.blob, { start: from, endInclusive: to - 1 })) {
      yield open === undefined ? chunk : open(chunk);
    }
  }
}

const EMPTY = new Uint8Array(0);
