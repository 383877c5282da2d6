/** Which names a bucket may have: the rules of the S3 user guide. */

const FORM = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IPV4 = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const RESERVED_STARTS = ["xn--", "sthree-", "amzn-s3-demo-"];
const RESERVED_ENDS = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an"];

export function isBucketName(name: string): boolean {
  if (!FORM.test(name) || name.includes("..") || IPV4.test(name)) return false;
  if (name.includes(".-") || name.includes("-.")) return false;
  if (RESERVED_STARTS.some((start) => name.startsWith(start))) return false;
  return !RESERVED_ENDS.some((end) => name.endsWith(end));
}
