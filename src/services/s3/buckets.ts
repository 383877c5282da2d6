/** Finding a bucket for a request, as every operation does first. */
import { hash } from "node:crypto";
import type { RequestFacts } from "../../kernel/service.ts";
import type { S3 } from "./api.ts";
import { accessDenied, invalidBucketOwner, noSuchBucket, permanentRedirect } from "./errors.ts";
import type { Bucket } from "./state.ts";

export interface BucketRequest {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
  /** Whoever agrees to pay changes nothing: here, as in most buckets, the owner pays. */
  readonly RequestPayer?: string | undefined;
}

/** Throws NoSuchBucket; sends those away who speak to another region, or expect another owner. */
export function findBucket(input: BucketRequest, s3: S3): Bucket {
  const bucket = findBucketAnywhere(input, s3);
  if (bucket.region !== s3.region && cameToOneRegion(s3)) {
    throw permanentRedirect(bucket.name, bucket.region);
  }
  return bucket;
}

/** For the operations that every region answers. */
export function findBucketAnywhere(input: BucketRequest, s3: S3): Bucket {
  const name = input.Bucket ?? "";
  const expected = input.ExpectedBucketOwner;
  if (expected !== undefined && !/^\d{12}$/.test(expected)) throw invalidBucketOwner(expected);
  const bucket = s3.buckets.get(name);
  if (bucket === undefined) throw noSuchBucket(name);
  // AWS: whoever asks, the owner of the bucket pays.
  s3.billTo(bucket);
  if (expected !== undefined && expected !== bucket.accountId) throw accessDenied();
  return bucket;
}

/**
 * A signature names the region that the client speaks to. Who does not sign, or calls from within
 * (another service, a form in
 * a browser), speaks to no region of ours.
 */
function cameToOneRegion(s3: S3): boolean {
  const { request, caller } = s3;
  if (request.protocol !== "rest-xml" || caller.kind === "anonymous") return false;
  return (
    request.headers["authorization"]?.includes("/s3/aws4_request") === true ||
    /[?&]?X-Amz-Credential=[^&]*(?:\/|%2F)s3(?:\/|%2F)aws4_request/i.test(request.query)
  );
}

/** The account as S3's access lists name it: 64 hexadecimal digits. */
export function canonicalId(accountId: string): string {
  const known = canonicalIds.get(accountId);
  if (known !== undefined) return known;
  const id = hash("sha256", `canonical user of ${accountId}`);
  if (canonicalIds.size >= CANONICAL_IDS_MAX) canonicalIds.clear();
  canonicalIds.set(accountId, id);
  return id;
}

const canonicalIds = new Map<string, string>();
const CANONICAL_IDS_MAX = 10_000;

/**
 * Where the caller finds an object, in the style in which it has called: the bucket in the host,
 * or in the path.
 */
export function objectUrl(bucket: string, key: string, { endpoint, host }: RequestFacts): string {
  const path = encodeURIComponent(key).replaceAll("%2F", "/");
  return host.startsWith(`${bucket}.`) ? `${endpoint}/${path}` : `${endpoint}/${bucket}/${path}`;
}

export const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;
