import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { canonicalId } from "./buckets.ts";
import { browse } from "./raw.testing.ts";

const Bucket = "listed";
const OTHER = "222222222222";
const ALL = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const ownersId = canonicalId("000000000000");
const othersId = canonicalId(OTHER);

type Ownership = "BucketOwnerEnforced" | "BucketOwnerPreferred" | "ObjectWriter";

/** A bucket in which lists count, its owner, and the root user of another account. */
async function withLists(ObjectOwnership: Ownership = "ObjectWriter") {
  const cloud = await startCloud();
  const owner = new S3(cloud.config());
  await owner.createBucket({ Bucket, ObjectOwnership });
  await owner.deletePublicAccessBlock({ Bucket });
  const credentials = { accessKeyId: OTHER, secretAccessKey: "test" };
  const other = new S3(cloud.config({ credentials }));
  const anonymous = (method: string, key: string, body?: string) =>
    browse(cloud, {
      method,
      path: `/${Bucket}${key === "" ? "" : `/${key}`}`,
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
    });
  return { cloud, owner, other, anonymous };
}

const toOwner = {
  Grantee: { ID: ownersId, Type: "CanonicalUser" },
  Permission: "FULL_CONTROL",
} as const;
const toGroup = (URI: string, Permission: string) => ({
  Grantee: { URI, Type: "Group" },
  Permission,
});
const refused = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };

test("a canned list says who may do what, and the next one replaces it", async () => {
  const { owner } = await withLists();
  await owner.putBucketAcl({ Bucket, ACL: "public-read-write" });
  expect(await owner.getBucketAcl({ Bucket })).toMatchObject({
    Owner: { ID: ownersId },
    Grants: [toOwner, toGroup(ALL, "READ"), toGroup(ALL, "WRITE")],
  });
  await owner.putBucketAcl({ Bucket, ACL: "private" });
  expect((await owner.getBucketAcl({ Bucket })).Grants).toEqual([toOwner]);
});

test("grants in headers are all that a list holds", async () => {
  const { owner } = await withLists();
  await owner.putObject({
    Bucket,
    Key: "a",
    GrantRead: `id=${othersId},uri="${AUTHENTICATED}"`,
    GrantWriteACP: `id="${ownersId}"`,
  });
  expect((await owner.getObjectAcl({ Bucket, Key: "a" })).Grants).toEqual([
    { Grantee: { ID: othersId, Type: "CanonicalUser" }, Permission: "READ" },
    toGroup(AUTHENTICATED, "READ"),
    { Grantee: { ID: ownersId, Type: "CanonicalUser" }, Permission: "WRITE_ACP" },
  ]);
});

test("a document is a list; another owner in it is refused", async () => {
  const { owner } = await withLists();
  await owner.putObject({ Bucket, Key: "a" });
  const Grants = [
    { Grantee: { ID: othersId, Type: "CanonicalUser" }, Permission: "READ" },
  ] as const;
  const put = (ID: string) =>
    owner.putObjectAcl({
      Bucket,
      Key: "a",
      AccessControlPolicy: { Owner: { ID }, Grants: [...Grants] },
    });
  await put(ownersId);
  expect((await owner.getObjectAcl({ Bucket, Key: "a" })).Grants).toEqual(Grants);
  await expect(put(othersId)).rejects.toMatchObject(refused);
});

const NO_LISTS: [asked: object, name: string, sentence: string][] = [
  [{}, "MissingSecurityHeader", "Your request was missing a required header"],
  [{ ACL: "private", GrantRead: `id=${othersId}` }, "InvalidRequest", "Specifying both"],
  [{ AccessControlPolicy: {} }, "MalformedACLError", "The XML you provided was not well-formed"],
  [
    { ACL: "private", AccessControlPolicy: { Owner: { ID: ownersId }, Grants: [] } },
    "UnexpectedContent",
    "This request does not support content",
  ],
  [
    {
      AccessControlPolicy: {
        Owner: { ID: ownersId },
        Grants: [{ Grantee: { Type: "BadType", ID: "wrong-id" }, Permission: "READ" }],
      },
    },
    "MalformedACLError",
    "The XML you provided was not well-formed",
  ],
  [
    {
      AccessControlPolicy: {
        Owner: { ID: ownersId },
        Grants: [{ Grantee: { Type: "Group", URI: "http://else" }, Permission: "READ" }],
      },
    },
    "InvalidArgument",
    "Invalid group uri",
  ],
  [{ GrantRead: "emailAddress=ann@example.com" }, "MethodNotAllowed", "The specified method"],
];

