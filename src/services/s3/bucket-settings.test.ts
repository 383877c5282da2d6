import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function newBucket() {
  const s3 = new S3((await startCloud()).config());
  await s3.createBucket({ Bucket: "new-one" });
  return s3;
}

const Bucket = "new-one";
function said(output: { $metadata?: unknown }) {
  const { $metadata: _metadata, ...rest } = output;
  return rest;
}

test("a new bucket answers every question that Terraform and the CDK ask it", async () => {
  const s3 = await newBucket();
  expect({
    versioning: said(await s3.getBucketVersioning({ Bucket })),
    logging: said(await s3.getBucketLogging({ Bucket })),
    notification: said(await s3.getBucketNotificationConfiguration({ Bucket })),
    accelerate: said(await s3.getBucketAccelerateConfiguration({ Bucket })),
    payer: (await s3.getBucketRequestPayment({ Bucket })).Payer,
    encryption: said(await s3.getBucketEncryption({ Bucket })),
    abac: said(await s3.getBucketAbac({ Bucket })),
    ownership: said(await s3.getBucketOwnershipControls({ Bucket })),
    block: said(await s3.getPublicAccessBlock({ Bucket })),
  }).toEqual({
    versioning: {},
    logging: {},
    notification: {},
    accelerate: {},
    payer: "BucketOwner",
    encryption: {
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
            BucketKeyEnabled: false,
          },
        ],
      },
    },
    abac: { AbacStatus: { Status: "Disabled" } },
    ownership: { OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] } },
    block: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    },
  });
});

test("what was never configured is told apart from what does not work", async () => {
  const s3 = await newBucket();
  const asked = {
    website: s3.getBucketWebsite({ Bucket }),
    lifecycle: s3.getBucketLifecycleConfiguration({ Bucket }),
    replication: s3.getBucketReplication({ Bucket }),
    lock: s3.getObjectLockConfiguration({ Bucket }),
    policy: s3.getBucketPolicy({ Bucket }),
    tagging: s3.getBucketTagging({ Bucket }),
    cors: s3.getBucketCors({ Bucket }),
  };
  const answers: Record<string, unknown> = {};
  for (const [name, answer] of Object.entries(asked)) {
    answers[name] = await answer.catch((error: Error) => [error.name, error.message]);
  }
  expect(answers).toEqual({
    website: [
      "NoSuchWebsiteConfiguration",
      "The specified bucket does not have a website configuration",
    ],
    lifecycle: ["NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"],
    replication: [
      "ReplicationConfigurationNotFoundError",
      "The replication configuration was not found",
    ],
    lock: [
      "ObjectLockConfigurationNotFoundError",
      "Object Lock configuration does not exist for this bucket",
    ],
    policy: ["NoSuchBucketPolicy", "The bucket policy does not exist"],
    tagging: ["NoSuchTagSet", "The TagSet does not exist"],
    cors: ["NoSuchCORSConfiguration", "The CORS configuration does not exist"],
  });
});

test("encryption that nobody would do is refused, not noted", async () => {
  const s3 = await newBucket();
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms:dsse" as const } }];
  await expect(
    s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } }),
  ).rejects.toMatchObject({
    name: "NotImplementedBySnowglobe",
    $metadata: { httpStatusCode: 501 },
  });
});

test("of configurations that have names, one that is not there is not deleted either", async () => {
  const s3 = await newBucket();
  const Id = "none";
  const deletions = [
    s3.deleteBucketAnalyticsConfiguration({ Bucket, Id }),
    s3.deleteBucketIntelligentTieringConfiguration({ Bucket, Id }),
    s3.deleteBucketInventoryConfiguration({ Bucket, Id }),
    s3.deleteBucketMetricsConfiguration({ Bucket, Id }),
  ];
  for (const deletion of deletions) {
    await expect(deletion).rejects.toMatchObject({
      name: "NoSuchConfiguration",
      message: "The specified configuration does not exist.",
      $metadata: { httpStatusCode: 404 },
    });
  }
});

test("a document that lacks what it must have is malformed", async () => {
  const s3 = await newBucket();
  await expect(
    s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules: [] } }),
  ).rejects.toMatchObject({ name: "MalformedXML", $metadata: { httpStatusCode: 400 } });
});

test("access lists are refused where the owner owns everything", async () => {
  const s3 = await newBucket();
  await expect(s3.putBucketAcl({ Bucket, ACL: "public-read" })).rejects.toMatchObject({
    name: "AccessControlListNotSupported",
    message: "The bucket does not allow ACLs",
  });
  const { Grants, Owner } = await s3.getBucketAcl({ Bucket });
  expect(Grants).toEqual([
    { Grantee: { ID: Owner?.ID, Type: "CanonicalUser" }, Permission: "FULL_CONTROL" },
  ]);
});

test("tags without a set of them take away those that are there", async () => {
  const s3 = await newBucket();
  await s3.putBucketTagging({ Bucket, Tagging: { TagSet: [{ Key: "a", Value: "b" }] } });
  await s3.putBucketTagging({ Bucket, Tagging: { TagSet: undefined } });
  await expect(s3.getBucketTagging({ Bucket })).rejects.toMatchObject({ name: "NoSuchTagSet" });
});
