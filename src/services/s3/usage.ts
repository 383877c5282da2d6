/**
 * What AWS bills: requests in two tiers, and bytes that come and go.
 *
 * AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/aws-usage-report-understand.html
 * Differs: every client counts as one on the internet: there is no other place here to call from.
 * Parts of an upload count as requests of the standard class, whatever class it is for.
 */
import { inRegion } from "../../kernel/billing-region.ts";
import type { Measure, Measures, MeteredRequest, Metering } from "../../kernel/metering.ts";
import * as handlers from "./operations.ts";

/** Operations that reports call otherwise. */
const REPORTED: Readonly<Record<string, string>> = {
  CreateMultipartUpload: "InitiateMultipartUpload",
  ListBuckets: "ListAllMyBuckets",
  ListObjects: "ListBucket",
  ListObjectsV2: "ListBucket",
};

/** In usage types: "Requests-SIA-Tier1". */
const CLASSES: Readonly<Record<string, string>> = {
  STANDARD_IA: "SIA-",
  ONEZONE_IA: "ZIA-",
  INTELLIGENT_TIERING: "INT-",
  GLACIER: "GLACIER-",
  GLACIER_IR: "GIR-",
  DEEP_ARCHIVE: "GDA-",
};

const measure = (operation: string, usageType: string, unit: string): Measure => ({
  service: "s3",
  operation: REPORTED[operation] ?? operation,
  usageType: inRegion(usageType),
  unit,
});

const bytesIn = (operation: string): Measure => ({
  ...measure(operation, "DataTransfer-In-Bytes", "Bytes"),
  quantity: requestBytes,
});

const bytesOut = (operation: string): Measure => ({
  ...measure(operation, "DataTransfer-Out-Bytes", "Bytes"),
  quantity: responseBytes,
});

function measuresOf(operation: string): Measures {
  const bytes = [bytesIn(operation), bytesOut(operation)];
  // AWS: deletions, and giving up an upload, are free; what is said about them is transferred.
  if (/^(?:Delete|Abort)/.test(operation)) return bytes;
  const reads = /^(?:Get|Head)/.test(operation);
  const tier = reads ? "Tier2" : "Tier1";
  const others = reads || operation.startsWith("List") ? [bytesOut(operation)] : bytes;
  const inClass = (code: string) => [
    measure(operation, `Requests-${code}${tier}`, "Requests"),
    ...others,
  ];
  const classOf = CLASS_OF[operation];
  if (classOf === undefined) return inClass("");
  const standard = inClass("");
  const special = new Map(Object.entries(CLASSES).map(([name, code]) => [name, inClass(code)]));
  return (request) => {
    const name = classOf(request);
    return name === undefined ? standard : (special.get(name) ?? standard);
  };
}

/** Where it stands of which class the object is. */
const CLASS_OF: Readonly<Record<string, (request: MeteredRequest) => string | undefined>> = {
  CopyObject: ({ input }) => text(input["StorageClass"]),
  GetObject: ({ output }) => text(memberOf(output, "StorageClass")),
  HeadObject: ({ output }) => text(memberOf(output, "StorageClass")),
  PutObject: ({ input }) => text(input["StorageClass"]),
};

function requestBytes({ body, headers }: MeteredRequest): number {
  if (body !== undefined) return body.length;
  return Number(headers["x-amz-decoded-content-length"] ?? headers["content-length"] ?? 0);
}

function responseBytes({ response, output }: MeteredRequest): number {
  const body = response?.body ?? "";
  if (typeof body === "string") return Buffer.byteLength(body);
  if (body instanceof Uint8Array) return body.length;
  return Number(memberOf(output, "ContentLength") ?? 0);
}

/** AWS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ErrorCodeBilling.html */
function isBilled({ error, response, caller, payer }: MeteredRequest): boolean {
  const status = response?.status ?? 0;
  // No bucket, nobody to pay.
  if (error === undefined || payer === undefined || FREE.has(error.code)) return false;
  if (status < 400 || status >= 500) return false;
  return error.code !== "AccessDenied" || caller?.accountId === payer.accountId;
}

/** Client errors that are on nobody's bill. */
const FREE: ReadonlySet<string> = new Set([
  "AuthorizationHeaderMalformed",
  "AuthorizationQueryParametersError",
  "ExpiredToken",
  "IllegalLocationConstraintException",
  "InvalidAccessKeyId",
  "InvalidArgument",
  "InvalidBucketOwnerAWSAccountID",
  "InvalidDigest",
  "InvalidEncryptionAlgorithmError",
  "InvalidToken",
  "NoSuchBucket",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
]);

const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;

const memberOf = (output: unknown, name: string): unknown =>
  output === undefined ? undefined : (output as Readonly<Record<string, unknown>>)[name];

export const usage: Metering = {
  operations: Object.fromEntries(Object.keys(handlers).map((name) => [name, measuresOf(name)])),
  named: ({ input }) => text(input["Bucket"]) ?? "",
  refusals: isBilled,
};
