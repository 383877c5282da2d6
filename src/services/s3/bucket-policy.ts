/** The policy of a bucket. Who is let in by it is decided for every call: see access.ts. */
import type { Operation } from "./api.ts";
import { findBucket } from "./buckets.ts";
import { accessDenied, malformedPolicy, noSuchBucketPolicy } from "./errors.ts";
import { isPublicPolicy, policyProblem } from "./policy-document.ts";

const POLICY_BYTES_MAX = 20 * 1024;

export const GetBucketPolicy: Operation<"GetBucketPolicy"> = (input, s3) => {
  const { policy, name } = findBucket(input, s3);
  if (policy === undefined) throw noSuchBucketPolicy(name);
  return { Policy: policy };
};

export const PutBucketPolicy: Operation<"PutBucketPolicy"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const { Policy: policy } = input;
  if (Buffer.byteLength(policy) > POLICY_BYTES_MAX) {
    throw malformedPolicy("Policy exceeds the maximum allowed document size.");
  }
  const problem = policyProblem(policy, bucket.name);
  if (problem !== undefined) throw malformedPolicy(problem);
  if (bucket.publicAccessBlock?.BlockPublicPolicy === true && isPublicPolicy(policy)) {
    throw accessDenied(
      `User: ${s3.caller.arn} is not authorized to perform: s3:PutBucketPolicy on resource: ` +
        `"arn:aws:s3:::${bucket.name}" because public policies are prevented by the ` +
        "BlockPublicPolicy setting in S3 Block Public Access.",
    );
  }
  s3.buckets.update(bucket, { policy });
  return {};
};

export const DeleteBucketPolicy: Operation<"DeleteBucketPolicy"> = (input, s3) => {
  s3.buckets.update(findBucket(input, s3), { policy: undefined });
  return {};
};

export const GetBucketPolicyStatus: Operation<"GetBucketPolicyStatus"> = (input, s3) => {
  const { policy, name } = findBucket(input, s3);
  if (policy === undefined) throw noSuchBucketPolicy(name);
  return { PolicyStatus: { IsPublic: isPublicPolicy(policy) } };
};
