import { createHash } from "node:crypto";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const Bucket = "kms-sealed";
const place = { Bucket, Key: "secret" };
const ServerSideEncryption = "aws:kms";

async function withKey() {
  const cloud = await startCloud();
  const s3 = new S3(cloud.config());
  const kms = new KMS(cloud.config());
  await s3.createBucket({ Bucket });
  const { KeyMetadata } = await kms.createKey({});
  return { s3, kms, KeyId: KeyMetadata?.KeyId ?? "", Arn: KeyMetadata?.Arn ?? "" };
}

test.for([10, 100_003])("%i bytes under a key of KMS are read back", async (size) => {
  const { s3, KeyId, Arn } = await withKey();
  const Body = Buffer.alloc(size, "0123456789");
  const put = await s3.putObject({ ...place, Body, ServerSideEncryption, SSEKMSKeyId: KeyId });
  expect([put.ServerSideEncryption, put.SSEKMSKeyId]).toEqual(["aws:kms", Arn]);
  expect(put.ETag).not.toBe(`"${createHash("md5").update(Body).digest("hex")}"`);
  const got = await s3.getObject(place);
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
});

test("once the key is disabled, nobody reads what it protects", async () => {
  const { s3, kms, KeyId, Arn } = await withKey();
  await s3.putObject({ ...place, Body: "x", ServerSideEncryption, SSEKMSKeyId: KeyId });
  await kms.disableKey({ KeyId });
  await expect(s3.getObject(place)).rejects.toMatchObject({
    name: "KMS.DisabledException",
    message: `${Arn} is disabled.`,
    $metadata: { httpStatusCode: 400 },
  });
  expect((await s3.headObject(place)).SSEKMSKeyId).toBe(Arn);
});

test("a bucket's default decides where the writer says nothing", async () => {
  const { s3, KeyId, Arn } = await withKey();
  const rule = { SSEAlgorithm: ServerSideEncryption, KMSMasterKeyID: KeyId } as const;
  const Rules = [{ ApplyServerSideEncryptionByDefault: rule, BucketKeyEnabled: true }];
  await s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } });
  const read = await s3.getBucketEncryption({ Bucket });
  expect(read.ServerSideEncryptionConfiguration?.Rules).toEqual(Rules);
  const put = await s3.putObject({ ...place, Body: "small" });
  expect([put.SSEKMSKeyId, put.BucketKeyEnabled]).toEqual([Arn, true]);
  const plain = await s3.copyObject({
    Bucket,
    Key: "plain",
    CopySource: `${Bucket}/secret`,
    ServerSideEncryption: "AES256",
  });
  expect([plain.ServerSideEncryption, plain.CopyObjectResult?.ETag]).toEqual([
    "AES256",
    `"${createHash("md5").update("small").digest("hex")}"`,
  ]);
  const got = await s3.getObject(place);
  expect(await got.Body?.transformToString()).toBe("small");
});

test("without a key the account's own key for S3 is used, and the parts of an upload share theirs", async () => {
  const { s3, kms } = await withKey();
  const { UploadId = "", SSEKMSKeyId } = await s3.createMultipartUpload({
    ...place,
    ServerSideEncryption,
  });
  const managed = await kms.describeKey({ KeyId: "alias/aws/s3" });
  expect(SSEKMSKeyId).toBe(managed.KeyMetadata?.Arn);
  const part = await s3.uploadPart({ ...place, UploadId, PartNumber: 1, Body: "part" });
  const Parts = [{ PartNumber: 1, ...(part.ETag !== undefined && { ETag: part.ETag }) }];
  await s3.completeMultipartUpload({ ...place, UploadId, MultipartUpload: { Parts } });
  expect(await (await s3.getObject(place)).Body?.transformToString()).toBe("part");
});

test("a key that does not exist is named", async () => {
  const { s3 } = await withKey();
  await expect(
    s3.putObject({ ...place, Body: "x", ServerSideEncryption, SSEKMSKeyId: "fake-key-id" }),
  ).rejects.toMatchObject({
    name: "KMS.NotFoundException",
    message: "Invalid keyId 'fake-key-id'",
  });
});
