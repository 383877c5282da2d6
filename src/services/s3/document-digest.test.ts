import { hash } from "node:crypto";
import { S3, type PutBucketVersioningCommandInput } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const Bucket = "documents";

async function started() {
  const cloud = await startCloud();
  const s3 = new S3(cloud.config());
  await s3.createBucket({ Bucket });
  return { cloud, s3 };
}

/** A client that says this of its bodies, before it signs. */
function saying(s3: S3, headers: Readonly<Record<string, string>>): S3 {
  s3.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { headers: Record<string, string> };
      for (const name in request.headers) {
        if (/^x-amz-(?:sdk-)?checksum-/.test(name)) delete request.headers[name];
      }
      Object.assign(request.headers, headers);
      return next(args);
    },
    { step: "build", priority: "low" },
  );
  return s3;
}

const VERSIONING: PutBucketVersioningCommandInput = {
  Bucket,
  VersioningConfiguration: { Status: "Enabled" },
};
const DOCUMENT =
  '<?xml version="1.0" encoding="UTF-8"?>' +
  '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
  "<Status>Enabled</Status></VersioningConfiguration>";
const OTHER_MD5 = hash("md5", "other", "base64");

test.for([
  [
    { "content-md5": "no digest" },
    { name: "InvalidDigest", message: "The Content-MD5 you specified was invalid." },
  ],
  [
    { "content-md5": OTHER_MD5 },
    {
      name: "BadDigest",
      message: "The Content-MD5 you specified did not match what we received.",
      ExpectedDigest: Buffer.from(OTHER_MD5, "base64").toString("hex"),
      CalculatedDigest: hash("md5", DOCUMENT, "base64"),
    },
  ],
  [
    { "x-amz-checksum-crc32": "AAAAAA==" },
    {
      name: "BadDigest",
      message: "The CRC32 you specified did not match the calculated checksum.",
    },
  ],
  [
    { "x-amz-checksum-sha256": "bad" },
    {
      name: "InvalidRequest",
      message: "Value for x-amz-checksum-sha256 header is invalid.",
    },
  ],
  [
    { "x-amz-sdk-checksum-algorithm": "CRC32" },
    {
      name: "InvalidRequest",
      message:
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    },
  ],
] as const)("a document of which %o is said is refused, and nothing is done", async (each) => {
  const [headers, refusal] = each;
  const { cloud, s3 } = await started();
  const wrong = saying(new S3(cloud.config()), headers);
  await expect(wrong.putBucketVersioning(VERSIONING)).rejects.toMatchObject({
    ...refusal,
    $metadata: { httpStatusCode: 400 },
  });
  expect((await s3.getBucketVersioning({ Bucket })).Status).toBeUndefined();
});

test("keys are not deleted when the list of them came broken", async () => {
  const { cloud, s3 } = await started();
  await s3.putObject({ Bucket, Key: "a", Body: "x" });
  const wrong = saying(new S3(cloud.config()), { "content-md5": OTHER_MD5 });
  const Delete = { Objects: [{ Key: "a" }] };
  await expect(wrong.deleteObjects({ Bucket, Delete })).rejects.toMatchObject({
    name: "BadDigest",
  });
  expect((await s3.deleteObjects({ Bucket, Delete })).Deleted).toEqual([{ Key: "a" }]);
});

test("keys are not deleted, nor pages let in, where nothing is said of the document", async () => {
  const { cloud, s3 } = await started();
  await s3.putObject({ Bucket, Key: "a", Body: "x" });
  const silent = saying(new S3(cloud.config()), {});
  const refusal = {
    name: "InvalidRequest",
    message: "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
    $metadata: { httpStatusCode: 400 },
  };
  const Delete = { Objects: [{ Key: "a" }] };
  await expect(silent.deleteObjects({ Bucket, Delete })).rejects.toMatchObject(refusal);
  const CORSConfiguration = { CORSRules: [{ AllowedMethods: ["GET"], AllowedOrigins: ["*"] }] };
  await expect(silent.putBucketCors({ Bucket, CORSConfiguration })).rejects.toMatchObject(refusal);
  await silent.putBucketVersioning(VERSIONING);
  expect((await s3.headObject({ Bucket, Key: "a" })).ContentLength).toBe(1);
});

test("a list of keys without a key in it is refused", async () => {
  const { s3 } = await started();
  await s3.putObject({ Bucket, Key: "a", Body: "x" });
  const Delete = { Objects: [{ Key: "a" }, { Key: "" }] };
  await expect(s3.deleteObjects({ Bucket, Delete })).rejects.toMatchObject({
    name: "UserKeyMustBeSpecified",
    $metadata: { httpStatusCode: 400 },
  });
  expect((await s3.headObject({ Bucket, Key: "a" })).ContentLength).toBe(1);
});

test("a document of which the truth is said is taken", async () => {
  const { cloud, s3 } = await started();
  const right = saying(new S3(cloud.config()), {
    "content-md5": hash("md5", DOCUMENT, "base64"),
    "x-amz-checksum-sha256": hash("sha256", DOCUMENT, "base64"),
  });
  await right.putBucketVersioning(VERSIONING);
  expect((await s3.getBucketVersioning({ Bucket })).Status).toBe("Enabled");
});
