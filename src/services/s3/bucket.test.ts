import { S3, type ListBucketsCommandOutput } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { browse } from "./raw.testing.ts";

test("a bucket is made, found, listed and deleted", async () => {
  const cloud = await startCloud();
  const s3 = new S3(cloud.config());
  const made = await s3.createBucket({ Bucket: "photos" });
  expect([made.Location, made.BucketArn]).toEqual(["/photos", "arn:aws:s3:::photos"]);
  expect((await s3.headBucket({ Bucket: "photos" })).BucketRegion).toBe("us-east-1");
  const listed = await s3.listBuckets({});
  expect(listed.Buckets).toEqual([
    {
      Name: "photos",
      CreationDate: new Date("2030-01-01T00:00:00Z"),
      BucketArn: "arn:aws:s3:::photos",
    },
  ]);
  await s3.deleteBucket({ Bucket: "photos" });
  await expect(s3.getBucketLocation({ Bucket: "photos" })).rejects.toMatchObject({
    name: "NoSuchBucket",
    message: "The specified bucket does not exist",
    BucketName: "photos",
    $metadata: { httpStatusCode: 404 },
  });
});

test("a name belongs to one account of all; only in us-east-1 may its owner make it again", async () => {
  const cloud = await startCloud();
  const mine = new S3(cloud.config());
  const western = new S3(cloud.config({ region: "eu-west-1" }));
  const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
  await mine.createBucket({ Bucket: "east" });
  await western.createBucket({ Bucket: "west", CreateBucketConfiguration });
  expect((await mine.createBucket({ Bucket: "east" })).Location).toBe("/east");
  await expect(
    western.createBucket({ Bucket: "west", CreateBucketConfiguration }),
  ).rejects.toMatchObject({
    name: "BucketAlreadyOwnedByYou",
    message: "Your previous request to create the named bucket succeeded and you already own it.",
    $metadata: { httpStatusCode: 409 },
  });
  const theirs = new S3(cloud.config({ accountId: "222222222222" }));
  await expect(theirs.createBucket({ Bucket: "east" })).rejects.toMatchObject({
    name: "BucketAlreadyExists",
    $metadata: { httpStatusCode: 409 },
  });
});

test("a bucket's configuration is left out or says something", async () => {
  const cloud = await startCloud();
  const s3 = new S3(cloud.config());
  const CreateBucketConfiguration = {};
  await expect(
    s3.createBucket({ Bucket: "east", CreateBucketConfiguration }),
  ).rejects.toMatchObject({
    name: "MalformedXML",
    message:
      "The XML you provided was not well-formed or did not validate against our published schema",
    $metadata: { httpStatusCode: 400 },
  });
  const { Buckets } = await s3.listBuckets();
  expect(Buckets ?? []).toEqual([]);
});

test("outside us-east-1 a bucket is made where one is, and nowhere else", async () => {
  const cloud = await startCloud();
  const s3 = new S3(cloud.config({ region: "us-west-2" }));
  const CreateBucketConfiguration = { LocationConstraint: "us-west-1" } as const;
  await expect(s3.createBucket({ Bucket: "b-1", CreateBucketConfiguration })).rejects.toMatchObject(
    {
      name: "IllegalLocationConstraintException",
      message:
        "The us-west-1 location constraint is incompatible for the region specific endpoint this request was sent to.",
      $metadata: { httpStatusCode: 400 },
    },
  );
});

test.for(["ab", "Upper", "a..b", "10.0.0.1", "-a-b", "abc-s3alias", "a-us-east-1-an", "a_b_c"])(
  "%s is no name for a bucket",
  async (Bucket) => {
    const s3 = new S3((await startCloud()).config());
    await expect(s3.createBucket({ Bucket })).rejects.toMatchObject({
      name: "InvalidBucketName",
      message: "The specified bucket is not valid.",
      $metadata: { httpStatusCode: 400 },
    });
  },
);

test("a bucket that holds something is not deleted", async () => {
  const s3 = new S3((await startCloud()).config());
  await s3.createBucket({ Bucket: "full" });
  await s3.putObject({ Bucket: "full", Key: "a", Body: "" });
  await expect(s3.deleteBucket({ Bucket: "full" })).rejects.toMatchObject({
    name: "BucketNotEmpty",
    message: "The bucket you tried to delete is not empty",
    $metadata: { httpStatusCode: 409 },
  });
});

