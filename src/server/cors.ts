/**
 * Pages and the AWS APIs. S3 objects, functions' URLs and user-made APIs have CORS rules of their
 * own: the services decide. All other APIs are for the developer's own pages: those of the
 * loopback, and those that were named.
 */
import type { HttpRequest, HttpResponse } from "../kernel/http.ts";
import type { Guard, HostVerdict } from "./guard.ts";

export type PageVerdict =
  /** No page is involved, or the service decides. */
  | { readonly kind: "pass" }
  /** A trusted page: the answer is made readable to it. */
  | { readonly kind: "readable"; readonly origin: string }
  | { readonly kind: "answered"; readonly response: HttpResponse }
  | { readonly kind: "refused"; readonly reason: string };

const PASS: PageVerdict = { kind: "pass" };

/** Called only for requests with an `Origin` or a foreign `Sec-Fetch-Site`. */
export function judgePage(request: HttpRequest, host: HostVerdict, guard: Guard): PageVerdict {
  const origin = request.headers["origin"];
  const trusted =
    origin === undefined
      ? request.headers["sec-fetch-site"] !== "cross-site"
      : guard.anyOrigin || guard.trusts(origin);
  const isPreflight =
    request.method === "OPTIONS" && request.headers["access-control-request-method"] !== undefined;

  if (isPreflight) return judgePreflight(request, host, origin, trusted);
  if (serviceDecides(request, host)) {
    return trusted || !isSignedPost(request) ? PASS : refused(origin);
  }
  if (!trusted) return refused(origin);
  return origin === undefined ? PASS : { kind: "readable", origin };
}

/** True when `judgePage` has something to say. */
export const concernsPage = (headers: Readonly<Record<string, string>>): boolean =>
  headers["origin"] !== undefined || headers["sec-fetch-site"] === "cross-site";

export function makeReadable(response: HttpResponse, origin: string): void {
  const { headers } = response;
  if (headers["access-control-allow-origin"] !== undefined) return;
  headers["access-control-allow-origin"] = origin;
  headers["access-control-expose-headers"] = "*";
  headers["vary"] = headers["vary"] === undefined ? "Origin" : `${headers["vary"]}, Origin`;
}

function judgePreflight(
  request: HttpRequest,
  host: HostVerdict,
  origin: string | undefined,
  trusted: boolean,
): PageVerdict {
  const asked = request.headers["access-control-request-headers"] ?? "";
  const isApi = asked.toLowerCase().includes("x-amz-target") || isApiPath(request.path, host);
  if (!isApi) return PASS;
  if (!trusted || origin === undefined) return refused(origin);
  const headers: Record<string, string> = {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    "access-control-max-age": "600",
    vary: "Origin, Access-Control-Request-Headers",
  };
  if (asked !== "") headers["access-control-allow-headers"] = asked;
  return { kind: "answered", response: { status: 204, headers, body: "" } };
}

/** Where a preflight, which carries no signature, cannot be meant for an object of S3. */
const isApiPath = (path: string, host: HostVerdict) =>
  host === "edge" && (path === "/" || /^\/(?:\d{4}-\d{2}-\d{2}|v\d+|service)(?:\/|$)/.test(path));

/**
 * Signed for S3, or not signed and not an API call by its form: an object, a website, a function's
 * URL.
 */
function serviceDecides(request: HttpRequest, host: HostVerdict): boolean {
  const service = signedFor(request);
  if (service !== undefined) return service === "s3" || service === "execute-api";
  if (request.headers["x-amz-target"] !== undefined) return false;
  return host === "virtual" || !isApiPath(request.path, host);
}

/** The service in the credential scope: ".../20300101/us-east-1/s3/aws4_request". */
function signedFor(request: HttpRequest): string | undefined {
  const header = /Credential=[^,\s]*\/([^/,\s]+)\/aws4_request/.exec(
    request.headers["authorization"] ?? "",
  );
  if (header !== null) return header[1];
  const query = /(?:^|&)X-Amz-Credential=[^&]*?(?:%2F|\/)([^/%&]+)(?:%2F|\/)aws4_request/i.exec(
    request.query,
  );
  return query?.[1];
}

/**
 * Anyone can sign with `test`/`test`; a page needs no preflight for a form, so a signed form is no
 * object traffic.
 */
const isSignedPost = (request: HttpRequest) =>
  request.method === "POST" && /(?:^|&)X-Amz-Credential=/i.test(request.query);

function refused(origin: string | undefined): PageVerdict {
  const page = origin === undefined ? "another site" : origin;
  return {
    kind: "refused",
    reason:
      `Snowglobe does not answer web pages of ${page}. ` +
      `To allow this origin, start it with SNOWGLOBE_ALLOWED_ORIGINS=${origin ?? "<origin>"}.`,
  };
}
