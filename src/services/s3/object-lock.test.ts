import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";

const Bucket = "locked";
const Key = "record";
const TOMORROW = new Date("2030-01-02T00:00:00Z");
const LATER = new Date("2030-01-05T00:00:00Z");

async function withLocks() {
  const cloud = await startCloud();
  const s3 = new S3(cloud.config());
  await s3.createBucket({ Bucket, ObjectLockEnabledForBucket: true });
  const put = async (asked: object = {}) => {
    const { VersionId } = await s3.putObject({ Bucket, Key, Body: "x", ...asked });
    return { Bucket, Key, VersionId };
  };
  return { cloud, s3, put };
}

type Mode = "GOVERNANCE" | "COMPLIANCE";

const retained = (Mode: Mode, until = TOMORROW) => ({
  ObjectLockMode: Mode,
  ObjectLockRetainUntilDate: until,
});
const kept = {
  name: "AccessDenied",
  message: "Access Denied because object protected by object lock.",
  $metadata: { httpStatusCode: 403 },
};
const MALFORMED =
  "The XML you provided was not well-formed or did not validate against our published schema";

test("a bucket with locks keeps its versions, and says so", async () => {
  const { s3 } = await withLocks();
  expect((await s3.getBucketVersioning({ Bucket })).Status).toBe("Enabled");
  expect((await s3.getObjectLockConfiguration({ Bucket })).ObjectLockConfiguration).toEqual({
    ObjectLockEnabled: "Enabled",
  });
  await expect(
    s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Suspended" } }),
  ).rejects.toMatchObject({
    name: "InvalidBucketState",
    message:
      "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.",
    $metadata: { httpStatusCode: 409 },
  });
});

test("a retained version stays until its date, on the clock of the cloud", async () => {
  const { cloud, s3, put } = await withLocks();
  const version = await put(retained("COMPLIANCE"));
  await expect(s3.deleteObject(version)).rejects.toMatchObject(kept);
  await expect(
    s3.deleteObject({ ...version, BypassGovernanceRetention: true }),
  ).rejects.toMatchObject(kept);
  await cloud.clock.advance({ days: 1, seconds: -1 });
  await expect(s3.deleteObject(version)).rejects.toMatchObject(kept);
  await cloud.clock.advance({ seconds: 1 });
  expect((await s3.deleteObject(version)).VersionId).toBe(version.VersionId);
});

test("a delete marker lies over a retained version, and newer versions too", async () => {
  const { s3, put } = await withLocks();
  await put(retained("COMPLIANCE"));
  const second = await put();
  expect((await s3.deleteObject(second)).VersionId).toBe(second.VersionId);
  const { DeleteMarker, VersionId } = await s3.deleteObject({ Bucket, Key });
  expect(DeleteMarker).toBe(true);
  await expect(s3.getObjectRetention({ Bucket, Key, VersionId })).rejects.toMatchObject({
    name: "MethodNotAllowed",
  });
  await s3.deleteObject({ Bucket, Key, VersionId });
});

test("a legal hold outlasts every retention, until it is lifted", async () => {
  const { s3, put } = await withLocks();
  const version = await put({ ObjectLockLegalHoldStatus: "ON" });
  expect((await s3.headObject(version)).ObjectLockLegalHoldStatus).toBe("ON");
  await expect(s3.deleteObject(version)).rejects.toMatchObject(kept);
  const Objects = [{ Key, VersionId: version.VersionId }];
  const many = { Bucket, Delete: { Objects }, BypassGovernanceRetention: true };
  expect((await s3.deleteObjects(many)).Errors).toEqual([
    { Key, VersionId: version.VersionId, Code: "AccessDenied", Message: kept.message },
  ]);
  await s3.putObjectLegalHold({ ...version, LegalHold: { Status: "OFF" } });
  expect((await s3.getObjectLegalHold(version)).LegalHold).toEqual({ Status: "OFF" });
  expect((await s3.deleteObject(version)).VersionId).toBe(version.VersionId);
});

