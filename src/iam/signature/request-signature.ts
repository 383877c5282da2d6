/**
 * Which kind of authentication a request carries, and its parts, read but not checked: only what
 * cannot be read at all is refused here, with AWS's sentence for each malformation.
 */
import type { HttpRequest } from "../../kernel/http.ts";
import type { CredentialScope, SigningAlgorithm } from "./credential.ts";
import { invalidArgument, type Dialect } from "./errors.ts";
import { readHeaderSignature } from "./header-signature.ts";
import { readQuerySignature } from "./query-signature.ts";
import { readVersion2, type SigV2 } from "./version2.ts";

export type { CredentialScope, SigningAlgorithm } from "./credential.ts";

/** What a signature covers of a request, apart from its body. */
export type SignedRequest = Pick<HttpRequest, "method" | "path" | "query" | "headers">;

export interface SigV4 {
  readonly kind: "sigv4";
  readonly location: "header" | "query";
  readonly algorithm: SigningAlgorithm;
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** The scope as it stands in the string to sign. */
  readonly scopeText: string;
  readonly signedHeaders: readonly string[];
  /** The same, joined by semicolons. */
  readonly signedNames: string;
  /** Hexadecimal: an HMAC, or a DER-encoded ECDSA signature. */
  readonly signature: string;
  readonly securityToken?: string | undefined;
  /** In ISO 8601 basic format. */
  readonly date: string;
  readonly signedAt: number;
  /** Of a presigned request. */
  readonly expiresSeconds?: number;
}

export type RequestSignature =
  | SigV4
  | SigV2
  | { readonly kind: "bearer"; readonly token: string }
  | { readonly kind: "anonymous" };

/** Throws `AwsError` in the dialect of the service that the request is for. */
export function readSignature(request: SignedRequest, dialect: Dialect): RequestSignature {
  const authorization = request.headers["authorization"];
  if (dialect === "storage") {
    if (authorization && SIGNED_QUERY.test(request.query)) throw signedTwice(authorization);
    const old = readVersion2(request);
    if (old !== undefined) return old;
  }
  if (authorization === undefined || authorization === "") {
    return readQuerySignature(request, dialect) ?? { kind: "anonymous" };
  }
  if (/^Bearer /i.test(authorization)) {
    return { kind: "bearer", token: authorization.slice("Bearer ".length).trim() };
  }
  return readHeaderSignature(request, authorization, dialect);
}

const SIGNED_QUERY = /(?:^|&)(?:X-Amz-Algorithm|Signature)=/;

/** AWS: object storage does not choose between two signatures. */
const signedTwice = (authorization: string) =>
  invalidArgument(
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, " +
      "Signature query string parameter or the Authorization header should be specified",
    { ArgumentName: "Authorization", ArgumentValue: authorization },
  );
