import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const Bucket = "listed";

async function withKeys(...keys: string[]) {
  const s3 = new S3((await startCloud()).config());
  await s3.createBucket({ Bucket });
  for (const Key of keys) await s3.putObject({ Bucket, Key, Body: Key });
  return s3;
}

test("keys come in the order of their bytes, whatever the order of UTF-16", async () => {
  const s3 = await withKeys("\u{1f600}", "\uff5e", "b", "B", "a/", "a");
  const { Contents, KeyCount } = await s3.listObjectsV2({ Bucket });
  expect([Contents?.map(({ Key }) => Key), KeyCount]).toEqual([
    ["B", "a", "a/", "b", "\uff5e", "\u{1f600}"],
    6,
  ]);
});

test("pages go on where they ended, also behind a common prefix", async () => {
  const s3 = await withKeys("a/1", "a/2", "b", "c/1", "c/2", "d");
  const seen: (string | undefined)[][] = [];
  let token: string | undefined;
  do {
    const page = await s3.listObjectsV2({
      Bucket,
      Delimiter: "/",
      MaxKeys: 2,
      ...(token !== undefined && { ContinuationToken: token }),
    });
    seen.push([
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      ...(page.Contents ?? []).map(({ Key }) => Key),
    ]);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  expect(seen).toEqual([
    ["a/", "b"],
    ["c/", "d"],
  ]);
});

test("the first listing goes on by marker, and names the next one only with a delimiter", async () => {
  const s3 = await withKeys("a/1", "a/2", "b", "c");
  const rolled = await s3.listObjects({ Bucket, Delimiter: "/", MaxKeys: 1 });
  expect([rolled.NextMarker, rolled.IsTruncated]).toEqual(["a/", true]);
  const Marker = rolled.NextMarker ?? "";
  const rest = await s3.listObjects({ Bucket, Delimiter: "/", Marker });
  expect(rest.Contents?.map(({ Key }) => Key)).toEqual(["b", "c"]);
  const plain = await s3.listObjects({ Bucket, MaxKeys: 1 });
  expect([plain.NextMarker, plain.IsTruncated]).toEqual([undefined, true]);
});

test("StartAfter, Prefix and FetchOwner do what they say", async () => {
  const s3 = await withKeys("a", "b/1", "b/2", "c");
  const listed = await s3.listObjectsV2({
    Bucket,
    Prefix: "b/",
    StartAfter: "b/1",
    FetchOwner: true,
  });
  expect(listed.Contents?.map(({ Key, Owner }) => [Key, Owner?.ID?.length])).toEqual([["b/2", 64]]);
});

test("names are encoded when that is asked for, and nothing else is an encoding", async () => {
  const s3 = await withKeys("a b/ü+1");
  const listed = await s3.listObjectsV2({ Bucket, EncodingType: "url", Delimiter: "/" });
  expect(listed.CommonPrefixes).toEqual([{ Prefix: "a+b/" }]);
  await expect(s3.listObjectsV2({ Bucket, EncodingType: "x" as "url" })).rejects.toMatchObject({
    name: "InvalidArgument",
    message: "Invalid Encoding Method specified in Request",
    ArgumentName: "encoding-type",
    ArgumentValue: "x",
  });
});

test("a token that we did not give is refused", async () => {
  const s3 = await withKeys();
  await expect(s3.listObjectsV2({ Bucket, ContinuationToken: "abc" })).rejects.toMatchObject({
    name: "InvalidArgument",
    message: "The continuation token provided is incorrect",
  });
});

test.for([
  [-1, "Argument maxKeys must be an integer between 0 and 2147483647", "maxKeys"],
  [2 ** 31, "Provided max-keys not an integer or within integer range", "max-keys"],
] as const)("%i keys are no count of keys", async ([MaxKeys, message, ArgumentName]) => {
  const s3 = await withKeys();
  const refusal = { name: "InvalidArgument", message, ArgumentName, ArgumentValue: `${MaxKeys}` };
  await expect(s3.listObjects({ Bucket, MaxKeys })).rejects.toMatchObject(refusal);
  await expect(s3.listObjectsV2({ Bucket, MaxKeys })).rejects.toMatchObject(refusal);
});

test("listings tell instants to the second, as the object's own headers do", async () => {
  const cloud = await startCloud({ clock: new Date("2030-01-01T00:00:00.789Z") });
  const s3 = new S3(cloud.config());
  await s3.createBucket({ Bucket });
  await s3.putObject({ Bucket, Key: "key", Body: "x" });
  const copy = await s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/key` });
  const upload = { Bucket, Key: "parts" };
  const { UploadId } = await s3.createMultipartUpload(upload);
  await s3.uploadPart({ ...upload, UploadId, PartNumber: 1, Body: "x" });
  const part = await s3.uploadPartCopy({
    ...upload,
    UploadId,
    PartNumber: 2,
    CopySource: `${Bucket}/key`,
  });
  const told = [
    (await s3.listBuckets({})).Buckets?.[0]?.CreationDate,
    (await s3.headObject({ Bucket, Key: "key" })).LastModified,
    (await s3.listObjects({ Bucket })).Contents?.[0]?.LastModified,
    (await s3.listObjectsV2({ Bucket })).Contents?.[0]?.LastModified,
    (await s3.listObjectVersions({ Bucket })).Versions?.[0]?.LastModified,
    (await s3.listMultipartUploads({ Bucket })).Uploads?.[0]?.Initiated,
    (await s3.listParts({ ...upload, UploadId })).Parts?.[0]?.LastModified,
    copy.CopyObjectResult?.LastModified,
    part.CopyPartResult?.LastModified,
  ];
  expect(told).toEqual(told.map(() => new Date("2030-01-01T00:00:00.000Z")));
});
