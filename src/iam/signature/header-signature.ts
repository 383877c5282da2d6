/** A signature in the `Authorization` header, and AWS's sentences for each way to get it wrong. */
import { hash } from "node:crypto";
import type { AwsError } from "../../kernel/errors.ts";
import { remembered, rememberedLast } from "../../kernel/remembered.ts";
import { isAlgorithm, malformedCredential, readCredential, scopeText } from "./credential.ts";
import { fromBasicDate, toBasicDate } from "./dates.ts";
import {
  headerMalformed,
  incompleteSignature,
  invalidArgument,
  invalidRequest,
  requestDenied,
  signatureMismatch,
} from "./errors.ts";
import type { GoodCredential } from "./credential.ts";
import type { Dialect } from "./errors.ts";
import type { SignedRequest, SigV4 } from "./request-signature.ts";

export function readHeaderSignature(
  request: SignedRequest,
  authorization: string,
  dialect: Dialect,
): SigV4 {
  const { headers } = request;
  const at = authorization.length - SIGNATURE_LENGTH;
  const signature = authorization.slice(at);
  const head = authorization.slice(0, Math.max(0, at));
  const claim = signature.includes(",") ? undefined : lastClaim(head);
  const date = headers["x-amz-date"] ?? headers["date"];
  if (claim === undefined || date === undefined) return readInFull(request, authorization, dialect);
  return toSigV4(claim, signature, date, headers["x-amz-security-token"], dialect);
}

/** An HMAC in hexadecimal; clients put it at the end. */
const SIGNATURE_LENGTH = 64;

/** All that a header says but the signature: the same in all requests of one client and day. */
type Claim = Pick<
  SigV4,
  "algorithm" | "accessKeyId" | "scope" | "scopeText" | "signedHeaders" | "signedNames"
>;

/** Undefined: to be read in full, for the sake of the refusal, or of a region set in a header. */
const claimOf = remembered(1000, (head: string): Claim | undefined => {
  const algorithm = "AWS4-HMAC-SHA256";
  const pairs = /^AWS4-HMAC-SHA256 +(.*),\s*Signature=$/.exec(head)?.[1]?.split(",") ?? [];
  const parts: HeaderParts = {};
  for (const pair of pairs) {
    const [, name, value] = /^\s*(\w+)=(.*?)\s*$/.exec(pair) ?? [];
    if (name !== "Credential" && name !== "SignedHeaders") return undefined;
    parts[name] = value ?? "";
  }
  const read = readCredential(parts.Credential ?? "", algorithm, undefined);
  if (read.malformed !== undefined || !parts.SignedHeaders) return undefined;
  return toClaim(algorithm, read, parts.SignedHeaders);
});

const lastClaim = rememberedLast(claimOf);

function toClaim(
  algorithm: SigV4["algorithm"],
  { accessKeyId, scope }: GoodCredential,
  names: string,
): Claim {
  const signedNames = names.toLowerCase();
  const signedHeaders = signedNames.split(";");
  const text = scopeText(scope, algorithm);
  return { algorithm, accessKeyId, scope, scopeText: text, signedHeaders, signedNames };
}

function toSigV4(
  claim: Claim,
  signature: string,
  date: string,
  securityToken: string | undefined,
  dialect: Dialect,
): SigV4 {
  const read = readDate(date, dialect);
  return {
    kind: "sigv4",
    location: "header",
    algorithm: claim.algorithm,
    accessKeyId: claim.accessKeyId,
    scope: claim.scope,
    scopeText: claim.scopeText,
    signedHeaders: claim.signedHeaders,
    signedNames: claim.signedNames,
    signature,
    securityToken,
    date: read.date,
    signedAt: read.signedAt,
  };
}

function readInFull(request: SignedRequest, authorization: string, dialect: Dialect): SigV4 {
  const space = authorization.indexOf(" ");
  const algorithm = space === -1 ? authorization : authorization.slice(0, space);
  if (!isAlgorithm(algorithm)) throw unsupported(request, authorization, algorithm, dialect);

  const { headers } = request;
  const parts = headerParts(authorization, space, dialect);
  const { Credential: credential, Signature: signature, SignedHeaders: signedHeaders } = parts;
  const date = headers["x-amz-date"] ?? headers["date"];
  if (!credential || !signature || !signedHeaders || date === undefined) {
    throw missingParts(authorization, parts, date, dialect);
  }
  const read = readCredential(credential, algorithm, headers["x-amz-region-set"]);
  if (read.malformed !== undefined) throw malformedCredential(credential, read, dialect, "header");
  const claim = toClaim(algorithm, read, signedHeaders);
  return toSigV4(claim, signature, date, headers["x-amz-security-token"], dialect);
}

