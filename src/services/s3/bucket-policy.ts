/** The policy of a bucket. Who is let in by it is decided for every call: see access.ts. */
import type { Identities } from "../../iam/identities.ts";
import type { Operation, S3 } from "./api.ts";
import { findBucket } from "./buckets.ts";
import { accessDenied, malformedPolicy, noSuchBucketPolicy } from "./errors.ts";
import { isPublicPolicy, peopleIn, policyProblem } from "./policy-document.ts";

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
  if (!peopleIn(policy).every((arn) => isThere(arn, s3))) {
    throw malformedPolicy("Invalid principal in policy");
  }
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

/** AWS: whom a policy names must be there when it is put. */
function isThere(arn: string, s3: S3): boolean {
  const identities = s3.identities as Identities;
  return (/:user\//.test(arn) ? identities.user(arn) : identities.role(arn)) !== undefined;
}

export const DeleteBucketPolicy: Operation<"DeleteBucketPolicy"> = (input, s3) => {
  s3.buckets.update(findBucket(input, s3), { policy: undefined });
  return {};
};

export const GetBucketPolicyStatus: Operation<"GetBucketPolicyStatus"> = (input, s3) => {
  const { policy, name } = findBucket(input, s3);
  if (policy === undefined) throw noSuchBucketPolicy(name);
  return { PolicyStatus: { IsPublic: isPublicPolicy(policy) } };
};
