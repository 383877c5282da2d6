/**
 * What a bucket is asked about right after it was made, and the answers of one that nobody has
 * configured.
 */
import type { Operation, S3 } from "./api.ts";
import { AwsError } from "../../kernel/errors.ts";
import { findBucket, type BucketRequest } from "./buckets.ts";
import {
  invalidBucketState,
  malformedXml,
  noReplication,
  noSuchConfiguration,
  noSuchLifecycle,
  noSuchWebsite,
  notBuilt,
} from "./errors.ts";

export const GetBucketVersioning: Operation<"GetBucketVersioning"> = (input, s3) => {
  const { versioning } = findBucket(input, s3);
  return versioning === undefined ? {} : { Status: versioning };
};

export const PutBucketVersioning: Operation<"PutBucketVersioning"> = (input, s3) => {
  const bucket = findBucket(input, s3);
  const { Status, MFADelete } = input.VersioningConfiguration;
  if (MFADelete === "Enabled") throw notBuilt("MFA delete");
  if (Status === undefined) {
    throw new AwsError(
      "IllegalVersioningConfigurationException",
      "The Versioning element must be specified",
      { status: 400 },
    );
  }
  if (Status !== "Enabled" && Status !== "Suspended") throw malformedXml();
  if (Status === "Suspended" && bucket.objectLock !== undefined) {
    throw invalidBucketState(
      "An Object Lock configuration is present on this bucket, so the versioning state cannot be " +
        "changed.",
    );
  }
  s3.buckets.update(bucket, { versioning: Status });
  return {};
};

export const GetBucketEncryption: Operation<"GetBucketEncryption"> = (input, s3) => {
  const { encryption } = findBucket(input, s3);
  const rule =
    encryption === undefined
      ? { SSEAlgorithm: "AES256" as const }
      : {
          SSEAlgorithm: "aws:kms" as const,
          ...(encryption.keyId === undefined ? {} : { KMSMasterKeyID: encryption.keyId }),
        };
  const BucketKeyEnabled = encryption?.bucketKey ?? false;
  return {
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: rule, BucketKeyEnabled }],
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
  if (SSEAlgorithm === "AES256") {
    if (keyId !== undefined) throw keyWithoutKms();
    s3.buckets.update(bucket, { encryption: undefined });
    return {};
  }
  if (SSEAlgorithm !== "aws:kms") throw notBuilt(`encryption with ${SSEAlgorithm}`);
  const bucketKey = rule.BucketKeyEnabled ?? false;
  s3.buckets.update(bucket, {
    encryption: { bucketKey, ...(keyId === undefined ? {} : { keyId }) },
  });
  return {};
};

const keyWithoutKms = () =>
  new AwsError(
    "InvalidArgument",
    "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
    { status: 400, members: { ArgumentName: "ApplyServerSideEncryptionByDefault" } },
  );

export const DeleteBucketEncryption: Operation<"DeleteBucketEncryption"> = (input, s3) => {
  s3.buckets.update(findBucket(input, s3), { encryption: undefined });
  return {};
};

interface NamedConfigurationRequest extends BucketRequest {
  /** Whichever it is: there is none. */
  readonly Id?: string | undefined;
}

/** Reads of what cannot be configured yet: the bucket is there, and says that nothing is. */
const empty =
  <Output extends object>(output: Output) =>
  (input: BucketRequest, s3: S3): Output => {
    findBucket(input, s3);
    return output;
  };

export const GetBucketLogging = empty({});
export const GetBucketNotificationConfiguration = empty({});
export const GetBucketAccelerateConfiguration = empty({});
export const GetBucketRequestPayment = empty({ Payer: "BucketOwner" } as const);
export const ListBucketAnalyticsConfigurations = empty({ IsTruncated: false });
export const ListBucketIntelligentTieringConfigurations = empty({ IsTruncated: false });
export const ListBucketInventoryConfigurations = empty({ IsTruncated: false });
export const ListBucketMetricsConfigurations = empty({ IsTruncated: false });

const unset =
  (error: (bucket: string) => AwsError) =>
  (input: NamedConfigurationRequest, s3: S3): never => {
    throw error(findBucket(input, s3).name);
  };

export const GetBucketWebsite = unset(noSuchWebsite);
export const GetBucketLifecycleConfiguration = unset(noSuchLifecycle);
export const GetBucketReplication = unset(noReplication);
export const GetBucketAnalyticsConfiguration = unset(() => noSuchConfiguration());
export const GetBucketIntelligentTieringConfiguration = unset(() => noSuchConfiguration());
export const GetBucketInventoryConfiguration = unset(() => noSuchConfiguration());
export const GetBucketMetricsConfiguration = unset(() => noSuchConfiguration());

/** Deleting what is not there succeeds, where S3 says so. */
const nothingToDelete = empty({});

export const DeleteBucketWebsite = nothingToDelete;
export const DeleteBucketLifecycle = nothingToDelete;
export const DeleteBucketReplication = nothingToDelete;
