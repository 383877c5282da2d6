/**
 * Access lists of buckets and objects, and who owns an object. Where the bucket's owner owns
 * everything (the default since April 2023) lists are turned off: they are kept, and say nothing.
 */
import { AwsError } from "../../kernel/errors.ts";
import {
  hasAcl,
  readAcl,
  readAclHeaders,
  type AclRequest,
  type AskedAcl,
  type PutAclRequest,
} from "./acl-request.ts";
import type { Operation, S3 } from "./api.ts";
import { bucketArn, canonicalId, findBucket } from "./buckets.ts";
import { accessControlListNotSupported, accessDenied } from "./errors.ts";
import { isPlainList, isPublicGrant, listMembers, ownerId } from "./grants.ts";
import type { Bucket, Description, Grant, ObjectOwnership, PublicAccessBlock } from "./state.ts";
import { findVersion, replaceVersion } from "./versions.ts";

/** Lists count in this bucket. Without ownership controls they do, as before there were any. */
export const hasLists = ({ ownership }: Bucket): boolean => ownership !== "BucketOwnerEnforced";

export const GetBucketAcl: Operation<"GetBucketAcl"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  return listMembers(canonicalId(bucket.accountId), hasLists(bucket) ? bucket.acl : undefined);
};

export const GetObjectAcl: Operation<"GetObjectAcl"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const object = findVersion(bucket, input.Key, input.VersionId, s3);
  const owner = ownerId(ownerOf(object, bucket));
  return listMembers(owner, hasLists(bucket) ? object.acl : undefined);
};

export const PutBucketAcl: Operation<"PutBucketAcl"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const asked = askedToPut(input, bucket);
  const grants = grantsOf(asked, { owner: canonicalId(bucket.accountId) });
  checkNotPublic(grants, bucket, { action: "PutBucketAcl", resource: bucketArn(bucket.name) }, s3);
  s3.buckets.update(bucket, { acl: grants });
  return {};
};

export const PutObjectAcl: Operation<"PutObjectAcl"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const object = findVersion(bucket, input.Key, input.VersionId, s3);
  const asked = askedToPut(input, bucket);
  const owner = ownerId(ownerOf(object, bucket));
  const grants = grantsOf(asked, { owner, bucketOwner: canonicalId(bucket.accountId) });
  checkNotPublic(grants, bucket, ofObject("PutObjectAcl", bucket, object.key), s3);
  const { acl: _before, ...rest } = object;
  replaceVersion(grants === undefined ? rest : { ...rest, acl: grants }, s3);
  return {};
};

function askedToPut(input: PutAclRequest, bucket: Bucket): AskedAcl {
  const asked = readAcl(input);
  if (!hasLists(bucket)) throw accessControlListNotSupported();
  return asked;
}

/** Undefined: what a list says that nobody has put. */
function grantsOf(
  asked: AskedAcl,
  owners: { readonly owner: string; readonly bucketOwner?: string },
): readonly Grant[] | undefined {
  // AWS: a list cannot give its object away.
  if (asked.ownerId !== undefined && asked.ownerId !== owners.owner) throw accessDenied();
  const grants = asked.grantsFor(owners);
  return isPlainList(grants, owners.owner) ? undefined : grants;
}

const ofObject = (action: string, bucket: Bucket, key: string) => ({
  action,
  resource: `${bucketArn(bucket.name)}/${key}`,
});

function checkNotPublic(
  grants: readonly Grant[] | undefined,
  { publicAccessBlock }: Bucket,
  { action, resource }: { readonly action: string; readonly resource: string },
  { caller }: S3,
): void {
  if (publicAccessBlock?.BlockPublicAcls !== true || grants?.some(isPublicGrant) !== true) return;
  throw accessDenied(
    `User: ${caller.arn} is not authorized to perform: s3:${action} on resource: "${resource}" ` +
      "because public access control lists (ACLs) are prevented by the BlockPublicAcls setting " +
      "in S3 Block Public Access.",
  );
}

/** The list that a new bucket begins with. */
export function aclOfNewBucket(
  input: AclRequest,
  {
    accountId,
    ownership,
    publicAccessBlock,
  }: {
    readonly accountId: string;
    readonly ownership: ObjectOwnership;
    readonly publicAccessBlock: PublicAccessBlock;
  },
): readonly Grant[] | undefined {
  const asked = readAclHeaders(input);
  if (asked === undefined || asked.isPrivate) return undefined;
  if (ownership === "BucketOwnerEnforced") throw aclWithOwnership();
  const grants = grantsOf(asked, { owner: canonicalId(accountId) });
  if (publicAccessBlock.BlockPublicAcls && grants?.some(isPublicGrant) === true) {
    throw new AwsError(
      "InvalidBucketAclWithBlockPublicAccessError",
      "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
      { status: 400 },
    );
  }
  return grants;
}

/** AWS: before lists are turned off, the bucket's has to say nothing. */
export function checkListsMayEnd({ acl, accountId }: Bucket): void {
  const owner = canonicalId(accountId);
  if (acl?.some(({ id }) => id !== owner) === true) throw aclWithOwnership();
}

const aclWithOwnership = () =>
  new AwsError(
    "InvalidBucketAclWithObjectOwnership",
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    { status: 400 },
  );

export type Owned = Pick<Description, "acl" | "ownerAccountId">;

/** The account that an object belongs to; empty: to nobody who signed. */
export const ownerOf = ({ ownerAccountId }: Owned, bucket: Bucket): string =>
  hasLists(bucket) ? (ownerAccountId ?? bucket.accountId) : bucket.accountId;

/** Whose a new object is, and its list. */
export function ownedBy(
  input: AclRequest & { readonly Key: string },
  bucket: Bucket,
  s3: S3,
): Owned {
  if (!hasLists(bucket)) {
    if (hasAcl(input)) checkListTurnedOff(input, bucket);
    return {};
  }
  const asked = readAclHeaders(input);
  const preferred = bucket.ownership === "BucketOwnerPreferred";
  const given = preferred && asked?.canned === "bucket-owner-full-control";
  const writer = s3.caller.kind === "anonymous" ? "" : s3.caller.accountId;
  const foreign = !given && writer !== bucket.accountId;
  const owned: Owned = foreign ? { ownerAccountId: writer } : {};
  if (asked === undefined || given) return owned;
  const owners = {
    owner: ownerId(foreign ? writer : bucket.accountId),
    bucketOwner: canonicalId(bucket.accountId),
  };
  const acl = grantsOf(asked, owners);
  checkNotPublic(acl, bucket, ofObject("PutObject", bucket, input.Key), s3);
  if (acl !== undefined) owned.acl = acl;
  return owned;
}

/** Where lists are turned off, a writer may only say what is so anyway. */
function checkListTurnedOff(input: AclRequest, { accountId }: Bucket): void {
  const asked = readAclHeaders(input);
  if (asked === undefined || asked.canned === "bucket-owner-full-control") return;
  const owner = canonicalId(accountId);
  const same = asked.canned === undefined && isPlainList(asked.grantsFor({ owner }), owner);
  if (!same) throw accessControlListNotSupported();
}
