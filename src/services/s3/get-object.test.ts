import {
  GetObjectCommand,
  S3,
  type GetObjectCommandInput,
  type ObjectAttributes,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

async function tenBytes() {
  const cloud = await startCloud();
  const s3 = new S3(cloud.config());
  await s3.createBucket({ Bucket: "ranges" });
  await s3.putObject({ Bucket: "ranges", Key: "ten", Body: "0123456789" });
  const get = async (more: Partial<GetObjectCommandInput>) => {
    const got = await s3.getObject({ Bucket: "ranges", Key: "ten", ...more });
    const text = await got.Body?.transformToString();
    return [got.$metadata.httpStatusCode, text, got.ContentRange];
  };
  return { cloud, s3, get };
}

test.for([
  ["bytes=0-8", 206, "012345678", "bytes 0-8/10"],
  ["bytes=1-", 206, "123456789", "bytes 1-9/10"],
  ["bytes=-2", 206, "89", "bytes 8-9/10"],
  ["bytes=-15", 206, "0123456789", "bytes 0-9/10"],
  ["bytes=0-100", 206, "0123456789", "bytes 0-9/10"],
  ["bytes=1-0", 200, "0123456789", undefined],
  ["bytes=0-1,3-4", 200, "0123456789", undefined],
  ["0-8", 200, "0123456789", undefined],
] as const)("Range: %s", async ([Range, status, text, contentRange]) => {
  const { get } = await tenBytes();
  expect(await get({ Range })).toEqual([status, text, contentRange]);
});

test.for(["bytes=-0", "bytes=100-200"])("Range: %s cannot be satisfied", async (Range) => {
  const { get } = await tenBytes();
  await expect(get({ Range })).rejects.toMatchObject({
    name: "InvalidRange",
    message: "The requested range is not satisfiable",
    ActualObjectSize: "10",
    RangeRequested: Range,
    $metadata: { httpStatusCode: 416 },
  });
});

test("the part numbered 1 is the whole of an object that has no parts", async () => {
  const { get } = await tenBytes();
  expect(await get({ PartNumber: 1 })).toEqual([206, "0123456789", "bytes 0-9/10"]);
  await expect(get({ PartNumber: 2 })).rejects.toMatchObject({
    name: "InvalidPartNumber",
    ActualPartCount: "1",
    $metadata: { httpStatusCode: 416 },
  });
});

test.for([0, 10_001])("there is no part numbered %i anywhere", async (PartNumber) => {
  const { get } = await tenBytes();
  await expect(get({ PartNumber })).rejects.toMatchObject({
    name: "InvalidArgument",
    message: "Part number must be an integer between 1 and 10000, inclusive",
    ArgumentName: "partNumber",
    $metadata: { httpStatusCode: 400 },
  });
});

test.for([
  [
    [],
    "InvalidRequest",
    "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
  ],
  [["ETag", "Colour"], "InvalidArgument", "Invalid attribute name specified."],
] as const)("nobody can tell the attributes %j", async ([names, name, message]) => {
  const { s3 } = await tenBytes();
  const ObjectAttributes = [...names] as ObjectAttributes[];
  await expect(
    s3.getObjectAttributes({ Bucket: "ranges", Key: "ten", ObjectAttributes }),
  ).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode: 400 } });
});

const ETAG = '"781e5e245d69b566979b86e28d23f2c7"';
const BEFORE = new Date("2029-12-31T00:00:00Z");
const WRITTEN = new Date("2030-01-01T00:00:00Z");

test.for([
  [{ IfMatch: ETAG }, 200],
  [{ IfMatch: '"other"' }, 412],
  [{ IfNoneMatch: ETAG }, 304],
  [{ IfNoneMatch: ETAG.slice(1, -1) }, 304],
  [{ IfNoneMatch: '"other"' }, 200],
  [{ IfModifiedSince: BEFORE }, 200],
  [{ IfModifiedSince: WRITTEN }, 304],
  [{ IfModifiedSince: new Date("2031-01-01T00:00:00Z") }, 200],
  [{ IfUnmodifiedSince: BEFORE }, 412],
  [{ IfUnmodifiedSince: WRITTEN }, 200],
  [{ IfMatch: ETAG, IfUnmodifiedSince: BEFORE }, 200],
  [{ IfNoneMatch: '"other"', IfModifiedSince: WRITTEN }, 200],
] as const)("GET with %o gives %i", async ([condition, status]) => {
  const { get } = await tenBytes();
  const outcome = await get(condition).then(
    ([code]) => code,
    (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
  );
  expect(outcome).toBe(status);
});

test("a checksum comes with the whole object, and not with a part of it", async () => {
  const { s3 } = await tenBytes();
  const place = { Bucket: "ranges", Key: "ten", ChecksumMode: "ENABLED" } as const;
  const whole = await s3.headObject(place);
  const part = await s3.headObject({ ...place, Range: "bytes=0-1" });
  expect([whole.ChecksumCRC32, part.ChecksumCRC32]).toEqual(["poTHxg==", undefined]);
});

test("an archived object has to be restored first", async () => {
  const { s3 } = await tenBytes();
  await s3.putObject({ Bucket: "ranges", Key: "cold", Body: "x", StorageClass: "GLACIER" });
  await expect(s3.getObject({ Bucket: "ranges", Key: "cold" })).rejects.toMatchObject({
    name: "InvalidObjectState",
    message: "The operation is not valid for the object's storage class",
    $metadata: { httpStatusCode: 403 },
  });
});

test("a presigned URL lets anybody read, under the headers that it asks for", async () => {
  const { cloud, s3 } = await tenBytes();
  const command = new GetObjectCommand({
    Bucket: "ranges",
    Key: "ten",
    ResponseContentType: "text/special",
  });
  const signingDate = cloud.clock.now();
  const url = new URL(await getSignedUrl(s3, command, { expiresIn: 60, signingDate }));
  const fetchIt = async () => {
    const { response } = await cloud.config().requestHandler.handle({
      method: "GET",
      protocol: url.protocol,
      hostname: url.hostname,
      port: Number(url.port),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host, ":authority": url.host },
    });
    const { statusCode, headers } = response as {
      statusCode: number;
      headers: Record<string, string>;
    };
    return [statusCode, headers["content-type"]];
  };
  expect(await fetchIt()).toEqual([200, "text/special"]);
  await cloud.clock.advance({ days: 1 });
  expect((await fetchIt())[0]).toBe(403);
});

test("a key that no object can have is too long for those who read and delete, too", async () => {
  const s3 = new S3((await startCloud()).config());
  await s3.createBucket({ Bucket: "long" });
  const asked = { Bucket: "long", Key: "k".repeat(1025) };
  for (const attempt of [s3.getObject(asked), s3.getObjectTagging(asked), s3.deleteObject(asked)]) {
    await expect(attempt).rejects.toMatchObject({
      name: "KeyTooLongError",
      message: "Your key is too long",
      Size: "1025",
      MaxSizeAllowed: "1024",
    });
  }
});

test("GetObjectTagging alone tells a missing key with its bucket", async () => {
  const s3 = new S3((await startCloud()).config());
  const Bucket = "tagged";
  await s3.createBucket({ Bucket });
  const missing = { Bucket, Key: "none" };
  await expect(s3.getObjectTagging(missing)).rejects.toMatchObject({
    name: "NoSuchKey",
    Key: "tagged/none",
  });
  await expect(s3.deleteObjectTagging(missing)).rejects.toMatchObject({ Key: "none" });
});
