/**
 * The credential of a signature: `AKID/20150830/us-east-1/iam/aws4_request`; SigV4a has no region
 * in it.
 */

import type { AwsError } from "../../kernel/errors.ts";
import {
  headerMalformed,
  incompleteSignature,
  queryParametersError,
  signatureMismatch,
} from "./errors.ts";
import type { Dialect } from "./errors.ts";

export type SigningAlgorithm = "AWS4-HMAC-SHA256" | "AWS4-ECDSA-P256-SHA256";

export interface CredentialScope {
  /** `YYYYMMDD`. */
  readonly date: string;
  /** Of SigV4a: the region set as sent, for instance `us-east-1,eu-*`. */
  readonly region: string;
  readonly service: string;
}

export interface GoodCredential {
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  readonly malformed?: undefined;
}

export type Credential =
  | GoodCredential
  | { readonly malformed: "elements" | "key" }
  | { readonly malformed: "terminal"; readonly terminal: string };

const ALGORITHMS: ReadonlySet<string> = new Set(["AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"]);

export function isAlgorithm(text: string): text is SigningAlgorithm {
  return ALGORITHMS.has(text);
}

export function readCredential(
  credential: string,
  algorithm: SigningAlgorithm,
  regionSet: string | undefined,
): Credential {
  const parts = credential.split("/");
  const asymmetric = algorithm === "AWS4-ECDSA-P256-SHA256";
  const [accessKeyId = "", date = "", ...rest] = parts;
  if (parts.length !== (asymmetric ? 4 : 5)) return { malformed: "elements" };
  if (accessKeyId === "") return { malformed: "key" };
  const [region = "", service = "", terminal = ""] = asymmetric ? [regionSet ?? "", ...rest] : rest;
  if (terminal !== "aws4_request") return { malformed: "terminal", terminal };
  return { accessKeyId, scope: { date, region, service } };
}

/** What stands between the date and the signature in the string to sign. */
export function scopeText(scope: CredentialScope, algorithm: SigningAlgorithm): string {
  return algorithm === "AWS4-HMAC-SHA256"
    ? `${scope.date}/${scope.region}/${scope.service}/aws4_request`
    : `${scope.date}/${scope.service}/aws4_request`;
}

export function malformedCredential(
  credential: string,
  read: Credential & { malformed: string },
  dialect: Dialect,
  location: "header" | "query",
): AwsError {
  if (dialect === "storage") {
    const detail = storageDetail(read);
    return location === "header"
      ? headerMalformed(detail)
      : queryParametersError(`Error parsing the X-Amz-Credential parameter; ${detail}`);
  }
  return read.malformed === "terminal"
    ? signatureMismatch(
        dialect,
        `Credential should be scoped with a valid terminator: 'aws4_request', not '${read.terminal}'. `,
      )
    : incompleteSignature(
        dialect,
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, " +
          `got '${credential}'`,
      );
}

function storageDetail(read: Credential & { malformed: string }): string {
  if (read.malformed === "terminal") {
    return `incorrect terminal "${read.terminal}". This endpoint uses "aws4_request".`;
  }
  return read.malformed === "key"
    ? "a non-empty Access Key (AKID) must be provided in the credential."
    : 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';
}
