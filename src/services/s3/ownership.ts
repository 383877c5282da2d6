/** Who owns the objects of a bucket, and what public access to it is blocked. */
import type { Operation } from "./api.ts";
import { checkListsMayEnd } from "./access-lists.ts";
import { findBucket } from "./buckets.ts";
import { malformedXml, noOwnershipControls, noPublicAccessBlock } from "./errors.ts";
import type { ObjectOwnership } from "./state.ts";

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
  if (asked === "BucketOwnerEnforced") checkListsMayEnd(bucket);
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
