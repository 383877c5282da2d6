/**
 * Takes the aws-chunked framing off a body while it streams: `size;chunk-signature=…\r\n data
 * \r\n`, a chunk of size zero, then trailers. Signatures, the declared length and signed trailers
 * are checked on the way; what a chunk holds is handed on only as fast as it is asked for, and
 * unsigned chunks are not copied.
 */
import { createHash, hash } from "node:crypto";
import type { Hash } from "node:crypto";
import type { AwsError } from "../../kernel/errors.ts";
import { chunkFrames } from "./chunk-frames.ts";
import type { Frame } from "./chunk-frames.ts";
import { incompleteBody, invalidChunkSize, malformedTrailer, signatureMismatch } from "./errors.ts";
import type { SignatureChain } from "./verify.ts";

export interface ChunkedOptions {
  /** From `verifySignature`; absent when the chunks carry no signatures. */
  readonly chain?: SignatureChain | undefined;
  /** A trailer may follow. */
  readonly trailer: boolean;
  /** `x-amz-decoded-content-length`. */
  readonly decodedBytes: number;
}

export interface DecodedBody {
  /** Throws `AwsError` where the framing, a signature or the length is wrong. */
  readonly stream: AsyncIterable<Uint8Array>;
  /** Lower-case names, complete once the stream has ended; without `x-amz-trailer-signature`. */
  readonly trailers: Readonly<Record<string, string>>;
}

const EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const SIGNED_CHUNK_BYTES_MIN = 8192;

export function decodeChunked(
  body: AsyncIterable<Uint8Array>,
  options: ChunkedOptions,
): DecodedBody {
  const trailers: Record<string, string> = {};
  return { stream: decode(body, options, trailers), trailers };
}

async function* decode(
  body: AsyncIterable<Uint8Array>,
  options: ChunkedOptions,
  trailers: Record<string, string>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const check = options.chain === undefined ? undefined : chainCheck(options.chain);
  let decodedBytes = 0;
  for await (const frame of chunkFrames(body)) {
    if (frame.kind === "trailers") {
      takeTrailers(frame, options, trailers, check);
      continue;
    }
    check?.frame(frame);
    if (frame.kind !== "data") continue;
    decodedBytes += frame.bytes.length;
    if (decodedBytes > options.decodedBytes) throw wrongLength();
    yield frame.bytes;
  }
  if (decodedBytes !== options.decodedBytes) throw wrongLength();
}

const wrongLength = () =>
  incompleteBody(
    "You did not provide the number of bytes specified by the Content-Length HTTP header",
  );

interface ChainCheck {
  frame(frame: Exclude<Frame, { kind: "trailers" }>): void;
  trailers(raw: string, signature: string): void;
}

/** Every signature covers the one before, so that chunks can be neither left out nor swapped. */
function chainCheck(chain: SignatureChain): ChainCheck {
  let previous = chain.seed;
  let claimed = "";
  let content: Hash | undefined;
  let small = false;
  const text = (type: string, ...rest: string[]) =>
    [`${chain.algorithm}-${type}`, chain.date, chain.scope, previous, ...rest].join("\n");
  const accept = (signed: string, signature: string) => {
    if (!chain.matches(signed, unpadded(signature))) throw chunkMismatch(signed, signature);
    previous = unpadded(signature);
  };
  return {
    frame: (frame) => {
      if (frame.kind === "start") {
        if (small && frame.sizeBytes > 0) throw tooSmall();
        small = frame.sizeBytes < SIGNED_CHUNK_BYTES_MIN;
        if (frame.signature === undefined) throw chunkMismatch("", "");
        claimed = frame.signature;
        content = createHash("sha256");
      } else if (frame.kind === "data") content?.update(frame.bytes);
      else if (content !== undefined) {
        accept(text("PAYLOAD", EMPTY_SHA256, content.digest("hex")), claimed);
      }
    },
    trailers: (raw, signature) => accept(text("TRAILER", hash("sha256", raw)), signature),
  };
}

/**
 * ECDSA signatures differ in length; signers pad them with asterisks so that the body's length is
 * known.
 */
const unpadded = (signature: string) => signature.replace(/\*+$/, "");

const tooSmall = () =>
  invalidChunkSize("Only the last chunk is allowed to have a size less than 8192 bytes");

function chunkMismatch(text: string, signature: string): AwsError {
  return signatureMismatch(
    "storage",
    "The request signature we calculated does not match the signature you provided. " +
      "Check your key and signing method.",
    { members: { StringToSign: text, SignatureProvided: signature } },
  );
}

function takeTrailers(
  frame: Frame & { kind: "trailers" },
  options: ChunkedOptions,
  trailers: Record<string, string>,
  check: ChainCheck | undefined,
): void {
  let signature: string | undefined;
  let signed = "";
  for (const line of frame.lines) {
    const colon = line.indexOf(":");
    if (colon <= 0) throw trailerError();
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "x-amz-trailer-signature") signature = value;
    else {
      trailers[name] = value;
      signed += `${name}:${value}\n`;
    }
  }
  if (!options.trailer) {
    if (frame.lines.length > 0) throw trailerError();
    return;
  }
  if (check === undefined) return;
  if (signature === undefined) throw trailerError();
  check.trailers(signed, signature);
}

const trailerError = () =>
  malformedTrailer(
    "The request contained trailing data that was not well-formed or did not conform to our published schema.",
  );
