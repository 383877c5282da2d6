import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud, type TestCloud } from "../../testing/cloud.ts";

const Bucket = "photos";

async function world(region = "us-east-1") {
  const cloud = await startCloud();
  const s3 = new S3(cloud.config({ region }));
  await s3.createBucket({
    Bucket,
    ...(region === "us-east-1"
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: region as "eu-west-1" } }),
  });
  return { cloud, s3 };
}

/** Usage type, operation and quantity of all lines but those of making the bucket. */
const used = async (cloud: TestCloud) =>
  (await cloud.usage())
    .filter(({ operation }) => operation !== "CreateBucket")
    .map(({ usageType, operation, quantity }) => [usageType, operation, quantity]);

test("a line names request, bucket and region as the bill does", async () => {
  const { cloud, s3 } = await world("eu-west-1");
  await s3.putObject({ Bucket, Key: "snow", Body: "white" });
  const common = {
    hourAt: Date.parse("2030-01-01T00:00:00Z"),
    accountId: "000000000000",
    region: "eu-west-1",
    service: "s3",
    resource: "photos",
  };
  const lines = await cloud.usage();
  expect(lines.filter(({ operation }) => operation === "PutObject")).toEqual([
    {
      ...common,
      usageType: "EU-DataTransfer-In-Bytes",
      operation: "PutObject",
      unit: "Bytes",
      quantity: 5,
    },
    {
      ...common,
      usageType: "EU-Requests-Tier1",
      operation: "PutObject",
      unit: "Requests",
      quantity: 1,
    },
  ]);
});

test("writing and listing are dearer than reading, and deleting is free", async () => {
  const { cloud, s3 } = await world();
  await s3.putObject({ Bucket, Key: "snow", Body: "" });
  await s3.headObject({ Bucket, Key: "snow" });
  await s3.headBucket({ Bucket });
  await s3.deleteObject({ Bucket, Key: "snow" });
  const { UploadId } = await s3.createMultipartUpload({ Bucket, Key: "ice" });
  await s3.abortMultipartUpload({ Bucket, Key: "ice", UploadId });
  await s3.listBuckets({});
  await s3.listObjectsV2({ Bucket });
  const lines = await used(cloud);
  expect(lines.filter(([usageType]) => String(usageType).startsWith("Requests"))).toEqual([
    ["Requests-Tier1", "InitiateMultipartUpload", 1],
    ["Requests-Tier1", "ListAllMyBuckets", 1],
    ["Requests-Tier1", "ListBucket", 1],
    ["Requests-Tier1", "PutObject", 1],
    ["Requests-Tier2", "HeadBucket", 1],
    ["Requests-Tier2", "HeadObject", 1],
  ]);
});

test("bytes are those that are sent, of a range those of the range", async () => {
  const { cloud, s3 } = await world();
  const Body = Buffer.alloc(300_000, "x");
  await s3.putObject({ Bucket, Key: "snow", Body });
  const whole = await s3.getObject({ Bucket, Key: "snow" });
  await whole.Body?.transformToByteArray();
  const part = await s3.getObject({ Bucket, Key: "snow", Range: "bytes=0-99" });
  await part.Body?.transformToByteArray();
  expect(await used(cloud)).toEqual([
    ["DataTransfer-In-Bytes", "PutObject", 300_000],
    ["DataTransfer-Out-Bytes", "GetObject", 300_100],
    ["Requests-Tier1", "PutObject", 1],
    ["Requests-Tier2", "GetObject", 2],
  ]);
});

test("the storage class stands in the usage type of what reads and writes the object", async () => {
  const { cloud, s3 } = await world();
  await s3.putObject({ Bucket, Key: "snow", Body: "", StorageClass: "STANDARD_IA" });
  await s3.headObject({ Bucket, Key: "snow" });
  await s3.putObject({ Bucket, Key: "ice", Body: "", StorageClass: "DEEP_ARCHIVE" });
  expect(await used(cloud)).toEqual([
    ["Requests-GDA-Tier1", "PutObject", 1],
    ["Requests-SIA-Tier1", "PutObject", 1],
    ["Requests-SIA-Tier2", "HeadObject", 1],
  ]);
});

test("a mistake of the client is billed to the owner of the bucket, where there is one", async () => {
  const { cloud, s3 } = await world();
  await expect(s3.headObject({ Bucket, Key: "none" })).rejects.toMatchObject({ name: "NotFound" });
  await expect(s3.headObject({ Bucket: "nobodys", Key: "none" })).rejects.toThrow();
  await expect(s3.createBucket({ Bucket: "Not a name" })).rejects.toThrow();
  expect(await used(cloud)).toEqual([["Requests-Tier2", "HeadObject", 1]]);
});

test("the owner of the bucket pays for others, but not for those who may not", async () => {
  const { cloud, s3 } = await world();
  const stranger = new S3(cloud.config({ accountId: "111122223333" }));
  await expect(stranger.listObjectsV2({ Bucket })).rejects.toMatchObject({ name: "AccessDenied" });
  expect(await used(cloud)).toEqual([]);
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "111122223333" },
        Action: "s3:*",
        Resource: ["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"],
      },
    ],
  });
  await s3.putBucketPolicy({ Bucket, Policy });
  await stranger.headBucket({ Bucket });
  const [line] = (await cloud.usage()).filter(({ operation }) => operation === "HeadBucket");
  expect([line?.accountId, line?.quantity]).toEqual(["000000000000", 1]);
});

test("keys that objects are encrypted with are asked for, and that is billed", async () => {
  const { cloud, s3 } = await world();
  await s3.putObject({ Bucket, Key: "snow", Body: "white", ServerSideEncryption: "aws:kms" });
  await (await s3.getObject({ Bucket, Key: "snow" })).Body?.transformToString();
  const lines = (await used(cloud)).filter(([usageType]) => String(usageType).includes("KMS"));
  expect(lines).toEqual([
    ["us-east-1-KMS-Requests", "Decrypt", 1],
    ["us-east-1-KMS-Requests", "GenerateDataKey", 1],
  ]);
});
