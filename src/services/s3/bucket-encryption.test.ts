import { createHash } from "node:crypto";
import { S3 } from "@aws-sdk/client-s3";
import type { ServerSideEncryptionRule } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const Bucket = "sealed-by-default";

async function bucket() {
  const s3 = new S3((await startCloud()).config());
  await s3.createBucket({ Bucket });
  const put = (...Rules: ServerSideEncryptionRule[]) =>
    s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } });
  const rules = async () =>
    (await s3.getBucketEncryption({ Bucket })).ServerSideEncryptionConfiguration?.Rules;
  return { s3, put, rules };
}

const AES256 = { SSEAlgorithm: "AES256" as const };
const KMS = { SSEAlgorithm: "aws:kms" as const };

test("a bucket key is kept beside either default, and is what writes with KMS then use", async () => {
  const { s3, put, rules } = await bucket();
  const Key = "shared";
  await put({ ApplyServerSideEncryptionByDefault: AES256, BucketKeyEnabled: true });
  const plain = await rules();
  const written = await s3.putObject({ Bucket, Key, Body: "x", ServerSideEncryption: "aws:kms" });
  await put({ ApplyServerSideEncryptionByDefault: KMS, BucketKeyEnabled: false });
  const sealed = await rules();
  await s3.deleteBucketEncryption({ Bucket });
  expect([plain, written.BucketKeyEnabled, sealed, await rules()]).toEqual([
    [{ ApplyServerSideEncryptionByDefault: AES256, BucketKeyEnabled: true }],
    true,
    [{ ApplyServerSideEncryptionByDefault: KMS, BucketKeyEnabled: false }],
    [{ ApplyServerSideEncryptionByDefault: AES256, BucketKeyEnabled: false }],
  ]);
});

const key = Buffer.alloc(32, "k");
const withKey = {
  SSECustomerAlgorithm: "AES256",
  SSECustomerKey: key.toString("base64"),
  SSECustomerKeyMD5: createHash("md5").update(key).digest("base64"),
};

test("a bucket that blocks keys of customers takes none, and goes on giving what it has", async () => {
  const { s3, put, rules } = await bucket();
  await s3.putObject({ Bucket, Key: "before", Body: "x", ...withKey });
  const Rule = { ApplyServerSideEncryptionByDefault: AES256, BucketKeyEnabled: false };
  const blocking = { ...Rule, BlockedEncryptionTypes: { EncryptionType: ["SSE-C" as const] } };
  await put(blocking);
  expect(await rules()).toEqual([blocking]);
  const to = { Bucket, Key: "after", ...withKey };
  const attempts = [
    s3.putObject({ ...to, Body: "x" }),
    s3.createMultipartUpload(to),
    s3.copyObject({
      ...to,
      CopySource: `${Bucket}/before`,
      CopySourceSSECustomerAlgorithm: withKey.SSECustomerAlgorithm,
      CopySourceSSECustomerKey: withKey.SSECustomerKey,
      CopySourceSSECustomerKeyMD5: withKey.SSECustomerKeyMD5,
    }),
  ];
  for (const attempt of attempts) {
    await expect(attempt).rejects.toMatchObject({
      name: "AccessDenied",
      message: "Access Denied",
      $metadata: { httpStatusCode: 403 },
    });
  }
  const kept = await s3.getObject({ Bucket, Key: "before", ...withKey });
  expect(await kept.Body?.transformToString()).toBe("x");

  const open = { ...Rule, BlockedEncryptionTypes: { EncryptionType: ["NONE" as const] } };
  await put(open);
  await s3.putObject({ ...to, Body: "x" });
  expect(await rules()).toEqual([open]);
});

test("an algorithm that there is not makes the document malformed", async () => {
  const { put } = await bucket();
  const SSEAlgorithm = "rot13" as "AES256";
  await expect(put({ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } })).rejects.toMatchObject(
    {
      name: "MalformedXML",
      message:
        "The XML you provided was not well-formed or did not validate against our published schema",
    },
  );
});

test("objects from before a default of KMS are sealed by being copied to themselves", async () => {
  const { s3, put } = await bucket();
  const Key = "old";
  await s3.putObject({ Bucket, Key, Body: "x" });
  await put({ ApplyServerSideEncryptionByDefault: KMS });
  await s3.copyObject({ Bucket, Key, CopySource: `${Bucket}/${Key}` });
  const head = await s3.headObject({ Bucket, Key });
  expect(head.ServerSideEncryption).toBe("aws:kms");
  await expect(s3.copyObject({ Bucket, Key, CopySource: `${Bucket}/${Key}` })).rejects.toThrow(
    /^This copy request is illegal/,
  );
});
