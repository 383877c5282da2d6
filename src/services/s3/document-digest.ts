/** What a client says of the bytes of a document that it sends: digests in headers. */
import { hash } from "node:crypto";
import { checkContentMd5, checkMd5 } from "./body.ts";
import { broughtChecksum, checkAnnounced, checksumsInHeaders, digestsOf } from "./checksums.ts";
import { invalidRequest } from "./errors.ts";

/** Throws InvalidDigest, BadDigest or InvalidRequest. */
export function checkDocument(
  operation: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
): void {
  const contentMd5 = headers["content-md5"];
  if (contentMd5 !== undefined) {
    checkContentMd5(contentMd5);
    checkMd5(contentMd5, hash("md5", body));
  }
  // AWS: the checksum beside a list of parts is that of the object they become.
  if (operation === "CompleteMultipartUpload") return;
  const announced = headers["x-amz-sdk-checksum-algorithm"];
  if (announced === undefined && !bringsChecksum(headers)) {
    if (contentMd5 === undefined && WANT_DIGEST.has(operation)) throw digestMissing();
    return;
  }
  const brought = broughtChecksum(checksumsInHeaders(headers));
  if (announced !== undefined) checkAnnounced(announced.toUpperCase(), brought);
  if (brought === undefined) return;
  const digests = digestsOf(brought.algorithm, brought);
  digests.update(body);
  digests.finish({});
}

/** Documents that AWS takes from nobody who does not say what their bytes are. */
const WANT_DIGEST = new Set([
  "DeleteObjects",
  "PutBucketCors",
  "PutBucketTagging",
  "PutObjectLegalHold",
  "PutObjectLockConfiguration",
  "PutObjectRetention",
]);

const digestMissing = () =>
  invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*");

/** Most requests do not, and need not be looked at any closer. */
function bringsChecksum(headers: Readonly<Record<string, string>>): boolean {
  for (const name in headers) if (name.startsWith("x-amz-checksum-")) return true;
  return false;
}
