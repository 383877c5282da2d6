/** Which services a request may be for, and in which protocol, before any model is read. */
import { AwsError } from "../../kernel/errors.ts";
import { rememberedLast } from "../../kernel/remembered.ts";
import { documentBody } from "../content-encoding.ts";
import { child, type FormNode, parseForm } from "../query/form.ts";
import { type HostFacts, NOTHING } from "./host.ts";
import { serviceOfUserAgent } from "./user-agent.ts";
import type { ServiceDirectory } from "./services.ts";

export interface RoutedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How the request names its operation. */
export type Style =
  | { readonly kind: "target"; readonly prefix: string; readonly operation: string }
  | { readonly kind: "cbor"; readonly serviceName: string; readonly operation: string }
  | { readonly kind: "form"; readonly action: string; readonly version: string | undefined }
  | { readonly kind: "rest" };

export interface Evidence {
  readonly style: Style;
  /** The signature's service; undefined for an unsigned request. */
  readonly signingName: string | undefined;
  readonly host: HostFacts;
  /** Names of services, the likeliest first. Empty when nothing speaks for any. */
  readonly services: readonly string[];
}

const CBOR_PATH = /\/service\/([^/]+)\/operation\/([^/]+)$/;

export function gather(
  directory: ServiceDirectory,
  request: RoutedRequest,
  body: Uint8Array | undefined,
): Evidence {
  const signingName = signingNameOf(request);
  const read = directory.readHost(request.headers["host"], signingName === "s3");
  const host = isPrefixed(read.bucket, signingName, request) ? NOTHING : read;
  const style = styleOf(request, body);
  const fitting = candidates(directory, style, signingName, host);
  const byName = style.kind === "rest" || style.kind === "form";
  const services = byName ? namedFirst(directory, fitting, request.headers) : fitting;
  return { style, signingName, host, services };
}

/**
 * `123456789012.localhost`: S3 Control's clients put the account before any host, and those of Object
 * Lambda the route of an answer. It looks like a bucket.
 */
function isPrefixed(
  bucket: string | undefined,
  signingName: string | undefined,
  { path, headers }: RoutedRequest,
): boolean {
  if (bucket === undefined) return false;
  if (signingName === "s3-object-lambda") return path === "/WriteGetObjectResponse";
  return bucket === headers["x-amz-account-id"];
}

/** For refusals: a form that cannot be read is a form all the same. */
export function gatherForRefusal(
  directory: ServiceDirectory,
  request: RoutedRequest,
  body: Uint8Array | undefined,
): Evidence {
  try {
    return gather(directory, request, body);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const readable = gather(directory, { ...request, query: "" }, undefined);
    return { ...readable, style: { kind: "form", action: "", version: undefined } };
  }
}

/**
 * Forms name their operation in the body, so it must be read before routing. Uploads to S3 may come
 * as forms too, and must not be.
 */
export function needsBody(request: RoutedRequest): boolean {
  if (request.method !== "POST" || request.headers["x-amz-target"] !== undefined) return false;
  const type = request.headers["content-type"] ?? "";
  return type.startsWith("application/x-www-form-urlencoded") && signingNameOf(request) !== "s3";
}

function styleOf(request: RoutedRequest, body: Uint8Array | undefined): Style {
  const target = request.headers["x-amz-target"];
  if (target !== undefined && target !== "") {
    const dot = target.lastIndexOf(".");
    return {
      kind: "target",
      prefix: target.slice(0, Math.max(dot, 0)),
      operation: target.slice(dot + 1),
    };
  }
  const cbor = CBOR_PATH.exec(request.path);
  if (cbor !== null && request.headers["smithy-protocol"] === "rpc-v2-cbor") {
    return { kind: "cbor", serviceName: cbor[1] ?? "", operation: cbor[2] ?? "" };
  }
  return formStyle(request, body) ?? { kind: "rest" };
}