test.each(NO_LISTS)("a list that is none is refused: %j", async (asked, name, sentence) => {
  const { owner } = await withLists("BucketOwnerEnforced");
  await expect(owner.putBucketAcl({ Bucket, ...asked })).rejects.toMatchObject({
    name,
    message: expect.stringContaining(sentence) as string,
  });
});

test("everybody may read what is public, and list what is", async () => {
  const { owner, anonymous } = await withLists();
  await owner.putObject({ Bucket, Key: "open", Body: "x", ACL: "public-read" });
  await owner.putObject({ Bucket, Key: "shut", Body: "x" });
  expect((await anonymous("GET", "open")).status).toBe(200);
  expect((await anonymous("GET", "shut")).status).toBe(403);
  expect((await anonymous("GET", "")).status).toBe(403);
  await owner.putBucketAcl({ Bucket, ACL: "public-read" });
  expect((await anonymous("GET", "")).status).toBe(200);
  expect((await anonymous("GET", "none")).status).toBe(404);
  expect((await anonymous("GET", "shut")).status).toBe(403);
  expect((await anonymous("PUT", "new", "x")).status).toBe(403);
});

test("what is public-read-write, everybody may write and delete", async () => {
  const { owner, anonymous } = await withLists();
  await owner.putBucketAcl({ Bucket, ACL: "public-read-write" });
  expect((await anonymous("PUT", "new", "x")).status).toBe(200);
  const { Contents } = await owner.listObjects({ Bucket });
  expect(Contents?.[0]?.Owner).toEqual({ ID: "65a011a29cdf8ec533ec3d1ccaae921c" });
  expect((await anonymous("DELETE", "new")).status).toBe(204);
});

test("authenticated-read is for those who sign", async () => {
  const { owner, other, anonymous } = await withLists();
  await owner.putObject({ Bucket, Key: "a", Body: "x", ACL: "authenticated-read" });
  expect((await other.getObject({ Bucket, Key: "a" })).ContentLength).toBe(1);
  expect((await anonymous("GET", "a")).status).toBe(403);
});

test("each permission opens its own operations to the account that it names", async () => {
  const { owner, other } = await withLists();
  await owner.putObject({ Bucket, Key: "a", Body: "x" });
  const grant = (Grant: object) => owner.putObjectAcl({ Bucket, Key: "a", ...Grant });
  await grant({ GrantRead: `id=${othersId}` });
  expect((await other.headObject({ Bucket, Key: "a" })).ContentLength).toBe(1);
  await expect(other.getObjectAcl({ Bucket, Key: "a" })).rejects.toMatchObject(refused);
  await grant({ GrantReadACP: `id=${othersId}` });
  expect((await other.getObjectAcl({ Bucket, Key: "a" })).Owner).toEqual({ ID: ownersId });
  await expect(other.getObject({ Bucket, Key: "a" })).rejects.toMatchObject(refused);
  await grant({ GrantWriteACP: `id=${othersId}` });
  await other.putObjectAcl({ Bucket, Key: "a", GrantFullControl: `id=${othersId}` });
  expect((await other.getObject({ Bucket, Key: "a" })).ContentLength).toBe(1);
  await expect(other.deleteObject({ Bucket, Key: "a" })).rejects.toMatchObject(refused);
  await owner.putBucketAcl({ Bucket, GrantWrite: `id=${othersId}` });
  await other.deleteObject({ Bucket, Key: "a" });
});

