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

export const GetBucketAbac = empty({ AbacStatus: { Status: "Disabled" } } as const);

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
/** AWS: of the configurations that have names, none is deleted that is not there. */
export const DeleteBucketAnalyticsConfiguration = unset(() => noSuchConfiguration());
export const DeleteBucketIntelligentTieringConfiguration = unset(() => noSuchConfiguration());
export const DeleteBucketInventoryConfiguration = unset(() => noSuchConfiguration());
export const DeleteBucketMetricsConfiguration = unset(() => noSuchConfiguration());

/** Of what a bucket has at most once, deleting what is not there succeeds. */
const nothingToDelete = empty({});

export const DeleteBucketWebsite = nothingToDelete;
export const DeleteBucketLifecycle = nothingToDelete;
export const DeleteBucketReplication = nothingToDelete;
