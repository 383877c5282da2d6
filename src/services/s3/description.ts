/** What a writer says of an object besides its bytes, and how a reader is told. */
import { customerKey, checkServerSideEncryption, type CustomerKey } from "./encryption.ts";
import {
  invalidArgument,
  invalidRedirectLocation,
  invalidStorageClass,
  metadataTooLarge,
} from "./errors.ts";
import { checkKey } from "./object-keys.ts";
import type { LockRequest } from "./object-lock.ts";
import type { Description, Strings } from "./state.ts";
import { headerTags } from "./tags.ts";

/** The members that PutObject, CopyObject and CreateMultipartUpload share. */
export interface DescriptionRequest extends LockRequest {
  readonly Key: string;
  readonly Metadata?: Strings | undefined;
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  readonly Expires?: Date | undefined;
  readonly Tagging?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

export interface Described {
  readonly description: Description;
  readonly customerKey: CustomerKey | undefined;
}

export function describe(input: DescriptionRequest): Described {
  checkKey(input.Key);
  checkKmsHeaders(input);
  checkServerSideEncryption(input.ServerSideEncryption);
  const key = keyOf(input);
  const metadata = input.Metadata ?? {};
  checkMetadata(metadata);
  const tags = headerTags(input.Tagging);
  const description: Description = {
    metadata,
    headers: headersIn(input),
    storageClass: storageClassOf(input.StorageClass),
  };
  const websiteRedirectLocation = redirectIn(input.WebsiteRedirectLocation);
  addRare({ tags, websiteRedirectLocation, customerKeyMd5: key?.md5 }, description);
  return { customerKey: key, description };
}

const REDIRECT_LENGTH_MAX = 2048;

function redirectIn(location: string | undefined): string | undefined {
  if (location === undefined) return undefined;
  if (!/^(?:https?:\/)?\//.test(location)) {
    throw invalidRedirectLocation(
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
    );
  }
  if (location.length <= REDIRECT_LENGTH_MAX) return location;
  throw invalidRedirectLocation(
    "The length of website redirect location cannot exceed 2,048 characters.",
  );
}

/** What few objects have: a row holds nothing that is not there. */
export function addRare(
  from: Undefinable<Description>,
  to: Pick<Description, "tags" | "websiteRedirectLocation" | "customerKeyMd5" | "kms">,
): void {
  const { tags, websiteRedirectLocation, customerKeyMd5, kms } = from;
  if (tags !== undefined) to.tags = tags;
  if (websiteRedirectLocation !== undefined) to.websiteRedirectLocation = websiteRedirectLocation;
  if (customerKeyMd5 !== undefined) to.customerKeyMd5 = customerKeyMd5;
  if (kms !== undefined) to.kms = kms;
}

type Undefinable<T> = { readonly [Name in keyof T]?: T[Name] | undefined };

type KeyMembers = Pick<
  DescriptionRequest,
  "SSECustomerAlgorithm" | "SSECustomerKey" | "SSECustomerKeyMD5" | "ServerSideEncryption"
>;

/** The customer's key of any request that may bring one. */
export function keyOf(input: KeyMembers): CustomerKey | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: key, SSECustomerKeyMD5: md5 } = input;
  if ((algorithm ?? key ?? md5) === undefined) return undefined;
  return customerKey({ algorithm, key, md5 }, input.ServerSideEncryption);
}

const METADATA_BYTES_MAX = 2048;

/** It came in headers: a character is a byte of the UTF-8 that the client sent. */
function checkMetadata(metadata: Strings): void {
  let sizeBytes = 0;
  for (const name in metadata) sizeBytes += name.length + (metadata[name] ?? "").length;
  if (sizeBytes > METADATA_BYTES_MAX) throw metadataTooLarge(sizeBytes);
}

