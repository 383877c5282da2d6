/** The entries of access lists: canned lists, who is meant by an entry, and how they are written. */
import { canonicalId } from "./buckets.ts";
import type { Grant, Permission } from "./state.ts";

export const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
export const AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
export const LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";

/** The account under which EC2 fetches bundles of images. */
const EC2 = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";

/** To whom belongs what somebody wrote who did not sign. */
const NOBODY = "65a011a29cdf8ec533ec3d1ccaae921c";

/** The canonical id of an owner; empty is who did not sign. */
export const ownerId = (accountId: string): string =>
  accountId === "" ? NOBODY : canonicalId(accountId);

export interface Owners {
  /** Canonical ids. */
  readonly owner: string;
  /** Of the bucket that the object lies in; absent for buckets. */
  readonly bucketOwner?: string;
}

const CANNED = new Map<string, (owners: Owners) => readonly Grant[]>([
  ["private", () => []],
  ["public-read", () => [toGroup(ALL_USERS, "READ")]],
  ["public-read-write", () => [toGroup(ALL_USERS, "READ"), toGroup(ALL_USERS, "WRITE")]],
  ["authenticated-read", () => [toGroup(AUTHENTICATED_USERS, "READ")]],
  ["aws-exec-read", () => [{ id: EC2, permission: "READ" }]],
  ["bucket-owner-read", (owners: Owners) => toBucketOwner(owners, "READ")],
  ["bucket-owner-full-control", (owners: Owners) => toBucketOwner(owners, "FULL_CONTROL")],
  ["log-delivery-write", () => [toGroup(LOG_DELIVERY, "WRITE"), toGroup(LOG_DELIVERY, "READ_ACP")]],
]);

const toGroup = (group: string, permission: Permission): Grant => ({ group, permission });

/** AWS: for buckets, and for the bucket owner's own objects, these say nothing. */
const toBucketOwner = ({ owner, bucketOwner }: Owners, permission: Permission): Grant[] =>
  bucketOwner === undefined || bucketOwner === owner ? [] : [{ id: bucketOwner, permission }];

export const isCanned = (name: string): boolean => CANNED.has(name);

export const cannedGrants = (name: string, owners: Owners): readonly Grant[] => [
  ownersGrant(owners.owner),
  ...(CANNED.get(name)?.(owners) ?? []),
];

export const ownersGrant = (id: string): Grant => ({ id, permission: "FULL_CONTROL" });

/** Nothing but what every list begins with: not worth a place in the row. */
export const isPlainList = (grants: readonly Grant[], owner: string): boolean =>
  grants.length === 1 && grants[0]?.id === owner && grants[0].permission === "FULL_CONTROL";

/** As the user guide says: a list is public when it grants anything to one of two groups. */
export const isPublicGrant = ({ group }: Grant): boolean =>
  group === ALL_USERS || group === AUTHENTICATED_USERS;

export const isGroup = (uri: string): boolean =>
  uri === ALL_USERS || uri === AUTHENTICATED_USERS || uri === LOG_DELIVERY;

const PERMISSIONS = new Set(["FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"]);

export const isPermission = (text: string | undefined): text is Permission =>
  text !== undefined && PERMISSIONS.has(text);

const toWire = ({ id, group, permission }: Grant) => ({
  Grantee:
    group === undefined
      ? ({ ID: id, Type: "CanonicalUser" } as const)
      : ({ URI: group, Type: "Group" } as const),
  Permission: permission,
});

/** The answer of GetBucketAcl and GetObjectAcl. */
export const listMembers = (owner: string, acl: readonly Grant[] | undefined) => ({
  Owner: { ID: owner },
  Grants: (acl ?? [ownersGrant(owner)]).map(toWire),
});
