import { createHash } from "node:crypto";
import { S3, type CompletedPart } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const place = { Bucket: "parts", Key: "big" };
const PART = Buffer.alloc(5 * 1024 * 1024 + 1, "a");
const LAST = Buffer.from("aaaaaaaaaa");

async function started(more: { ChecksumAlgorithm?: "CRC32"; ChecksumType?: "FULL_OBJECT" } = {}) {
  const cloud = await startCloud();
  const s3 = new S3({ ...cloud.config(), requestChecksumCalculation: "WHEN_REQUIRED" });
  await s3.createBucket({ Bucket: "parts" });
  const { UploadId = "" } = await s3.createMultipartUpload({ ...place, ...more });
  const put = async (PartNumber: number, Body: Buffer): Promise<CompletedPart> => {
    const { ETag, ChecksumCRC32 } = await s3.uploadPart({ ...place, UploadId, PartNumber, Body });
    return {
      PartNumber,
      ...(ETag === undefined ? {} : { ETag }),
      ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }),
    };
  };
  const complete = (Parts: CompletedPart[]) =>
    s3.completeMultipartUpload({ ...place, UploadId, MultipartUpload: { Parts } });
  return { cloud, s3, UploadId, put, complete };
}

test("parts become one object, which can be read by part", async () => {
  const { s3, put, complete } = await started();
  const parts = [await put(1, PART), await put(2, PART), await put(3, LAST)];
  const done = await complete(parts);
  expect([done.ETag, done.Location]).toEqual([
    '"4d45984fc3feb2ac9b22683c49674b56-3"',
    "http://parts.localhost:4566/big",
  ]);
  expect((await complete(parts)).ETag).toBe(done.ETag);
  const third = await s3.getObject({ ...place, PartNumber: 3 });
  expect([await third.Body?.transformToString(), third.PartsCount, third.ContentRange]).toEqual([
    "aaaaaaaaaa",
    3,
    "bytes 10485762-10485771/10485772",
  ]);
  const across = await s3.getObject({ ...place, Range: "bytes=5242880-5242882" });
  expect(await across.Body?.transformToString()).toBe("aaa");
  expect((await s3.listMultipartUploads({ Bucket: "parts" })).Uploads).toBeUndefined();
});

test("a composite checksum is that of the parts' checksums, a full one that of the bytes", async () => {
  const composite = await started({ ChecksumAlgorithm: "CRC32" });
  const parts = [
    await composite.put(1, PART),
    await composite.put(2, PART),
    await composite.put(3, LAST),
  ];
  expect(parts.map((part) => part.ChecksumCRC32)).toEqual(["NRU+Sw==", "NRU+Sw==", "TBHN8A=="]);
  const done = await composite.complete(parts);
  expect([done.ChecksumCRC32, done.ChecksumType]).toEqual(["5FRUiw==-3", "COMPOSITE"]);

  const full = await started({ ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
  const again = [await full.put(1, PART), await full.put(2, PART), await full.put(3, LAST)];
  const whole = await full.complete(again);
  expect([whole.ChecksumCRC32, whole.ChecksumType]).toEqual(["qSEQSA==", "FULL_OBJECT"]);
});

test("parts are checked before they are joined", async () => {
  const { put, complete, UploadId } = await started();
  const small = await put(1, LAST);
  const other = await put(2, Buffer.from("b"));
  const refusals = [];
  for (const parts of [
    [],
    [other, small],
    [small, other],
    [{ ...small, ETag: other.ETag ?? "" }],
    [{ ...small, PartNumber: 0 }],
  ]) {
    const refused: unknown = await complete(parts).catch((error: unknown) => error);
    refusals.push(refused);
  }
  expect(refusals).toMatchObject([
    {
      name: "MalformedXML",
      message:
        "The XML you provided was not well-formed or did not validate against our published schema",
    },
    { name: "InvalidPartOrder", UploadId },
    {
      name: "EntityTooSmall",
      message: "Your proposed upload is smaller than the minimum allowed size",
      MinSizeAllowed: "5242880",
      PartNumber: "1",
      ProposedSize: "10",
    },
    { name: "InvalidPart", PartNumber: "1", UploadId },
    { name: "InvalidArgument", message: "PartNumber must be >= 1", ArgumentName: "PartNumber" },
  ]);
});

test("an upload does not end without a list of its parts", async () => {
  const { s3, UploadId } = await started();
  await expect(s3.completeMultipartUpload({ ...place, UploadId })).rejects.toMatchObject({
    name: "InvalidRequest",
    message: "You must specify at least one part",
  });
});

test("an upload that was given up is not there any more", async () => {
  const { s3, put, complete, UploadId } = await started();
  const part = await put(1, LAST);
  await s3.abortMultipartUpload({ ...place, UploadId });
  const gone = {
    name: "NoSuchUpload",
    message:
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
    $metadata: { httpStatusCode: 404 },
  };
  await expect(complete([part])).rejects.toMatchObject(gone);
  await expect(s3.listParts({ ...place, UploadId })).rejects.toMatchObject(gone);
});

test("parts and uploads are listed in pages", async () => {
  const { s3, put, UploadId } = await started();
  for (const number of [1, 2, 3]) await put(number, LAST);
  const first = await s3.listParts({ ...place, UploadId, MaxParts: 2 });
  expect([first.Parts?.map((part) => part.PartNumber), first.IsTruncated]).toEqual([[1, 2], true]);
  const PartNumberMarker = first.NextPartNumberMarker ?? "";
  const second = await s3.listParts({ ...place, UploadId, PartNumberMarker });
  expect([second.Parts?.map((part) => part.PartNumber), second.IsTruncated]).toEqual([[3], false]);
  await s3.createMultipartUpload({ Bucket: "parts", Key: "a/1" });
  const uploads = await s3.listMultipartUploads({ Bucket: "parts", Delimiter: "/" });
  expect([uploads.Uploads?.map(({ Key }) => Key), uploads.CommonPrefixes]).toEqual([
    ["big"],
    [{ Prefix: "a/" }],
  ]);
});

test("a part may be copied from a range of an object", async () => {
  const { s3, complete, UploadId } = await started();
  await s3.putObject({ Bucket: "parts", Key: "source", Body: "0123456789" });
  const copied = await s3.uploadPartCopy({
    ...place,
    UploadId,
    PartNumber: 1,
    CopySource: "parts/source",
    CopySourceRange: "bytes=2-4",
  });
  const ETag = copied.CopyPartResult?.ETag ?? "";
  await complete([{ PartNumber: 1, ETag }]);
  expect(await (await s3.getObject(place)).Body?.transformToString()).toBe("234");
});

test("the SDK's own uploader works, and the bytes arrive", async () => {
  const { s3 } = await started();
  const Body = Buffer.alloc(11 * 1024 * 1024, "0123456789");
  await new Upload({ client: s3, params: { Bucket: "parts", Key: "lib", Body } }).done();
  const got = await s3.getObject({ Bucket: "parts", Key: "lib" });
  const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  expect(sha((await got.Body?.transformToByteArray()) ?? LAST)).toBe(sha(Body));
});

test("the names of a checksum may be written small", async () => {
  const { s3 } = await started();
  const lower = { ChecksumAlgorithm: "crc64nvme", ChecksumType: "full_object" } as object;
  const { ChecksumAlgorithm, ChecksumType } = await s3.createMultipartUpload({
    ...place,
    ...lower,
  });
  expect([ChecksumAlgorithm, ChecksumType]).toEqual(["CRC64NVME", "FULL_OBJECT"]);
});
