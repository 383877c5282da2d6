import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const place = { Bucket: "kept", Key: "note" };

async function versioned() {
  const s3 = new S3((await startCloud()).config());
  await s3.createBucket({ Bucket: "kept" });
  const put = async (Body: string) => (await s3.putObject({ ...place, Body })).VersionId;
  const turn = (Status: "Enabled" | "Suspended") =>
    s3.putBucketVersioning({ Bucket: "kept", VersioningConfiguration: { Status } });
  const text = async (VersionId?: string) => {
    const version = VersionId === undefined ? {} : { VersionId };
    return (await s3.getObject({ ...place, ...version })).Body?.transformToString();
  };
  return { s3, put, turn, text };
}

test("with versioning a write and a delete keep what was there", async () => {
  const { s3, put, turn, text } = await versioned();
  expect(await put("before")).toBeUndefined();
  await turn("Enabled");
  const second = await put("second");
  const marker = await s3.deleteObject(place);
  expect(marker.DeleteMarker).toBe(true);
  await expect(text()).rejects.toMatchObject({ name: "NoSuchKey" });
  expect([await text("null"), await text(second)]).toEqual(["before", "second"]);

  const listed = await s3.listObjectVersions({ Bucket: "kept" });
  expect(listed.Versions?.map((one) => [one.VersionId, one.IsLatest])).toEqual([
    [second, false],
    ["null", false],
  ]);
  expect(listed.DeleteMarkers?.map((one) => [one.VersionId, one.IsLatest])).toEqual([
    [marker.VersionId, true],
  ]);
  expect((await s3.listObjectsV2({ Bucket: "kept" })).KeyCount).toBe(0);
});

test("deleting the delete marker brings the object back", async () => {
  const { s3, put, turn, text } = await versioned();
  await turn("Enabled");
  await put("one");
  const { VersionId } = await s3.deleteObject(place);
  const undone = await s3.deleteObject({ ...place, ...(VersionId && { VersionId }) });
  expect([undone.DeleteMarker, await text()]).toEqual([true, "one"]);
});

test("deleting the current version makes the one before it current", async () => {
  const { s3, put, turn, text } = await versioned();
  await turn("Enabled");
  const [first = "", second = ""] = [await put("one"), await put("two")];
  await s3.deleteObject({ ...place, VersionId: second });
  expect(await text()).toBe("one");
  await expect(text(second)).rejects.toMatchObject({
    name: "NoSuchVersion",
    $metadata: { httpStatusCode: 404 },
  });
  await s3.deleteObject({ ...place, VersionId: first });
  await s3.deleteBucket({ Bucket: "kept" });
});

test("while versioning is suspended the null version is replaced, and the others stay", async () => {
  const { s3, put, turn, text } = await versioned();
  await put("null one");
  await turn("Enabled");
  const kept = await put("kept");
  await turn("Suspended");
  expect(await put("null two")).toBeUndefined();
  expect([await text(), await text(kept), await text("null")]).toEqual([
    "null two",
    "kept",
    "null two",
  ]);
  const { Versions } = await s3.listObjectVersions({ Bucket: "kept" });
  expect(Versions?.map((one) => one.VersionId)).toEqual(["null", kept]);
});

test("an id that was never given is no version id", async () => {
  const { turn, put, text } = await versioned();
  await turn("Enabled");
  await put("one");
  await expect(text("HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD")).rejects.toMatchObject({
    name: "InvalidArgument",
    message: "Invalid version id specified",
    ArgumentName: "versionId",
  });
});

test("while versioning is suspended a write tells of no version, and a read of the null one", async () => {
  const { s3, put, turn } = await versioned();
  await turn("Suspended");
  expect(await put("one")).toBeUndefined();
  expect((await s3.getObject(place)).VersionId).toBe("null");
  const copied = await s3.copyObject({ ...place, Key: "copy", CopySource: "kept/note" });
  expect(copied.VersionId).toBe("null");
  const { UploadId } = await s3.createMultipartUpload(place);
  const part = { ...place, UploadId, PartNumber: 1 };
  const { ETag } = await s3.uploadPart({ ...part, Body: "x" });
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  const done = await s3.completeMultipartUpload({ ...place, UploadId, MultipartUpload });
  expect(done.VersionId).toBeUndefined();
});

test.for([
  [{}, "v", "A version-id marker cannot be specified without a key marker."],
  [{}, "", "A version-id marker cannot be specified without a key marker."],
  [{ KeyMarker: "note" }, "", "A version-id marker cannot be empty."],
  [{ KeyMarker: "note", EncodingType: "gzip" as "url" }, "v", "Invalid version id specified"],
] as const)("a listing %j does not go on behind version %j", async ([more, marker, message]) => {
  const { s3 } = await versioned();
  await expect(
    s3.listObjectVersions({ Bucket: "kept", VersionIdMarker: marker, ...more }),
  ).rejects.toMatchObject({
    name: "InvalidArgument",
    message,
    ArgumentName: "version-id-marker",
  });
});

test("a listing goes on behind the null version, and behind a key alone", async () => {
  const { s3, put } = await versioned();
  await put("one");
  const from = { Bucket: "kept", KeyMarker: "note" };
  const none = await s3.listObjectVersions({ ...from, VersionIdMarker: "null" });
  expect([none.Versions, none.VersionIdMarker]).toEqual([undefined, "null"]);
  expect((await s3.listObjectVersions(from)).Versions).toBeUndefined();
});