test("governance is lifted by who has the right to, and by saying so", async () => {
  const { cloud, s3, put } = await withLocks();
  const version = await put(retained("GOVERNANCE"));
  const iam = new IAM(cloud.config());
  await iam.createUser({ UserName: "ann" });
  const allow = (...Action: string[]) =>
    iam.putUserPolicy({
      UserName: "ann",
      PolicyName: "p",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action, Resource: "*" }],
      }),
    });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ann" });
  const accessKeyId = AccessKey?.AccessKeyId ?? "";
  const secretAccessKey = AccessKey?.SecretAccessKey ?? "";
  const ann = new S3(cloud.config({ credentials: { accessKeyId, secretAccessKey } }));
  const bypass = { ...version, BypassGovernanceRetention: true };
  await allow("s3:DeleteObjectVersion", "s3:GetObject");
  expect((await ann.headObject({ Bucket, Key })).ObjectLockMode).toBeUndefined();
  await expect(ann.deleteObject(bypass)).rejects.toMatchObject({ name: "AccessDenied" });
  const Objects = [{ Key, VersionId: version.VersionId }];
  const many = { Bucket, Delete: { Objects }, BypassGovernanceRetention: true };
  await allow("s3:DeleteObjectVersion", "s3:DeleteObject");
  expect((await ann.deleteObjects(many)).Errors?.[0]?.Message).toBe(kept.message);
  await allow("s3:DeleteObjectVersion", "s3:BypassGovernanceRetention");
  await expect(ann.deleteObject(version)).rejects.toMatchObject(kept);
  await ann.deleteObject(bypass);
  await expect(s3.headObject(version)).rejects.toMatchObject({ name: "NotFound" });
});

test("a retention may be made longer; shorter or weaker only by lifting it", async () => {
  const { s3, put } = await withLocks();
  const version = await put(retained("GOVERNANCE", LATER));
  const retain = (Mode: Mode, RetainUntilDate: Date, BypassGovernanceRetention = false) =>
    s3.putObjectRetention({
      ...version,
      Retention: { Mode, RetainUntilDate },
      ...(BypassGovernanceRetention ? { BypassGovernanceRetention } : {}),
    });
  await expect(retain("GOVERNANCE", TOMORROW)).rejects.toMatchObject(kept);
  await expect(retain("COMPLIANCE", LATER)).rejects.toMatchObject(kept);
  await retain("GOVERNANCE", TOMORROW, true);
  await retain("GOVERNANCE", LATER);
  await retain("COMPLIANCE", LATER, true);
  await expect(retain("COMPLIANCE", TOMORROW, true)).rejects.toMatchObject(kept);
  await expect(retain("GOVERNANCE", LATER, true)).rejects.toMatchObject(kept);
  expect((await s3.getObjectRetention(version)).Retention).toEqual({
    Mode: "COMPLIANCE",
    RetainUntilDate: LATER,
  });
});

test("new objects have the bucket's retention, unless they bring their own", async () => {
  const { s3, put } = await withLocks();
  const rule = (DefaultRetention: object) =>
    s3.putObjectLockConfiguration({
      Bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: "Enabled",
        Rule: { DefaultRetention },
      },
    });
  const lockOf = async (key = Key) => {
    const head = await s3.headObject({ Bucket, Key: key });
    return [head.ObjectLockMode, head.ObjectLockRetainUntilDate?.toISOString().slice(0, 10)];
  };
  await rule({ Mode: "GOVERNANCE", Days: 3 });
  await put();
  expect(await lockOf()).toEqual(["GOVERNANCE", "2030-01-04"]);
  await put(retained("COMPLIANCE"));
  expect(await lockOf()).toEqual(["COMPLIANCE", "2030-01-02"]);
  await rule({ Mode: "COMPLIANCE", Years: 1 });
  expect((await s3.getObjectLockConfiguration({ Bucket })).ObjectLockConfiguration?.Rule).toEqual({
    DefaultRetention: { Mode: "COMPLIANCE", Years: 1 },
  });
  await s3.copyObject({ Bucket, Key: "copy", CopySource: `${Bucket}/${Key}` });
  expect(await lockOf("copy")).toEqual(["COMPLIANCE", "2031-01-01"]);
  const { UploadId } = await s3.createMultipartUpload({
    Bucket,
    Key: "parts",
    ...retained("GOVERNANCE"),
  });
  const part = { Bucket, Key: "parts", UploadId };
  const { ETag } = await s3.uploadPart({ ...part, PartNumber: 1, Body: "x" });
  const Parts = [{ PartNumber: 1, ETag }];
  await s3.completeMultipartUpload({ ...part, MultipartUpload: { Parts } });
  expect(await lockOf("parts")).toEqual(["GOVERNANCE", "2030-01-02"]);
});

