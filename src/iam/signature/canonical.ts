/**
 * The canonical request and the string to sign: what client and server must agree on to the byte.
 */
import { hash } from "node:crypto";
import { remembered, rememberedLast } from "../../kernel/remembered.ts";
import { encodePath, recode } from "./percent.ts";
import type { SignedRequest, SigV4 } from "./request-signature.ts";

export interface CanonicalOptions {
  /**
   * Every service but object storage encodes the path, as sent, once more and removes dot
   * segments.
   */
  readonly doubleEncodePath: boolean;
  /** Repeated headers arrive joined with ", "; signers join them with ",". */
  readonly joinTight?: boolean;
}

export function canonicalRequest(
  request: SignedRequest,
  signature: Pick<SigV4, "signedHeaders" | "signedNames" | "location">,
  payloadHash: string,
  options: CanonicalOptions,
): string {
  const { signedHeaders, signedNames } = signature;
  const labels = labelsOf(signedNames);
  let headers = "";
  for (let at = 0; at < signedHeaders.length; at++) {
    const value = canonicalValue(request.headers[signedHeaders[at] ?? ""] ?? "");
    headers += labels[at] + (options.joinTight ? value.replaceAll(", ", ",") : value);
  }
  const path = options.doubleEncodePath
    ? encodePath(normalPath(request.path))
    : recode(request.path === "" ? "/" : request.path, "/");
  const query = canonicalQuery(request.query, signature.location === "query");
  return `${request.method}\n${path}\n${query}${headers}\n\n${signedNames}\n${payloadHash}`;
}

/** What stands before each header's value: few pieces make a text that is quickly put together. */
const labelsOf = rememberedLast(
  remembered(1000, (signedNames: string) => signedNames.split(";").map((name) => `\n${name}:`)),
);

export function stringToSign(
  signature: Pick<SigV4, "algorithm" | "date" | "scopeText">,
  canonical: string | Uint8Array,
): string {
  const { algorithm, date, scopeText } = signature;
  return `${algorithm}\n${date}\n${scopeText}\n${hash("sha256", canonical)}`;
}

const LOOSE = /^\s|\s$|\s\s|\t/;

/** Trimmed, runs of white space become one space. */
function canonicalValue(value: string): string {
  return LOOSE.test(value) ? value.trim().replaceAll(/\s+/g, " ") : value;
}

/** Dot segments and doubled slashes removed; a trailing slash stays. */
function normalPath(path: string): string {
  if (path === "" || path === "/") return "/";
  if (!path.includes("//") && !path.includes("/.")) return path;
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const tail = kept.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${kept.join("/")}${tail}`;
}

/** Sorted by encoded name, then by encoded value; a presigned request leaves out its signature. */
export function canonicalQuery(query: string, presigned: boolean): string {
  if (query === "") return "";
  const pairs: [string, string][] = [];
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = recodeField(equals === -1 ? pair : pair.slice(0, equals));
    if (presigned && name === "X-Amz-Signature") continue;
    pairs.push([name, equals === -1 ? "" : recodeField(pair.slice(equals + 1))]);
  }
  if (pairs.length > 1) pairs.sort(byNameThenValue);
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

const recodeField = (text: string) =>
  recode(text.includes("+") ? text.replaceAll("+", "%20") : text, "");

function byNameThenValue(a: readonly [string, string], b: readonly [string, string]): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] < b[1] ? -1 : Number(a[1] > b[1]);
}
