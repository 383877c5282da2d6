import { createHash } from "node:crypto";
import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function bucketIn() {
  const cloud = await startCloud();
  const s3 = new S3(cloud.config());
  await s3.createBucket({ Bucket: "photos" });
  return { cloud, s3 };
}

test("an object comes back as it was written, with what was said of it", async () => {
  const { s3 } = await bucketIn();
  const put = await s3.putObject({
    Bucket: "photos",
    Key: "a/hello wörld.txt",
    Body: "hello",
    ContentType: "text/plain",
    CacheControl: "max-age=60",
    Metadata: { Colour: "blue" },
    Tagging: "team=a",
  });
  expect({ ...put, $metadata: put.$metadata.httpStatusCode }).toEqual({
    $metadata: 200,
    ETag: '"5d41402abc4b2a76b9719d911017c592"',
    ChecksumCRC32: "NhCmhg==",
    ChecksumType: "FULL_OBJECT",
    ServerSideEncryption: "AES256",
  });
  const got = await s3.getObject({ Bucket: "photos", Key: "a/hello wörld.txt" });
  expect(await got.Body?.transformToString()).toBe("hello");
  expect({ ...got, Body: "", $metadata: got.$metadata.httpStatusCode }).toEqual({
    $metadata: 200,
    AcceptRanges: "bytes",
    Body: "",
    CacheControl: "max-age=60",
    ChecksumCRC32: "NhCmhg==",
    ChecksumType: "FULL_OBJECT",
    ContentLength: 5,
    ContentType: "text/plain",
    ETag: '"5d41402abc4b2a76b9719d911017c592"',
    LastModified: new Date("2030-01-01T00:00:00Z"),
    Metadata: { colour: "blue" },
    ServerSideEncryption: "AES256",
    TagCount: 1,
  });
});

test("a large object is streamed to and from the disk unchanged", async () => {
  const { s3 } = await bucketIn();
  const Body = Buffer.alloc(3_000_001, "0123456789abcdef");
  const put = await s3.putObject({ Bucket: "photos", Key: "large", Body });
  expect(put.ETag).toBe(`"${createHash("md5").update(Body).digest("hex")}"`);
  const got = await s3.getObject({ Bucket: "photos", Key: "large" });
  const bytes = await got.Body?.transformToByteArray();
  expect(Buffer.compare(Buffer.from(bytes ?? []), Body)).toBe(0);
});

test("an object without a checksum of the client's gets CRC64NVME", async () => {
  const { cloud } = await bucketIn();
  const s3 = new S3({ ...cloud.config(), requestChecksumCalculation: "WHEN_REQUIRED" });
  const put = await s3.putObject({ Bucket: "photos", Key: "a", Body: "123456789" });
  expect(put.ChecksumCRC64NVME).toBe("rosUhgp5mIg=");
});

test("a body that is not what its checksum says is refused, and leaves nothing", async () => {
  const { s3 } = await bucketIn();
  await expect(
    s3.putObject({ Bucket: "photos", Key: "a", Body: "x", ChecksumCRC32: "AAAAAA==" }),
  ).rejects.toMatchObject({
    name: "BadDigest",
    message: "The CRC32 you specified did not match the calculated checksum.",
    $metadata: { httpStatusCode: 400 },
  });
  await expect(s3.headObject({ Bucket: "photos", Key: "a" })).rejects.toMatchObject({
    name: "NotFound",
    $metadata: { httpStatusCode: 404 },
  });
});

test("If-None-Match: * writes only what is not there yet", async () => {
  const { s3 } = await bucketIn();
  const put = () => s3.putObject({ Bucket: "photos", Key: "a", Body: "x", IfNoneMatch: "*" });
  await put();
  await expect(put()).rejects.toMatchObject({
    name: "PreconditionFailed",
    Condition: "If-None-Match",
    $metadata: { httpStatusCode: 412 },
  });
});

test.for([
  [
    { "x-amz-sdk-checksum-algorithm": "CRC32" },
    "InvalidRequest",
    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
  ],
  [
    { "x-amz-sdk-checksum-algorithm": "CRC16" },
    "InvalidRequest",
    "Value for x-amz-sdk-checksum-algorithm header is invalid.",
  ],
  [
    {
      "x-amz-sdk-checksum-algorithm": "SHA256",
      "x-amz-checksum-crc32": "jNxvsw==",
    },
    "InvalidRequest",
    "Value for x-amz-sdk-checksum-algorithm header is invalid.",
  ],
] as const)("a checksum that is announced in %j has to come", async ([headers, name, message]) => {
  const { cloud } = await bucketIn();
  const s3 = new S3({ ...cloud.config(), requestChecksumCalculation: "WHEN_REQUIRED" });
  s3.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: object }).headers, headers);
      return next(args);
    },
    { step: "build", priority: "low" },
  );
  const refusal = { name, message, $metadata: { httpStatusCode: 400 } };
  const place = { Bucket: "photos", Key: "a" };
  await expect(s3.putObject({ ...place, Body: "x" })).rejects.toMatchObject(refusal);
  const { UploadId } = await new S3(cloud.config()).createMultipartUpload(place);
  await expect(
    s3.uploadPart({ ...place, UploadId, PartNumber: 1, Body: "x" }),
  ).rejects.toMatchObject(refusal);
});

test("a redirect leads to an address or to a key", async () => {
  const { s3 } = await bucketIn();
  const put = (WebsiteRedirectLocation: string) =>
    s3.putObject({ Bucket: "photos", Key: "a", Body: "x", WebsiteRedirectLocation });
  const refusal = { name: "InvalidRedirectLocation", $metadata: { httpStatusCode: 400 } };
  await expect(put("elsewhere")).rejects.toMatchObject({
    ...refusal,
    message: "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
  });
  await expect(put(`/${"x".repeat(2048)}`)).rejects.toMatchObject(refusal);
  for (const location of ["/b", "http://x.example/", "https://x.example/"]) {
    await put(location);
    const head = await s3.headObject({ Bucket: "photos", Key: "a" });
    expect(head.WebsiteRedirectLocation).toBe(location);
  }
});

test("metadata is measured in the bytes that came, not in those of their characters", async () => {
  const s3 = new S3((await startCloud()).config());
  await s3.createBucket({ Bucket: "measured" });
  const put = (letters: number) =>
    s3.putObject({
      Bucket: "measured",
      Key: "key",
      Body: "x",
      Metadata: { ab: Buffer.from("é".repeat(letters)).toString("latin1") },
    });
  await put(1023);
  await expect(put(1024)).rejects.toMatchObject({
    name: "MetadataTooLarge",
    Size: "2050",
    MaxSizeAllowed: "2048",
  });
});