test("a list opens to an account; its users need a policy of their own", async () => {
  const { cloud, owner } = await withLists();
  await owner.putObject({ Bucket, Key: "a", Body: "x", GrantRead: `id=${othersId}` });
  const credentials = { accessKeyId: OTHER, secretAccessKey: "test" };
  const iam = new IAM(cloud.config({ credentials }));
  await iam.createUser({ UserName: "ann" });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ann" });
  const accessKeyId = AccessKey?.AccessKeyId ?? "";
  const secretAccessKey = AccessKey?.SecretAccessKey ?? "";
  const ann = new S3(cloud.config({ credentials: { accessKeyId, secretAccessKey } }));
  await expect(ann.getObject({ Bucket, Key: "a" })).rejects.toMatchObject(refused);
  const Statement = [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.putUserPolicy({ UserName: "ann", PolicyName: "p", PolicyDocument });
  expect((await ann.getObject({ Bucket, Key: "a" })).ContentLength).toBe(1);
});

test("a policy's denial outranks a list", async () => {
  const { owner, anonymous } = await withLists();
  await owner.putObject({ Bucket, Key: "a", Body: "x", ACL: "public-read" });
  const Resource = `arn:aws:s3:::${Bucket}/*`;
  const Statement = [{ Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource }];
  await owner.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Statement }) });
  expect((await anonymous("GET", "a")).status).toBe(403);
});

test("whoever writes an object owns it, and the bucket's owner may not read it", async () => {
  const { owner, other } = await withLists("ObjectWriter");
  await owner.putBucketAcl({ Bucket, GrantWrite: `id=${othersId}` });
  await other.putObject({ Bucket, Key: "a", Body: "x" });
  await expect(owner.getObject({ Bucket, Key: "a" })).rejects.toMatchObject(refused);
  expect((await other.getObjectAcl({ Bucket, Key: "a" })).Owner).toEqual({ ID: othersId });
  const { Contents } = await owner.listObjectsV2({ Bucket, FetchOwner: true });
  expect(Contents?.[0]?.Owner).toEqual({ ID: othersId });
  await other.putObjectAcl({ Bucket, Key: "a", ACL: "bucket-owner-read" });
  expect((await owner.getObject({ Bucket, Key: "a" })).ContentLength).toBe(1);
  // Once lists are turned off, everything is the bucket's owner's.
  await other.putObjectAcl({ Bucket, Key: "a", ACL: "private" });
  await owner.putBucketAcl({ Bucket, ACL: "private" });
  const Rules = [{ ObjectOwnership: "BucketOwnerEnforced" as const }];
  await owner.putBucketOwnershipControls({ Bucket, OwnershipControls: { Rules } });
  expect((await owner.getObject({ Bucket, Key: "a" })).ContentLength).toBe(1);
  expect((await owner.getObjectAcl({ Bucket, Key: "a" })).Owner).toEqual({ ID: ownersId });
  await expect(other.getObject({ Bucket, Key: "a" })).rejects.toMatchObject(refused);
});

test("with BucketOwnerPreferred a writer may give the object to the bucket's owner", async () => {
  const { owner, other } = await withLists("BucketOwnerPreferred");
  await owner.putBucketAcl({ Bucket, GrantWrite: `id=${othersId}` });
  const ACL = "bucket-owner-full-control";
  await other.putObject({ Bucket, Key: "given", Body: "x", ACL });
  expect((await owner.getObjectAcl({ Bucket, Key: "given" })).Grants).toEqual([toOwner]);
  await expect(other.getObject({ Bucket, Key: "given" })).rejects.toMatchObject(refused);
});

test("a copy and an upload in parts have the lists that they are given", async () => {
  const { owner, anonymous } = await withLists();
  await owner.putObject({ Bucket, Key: "a", Body: "x", ACL: "public-read" });
  const CopySource = `${Bucket}/a`;
  await owner.copyObject({ Bucket, Key: "plain", CopySource });
  await owner.copyObject({ Bucket, Key: "open", CopySource, ACL: "public-read" });
  expect((await anonymous("GET", "plain")).status).toBe(403);
  expect((await anonymous("GET", "open")).status).toBe(200);
  const upload = { Bucket, Key: "parts", ACL: "public-read" as const };
  const { UploadId } = await owner.createMultipartUpload(upload);
  const part = { Bucket, Key: "parts", UploadId };
  const { ETag } = await owner.uploadPart({ ...part, PartNumber: 1, Body: "x" });
  const Parts = [{ PartNumber: 1, ETag }];
  await owner.completeMultipartUpload({ ...part, MultipartUpload: { Parts } });
  expect((await anonymous("GET", "parts")).text).toBe("x");
});

