/**
 * A signature in the query string (a presigned request), and AWS's sentences for each way to get
 * it wrong.
 */
import type { AwsError } from "../../kernel/errors.ts";
import { isAlgorithm, malformedCredential, readCredential, scopeText } from "./credential.ts";
import type { SigningAlgorithm } from "./credential.ts";
import { fromBasicDate } from "./dates.ts";
import {
  incompleteSignature,
  invalidRequest,
  queryParametersError,
  requestDenied,
  signatureMismatch,
} from "./errors.ts";
import type { Dialect } from "./errors.ts";
import { percentDecode } from "./percent.ts";
import type { SignedRequest, SigV4 } from "./request-signature.ts";

const WEEK_SECONDS = 604_800;

const REQUIRED = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Signature",
  "X-Amz-SignedHeaders",
  "X-Amz-Date",
] as const;

/** Undefined when the query carries no authentication at all. */
export function readQuerySignature(request: SignedRequest, dialect: Dialect): SigV4 | undefined {
  if (request.query === "") return undefined;
  const query = authenticationParameters(request.query);
  if (query.size === 0) return undefined;
  if (!hasAny(query, ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"])) {
    if (dialect !== "storage" || !hasAny(query, ["AWSAccessKeyId", "Signature"])) return undefined;
    throw signatureVersion2(query);
  }
  const missing = REQUIRED.filter((name) => !query.get(name));
  const expires = query.get("X-Amz-Expires");
  if (missing.length > 0 || (expires === undefined && dialect === "storage")) {
    throw missingParameters(missing, dialect);
  }
  const algorithm = readAlgorithm(query.get("X-Amz-Algorithm") ?? "", dialect);
  const credential = query.get("X-Amz-Credential") ?? "";
  const read = readCredential(credential, algorithm, query.get("X-Amz-Region-Set"));
  if (read.malformed !== undefined) throw malformedCredential(credential, read, dialect, "query");
  const date = query.get("X-Amz-Date") ?? "";
  const signedAt = fromBasicDate(date);
  if (signedAt === undefined) throw malformedDate(date, dialect);
  const signedNames = (query.get("X-Amz-SignedHeaders") ?? "").toLowerCase();
  return {
    kind: "sigv4",
    location: "query",
    algorithm,
    accessKeyId: read.accessKeyId,
    scope: read.scope,
    scopeText: scopeText(read.scope, algorithm),
    signedHeaders: signedNames.split(";"),
    signedNames,
    signature: query.get("X-Amz-Signature") ?? "",
    securityToken: query.get("X-Amz-Security-Token"),
    date,
    signedAt,
    ...(expires !== undefined && { expiresSeconds: readExpires(expires, dialect) }),
  };
}

const hasAny = (query: ReadonlyMap<string, string>, names: readonly string[]) =>
  names.some((name) => query.has(name));

/** The first value of each parameter that can matter here, decoded. */
function authenticationParameters(query: string): Map<string, string> {
  const found = new Map<string, string>();
  if (!/X-Amz-|Signature|AWSAccessKeyId/i.test(query)) return found;
  for (const pair of query.split("&")) {
    const equals = pair.indexOf("=");
    const name = percentDecode(equals === -1 ? pair : pair.slice(0, equals));
    if (!/^(X-Amz-|Signature$|Expires$|AWSAccessKeyId$)/.test(name) || found.has(name)) continue;
    found.set(name, equals === -1 ? "" : percentDecode(pair.slice(equals + 1)));
  }
  return found;
}

function signatureVersion2(query: ReadonlyMap<string, string>): AwsError {
  const complete = ["Signature", "Expires", "AWSAccessKeyId"].every((name) => query.get(name));
  return complete
    ? invalidRequest(
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
      )
    : requestDenied(
        "storage",
        "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
      );
}

function missingParameters(missing: readonly string[], dialect: Dialect): AwsError {
  if (dialect === "storage") {
    return queryParametersError(
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, " +
        "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  }
  const sentences = missing.map((name) => `AWS query-string parameters must include '${name}'. `);
  return incompleteSignature(
    dialect,
    `${sentences.join("")}Re-examine the query-string parameters.`,
  );
}

function readAlgorithm(algorithm: string, dialect: Dialect): SigningAlgorithm {
  if (isAlgorithm(algorithm)) return algorithm;
  throw dialect === "storage"
    ? queryParametersError(
        'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
      )
    : incompleteSignature(dialect, `Unsupported AWS 'algorithm': '${algorithm}'. `);
}

function malformedDate(date: string, dialect: Dialect): AwsError {
  return dialect === "storage"
    ? queryParametersError(`X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`)
    : signatureMismatch(
        dialect,
        `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
      );
}

function readExpires(text: string, dialect: Dialect): number {
  const refuse = (sentence: string) =>
    dialect === "storage" ? queryParametersError(sentence) : incompleteSignature(dialect, sentence);
  if (!/^-?\d+$/.test(text)) throw refuse("X-Amz-Expires should be a number");
  const seconds = Number(text);
  if (seconds < 0) throw refuse("X-Amz-Expires must be non-negative");
  if (seconds > WEEK_SECONDS) {
    throw refuse(
      "X-Amz-Expires must be less than a week (in seconds); " +
        "that is, the given X-Amz-Expires must be less than 604800 seconds",
    );
  }
  return seconds;
}
