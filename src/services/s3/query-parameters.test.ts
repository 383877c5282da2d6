import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const Bucket = "addressed";

/** A client whose requests have these parameters besides. */
async function asking(query: Readonly<Record<string, string>>) {
  const cloud = await startCloud();
  const owner = new S3(cloud.config());
  await owner.createBucket({ Bucket });
  await owner.putObject({ Bucket, Key: "source", Body: "x" });
  const s3 = new S3(cloud.config());
  s3.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { query: object }).query, query);
      return next(args);
    },
    { step: "build" },
  );
  return { owner, s3 };
}

const NO_UPLOAD = {
  name: "InvalidArgument",
  message: "This operation does not accept partNumber without uploadId",
  ArgumentName: "partNumber",
  ArgumentValue: "1",
  $metadata: { httpStatusCode: 400 },
};
const NO_PART = { name: "MethodNotAllowed", $metadata: { httpStatusCode: 405 } };
const NO_VERSION = {
  name: "InvalidArgument",
  message: "This operation does not accept a version-id.",
  ArgumentName: "versionId",
  ArgumentValue: "abc",
};

test.for([
  [{ partNumber: "1" }, NO_UPLOAD],
  [{ uploadId: "u" }, NO_PART],
  [{ versionId: "abc" }, NO_VERSION],
] as const)("half an address of %j writes no object", async ([query, refusal]) => {
  const { owner, s3 } = await asking(query);
  const CopySource = `${Bucket}/source`;
  await expect(s3.putObject({ Bucket, Key: "k", Body: "x" })).rejects.toMatchObject(refusal);
  await expect(s3.copyObject({ Bucket, Key: "k", CopySource })).rejects.toMatchObject(refusal);
  const { Contents } = await owner.listObjectsV2({ Bucket });
  expect(Contents?.map(({ Key }) => Key)).toEqual(["source"]);
});

test("a part goes to no version", async () => {
  const { owner, s3 } = await asking({ versionId: "abc" });
  const { UploadId } = await owner.createMultipartUpload({ Bucket, Key: "k" });
  await expect(
    s3.uploadPart({ Bucket, Key: "k", UploadId, PartNumber: 1, Body: "x" }),
  ).rejects.toMatchObject(NO_VERSION);
});

test("an empty version is none", async () => {
  const { s3 } = await asking({ versionId: "" });
  await expect(s3.getObject({ Bucket, Key: "source" })).rejects.toMatchObject({
    name: "InvalidArgument",
    message: "Version id cannot be the empty string",
    ArgumentName: "versionId",
  });
});