test("block public access refuses public lists, and ignores those there are", async () => {
  const { owner, anonymous } = await withLists();
  await owner.putObject({ Bucket, Key: "a", Body: "x", ACL: "public-read" });
  const block = (PublicAccessBlockConfiguration: object) =>
    owner.putPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration });
  await block({ BlockPublicAcls: true });
  await expect(owner.putBucketAcl({ Bucket, ACL: "public-read" })).rejects.toMatchObject({
    ...refused,
    message:
      "User: arn:aws:iam::000000000000:root is not authorized to perform: s3:PutBucketAcl on " +
      `resource: "arn:aws:s3:::${Bucket}" because public access control lists (ACLs) are ` +
      "prevented by the BlockPublicAcls setting in S3 Block Public Access.",
  });
  await expect(
    owner.putObject({ Bucket, Key: "b", Body: "x", ACL: "authenticated-read" }),
  ).rejects.toMatchObject(refused);
  expect((await anonymous("GET", "a")).status).toBe(200);
  await block({ IgnorePublicAcls: true });
  expect((await anonymous("GET", "a")).status).toBe(403);
});

test("a new bucket takes a list only where lists count, and never a public one", async () => {
  const { owner } = await withLists();
  const create = (asked: object) => owner.createBucket({ Bucket: "another", ...asked });
  await expect(create({ ACL: "public-read" })).rejects.toMatchObject({
    name: "InvalidBucketAclWithObjectOwnership",
  });
  const ObjectOwnership = "ObjectWriter";
  await expect(create({ ACL: "public-read", ObjectOwnership })).rejects.toMatchObject({
    name: "InvalidBucketAclWithBlockPublicAccessError",
    message: "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
  });
  await create({ GrantRead: `id=${othersId}`, ObjectOwnership });
  expect((await owner.getBucketAcl({ Bucket: "another" })).Grants).toEqual([
    { Grantee: { ID: othersId, Type: "CanonicalUser" }, Permission: "READ" },
  ]);
});

test("creating one's bucket again in us-east-1 takes its list back", async () => {
  const { owner } = await withLists();
  await owner.putBucketAcl({ Bucket, ACL: "public-read" });
  await owner.createBucket({ Bucket });
  expect((await owner.getBucketAcl({ Bucket })).Grants).toEqual([toOwner]);
});

test("lists are not turned off while the bucket's grants something to others", async () => {
  const { owner } = await withLists();
  await owner.putBucketAcl({ Bucket, ACL: "public-read" });
  const Rules = [{ ObjectOwnership: "BucketOwnerEnforced" as const }];
  const turnOff = () => owner.putBucketOwnershipControls({ Bucket, OwnershipControls: { Rules } });
  await expect(turnOff()).rejects.toMatchObject({
    name: "InvalidBucketAclWithObjectOwnership",
    message: "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  });
  await owner.putBucketAcl({ Bucket, ACL: "private" });
  await turnOff();
  await expect(owner.putBucketAcl({ Bucket, ACL: "private" })).rejects.toMatchObject({
    name: "AccessControlListNotSupported",
  });
});

test("each version has a list of its own", async () => {
  const { owner, anonymous } = await withLists();
  const VersioningConfiguration = { Status: "Enabled" as const };
  await owner.putBucketVersioning({ Bucket, VersioningConfiguration });
  const { VersionId } = await owner.putObject({ Bucket, Key: "a", ACL: "public-read" });
  await owner.putObject({ Bucket, Key: "a", Body: "x" });
  expect((await anonymous("GET", "a")).status).toBe(403);
  const of = async (version: object) =>
    (await owner.getObjectAcl({ Bucket, Key: "a", ...version })).Grants?.length;
  expect([await of({}), await of({ VersionId })]).toEqual([1, 2]);
  await owner.putObjectAcl({ Bucket, Key: "a", VersionId, ACL: "private" });
  expect(await of({ VersionId })).toBe(1);
});
