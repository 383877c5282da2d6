/**
 * Whether a signature may be used now, here, and for this: its date, its expiry and its
 * credential scope.
 */
import { toBasicDate, toSecondsIso } from "./dates.ts";
import {
  EC2_CREDENTIALS,
  headerMalformed,
  incompleteSignature,
  queryParametersError,
  requestDenied,
  requestTimeTooSkewed,
  signatureMismatch,
} from "./errors.ts";
import type { Dialect } from "./errors.ts";
import type { SigV4 } from "./request-signature.ts";

/**
 * AWS: some services' sentence says "+ 5 min." for a date that lies ahead; newer ones say 15, as
 * the documentation does.
 */
const SKEW_MS = 15 * 60_000;
const EXPIRES_DEFAULT_SECONDS = 900;

/** Good when near any of the clocks; the first is the one that the refusal names. */
export function checkTime(signature: SigV4, nowsMs: readonly number[], dialect: Dialect): void {
  const presigned = signature.location === "query";
  const untilMs = presigned
    ? (signature.expiresSeconds ?? EXPIRES_DEFAULT_SECONDS) * 1000
    : SKEW_MS;
  const { signedAt } = signature;
  if (nowsMs.some((now) => now >= signedAt - SKEW_MS && now <= signedAt + untilMs)) return;
  const now = nowsMs[0] ?? signedAt;
  if (dialect === "storage") throw storageTimeError(signature, now, untilMs);
  if (dialect === "ec2") throw signatureMismatch(dialect, EC2_CREDENTIALS);
  throw now < signedAt
    ? signatureMismatch(
        dialect,
        `Signature not yet current: ${signature.date} is still later than ` +
          `${toBasicDate(now + SKEW_MS)} (${toBasicDate(now)} + 15 min.)`,
      )
    : signatureMismatch(
        dialect,
        presigned
          ? `Signature expired: ${toBasicDate(signedAt + untilMs)} is now earlier than ${toBasicDate(now)}`
          : `Signature expired: ${signature.date} is now earlier than ` +
              `${toBasicDate(now - SKEW_MS)} (${toBasicDate(now)} - 15 min.)`,
      );
}

function storageTimeError(signature: SigV4, now: number, untilMs: number) {
  if (signature.location === "header") {
    return requestTimeTooSkewed(
      "The difference between the request time and the current time is too large.",
      {
        RequestTime: signature.date,
        ServerTime: toSecondsIso(now),
        MaxAllowedSkewMilliseconds: String(SKEW_MS),
      },
    );
  }
  if (now < signature.signedAt) return requestDenied("storage", "Request is not yet valid");
  return requestDenied("storage", "Request has expired", {
    members: {
      "X-Amz-Expires": String(signature.expiresSeconds ?? EXPIRES_DEFAULT_SECONDS),
      Expires: toSecondsIso(signature.signedAt + untilMs),
      ServerTime: toSecondsIso(now),
    },
  });
}

export interface ExpectedScope {
  readonly region?: string | undefined;
  readonly service?: string | undefined;
}

/**
 * The date of the scope is the date of the request; region and service where the caller expects
 * certain ones.
 */
export function checkScope(signature: SigV4, expected: ExpectedScope, dialect: Dialect): void {
  const day = signature.date.slice(0, 8);
  const { scope } = signature;
  const regionGood =
    expected.region === undefined || signature.algorithm === "AWS4-ECDSA-P256-SHA256"
      ? regionSetCovers(signature, expected.region)
      : scope.region === expected.region;
  const serviceGood = expected.service === undefined || scope.service === expected.service;
  if (scope.date === day && regionGood && serviceGood) return;
  if (dialect === "storage") throw storageScopeError(signature, expected, regionGood);

  const sentences: string[] = [];
  if (!regionGood) {
    sentences.push(`Credential should be scoped to a valid region, not '${scope.region}'. `);
  }
  if (!serviceGood) {
    sentences.push(`Credential should be scoped to correct service: '${expected.service}'. `);
  }
  if (scope.date !== day) {
    sentences.push(
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
        `'${scope.date}' != '${day}', from '${signature.date}'.`,
    );
  }
  throw signatureMismatch(dialect, sentences.join(""));
}

function storageScopeError(signature: SigV4, expected: ExpectedScope, regionGood: boolean) {
  const { scope } = signature;
  const day = signature.date.slice(0, 8);
  const malformed = (detail: string, members: Readonly<Record<string, unknown>> = {}) =>
    signature.location === "header"
      ? headerMalformed(detail, members)
      : queryParametersError(`Error parsing the X-Amz-Credential parameter; ${detail}`, members);
  if (scope.date !== day) {
    return malformed(
      `Invalid credential date "${scope.date}". This date is not the same as X-Amz-Date: "${day}".`,
    );
  }
  if (!regionGood) {
    return malformed(`the region '${scope.region}' is wrong; expecting '${expected.region}'`, {
      Region: expected.region,
    });
  }
  return malformed(
    `incorrect service "${scope.service}". This endpoint belongs to "${expected.service}".`,
  );
}

/** `us-east-1,eu-*,*`: a region set may end in, or be, a wildcard. */
function regionSetCovers(signature: SigV4, region: string | undefined): boolean {
  if (region === undefined || signature.algorithm === "AWS4-HMAC-SHA256") return true;
  return signature.scope.region.split(",").some((entry) => {
    const wanted = entry.trim();
    return wanted.endsWith("*") ? region.startsWith(wanted.slice(0, -1)) : wanted === region;
  });
}

/** `host` is always signed; in object storage every `x-amz-` header, too. */
export function checkSignedHeaders(
  signature: SigV4,
  headers: Readonly<Record<string, string>>,
  dialect: Dialect,
): void {
  const { signedHeaders } = signature;
  const hostSigned = signedHeaders.includes("host") || signedHeaders.includes(":authority");
  if (dialect !== "storage") {
    if (hostSigned) return;
    const sentence = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    throw signature.location === "header"
      ? signatureMismatch(dialect, sentence)
      : incompleteSignature(dialect, sentence);
  }
  const unsigned = hostSigned ? [] : ["host"];
  for (const name in headers) {
    if (!name.startsWith("x-amz-") || signedHeaders.includes(name)) continue;
    // AWS: this one is in the canonical request by its value, listed or not.
    if (name !== "x-amz-content-sha256") unsigned.push(name);
  }
  if (unsigned.length === 0) return;
  throw requestDenied(dialect, "There were headers present in the request which were not signed", {
    members: { HeadersNotSigned: unsigned.toSorted().join(", ") },
  });
}
