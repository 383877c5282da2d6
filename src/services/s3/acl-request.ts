/**
 * What requests say of access lists: a canned one, grants in headers, or a document. Its form is
 * checked before anything else, also where lists are turned off.
 */
import { AwsError } from "../../kernel/errors.ts";
import { invalidArgument, invalidRequest, malformedAcl, methodNotAllowed } from "./errors.ts";
import { cannedGrants, isCanned, isGroup, isPermission, type Owners } from "./grants.ts";
import type { Grant, Permission } from "./state.ts";

export interface AclRequest {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

interface GranteeElement {
  readonly ID?: string | undefined;
  readonly URI?: string | undefined;
  readonly Type?: string | undefined;
}

interface GrantElement {
  readonly Grantee?: GranteeElement | undefined;
  readonly Permission?: string | undefined;
}

export interface PutAclRequest extends AclRequest {
  readonly AccessControlPolicy?:
    | {
        readonly Owner?: { readonly ID?: string | undefined } | undefined;
        readonly Grants?: readonly GrantElement[] | undefined;
      }
    | undefined;
}

const GRANTS: readonly (readonly [Exclude<keyof AclRequest, "ACL">, string, Permission])[] = [
  ["GrantFullControl", "x-amz-grant-full-control", "FULL_CONTROL"],
  ["GrantRead", "x-amz-grant-read", "READ"],
  ["GrantReadACP", "x-amz-grant-read-acp", "READ_ACP"],
  ["GrantWrite", "x-amz-grant-write", "WRITE"],
  ["GrantWriteACP", "x-amz-grant-write-acp", "WRITE_ACP"],
];

export const hasGrants = (input: AclRequest): boolean =>
  GRANTS.some(([member]) => input[member] !== undefined);

export const hasAcl = (input: AclRequest): boolean => input.ACL !== undefined || hasGrants(input);

/** A list as it is asked for; its owner is known once the bucket is. */
export interface AskedAcl {
  /** The owner that a document names. */
  readonly ownerId?: string | undefined;
  readonly isPrivate: boolean;
  readonly canned?: string | undefined;
  grantsFor(owners: Owners): readonly Grant[];
}

/** What the headers ask for; undefined: nothing. */
export function readAclHeaders(input: AclRequest): AskedAcl | undefined {
  const { ACL: canned } = input;
  const inHeaders = hasGrants(input);
  if (canned === undefined && !inHeaders) return undefined;
  if (canned !== undefined) {
    if (!isCanned(canned)) {
      throw invalidArgument("", { ArgumentName: "x-amz-acl", ArgumentValue: canned });
    }
    if (inHeaders) {
      throw invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
    }
    const grantsFor = (owners: Owners) => cannedGrants(canned, owners);
    return { canned, isPrivate: canned === "private", grantsFor };
  }
  const grants = GRANTS.flatMap(([member, header, permission]) =>
    (input[member]?.split(",") ?? []).map((grantee) => ({
      ...readGrantee(grantee, header),
      permission,
    })),
  );
  return { isPrivate: false, grantsFor: () => grants };
}

/** What PutBucketAcl and PutObjectAcl are asked for. */
export function readAcl(input: PutAclRequest): AskedAcl {
  const headers = readAclHeaders(input);
  const { AccessControlPolicy: document } = input;
  if (document === undefined) {
    if (headers === undefined) throw missingHeader();
    return headers;
  }
  if (headers !== undefined) throw unexpectedContent();
  const { Owner: owner, Grants: grants } = document;
  const ownerId = owner?.ID;
  if (ownerId === undefined || grants === undefined) throw malformedAcl();
  const read = grants.map(readGrant);
  checkId(ownerId, "CanonicalUser/ID");
  return { ownerId, isPrivate: false, grantsFor: () => read };
}

function readGrant({ Grantee: grantee, Permission: permission }: GrantElement): Grant {
  if (!isPermission(permission)) throw malformedAcl();
  const { Type: type, ID: id, URI: group } = grantee ?? {};
  if (type === "AmazonCustomerByEmail") throw emailGrantee();
  if (type === "CanonicalUser" && id !== undefined) {
    checkId(id, "CanonicalUser/ID");
    return { id, permission };
  }
  if (type !== "Group" || group === undefined) throw malformedAcl();
  checkGroup(group, "Group/URI");
  return { group, permission };
}

function readGrantee(text: string, header: string): Omit<Grant, "permission"> {
  const [, kind = "", value = ""] = /^\s*(\w+)\s*=\s*"?([^"]*)"?\s*$/.exec(text) ?? [];
  if (kind === "emailAddress") throw emailGrantee();
  if (kind === "uri") {
    checkGroup(value, kind);
    return { group: value };
  }
  if (kind === "id") {
    checkId(value, kind);
    return { id: value };
  }
  throw invalidArgument("Argument format not recognized", {
    ArgumentName: header,
    ArgumentValue: text,
  });
}

function checkId(id: string, name: string): void {
  if (/^(?:[0-9a-f]{64}|[0-9a-f]{32})$/.test(id)) return;
  throw invalidArgument("Invalid id", { ArgumentName: name, ArgumentValue: id });
}

function checkGroup(uri: string, name: string): void {
  if (isGroup(uri)) return;
  throw invalidArgument("Invalid group uri", { ArgumentName: name, ArgumentValue: uri });
}

/** AWS: since October 2025 nobody is named by an address any more. */
const emailGrantee = () => methodNotAllowed("PUT", "ACL");

const missingHeader = () =>
  new AwsError("MissingSecurityHeader", "Your request was missing a required header", {
    status: 400,
    members: { MissingHeaderName: "x-amz-acl" },
  });

const unexpectedContent = () =>
  new AwsError("UnexpectedContent", "This request does not support content", { status: 400 });