function formStyle(request: RoutedRequest, body: Uint8Array | undefined): Style | undefined {
  const inQuery = /(?:^|&)Action=/.test(request.query) ? request.query : "";
  const inBody = body !== undefined && needsBody(request) ? textOf(request, body) : "";
  if (inQuery === "" && inBody === "") return undefined;
  const form: FormNode = parseForm(
    [inQuery, inBody.trim()].filter((part) => part !== "").join("&"),
  );
  const action = child(form, "Action")?.value;
  if (action === undefined) return undefined;
  return { kind: "form", action, version: child(form, "Version")?.value };
}

/** SDKs compress large forms, too. */
function textOf({ headers }: RoutedRequest, body: Uint8Array): string {
  return Buffer.from(documentBody({ body, headers })).toString("utf8");
}

function candidates(
  directory: ServiceDirectory,
  style: Style,
  signingName: string | undefined,
  host: HostFacts,
): readonly string[] {
  const signed = signingName === undefined ? [] : (directory.bySigningName.get(signingName) ?? []);
  if (style.kind === "target") return narrowed(directory.byTarget.get(style.prefix) ?? [], signed);
  if (style.kind === "cbor") {
    return narrowed(directory.byTarget.get(style.serviceName) ?? [], signed);
  }
  if (style.kind === "form") {
    const versioned = directory.byVersion.get(style.version ?? "") ?? [];
    const known = signed.length > 0 ? signed : host.services;
    if (known.length === 0) return versioned;
    return narrowed(known, versioned);
  }
  if (signed.length > 0) return narrowed(signed, host.services);
  return host.services;
}

/**
 * Where several services fit as well (docdb and neptune have the API of rds), the one that the client
 * says it calls. It is only a hint: under one command of the CLI other services may be called, too.
 */
function namedFirst(
  directory: ServiceDirectory,
  services: readonly string[],
  headers: RoutedRequest["headers"],
): readonly string[] {
  const [first] = services;
  const userAgent = headers["user-agent"];
  if (first === undefined || services.length === 1 || userAgent === undefined) return services;
  const named = directory.byPlainName.get(serviceOfUserAgent(userAgent) ?? "");
  if (named === undefined || named.includes(first)) return services;
  const chosen = services.filter((name) => named.includes(name));
  return [...chosen, ...services.filter((name) => !chosen.includes(name))];
}

/** The first list in its order, cut down to what the second agrees with where it agrees at all. */
function narrowed(names: readonly string[], others: readonly string[]): readonly string[] {
  const both = names.filter((name) => others.includes(name));
  return both.length > 0 ? both : names;
}

/**
 * The service that a signature was made for: in the header, in a presigned query, in S3's old
 * Signature Version 2. The signature itself is checked elsewhere.
 */
export function signingNameOf(request: RoutedRequest): string | undefined {
  const authorization = request.headers["authorization"];
  if (authorization !== undefined) {
    if (/^AWS [^:\s]+:/.test(authorization)) return "s3";
    return signerIn(withoutSignature(authorization));
  }
  const presigned = /(?:^|&)X-Amz-Credential=([^&]+)/i.exec(request.query)?.[1];
  if (presigned !== undefined) return scopeService(presigned.replaceAll(/%2F/gi, "/"));
  const version2 =
    /(?:^|&)AWSAccessKeyId=/.test(request.query) && !/(?:^|&)Action=/.test(request.query);
  return version2 ? "s3" : undefined;
}

/** What one client's requests have in common, where the 64 digits stand at the end. */
function withoutSignature(authorization: string): string {
  const end = authorization.length - 64;
  return authorization.charAt(end - 1) === "=" ? authorization.slice(0, end) : authorization;
}

const signerIn = rememberedLast((authorization: string): string | undefined => {
  const credential = /\bCredential=([^,\s]+)/.exec(authorization)?.[1];
  return credential === undefined ? undefined : scopeService(credential);
});

/** `key/date/region/service/aws4_request`; without the region in SigV4a. */
function scopeService(credential: string): string | undefined {
  const parts = credential.split("/");
  const service = parts.length >= 4 ? parts.at(-2) : undefined;
  return service === undefined || service === "" ? undefined : service.toLowerCase();
}