const NO_LOCKS: [asked: object, name: string, message: string][] = [
  [
    { ObjectLockMode: "GOVERNANCE" },
    "InvalidArgument",
    "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
  ],
  [
    { ObjectLockMode: "BAD-VALUE", ObjectLockRetainUntilDate: TOMORROW },
    "InvalidArgument",
    "Unknown wormMode directive.",
  ],
  [
    retained("GOVERNANCE", new Date("2029-12-31T00:00:00Z")),
    "InvalidArgument",
    "The retain until date must be in the future!",
  ],
  [
    { ObjectLockLegalHoldStatus: "MAYBE" },
    "InvalidArgument",
    "Legal Hold must be either of 'ON' or 'OFF'",
  ],
];

test.each(NO_LOCKS)("a lock that is none is refused: %j", async (asked, name, message) => {
  const { put } = await withLocks();
  await expect(put(asked)).rejects.toMatchObject({ name, message });
});

test("a date that is over is shown as S3 shows it", async () => {
  const { s3, put } = await withLocks();
  const version = await put();
  const RetainUntilDate = new Date("2020-01-01T00:00:00Z");
  await expect(
    s3.putObjectRetention({ ...version, Retention: { Mode: "GOVERNANCE", RetainUntilDate } }),
  ).rejects.toMatchObject({
    ArgumentName: "RetainUntilDate",
    ArgumentValue: "Tue Dec 31 16:00:00 PST 2019",
  });
});

const NO_RULES: [configuration: object, message: string][] = [
  [{}, MALFORMED],
  [{ Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } } }, MALFORMED],
  [{ ObjectLockEnabled: "Enabled", Rule: {} }, MALFORMED],
  [{ ObjectLockEnabled: "Enabled", Rule: { DefaultRetention: { Mode: "GOVERNANCE" } } }, MALFORMED],
  [
    { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention: { Mode: "BAD", Days: 1 } } },
    MALFORMED,
  ],
  [
    {
      ObjectLockEnabled: "Enabled",
      Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1, Years: 1 } },
    },
    MALFORMED,
  ],
];

test.each(NO_RULES)("a rule that is none is refused: %j", async (configuration, message) => {
  const { s3 } = await withLocks();
  const ObjectLockConfiguration = configuration;
  await expect(
    s3.putObjectLockConfiguration({ Bucket, ObjectLockConfiguration }),
  ).rejects.toMatchObject({ name: "MalformedXML", message });
});

test("a bucket without locks knows none of it, and gets them only with versions", async () => {
  const { s3 } = await withLocks();
  const plain = { Bucket: "plain", Key };
  await s3.createBucket({ Bucket: "plain" });
  const missing = {
    name: "InvalidRequest",
    message: "Bucket is missing Object Lock Configuration",
    $metadata: { httpStatusCode: 400 },
  };
  await expect(s3.putObject({ ...plain, ...retained("GOVERNANCE") })).rejects.toMatchObject(
    missing,
  );
  await s3.putObject(plain);
  await expect(s3.getObjectLegalHold(plain)).rejects.toMatchObject(missing);
  await expect(
    s3.deleteObject({ ...plain, BypassGovernanceRetention: true }),
  ).rejects.toMatchObject({
    message: "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
  });
  const ObjectLockConfiguration = { ObjectLockEnabled: "Enabled" as const };
  const enable = () => s3.putObjectLockConfiguration({ Bucket: "plain", ObjectLockConfiguration });
  await expect(enable()).rejects.toMatchObject({ name: "InvalidBucketState" });
  const VersioningConfiguration = { Status: "Enabled" as const };
  await s3.putBucketVersioning({ Bucket: "plain", VersioningConfiguration });
  await enable();
  await expect(s3.getObjectRetention(plain)).rejects.toMatchObject({
    name: "NoSuchObjectLockConfiguration",
    message: "The specified object does not have a ObjectLock configuration",
    $metadata: { httpStatusCode: 404 },
  });
});
