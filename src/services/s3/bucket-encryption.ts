/** How new objects of a bucket are encrypted where they do not say it, and what they may not ask for. */
import { AwsError } from "../../kernel/errors.ts";
import type { Operation } from "./api.ts";
import { findBucket } from "./buckets.ts";
import { accessDenied, malformedXml, notBuilt } from "./errors.ts";
import type { Bucket } from "./state.ts";

export const GetBucketEncryption: Operation<"GetBucketEncryption"> = (input, s3) => {
  const { encryption, bucketKey = false, blockedEncryption } = findBucket(input, s3);
  const rule =
    encryption === undefined
      ? { SSEAlgorithm: "AES256" as const }
      : {
          SSEAlgorithm: "aws:kms" as const,
          ...(encryption.keyId === undefined ? {} : { KMSMasterKeyID: encryption.keyId }),
        };
  return {
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: rule,
          BucketKeyEnabled: encryption?.bucketKey ?? bucketKey,
          ...(blockedEncryption === undefined
            ? {}
            : { BlockedEncryptionTypes: { EncryptionType: [...blockedEncryption] } }),
        },
      ],
    },
  };
};

export const PutBucketEncryption: Operation<"PutBucketEncryption"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const { Rules } = input.ServerSideEncryptionConfiguration;
  const [rule] = Rules;
  if (Rules.length !== 1 || rule === undefined) throw malformedXml();
  const { SSEAlgorithm = "AES256", KMSMasterKeyID: keyId } =
    rule.ApplyServerSideEncryptionByDefault ?? {};
  const blockedEncryption = blockedIn(rule.BlockedEncryptionTypes?.EncryptionType);
  const bucketKey = rule.BucketKeyEnabled ?? false;
  if (SSEAlgorithm === "AES256") {
    if (keyId !== undefined) throw keyWithoutKms();
    const kept = bucketKey ? { bucketKey } : { bucketKey: undefined };
    s3.buckets.update(bucket, { encryption: undefined, blockedEncryption, ...kept });
    return {};
  }
  if (SSEAlgorithm === "aws:kms:dsse") throw notBuilt(`encryption with ${SSEAlgorithm}`);
  if (SSEAlgorithm !== "aws:kms") throw malformedXml();
  s3.buckets.update(bucket, {
    encryption: { bucketKey, ...(keyId === undefined ? {} : { keyId }) },
    blockedEncryption,
    bucketKey: undefined,
  });
  return {};
};

function blockedIn(asked: readonly string[] | undefined): Bucket["blockedEncryption"] {
  if (asked === undefined || asked.length === 0) return undefined;
  return asked.map((type) => {
    if (type !== "NONE" && type !== "SSE-C") throw malformedXml();
    return type;
  });
}

const keyWithoutKms = () =>
  new AwsError(
    "InvalidArgument",
    "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
    { status: 400, members: { ArgumentName: "ApplyServerSideEncryptionByDefault" } },
  );

export const DeleteBucketEncryption: Operation<"DeleteBucketEncryption"> = (input, s3) => {
  s3.buckets.update(findBucket(input, s3), {
    encryption: undefined,
    bucketKey: undefined,
    blockedEncryption: undefined,
  });
  return {};
};

/** Throws AccessDenied where a write brings a key of the customer's and the bucket takes none. */
export function checkNotBlocked(
  { blockedEncryption }: Bucket,
  { SSECustomerAlgorithm }: { readonly SSECustomerAlgorithm?: string | undefined },
): void {
  if (SSECustomerAlgorithm === undefined) return;
  if (blockedEncryption?.includes("SSE-C") === true) throw accessDenied();
}
