/**
 * Signature Version 2 of object storage: HMAC-SHA1 over a short text. AWS: it is on its way out, and still good in the
 * oldest region; `aws s3 presign` of the first AWS CLI and other old clients use it unasked.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { toSecondsIso } from "./dates.ts";
import { requestDenied, requestTimeTooSkewed, signatureMismatch } from "./errors.ts";
import { percentDecode } from "./percent.ts";
import type { SignedRequest } from "./request-signature.ts";

export interface SigV2 {
  readonly kind: "sigv2";
  readonly location: "header" | "query";
  readonly accessKeyId: string;
  /** Base64. */
  readonly signature: string;
  readonly securityToken?: string;
  /** Of a presigned request: seconds, as it was signed. */
  readonly expires?: string;
}

/** Undefined when the request is not signed so. */
export function readVersion2(request: SignedRequest): SigV2 | undefined {
  const header = /^AWS ([^:\s]+):(\S+)$/.exec(request.headers["authorization"] ?? "");
  if (header !== null) {
    const [, accessKeyId = "", signature = ""] = header;
    return {
      kind: "sigv2",
      location: "header",
      accessKeyId,
      signature,
      ...tokenOf(request.headers),
    };
  }
  if (!/(?:^|&)AWSAccessKeyId=/.test(request.query)) return undefined;
  const query = parametersOf(request.query);
  const accessKeyId = query.get("AWSAccessKeyId");
  const signature = query.get("Signature");
  const expires = query.get("Expires");
  if (!accessKeyId || !signature || !expires) return undefined;
  const headers = Object.fromEntries(
    [...query].map(([name, value]) => [name.toLowerCase(), value]),
  );
  return { kind: "sigv2", location: "query", accessKeyId, signature, expires, ...tokenOf(headers) };
}

function tokenOf(headers: Readonly<Record<string, string>>) {
  const securityToken = headers["x-amz-security-token"];
  return securityToken === undefined ? {} : { securityToken };
}

export interface Version2Options {
  readonly secret: string;
  /** A date near any of them is good. */
  readonly nowsMs: readonly number[];
  /** Where the host names it, and the path does not. */
  readonly bucketInHost?: string | undefined;
}

/** Throws `AwsError` when the signature is not good. */
export function verifyVersion2(
  request: SignedRequest,
  signature: SigV2,
  options: Version2Options,
): void {
  checkTime(request, signature, options.nowsMs);
  const text = textToSign(request, signature, options.bucketInHost);
  if (signsForm(options.secret, text, signature.signature)) return;
  if (signsBucketOpenly(request, signature, options)) return;
  throw signatureMismatch(
    "storage",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    {
      members: {
        AWSAccessKeyId: signature.accessKeyId,
        StringToSign: text,
        SignatureProvided: signature.signature,
        StringToSignBytes: Buffer.from(text)
          .toString("hex")
          .replaceAll(/(..)(?=.)/g, "$1 "),
      },
    },
  );
}

/** AWS: a bucket in the path may be signed with a slash behind it, as boto3 does. */
function signsBucketOpenly(
  request: SignedRequest,
  signature: SigV2,
  { secret, bucketInHost }: Version2Options,
): boolean {
  if (bucketInHost !== undefined || !/^\/[^/]+$/.test(request.path)) return false;
  const text = textToSign({ ...request, path: `${request.path}/` }, signature, undefined);
  return signsForm(secret, text, signature.signature);
}

/** Also of the policy of a form upload. */
export function signsForm(secret: string, text: string, signature: string): boolean {
  const computed = createHmac("sha1", secret).update(text).digest();
  const given = Buffer.from(signature, "base64");
  return given.length === computed.length && timingSafeEqual(given, computed);
}

const SKEW_MS = 15 * 60 * 1000;

function checkTime(request: SignedRequest, { expires }: SigV2, nowsMs: readonly number[]): void {
  const [now = 0] = nowsMs;
  if (expires !== undefined) {
    const until = Number(expires) * 1000;
    if (Number.isNaN(until))
      throw requestDenied("storage", "Invalid date (should be seconds since epoch): " + expires);
    if (nowsMs.some((at) => at <= until)) return;
    const members = { Expires: toSecondsIso(until), ServerTime: toSecondsIso(now) };
    throw requestDenied("storage", "Request has expired", { members });
  }
  const said = request.headers["x-amz-date"] ?? request.headers["date"] ?? "";
  const at = Date.parse(said);
  if (Number.isNaN(at)) {
    throw requestDenied("storage", "AWS authentication requires a valid Date or x-amz-date header");
  }
  if (nowsMs.some((clock) => Math.abs(clock - at) <= SKEW_MS)) return;
  throw requestTimeTooSkewed(
    "The difference between the request time and the current time is too large.",
    {
      RequestTime: said,
      ServerTime: toSecondsIso(now),
      MaxAllowedSkewMilliseconds: SKEW_MS,
    },
  );
}

/** Parameters that name something about the resource, and so are signed. */
const SIGNED = new Set([
  "accelerate",
  "acl",
  "analytics",
  "cors",
  "defaultObjectAcl",
  "delete",
  "encryption",
  "inventory",
  "legal-hold",
  "lifecycle",
  "location",
  "logging",
  "metrics",
  "notification",
  "object-lock",
  "partNumber",
  "policy",
  "policyStatus",
  "publicAccessBlock",
  "replication",
  "requestPayment",
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
  "response-content-language",
  "response-content-type",
  "response-expires",
  "restore",
  "retention",
  "select",
  "select-type",
  "storageClass",
  "tagging",
  "torrent",
  "uploadId",
  "uploads",
  "versionId",
  "versioning",
  "versions",
  "website",
]);

function textToSign(request: SignedRequest, signature: SigV2, bucketInHost: string | undefined) {
  const query = parametersOf(request.query);
  const headers: Record<string, string> = { ...request.headers };
  // A presigned request carries in its query what its signer has put into headers.
  if (signature.location === "query") {
    for (const [name, value] of query) {
      if (/^(?:x-amz-|content-)/i.test(name)) headers[name.toLowerCase()] ??= value;
    }
  }
  const date = signature.expires ?? (headers["x-amz-date"] === undefined ? headers["date"] : "");
  const amz = Object.keys(headers)
    .filter((name) => name.startsWith("x-amz-"))
    .toSorted()
    .map((name) => `${name}:${(headers[name] ?? "").trim()}\n`);
  const signed = [...query]
    .filter(([name]) => SIGNED.has(name))
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  const bucket = bucketInHost === undefined ? "" : `/${bucketInHost}`;
  const resource = `${bucket}${request.path}${signed.length === 0 ? "" : `?${signed.join("&")}`}`;
  const { method } = request;
  const lines = [method, headers["content-md5"] ?? "", headers["content-type"] ?? "", date ?? ""];
  return `${lines.join("\n")}\n${amz.join("")}${resource}`;
}

function parametersOf(query: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = percentDecode(equals === -1 ? pair : pair.slice(0, equals));
    if (!found.has(name))
      found.set(name, equals === -1 ? "" : percentDecode(pair.slice(equals + 1)));
  }
  return found;
}