function checkKmsHeaders(input: DescriptionRequest): void {
  if (input.ServerSideEncryption === "aws:kms") return;
  if (input.SSEKMSKeyId ?? input.SSEKMSEncryptionContext) {
    throw invalidArgument(
      "Server Side Encryption with AWS KMS managed key requires HTTP header " +
        "x-amz-server-side-encryption : aws:kms",
      { ArgumentName: "x-amz-server-side-encryption", ArgumentValue: input.ServerSideEncryption },
    );
  }
}

const STORAGE_CLASSES = new Set([
  "STANDARD",
  "REDUCED_REDUNDANCY",
  "STANDARD_IA",
  "ONEZONE_IA",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "DEEP_ARCHIVE",
  "GLACIER_IR",
]);

function storageClassOf(asked: string | undefined): string {
  if (asked === undefined) return "STANDARD";
  if (!STORAGE_CLASSES.has(asked)) throw invalidStorageClass(asked);
  return asked;
}

const DEFAULT_CONTENT_TYPE = "binary/octet-stream";

function headersIn(input: DescriptionRequest): Strings {
  const headers: Record<string, string> = {
    ContentType:
      input.ContentType === undefined || input.ContentType === ""
        ? DEFAULT_CONTENT_TYPE
        : input.ContentType,
  };
  const encoding = withoutAwsChunked(input.ContentEncoding);
  if (encoding !== undefined) headers["ContentEncoding"] = encoding;
  if (input.CacheControl !== undefined) headers["CacheControl"] = input.CacheControl;
  if (input.ContentLanguage !== undefined) headers["ContentLanguage"] = input.ContentLanguage;
  if (input.ContentDisposition !== undefined) {
    headers["ContentDisposition"] = input.ContentDisposition;
  }
  if (input.Expires !== undefined) headers["Expires"] = input.Expires.toUTCString();
  return headers;
}

/** The framing of the upload is not part of what was uploaded. */
function withoutAwsChunked(encoding: string | undefined): string | undefined {
  if (encoding === undefined || !encoding.includes("aws-chunked")) return encoding;
  const rest = encoding
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "aws-chunked");
  return rest.length === 0 ? undefined : rest.join(",");
}

/** `response-content-type` and its like. */
export interface Overrides {
  readonly ResponseCacheControl?: string | undefined;
  readonly ResponseContentDisposition?: string | undefined;
  readonly ResponseContentEncoding?: string | undefined;
  readonly ResponseContentLanguage?: string | undefined;
  readonly ResponseContentType?: string | undefined;
  readonly ResponseExpires?: Date | undefined;
}

const OVERRIDES: readonly (readonly [keyof Overrides, string, string])[] = [
  ["ResponseCacheControl", "CacheControl", "response-cache-control"],
  ["ResponseContentDisposition", "ContentDisposition", "response-content-disposition"],
  ["ResponseContentEncoding", "ContentEncoding", "response-content-encoding"],
  ["ResponseContentLanguage", "ContentLanguage", "response-content-language"],
  ["ResponseContentType", "ContentType", "response-content-type"],
];

export const hasOverrides = (input: Overrides): boolean =>
  (input.ResponseCacheControl ??
    input.ResponseContentDisposition ??
    input.ResponseContentEncoding ??
    input.ResponseContentLanguage ??
    input.ResponseContentType ??
    input.ResponseExpires) !== undefined;

/** The object's headers, under what the request asks for instead. */
export function overridden(headers: Strings, input: Overrides): Strings {
  const replaced: Record<string, string> = { ...headers };
  for (const [member, name, parameter] of OVERRIDES) {
    const value = input[member];
    if (typeof value !== "string") continue;
    if (/[^\u0000-\u00ff]/.test(value)) {
      throw invalidArgument("Header value cannot be represented using ISO-8859-1.", {
        ArgumentName: parameter,
        ArgumentValue: value,
      });
    }
    replaced[name] = value;
  }
  const expires = input.ResponseExpires;
  if (expires !== undefined) replaced["Expires"] = expires.toUTCString();
  return replaced;
}