interface HeaderParts {
  Credential?: string;
  Signature?: string;
  SignedHeaders?: string;
}

/**
 * `Name=value` pairs; they may follow each other in any order, with or without spaces after the
 * comma; but for storage, spaces alone do.
 */
function headerParts(authorization: string, from: number, dialect: Dialect): HeaderParts {
  const parts: HeaderParts = {};
  if (from === -1) return parts;
  const pairs = authorization.slice(from + 1).trim();
  for (const piece of pairs.split(dialect === "storage" ? "," : /[,\s]+/)) {
    const pair = piece.trim();
    const equals = pair.indexOf("=");
    if (equals <= 0) throw malformedPair(authorization, pair, dialect);
    const name = pair.slice(0, equals);
    if (name === "Credential" || name === "Signature" || name === "SignedHeaders") {
      parts[name] = pair.slice(equals + 1);
    }
  }
  return parts;
}

function malformedPair(authorization: string, pair: string, dialect: Dialect): AwsError {
  if (dialect === "storage") {
    return headerMalformed(`the authorization component "${pair}" is malformed.`);
  }
  return incompleteSignature(
    dialect,
    "Invalid key=value pair (missing equal-sign) in Authorization header " +
      `(hashed with SHA-256 and encoded with Base64): '${digest(authorization)}'.`,
  );
}

function missingParts(
  authorization: string,
  parts: HeaderParts,
  date: string | undefined,
  dialect: Dialect,
): AwsError {
  if (dialect === "storage") {
    return parts.Credential && parts.Signature && parts.SignedHeaders
      ? requestDenied(dialect, "AWS authentication requires a valid Date or x-amz-date header")
      : headerMalformed(
          "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
        );
  }
  const sentences: string[] = [];
  for (const name of ["Credential", "Signature", "SignedHeaders"] as const) {
    if (!parts[name]) sentences.push(`Authorization header requires '${name}' parameter.`);
  }
  if (date === undefined) {
    sentences.push(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  // Since 2023 AWS hashes the header here, because it may hold a secret.
  sentences.push(
    `(Hashed with SHA-256 and encoded with Base64) Authorization=${digest(authorization)}`,
  );
  return incompleteSignature(dialect, sentences.join(" "));
}

function unsupported(
  request: SignedRequest,
  authorization: string,
  algorithm: string,
  dialect: Dialect,
): AwsError {
  if (dialect !== "storage") {
    // AWS: whatever the scheme, the pairs are read first; a scheme alone lacks them all.
    const parts = headerParts(authorization, authorization.indexOf(" "), dialect);
    const date = request.headers["x-amz-date"] ?? request.headers["date"];
    if (parts.Credential && parts.Signature && parts.SignedHeaders && date !== undefined) {
      return incompleteSignature(dialect, `Unsupported AWS 'algorithm': '${algorithm}'. `);
    }
    return missingParts(authorization, parts, date, dialect);
  }
  if (algorithm === "AWS") {
    // Signature Version 2, which regions opened since 2014 refuse in these words.
    return invalidRequest(
      "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    );
  }
  return invalidArgument("Unsupported Authorization Type", {
    ArgumentName: "Authorization",
    ArgumentValue: authorization,
  });
}

function readDate(date: string, dialect: Dialect): { date: string; signedAt: number } {
  const exact = fromBasicDate(date);
  if (exact !== undefined) return { date, signedAt: exact };
  // An RFC 1123 `Date` header takes part in the string to sign in basic format.
  const parsed = /^[A-Za-z]{3}, /.test(date) ? Date.parse(date) : Number.NaN;
  if (!Number.isNaN(parsed)) return { date: toBasicDate(parsed), signedAt: parsed };
  throw dialect === "storage"
    ? requestDenied(dialect, "AWS authentication requires a valid Date or x-amz-date header")
    : signatureMismatch(
        dialect,
        `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      );
}

const digest = (text: string) => hash("sha256", text, "base64");
