/**
 * The form of requests for access lists: canned ones and grants in headers, as S3 checks them
 * before anything else.
 */
import { invalidArgument, invalidRequest } from "./errors.ts";

export interface AclRequest {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

const CANNED = new Set([
  "private",
  "public-read",
  "public-read-write",
  "authenticated-read",
  "aws-exec-read",
  "bucket-owner-read",
  "bucket-owner-full-control",
  "log-delivery-write",
]);

const GRANTS: readonly (readonly [Exclude<keyof AclRequest, "ACL">, string])[] = [
  ["GrantFullControl", "x-amz-grant-full-control"],
  ["GrantRead", "x-amz-grant-read"],
  ["GrantReadACP", "x-amz-grant-read-acp"],
  ["GrantWrite", "x-amz-grant-write"],
  ["GrantWriteACP", "x-amz-grant-write-acp"],
];

const GROUPS = new Set([
  "http://acs.amazonaws.com/groups/global/AllUsers",
  "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
  "http://acs.amazonaws.com/groups/s3/LogDelivery",
]);

export const hasGrants = (input: AclRequest): boolean =>
  GRANTS.some(([member]) => input[member] !== undefined);

export function checkAclForm(input: AclRequest): void {
  if (input.ACL !== undefined && !CANNED.has(input.ACL)) {
    throw invalidArgument("", { ArgumentName: "x-amz-acl", ArgumentValue: input.ACL });
  }
  if (input.ACL !== undefined && hasGrants(input)) {
    throw invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
  }
  for (const [member, header] of GRANTS) {
    const value = input[member];
    if (value !== undefined) for (const grantee of value.split(",")) checkGrantee(grantee, header);
  }
}

function checkGrantee(grantee: string, header: string): void {
  const [, kind = "", value = ""] = /^\s*(\w+)\s*=\s*"?([^"]*)"?\s*$/.exec(grantee) ?? [];
  const wrong = (sentence: string) =>
    invalidArgument(sentence, { ArgumentName: kind, ArgumentValue: value });
  if (kind === "uri") {
    if (!GROUPS.has(value)) throw wrong("Invalid group uri");
  } else if (kind === "id") {
    if (!/^[0-9a-f]{64}$/.test(value)) throw wrong("Invalid id");
  } else if (kind !== "emailAddress") {
    throw invalidArgument("Argument format not recognized", {
      ArgumentName: header,
      ArgumentValue: grantee,
    });
  }
}
