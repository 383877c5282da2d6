/** A signature in the `Authorization` header, and AWS's sentences for each way to get it wrong. */
import { hash } from "node:crypto";
import type { AwsError } from "../../kernel/errors.ts";
import { isAlgorithm, malformedCredential, readCredential } from "./credential.ts";
import { fromBasicDate, toBasicDate } from "./dates.ts";
import {
  headerMalformed,
  incompleteSignature,
  invalidArgument,
  invalidRequest,
  requestDenied,
  signatureMismatch,
} from "./errors.ts";
import type { Dialect } from "./errors.ts";
import type { SignedRequest, SigV4 } from "./request-signature.ts";

export function readHeaderSignature(
  request: SignedRequest,
  authorization: string,
  dialect: Dialect,
): SigV4 {
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
  const securityToken = headers["x-amz-security-token"];
  return {
    kind: "sigv4",
    location: "header",
    algorithm,
    accessKeyId: read.accessKeyId,
    scope: read.scope,
    signedHeaders: signedHeaders.toLowerCase().split(";"),
    signature,
    ...(securityToken !== undefined && { securityToken }),
    ...readDate(date, dialect),
  };
}

interface HeaderParts {
  Credential?: string;
  Signature?: string;
  SignedHeaders?: string;
}

/**
 * `Name=value` pairs; they may follow each other in any order, with or without spaces after the
 * comma.
 */
function headerParts(authorization: string, from: number, dialect: Dialect): HeaderParts {
  const parts: HeaderParts = {};
  if (from === -1) return parts;
  for (const piece of authorization.slice(from + 1).split(",")) {
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
