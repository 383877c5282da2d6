/** The tags of buckets and objects. */
import { AwsError } from "../../kernel/errors.ts";
import type { Operation, S3 } from "./api.ts";
import { findBucket } from "./buckets.ts";
import { noSuchKey, noSuchTagSet } from "./errors.ts";
import type { Bucket, StoredObject } from "./state.ts";
import { bucketTags, objectTags, tagSet } from "./tags.ts";
import { findVersion, replaceVersion, versionMember } from "./versions.ts";

export const GetBucketTagging: Operation<"GetBucketTagging"> = (input, s3) => {
  const { tags, name } = findBucket(input, s3);
  if (tags === undefined) throw noSuchTagSet(name);
  return { TagSet: tagSet(tags) };
};

export const PutBucketTagging: Operation<"PutBucketTagging"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const tags = bucketTags(input.Tagging.TagSet);
  s3.buckets.update(bucket, { tags: Object.keys(tags).length === 0 ? undefined : tags });
  return {};
};

export const DeleteBucketTagging: Operation<"DeleteBucketTagging"> = (input, s3) => {
  s3.buckets.update(findBucket(input, s3), { tags: undefined });
  return {};
};

export const GetObjectTagging: Operation<"GetObjectTagging"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const object = findTagged(bucket, input, s3);
  return { ...versionMember(bucket, object), TagSet: tagSet(object.tags ?? {}) };
};

/** AWS: here alone a key that is not there is told with its bucket before it. */
function findTagged(bucket: Bucket, { Key, VersionId }: TaggedRequest, s3: S3): StoredObject {
  try {
    return findVersion(bucket, Key, VersionId, s3);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "NoSuchKey") throw error;
    throw noSuchKey(`${bucket.name}/${Key}`, error.headers);
  }
}

interface TaggedRequest {
  readonly Key: string;
  readonly VersionId?: string | undefined;
}

export const PutObjectTagging: Operation<"PutObjectTagging"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const object = findVersion(bucket, input.Key, input.VersionId, s3);
  replaceVersion({ ...object, tags: objectTags(input.Tagging.TagSet) }, s3);
  return versionMember(bucket, object);
};

export const DeleteObjectTagging: Operation<"DeleteObjectTagging"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const { tags: _, ...untagged } = findVersion(bucket, input.Key, input.VersionId, s3);
  replaceVersion(untagged, s3);
  return versionMember(bucket, untagged);
};
