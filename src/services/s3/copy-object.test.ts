import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const Bucket = "copies";
const CopySource = `${Bucket}/source`;

async function withSource() {
  const s3 = new S3((await startCloud()).config());
  await s3.createBucket({ Bucket });
  await s3.putObject({
    Bucket,
    Key: "source",
    Body: "data",
    ContentType: "text/plain",
    Metadata: { a: "1" },
    Tagging: "t=1",
  });
  return s3;
}

test("a copy takes metadata and tags along, unless they are to be replaced", async () => {
  const s3 = await withSource();
  await s3.copyObject({ Bucket, Key: "same", CopySource });
  await s3.copyObject({
    Bucket,
    Key: "other",
    CopySource,
    MetadataDirective: "REPLACE",
    Metadata: { b: "2" },
    TaggingDirective: "REPLACE",
  });
  const facts = async (Key: string) => {
    const { Metadata, ContentType, TagCount, ETag } = await s3.headObject({ Bucket, Key });
    return { Metadata, ContentType, TagCount, ETag };
  };
  const ETag = '"8d777f385d3dfec8815d20f7496026dc"';
  expect([await facts("same"), await facts("other")]).toEqual([
    { Metadata: { a: "1" }, ContentType: "text/plain", TagCount: 1, ETag },
    { Metadata: { b: "2" }, ContentType: "binary/octet-stream", TagCount: undefined, ETag },
  ]);
});

test("a copy outlives its source", async () => {
  const s3 = await withSource();
  const Body = Buffer.alloc(100_000, "x");
  await s3.putObject({ Bucket, Key: "large", Body });
  await s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/large` });
  await s3.deleteObject({ Bucket, Key: "large" });
  const got = await s3.getObject({ Bucket, Key: "copy" });
  expect((await got.Body?.transformToByteArray())?.length).toBe(100_000);
});

test("an object is not copied onto itself for nothing", async () => {
  const s3 = await withSource();
  await expect(s3.copyObject({ Bucket, Key: "source", CopySource })).rejects.toMatchObject({
    name: "InvalidRequest",
    message:
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  });
});

test("conditions on the source are named in the refusal", async () => {
  const s3 = await withSource();
  const copy = (more: object) => s3.copyObject({ Bucket, Key: "c", CopySource, ...more });
  const ETag = '"8d777f385d3dfec8815d20f7496026dc"';
  await expect(copy({ CopySourceIfMatch: '"x"' })).rejects.toMatchObject({
    name: "PreconditionFailed",
    Condition: "x-amz-copy-source-If-Match",
  });
  await expect(copy({ CopySourceIfNoneMatch: ETag })).rejects.toMatchObject({
    name: "PreconditionFailed",
    Condition: "x-amz-copy-source-If-None-Match",
  });
});

test("a copy may get a checksum of another kind", async () => {
  const s3 = await withSource();
  const { CopyObjectResult } = await s3.copyObject({
    Bucket,
    Key: "c",
    CopySource,
    ChecksumAlgorithm: "SHA256",
  });
  expect(CopyObjectResult?.ChecksumSHA256).toBe("Om6weQ85rIfJTzhWst0sXREOaBFgImGpqSPTuyOtyLc=");
});

test("a source is not named by a delete marker, nor by what is no version", async () => {
  const s3 = await withSource();
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
  const { VersionId: marker } = await s3.deleteObject({ Bucket, Key: "source" });
  const copy = (version: string) =>
    s3.copyObject({ Bucket, Key: "c", CopySource: `${CopySource}?versionId=${version}` });
  await expect(copy(marker ?? "")).rejects.toMatchObject({
    name: "InvalidRequest",
    message:
      "The source of a copy request may not specifically refer to a delete marker by version id.",
    $metadata: { httpStatusCode: 400 },
  });
  await expect(s3.copyObject({ Bucket, Key: "c", CopySource })).rejects.toMatchObject({
    name: "NoSuchKey",
    Key: "source",
  });
  const argument = { name: "InvalidArgument", ArgumentName: "x-amz-copy-source" };
  await expect(copy("")).rejects.toMatchObject({
    ...argument,
    message: "Version id cannot be the empty string",
  });
  await expect(copy("abc")).rejects.toMatchObject({
    ...argument,
    message: "Invalid version id specified",
    ArgumentValue: "abc",
  });
});

test.for([
  ["copies", "object key"],
  ["copies/", "object key"],
  ["Copies_Here/source", "bucket name"],
  ["copies/source%zz", "encoding"],
] as const)("%s is no source: its %s is none", async ([source, what]) => {
  const s3 = await withSource();
  await expect(s3.copyObject({ Bucket, Key: "c", CopySource: source })).rejects.toMatchObject({
    name: "InvalidArgument",
    message: `Invalid copy source ${what}`,
    ArgumentName: "x-amz-copy-source",
    $metadata: { httpStatusCode: 400 },
  });
});

test("a source behind an access point is told to be absent", async () => {
  const s3 = await withSource();
  const source = "arn:aws:s3:us-east-1:000000000000:accesspoint/ap/object/source";
  await expect(s3.copyObject({ Bucket, Key: "c", CopySource: source })).rejects.toMatchObject({
    name: "NotImplementedBySnowglobe",
    $metadata: { httpStatusCode: 501 },
  });
});

test.for(["GLACIER", "DEEP_ARCHIVE"] as const)(
  "what lies in %s is no source",
  async (StorageClass) => {
    const s3 = await withSource();
    await s3.putObject({ Bucket, Key: "cold", Body: "x", StorageClass });
    const from = { Bucket, Key: "thawed", CopySource: `${Bucket}/cold` };
    const { UploadId } = await s3.createMultipartUpload(from);
    for (const attempt of [
      s3.copyObject(from),
      s3.copyObject({ ...from, Key: "cold", StorageClass: "STANDARD" }),
      s3.uploadPartCopy({ ...from, UploadId, PartNumber: 1 }),
    ]) {
      await expect(attempt).rejects.toMatchObject({
        name: "InvalidObjectState",
        message: "Operation is not valid for the source object's storage class",
        StorageClass,
        $metadata: { httpStatusCode: 403 },
      });
    }
  },
);
