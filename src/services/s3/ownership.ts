/** Who owns objects, what public access is blocked, and the access lists that follow from both. */
import type { Operation } from "./api.ts";
import { checkAclForm, hasGrants, type AclRequest } from "./acl-request.ts";
import { canonicalId, findBucket } from "./buckets.ts";
import {
  accessControlListNotSupported,
  malformedXml,
  noOwnershipControls,
  noPublicAccessBlock,
  notBuilt,
} from "./errors.ts";
import { AwsError } from "../../kernel/errors.ts";
import { findVersion } from "./versions.ts";
import type { Bucket, ObjectOwnership } from "./state.ts";

const OWNERSHIPS = new Set(["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]);

export const isOwnership = (text: string): text is ObjectOwnership => OWNERSHIPS.has(text);

export const GetBucketOwnershipControls: Operation<"GetBucketOwnershipControls"> = (input, s3) => {
  const { ownership, name } = findBucket(input, s3);
  if (ownership === undefined) throw noOwnershipControls(name);
  return { OwnershipControls: { Rules: [{ ObjectOwnership: ownership }] } };
};

export const PutBucketOwnershipControls: Operation<"PutBucketOwnershipControls"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const rules = input.OwnershipControls.Rules ?? [];
  const asked: string | undefined = rules[0]?.ObjectOwnership;
  if (rules.length !== 1 || asked === undefined || !isOwnership(asked)) throw malformedXml();
  s3.buckets.update(bucket, { ownership: asked });
  return {};
};

export const DeleteBucketOwnershipControls: Operation<"DeleteBucketOwnershipControls"> = (
  input,
  s3,
) => {
  s3.buckets.update(findBucket(input, s3), { ownership: undefined });
  return {};
};

export const GetPublicAccessBlock: Operation<"GetPublicAccessBlock"> = (input, s3) => {
  const { publicAccessBlock, name } = findBucket(input, s3);
  if (publicAccessBlock === undefined) throw noPublicAccessBlock(name);
  return { PublicAccessBlockConfiguration: publicAccessBlock };
};

export const PutPublicAccessBlock: Operation<"PutPublicAccessBlock"> = (input, s3) => {
  const asked = input.PublicAccessBlockConfiguration;
  s3.buckets.update(findBucket(input, s3), {
    publicAccessBlock: {
      BlockPublicAcls: asked.BlockPublicAcls ?? false,
      IgnorePublicAcls: asked.IgnorePublicAcls ?? false,
      BlockPublicPolicy: asked.BlockPublicPolicy ?? false,
      RestrictPublicBuckets: asked.RestrictPublicBuckets ?? false,
    },
  });
  return {};
};

export const DeletePublicAccessBlock: Operation<"DeletePublicAccessBlock"> = (input, s3) => {
  s3.buckets.update(findBucket(input, s3), { publicAccessBlock: undefined });
  return {};
};

function ownersList(bucket: Bucket) {
  const ID = canonicalId(bucket.accountId);
  return {
    Owner: { ID },
    Grants: [{ Grantee: { ID, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" }],
  } as const;
}

export const GetBucketAcl: Operation<"GetBucketAcl"> = (input, s3) =>
  ownersList(findBucket(input, s3));

export const GetObjectAcl: Operation<"GetObjectAcl"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  findVersion(bucket, input.Key, input.VersionId, s3);
  return ownersList(bucket);
};

export const PutBucketAcl: Operation<"PutBucketAcl"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  checkPutAcl(input, bucket);
  return {};
};

export const PutObjectAcl: Operation<"PutObjectAcl"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  findVersion(bucket, input.Key, input.VersionId, s3);
  checkPutAcl(input, bucket);
  return {};
};

interface PutAclRequest extends AclRequest {
  readonly AccessControlPolicy?: object | undefined;
}

function checkPutAcl(input: PutAclRequest, bucket: Bucket): void {
  const { ACL, AccessControlPolicy } = input;
  if (ACL === undefined && !hasGrants(input) && AccessControlPolicy === undefined) {
    throw new AwsError("MissingSecurityHeader", "Your request was missing a required header", {
      status: 400,
      members: { MissingHeaderName: "x-amz-acl" },
    });
  }
  checkAclForm(input);
  if (bucket.ownership === "BucketOwnerEnforced") throw accessControlListNotSupported();
  if (ACL !== "private" || AccessControlPolicy !== undefined) {
    throw notBuilt("access control lists beyond the owner's own");
  }
}

/** Where a bucket's owner owns everything, lists may only say what is so anyway. */
export function checkBucketAcl(input: AclRequest, ownership: ObjectOwnership): void {
  checkAclForm(input);
  if ((input.ACL === undefined || input.ACL === "private") && !hasGrants(input)) return;
  if (ownership !== "BucketOwnerEnforced") {
    throw notBuilt("access control lists beyond the owner's own");
  }
  throw new AwsError(
    "InvalidBucketAclWithObjectOwnership",
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    { status: 400 },
  );
}

export function checkObjectAcl(input: AclRequest, bucket: Bucket): void {
  if (input.ACL === undefined && !hasGrants(input)) return;
  checkAclForm(input);
  if (input.ACL === "bucket-owner-full-control") return;
  if (bucket.ownership === "BucketOwnerEnforced") throw accessControlListNotSupported();
  if (input.ACL !== "private") throw notBuilt("access control lists beyond the owner's own");
}