test("a client of another region is sent to the bucket's own", async () => {
  const cloud = await startCloud();
  await new S3(cloud.config()).createBucket({ Bucket: "east" });
  const western = new S3(cloud.config({ region: "eu-west-1" }));
  await expect(western.listObjectsV2({ Bucket: "east" })).rejects.toMatchObject({
    name: "PermanentRedirect",
    $metadata: { httpStatusCode: 301 },
  });
  expect((await western.getBucketLocation({ Bucket: "east" })).LocationConstraint).toBeUndefined();
});

test("buckets are listed in pages, by prefix and by region", async () => {
  const s3 = new S3((await startCloud()).config());
  for (const Bucket of ["a-1", "a-2", "b-1"]) await s3.createBucket({ Bucket });
  const names = (page: ListBucketsCommandOutput) => page.Buckets?.map(({ Name }) => Name);
  const first = await s3.listBuckets({ MaxBuckets: 2 });
  const { ContinuationToken = "" } = first;
  const second = await s3.listBuckets({ MaxBuckets: 2, ContinuationToken });
  expect([names(first), names(second), second.ContinuationToken]).toEqual([
    ["a-1", "a-2"],
    ["b-1"],
    undefined,
  ]);
  expect(names(await s3.listBuckets({ Prefix: "b" }))).toEqual(["b-1"]);
  expect(names(await s3.listBuckets({ BucketRegion: "eu-west-1" }))).toEqual([]);
});

test.for([0, -1, 10_001])("no page has %i buckets", async (MaxBuckets) => {
  const s3 = new S3((await startCloud()).config());
  await expect(s3.listBuckets({ MaxBuckets })).rejects.toMatchObject({
    name: "InvalidArgument",
    message: "Argument max-buckets must be an integer between 1 and 10000.",
    ArgumentName: "max-buckets",
    ArgumentValue: `${MaxBuckets}`,
  });
});

test("regions of buckets are told to those who ask for something in particular", async () => {
  const s3 = new S3((await startCloud()).config());
  await s3.createBucket({ Bucket: "a-1" });
  await s3.createBucket({
    Bucket: "a-2",
    CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
  });
  const CreationDate = new Date("2030-01-01T00:00:00Z");
  const east = { Name: "a-1", BucketArn: "arn:aws:s3:::a-1", CreationDate };
  const west = { Name: "a-2", BucketArn: "arn:aws:s3:::a-2", CreationDate };
  expect((await s3.listBuckets({})).Buckets).toEqual([east, west]);
  expect((await s3.listBuckets({ Prefix: "a-" })).Buckets).toEqual([
    { ...east, BucketRegion: "us-east-1" },
    { ...west, BucketRegion: "eu-west-1" },
  ]);
  expect((await s3.listBuckets({ BucketRegion: "eu-west-1" })).Buckets).toEqual([
    { ...west, BucketRegion: "eu-west-1" },
  ]);
});

test.for([
  [{ ContinuationToken: "!" }, "The continuation token provided is incorrect"],
  [{ BucketRegion: "nowhere" }, "Argument value nowhere is not a valid AWS Region"],
] as const)("a listing of %o is refused", async ([input, message]) => {
  const s3 = new S3((await startCloud()).config());
  await expect(s3.listBuckets(input)).rejects.toMatchObject({
    name: "InvalidArgument",
    message,
    $metadata: { httpStatusCode: 400 },
  });
});

test("a refusal tells the region of the bucket to whoever asks, signed or not", async () => {
  const cloud = await startCloud();
  const Bucket = "far-away";
  await new S3(cloud.config({ region: "eu-west-1" })).createBucket({
    Bucket,
    CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
  });
  const ask = async (method: string) => {
    const { status, headers } = await browse(cloud, { method, path: `/${Bucket}` });
    return [status, headers["x-amz-bucket-region"]];
  };
  expect([await ask("HEAD"), await ask("GET")]).toEqual([
    [403, "eu-west-1"],
    [403, "eu-west-1"],
  ]);
});
