/**
 * Checks a SigV4 or SigV4a signature against the secret of its key: date, scope, headers, then
 * the signature itself. Pure: clocks, secret and the memory of derived keys are handed in.
 */
import { verify } from "node:crypto";
import type { AwsError } from "../../kernel/errors.ts";
import { canonicalRequest, stringToSign } from "./canonical.ts";
import { contentHashMismatch, EC2_CREDENTIALS, signatureMismatch } from "./errors.ts";
import type { Dialect } from "./errors.ts";
import { payloadOf } from "./payload.ts";
import type { HmacKey } from "./hmac.ts";
import type { Payload } from "./payload.ts";
import type { SignedRequest, SigV4 } from "./request-signature.ts";
import type { SigningKeys } from "./signing-keys.ts";
import { checkScope, checkSignedHeaders, checkTime } from "./validity.ts";
import type { ExpectedScope } from "./validity.ts";

export interface VerifyOptions {
  readonly secret: string;
  /**
   * Clocks, in epoch milliseconds: a date near any of them is good. The first is named in
   * refusals.
   */
  readonly nowsMs: readonly number[];
  readonly keys: SigningKeys;
  readonly dialect: Dialect;
  /** False where the signature treats the path as in object storage. */
  readonly doubleEncodePath: boolean;
  /**
   * `x-amz-content-sha256` is required and stands for the body, which the caller checks when it
   * has been read.
   */
  readonly signedPayloadHeader: boolean;
  /** The whole body, where it is here; without it the declared hash is believed. */
  readonly body?: Uint8Array | undefined;
  readonly expected?: ExpectedScope;
}

/**
 * What comes of a good signature: how the body is to be treated, and the start of the chain of
 * chunk signatures.
 */
export interface Verified {
  readonly payload: Payload;
  readonly chain: SignatureChain;
}

/** Signs or checks one text with the key of the request that it belongs to. */
export interface SignatureChain {
  readonly seed: string;
  readonly date: string;
  readonly scope: string;
  readonly algorithm: SigV4["algorithm"];
  matches(text: string, signature: string): boolean;
}

/** Throws `AwsError` when the signature is not good. */
export function verifySignature(
  request: SignedRequest,
  signature: SigV4,
  options: VerifyOptions,
): Verified {
  const { dialect } = options;
  checkTime(signature, options.nowsMs, dialect);
  checkScope(signature, options.expected ?? {}, dialect);
  checkSignedHeaders(signature, request.headers, dialect);

  const payload = payloadOf(request, signature, options);
  const chain = chainOf(signature, options);
  const canonical = canonicalRequest(request, signature, payload.text, options);
  const text = stringToSign(signature, canonical);
  if (!chain.matches(text, signature.signature)) {
    const good =
      matchesTight(request, signature, payload, chain, options) ||
      matchesBytes(signature, canonical, chain);
    if (!good) {
      throw mismatch(signature, canonical, text, dialect);
    }
  }
  return { payload, chain };
}

/** Once more with repeated headers joined as signers join them. Only what failed comes here. */
function matchesTight(
  request: SignedRequest,
  signature: SigV4,
  payload: Payload,
  chain: SignatureChain,
  options: VerifyOptions,
): boolean {
  if (!signature.signedHeaders.some((name) => request.headers[name]?.includes(", "))) return false;
  const tight = { doubleEncodePath: options.doubleEncodePath, joinTight: true };
  const canonical = canonicalRequest(request, signature, payload.text, tight);
  return chain.matches(stringToSign(signature, canonical), signature.signature);
}

/**
 * Once more as bytes: those of headers beyond ASCII came as characters of Latin-1, and botocore signs
 * what it sends. Only what failed comes here.
 */
function matchesBytes(signature: SigV4, canonical: string, chain: SignatureChain): boolean {
  if (/^[\0-\x7f]*$/.test(canonical)) return false;
  const bytes = Buffer.from(canonical, "latin1");
  return chain.matches(stringToSign(signature, bytes), signature.signature);
}

function chainOf(signature: SigV4, options: VerifyOptions): SignatureChain {
  const { algorithm, scopeText } = signature;
  return {
    seed: signature.signature,
    date: signature.date,
    scope: scopeText,
    algorithm,
    matches:
      algorithm === "AWS4-HMAC-SHA256"
        ? symmetricCheck(options.keys.symmetric(options.secret, scopeText))
        : asymmetricCheck(signature, options),
  };
}

const symmetricCheck =
  (key: HmacKey): SignatureChain["matches"] =>
  (text, signature) =>
    signsText(key, text, signature);

/**
 * Whether this is the text's signature by a signing key: for texts other than requests, such as a
 * form's policy.
 */
export function signsText(key: HmacKey, text: string, signature: string): boolean {
  return equalInConstantTime(key.sign(text), signature);
}

function asymmetricCheck(signature: SigV4, options: VerifyOptions): SignatureChain["matches"] {
  const key = options.keys.asymmetric(signature.accessKeyId, options.secret);
  return (text, given) =>
    /^[0-9a-fA-F]+$/.test(given) &&
    verify("sha256", Buffer.from(text), key, Buffer.from(given, "hex"));
}

function equalInConstantTime(computed: string, given: string): boolean {
  if (computed.length !== given.length) return false;
  let difference = 0;
  for (let at = 0; at < computed.length; at++) {
    difference |= computed.charCodeAt(at) ^ given.charCodeAt(at);
  }
  return difference === 0;
}

function mismatch(signature: SigV4, canonical: string, text: string, dialect: Dialect): AwsError {
  if (dialect === "storage") {
    return signatureMismatch(
      dialect,
      "The request signature we calculated does not match the signature you provided. " +
        "Check your key and signing method.",
      {
        members: {
          AWSAccessKeyId: signature.accessKeyId,
          StringToSign: text,
          SignatureProvided: signature.signature,
          StringToSignBytes: bytesInHex(text),
          CanonicalRequest: canonical,
          CanonicalRequestBytes: bytesInHex(canonical),
        },
      },
    );
  }
  if (dialect === "ec2") return signatureMismatch(dialect, EC2_CREDENTIALS);
  return signatureMismatch(
    dialect,
    "The request signature we calculated does not match the signature you provided. " +
      "Check your AWS Secret Access Key and signing method. " +
      "Consult the service documentation for details.\n\n" +
      `The Canonical String for this request should have been\n'${canonical}'\n\n` +
      `The String-to-Sign should have been\n'${text}'\n`,
  );
}

const bytesInHex = (text: string) =>
  Buffer.from(text)
    .toString("hex")
    .replaceAll(/(..)(?=.)/g, "$1 ");

/**
 * The body has been read: is it the one that was signed? `computed` is its SHA-256, hexadecimal.
 */
export function checkPayloadHash(payload: Payload, computed: string): void {
  if (payload.kind !== "hashed" || payload.text === computed) return;
  throw contentHashMismatch(
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { ClientComputedContentSHA256: payload.text, S3ComputedContentSHA256: computed },
  );
}
