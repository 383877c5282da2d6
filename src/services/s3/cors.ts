/** Cross-origin rules of buckets: their configuration, and what they say to a page. */
import type { Operation, S3 } from "./api.ts";
import { findBucket } from "./buckets.ts";
import { AwsError } from "../../kernel/errors.ts";
import { invalidRequest, malformedXml, noSuchCors } from "./errors.ts";
import type { CorsRule, Strings } from "./state.ts";

const METHODS = new Set(["GET", "PUT", "POST", "DELETE", "HEAD"]);
const RULES_MAX = 100;

export const GetBucketCors: Operation<"GetBucketCors"> = (input, s3) => {
  const { cors, name } = findBucket(input, s3);
  if (cors === undefined) throw noSuchCors(name);
  return { CORSRules: cors };
};

export const PutBucketCors: Operation<"PutBucketCors"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const { CORSRules: rules } = input.CORSConfiguration;
  if (rules.length === 0 || rules.length > RULES_MAX) throw malformedXml();
  s3.buckets.update(bucket, { cors: rules.map(toRule) });
  return {};
};

export const DeleteBucketCors: Operation<"DeleteBucketCors"> = (input, s3) => {
  s3.buckets.update(findBucket(input, s3), { cors: undefined });
  return {};
};

type AskedRule = Readonly<{ [Name in keyof CorsRule]?: CorsRule[Name] | undefined }>;

function toRule(asked: AskedRule): CorsRule {
  const { ID, AllowedHeaders, AllowedMethods, AllowedOrigins, ExposeHeaders, MaxAgeSeconds } =
    asked;
  if (AllowedMethods === undefined || AllowedOrigins === undefined) throw malformedXml();
  for (const method of AllowedMethods) {
    if (METHODS.has(method)) continue;
    throw invalidRequest(
      `Found unsupported HTTP method in CORS config. Unsupported method is ${method}`,
    );
  }
  for (const text of [...AllowedOrigins, ...(AllowedHeaders ?? [])]) {
    if (text.split("*").length <= 2) continue;
    const what = AllowedOrigins.includes(text) ? "AllowedOrigin" : "AllowedHeader";
    throw invalidRequest(`${what} "${text}" can not have more than one wildcard.`);
  }
  const exposed = ExposeHeaders?.find((name) => name.includes("*"));
  if (exposed !== undefined) {
    throw invalidRequest(
      `ExposeHeader "${exposed}" contains wildcard. We currently do not support wildcard for ` +
        "ExposeHeader.",
    );
  }
  return {
    ...(ID === undefined ? {} : { ID }),
    ...(AllowedHeaders === undefined ? {} : { AllowedHeaders }),
    AllowedMethods,
    AllowedOrigins,
    ...(ExposeHeaders === undefined ? {} : { ExposeHeaders }),
    ...(MaxAgeSeconds === undefined ? {} : { MaxAgeSeconds }),
  };
}

export interface PageRequest {
  readonly origin: string;
  readonly method: string;
  /** Of a preflight: `Access-Control-Request-Headers`. */
  readonly requestHeaders?: string | undefined;
}

/** The answer's headers for a page; undefined: no rule allows it. */
function corsHeaders(
  rules: readonly CorsRule[],
  { origin, method, requestHeaders }: PageRequest,
): Strings | undefined {
  const asked = (requestHeaders ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const rule = rules.find(
    (one) =>
      one.AllowedMethods.includes(method) &&
      one.AllowedOrigins.some((pattern) => fits(pattern, origin)) &&
      asked.every((name) =>
        one.AllowedHeaders?.some((pattern) => fits(pattern.toLowerCase(), name)),
      ),
  );
  if (rule === undefined) return undefined;
  const everyOrigin = rule.AllowedOrigins.includes("*");
  const { ExposeHeaders, MaxAgeSeconds, AllowedMethods } = rule;
  return {
    "access-control-allow-origin": everyOrigin ? "*" : origin,
    "access-control-allow-methods": AllowedMethods.join(", "),
    ...(everyOrigin ? {} : { "access-control-allow-credentials": "true" }),
    ...(asked.length === 0 ? {} : { "access-control-allow-headers": asked.join(", ") }),
    ...(ExposeHeaders === undefined
      ? {}
      : { "access-control-expose-headers": ExposeHeaders.join(", ") }),
    ...(MaxAgeSeconds === undefined ? {} : { "access-control-max-age": String(MaxAgeSeconds) }),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

/** One "*" stands for anything. */
function fits(pattern: string, text: string): boolean {
  const star = pattern.indexOf("*");
  if (star === -1) return pattern === text;
  const [start, end] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}

/** The answer to a preflight, which carries no signature. Throws what S3 refuses it with. */
export function preflightHeaders(
  place: { readonly bucket: string; readonly key?: string | undefined },
  headers: Strings,
  s3: S3,
): Strings {
  const origin = headers["origin"];
  const method = headers["access-control-request-method"];
  if (origin === undefined) {
    throw new AwsError("BadRequest", "Insufficient information. Origin request header needed.", {
      status: 400,
    });
  }
  if (method === undefined || !METHODS.has(method)) {
    throw new AwsError("BadRequest", `Invalid Access-Control-Request-Method: ${method ?? "null"}`, {
      status: 400,
    });
  }
  const bucket = s3.buckets.get(place.bucket);
  const resource = place.key === undefined || place.key === "" ? "BUCKET" : "OBJECT";
  if (bucket === undefined) throw forbidden("Bucket not found", "OPTIONS", "BUCKET");
  if (bucket.cors === undefined) {
    throw forbidden("CORS is not enabled for this bucket.", method, "BUCKET");
  }
  const requestHeaders = headers["access-control-request-headers"];
  const allowed = corsHeaders(bucket.cors, { origin, method, requestHeaders });
  if (allowed === undefined) throw forbidden(NOT_ALLOWED, method, resource);
  return allowed;
}

// AWS: "evalution" is spelled so.
const NOT_ALLOWED =
  "This CORS request is not allowed. This is usually because the evalution of Origin, request " +
  "method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted " +
  "by the resource's CORS spec.";

const forbidden = (sentence: string, method: string, resource: "BUCKET" | "OBJECT") =>
  new AwsError("AccessForbidden", `CORSResponse: ${sentence}`, {
    status: 403,
    members: { Method: method, ResourceType: resource },
  });

/**
 * What an actual answer tells a page besides: nothing where no rule allows it, and the answer
 * stays as it is.
 */
export function pageHeaders(bucketName: string, headers: Strings, method: string, s3: S3): Strings {
  const origin = headers["origin"];
  const rules = origin === undefined ? undefined : s3.buckets.get(bucketName)?.cors;
  if (origin === undefined || rules === undefined) return {};
  return corsHeaders(rules, { origin, method }) ?? {};
}
