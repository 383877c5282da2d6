/**
 * What AWS answers to a request whose authentication is absent, malformed or wrong. The same fact
 * has a different code, status and sentence in each family of services: that family is the
 * dialect.
 */
import { AwsError } from "../../kernel/errors.ts";
import type { ErrorDetails } from "../../kernel/errors.ts";

/**
 * `query`: all that answers in XML but the next and the last; `ec2`: EC2; `json`: AWS JSON and CBOR;
 * `rest`: JSON by REST; `storage`: object storage.
 */
export type Dialect = "query" | "ec2" | "json" | "rest" | "storage";

type Fact =
  | "missing"
  | "incomplete"
  | "mismatch"
  | "unknownKey"
  | "invalidToken"
  | "expiredToken"
  | "accessDenied";

/** Code and status, by fact and dialect. */
const CODES: Readonly<Record<Fact, Readonly<Record<Dialect, readonly [string, number]>>>> = {
  missing: {
    query: ["MissingAuthenticationToken", 403],
    ec2: ["MissingAuthenticationToken", 403],
    json: ["MissingAuthenticationTokenException", 400],
    rest: ["MissingAuthenticationTokenException", 403],
    storage: ["AccessDenied", 403],
  },
  incomplete: {
    query: ["IncompleteSignature", 403],
    ec2: ["IncompleteSignature", 403],
    json: ["IncompleteSignatureException", 400],
    rest: ["IncompleteSignatureException", 403],
    storage: ["AuthorizationHeaderMalformed", 400],
  },
  mismatch: {
    query: ["SignatureDoesNotMatch", 403],
    ec2: ["AuthFailure", 401],
    json: ["InvalidSignatureException", 400],
    rest: ["InvalidSignatureException", 403],
    storage: ["SignatureDoesNotMatch", 403],
  },
  unknownKey: {
    query: ["InvalidClientTokenId", 403],
    ec2: ["AuthFailure", 401],
    json: ["UnrecognizedClientException", 400],
    rest: ["UnrecognizedClientException", 403],
    storage: ["InvalidAccessKeyId", 403],
  },
  invalidToken: {
    query: ["InvalidClientTokenId", 403],
    ec2: ["AuthFailure", 401],
    json: ["UnrecognizedClientException", 400],
    rest: ["UnrecognizedClientException", 403],
    storage: ["InvalidToken", 400],
  },
  expiredToken: {
    query: ["ExpiredToken", 403],
    ec2: ["RequestExpired", 400],
    json: ["ExpiredTokenException", 400],
    rest: ["ExpiredTokenException", 403],
    storage: ["ExpiredToken", 400],
  },
  accessDenied: {
    query: ["AccessDenied", 403],
    ec2: ["AccessDenied", 403],
    json: ["AccessDeniedException", 400],
    rest: ["AccessDeniedException", 403],
    storage: ["AccessDenied", 403],
  },
};

function fail(fact: Fact, dialect: Dialect, message: string, more: ErrorDetails = {}): AwsError {
  const [code, status] = CODES[fact][dialect];
  return new AwsError(code, message, { status, fault: "Sender", ...more });
}

/** The request carries no authentication and the operation wants some. */
export function missingAuthentication(dialect: Dialect): AwsError {
  const sentence: Readonly<Record<Dialect, string>> = {
    query: "Request is missing Authentication Token",
    ec2: "Request is missing Authentication Token",
    json: "Request is missing Authentication Token",
    rest: "Missing Authentication Token",
    storage: "Access Denied",
  };
  return fail("missing", dialect, sentence[dialect]);
}

export function unknownAccessKey(dialect: Dialect, accessKeyId: string): AwsError {
  return dialect === "storage"
    ? fail(
        "unknownKey",
        dialect,
        "The AWS Access Key Id you provided does not exist in our records.",
        { members: { AWSAccessKeyId: accessKeyId } },
      )
    : fail("unknownKey", dialect, invalidCredentials(dialect));
}

export function invalidSecurityToken(dialect: Dialect, token: string): AwsError {
  return dialect === "storage"
    ? fail("invalidToken", dialect, "The provided token is malformed or otherwise invalid.", {
        members: { "Token-0": token },
      })
    : fail("invalidToken", dialect, invalidCredentials(dialect));
}

/** AWS: EC2 does not say what is wrong: an unknown key, a wrong secret, a bad token or a wrong clock. */
export const EC2_CREDENTIALS = "AWS was not able to validate the provided access credentials";

const invalidCredentials = (dialect: Dialect) =>
  dialect === "ec2" ? EC2_CREDENTIALS : "The security token included in the request is invalid.";

export function expiredSecurityToken(dialect: Dialect, token: string): AwsError {
  if (dialect === "ec2") return fail("expiredToken", dialect, "Request has expired.");
  return dialect === "storage"
    ? fail("expiredToken", dialect, "The provided token has expired.", {
        members: { "Token-0": token },
      })
    : fail("expiredToken", dialect, "The security token included in the request is expired");
}

/** The authentication header or query cannot be read. */
export const incompleteSignature = (dialect: Dialect, message: string) =>
  fail("incomplete", dialect, message);

/** The signature, its date or its scope is wrong. */
export const signatureMismatch = (dialect: Dialect, message: string, more: ErrorDetails = {}) =>
  fail("mismatch", dialect, message, more);

export const requestDenied = (dialect: Dialect, message: string, more: ErrorDetails = {}) =>
  fail("accessDenied", dialect, message, more);

/** The rest is said in object storage alone. */
const storageError =
  (code: string, status: number) =>
  (message: string, members: Readonly<Record<string, unknown>> = {}): AwsError =>
    new AwsError(code, message, { status, fault: "Sender", members });

export const headerMalformed = (detail: string, members: Readonly<Record<string, unknown>> = {}) =>
  storageError("AuthorizationHeaderMalformed", 400)(
    `The authorization header is malformed; ${detail}`,
    members,
  );
export const queryParametersError = storageError("AuthorizationQueryParametersError", 400);
export const invalidArgument = storageError("InvalidArgument", 400);
export const invalidRequest = storageError("InvalidRequest", 400);
export const requestTimeTooSkewed = storageError("RequestTimeTooSkewed", 403);
export const contentHashMismatch = storageError("XAmzContentSHA256Mismatch", 400);
export const incompleteBody = storageError("IncompleteBody", 400);
export const malformedTrailer = storageError("MalformedTrailerError", 400);
export const invalidChunkSize = storageError("InvalidChunkSizeError", 403);
export const missingContentLength = storageError("MissingContentLength", 411);
