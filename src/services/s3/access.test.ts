import { IAM } from "@aws-sdk/client-iam";
import { GetObjectCommand, S3 } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { browse } from "./raw.testing.ts";

const Bucket = "guarded";

/** An owner, and a user of the same account with one policy. */
async function withUser(...Statement: object[]) {
  if (Statement.length === 0) Statement.push(allow("s3:GetObject", OBJECTS));
  const cloud = await startCloud();
  const owner = new S3(cloud.config());
  await owner.createBucket({ Bucket });
  await owner.putObject({ Bucket, Key: "a", Body: "x", Tagging: "open=yes" });
  await owner.putObject({ Bucket, Key: "b", Body: "x" });
  const iam = new IAM(cloud.config());
  await iam.createUser({ UserName: "ann" });
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.putUserPolicy({ UserName: "ann", PolicyName: "p", PolicyDocument });
  const { AccessKey } = await iam.createAccessKey({ UserName: "ann" });
  const user = new S3(
    cloud.config({
      credentials: {
        accessKeyId: AccessKey?.AccessKeyId ?? "",
        secretAccessKey: AccessKey?.SecretAccessKey ?? "",
      },
    }),
  );
  return { cloud, owner, user };
}

const OBJECTS = `arn:aws:s3:::${Bucket}/*`;
const THE_BUCKET = `arn:aws:s3:::${Bucket}`;
const allow = (Action: string, Resource: string, Condition?: object) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition !== undefined && { Condition }),
});

test("who may not list the bucket is not told that a key is missing", async () => {
  const { user } = await withUser(allow("s3:GetObject", OBJECTS));
  expect((await user.getObject({ Bucket, Key: "a" })).ContentLength).toBe(1);
  await expect(user.getObject({ Bucket, Key: "none" })).rejects.toMatchObject({
    name: "AccessDenied",
    $metadata: { httpStatusCode: 403 },
  });
  const lister = await withUser(allow("s3:GetObject", OBJECTS), allow("s3:ListBucket", THE_BUCKET));
  await expect(lister.user.getObject({ Bucket, Key: "none" })).rejects.toMatchObject({
    name: "NoSuchKey",
  });
});

test("who may list some keys is told which of them are missing", async () => {
  const { user } = await withUser(
    allow("s3:GetObject", OBJECTS),
    allow("s3:PutObject", OBJECTS),
    allow("s3:ListBucket", THE_BUCKET, { StringLike: { "s3:prefix": "open/*" } }),
  );
  const missing = { name: "NoSuchKey", $metadata: { httpStatusCode: 404 } };
  const denied = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };
  await expect(user.getObject({ Bucket, Key: "open/none" })).rejects.toMatchObject(missing);
  await expect(user.getObject({ Bucket, Key: "none" })).rejects.toMatchObject(denied);
  const copy = (from: string) =>
    user.copyObject({ Bucket, Key: "c", CopySource: `${Bucket}/${from}` });
  await expect(copy("open/none")).rejects.toMatchObject(missing);
  await expect(copy("none")).rejects.toMatchObject(denied);
});

test("a listing may be allowed for one prefix alone", async () => {
  const { user } = await withUser(
    allow("s3:ListBucket", THE_BUCKET, { StringEquals: { "s3:prefix": "a" } }),
  );
  expect((await user.listObjectsV2({ Bucket, Prefix: "a" })).KeyCount).toBe(1);
  await expect(user.listObjectsV2({ Bucket })).rejects.toMatchObject({ name: "AccessDenied" });
});

test("the tags of an object may decide who reads it", async () => {
  const { user } = await withUser(
    allow("s3:GetObject", OBJECTS, { StringEquals: { "s3:ExistingObjectTag/open": "yes" } }),
  );
  expect((await user.getObject({ Bucket, Key: "a" })).ContentLength).toBe(1);
  await expect(user.getObject({ Bucket, Key: "b" })).rejects.toMatchObject({
    name: "AccessDenied",
  });
});

test("a copy needs the right to read its source", async () => {
  const { user } = await withUser(allow("s3:PutObject", OBJECTS));
  await expect(
    user.copyObject({ Bucket, Key: "c", CopySource: `${Bucket}/a` }),
  ).rejects.toMatchObject({ name: "AccessDenied" });
});

test("of many keys those are deleted that the caller may delete, and each of the others is refused", async () => {
  const { owner, user } = await withUser(allow("s3:DeleteObject", `${THE_BUCKET}/a`));
  const Delete = { Objects: [{ Key: "a" }, { Key: "b" }, { Key: "a", VersionId: "null" }] };
  const { Deleted, Errors } = await user.deleteObjects({ Bucket, Delete });
  const denied = (Key: string, action: string, VersionId?: string) => ({
    Key,
    ...(VersionId !== undefined && { VersionId }),
    Code: "AccessDenied",
    Message:
      `User: arn:aws:iam::000000000000:user/ann is not authorized to perform: ${action} on ` +
      `resource: "${THE_BUCKET}/${Key}" because no identity-based policy allows the ${action} action`,
  });
  expect({ Deleted, Errors }).toEqual({
    Deleted: [{ Key: "a" }],
    Errors: [denied("b", "s3:DeleteObject"), denied("a", "s3:DeleteObjectVersion", "null")],
  });
  const left = await owner.listObjectsV2({ Bucket });
  expect(left.Contents?.map(({ Key }) => Key)).toEqual(["b"]);
});

test("a bucket policy decides about each key, for the owner's root user too", async () => {
  const { cloud, owner } = await withUser(allow("s3:GetObject", OBJECTS));
  const statement = (Effect: string, Resource: string, Principal: object) => ({
    Effect,
    Action: "s3:DeleteObject",
    Resource,
    Principal,
  });
  const other = { AWS: "222222222222" };
  const Statement = [
    statement("Allow", OBJECTS, other),
    statement("Deny", `${THE_BUCKET}/b`, other),
    statement("Deny", `${THE_BUCKET}/b`, { AWS: "000000000000" }),
  ];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await owner.putBucketPolicy({ Bucket, Policy });
  const stranger = new S3(cloud.config({ accountId: "222222222222" }));
  const Delete = { Objects: [{ Key: "a" }, { Key: "b" }] };
  const outcome = async (s3: S3) => {
    const { Deleted, Errors } = await s3.deleteObjects({ Bucket, Delete });
    return [Deleted?.map(({ Key }) => Key), Errors?.map(({ Key, Code }) => [Key, Code])];
  };
  const expected = [["a"], [["b", "AccessDenied"]]];
  expect([await outcome(stranger), await outcome(owner)]).toEqual([expected, expected]);
});

test("a bucket policy lets another account in, and public ones are blocked until that is lifted", async () => {
  const { cloud, owner } = await withUser(allow("s3:GetObject", OBJECTS));
  const policyFor = (Principal: object | string) =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ ...allow("s3:GetObject", OBJECTS), Principal }],
    });
  const stranger = new S3(cloud.config({ accountId: "222222222222" }));
  const read = () => stranger.getObject({ Bucket, Key: "a" });
  await expect(read()).rejects.toMatchObject({ name: "AccessDenied" });
  await owner.putBucketPolicy({ Bucket, Policy: policyFor({ AWS: "222222222222" }) });
  expect((await read()).ContentLength).toBe(1);
  expect((await owner.getBucketPolicyStatus({ Bucket })).PolicyStatus?.IsPublic).toBe(false);

  await expect(owner.putBucketPolicy({ Bucket, Policy: policyFor("*") })).rejects.toMatchObject({
    name: "AccessDenied",
  });
  await owner.deletePublicAccessBlock({ Bucket });
  await owner.putBucketPolicy({ Bucket, Policy: policyFor("*") });
  expect((await owner.getBucketPolicyStatus({ Bucket })).PolicyStatus?.IsPublic).toBe(true);
  expect((await read()).ContentLength).toBe(1);
  await owner.putPublicAccessBlock({
    Bucket,
    PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
  });
  await expect(read()).rejects.toMatchObject({ name: "AccessDenied" });
});

const NOT_APPLICABLE = "Action does not apply to any resource(s) in statement";

/** Everybody may read, but for this. */
const policy = (other: object) =>
  JSON.stringify({
    Statement: [{ ...allow("s3:GetObject", OBJECTS), Principal: "*", ...other }],
  });

test.for([
  ["[]", "Policies must be valid JSON and the first byte must be '{'"],
  ['{"Version":"2012-10-17"}', "Missing required field Statement"],
  [
    '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::other/*"}]}',
    "Policy has invalid resource",
  ],
  ['{"Version":"2012-10-17","Statement":[],"Note":"x"}', "Unknown field Note"],
  ['{"Statement":[]}', "Could not parse the policy: Statement is empty!"],
  [policy({ Action: "s3:ListObjects" }), "Policy has invalid action"],
  [policy({ Action: "sqs:SendMessage" }), "Policy has invalid action"],
  [policy({ Resource: THE_BUCKET }), NOT_APPLICABLE],
  [policy({ Action: ["s3:Get*", "s3:ListBucket"] }), NOT_APPLICABLE],
  [policy({ Principle: "*" }), "Unknown field Principle"],
  [policy({ Condition: { StringFoo: { "aws:a": "b" } } }), "Invalid Condition type : StringFoo"],
] as const)("%s is no bucket policy", async ([Policy, message]) => {
  const { owner } = await withUser(allow("s3:GetObject", OBJECTS));
  await expect(owner.putBucketPolicy({ Bucket, Policy })).rejects.toMatchObject({
    name: "MalformedPolicy",
    message,
    $metadata: { httpStatusCode: 400 },
  });
});

test("a bucket policy names nobody who is not there", async () => {
  const { cloud, owner } = await withUser(allow("s3:GetObject", OBJECTS));
  const put = (AWS: unknown) => {
    const Statement = [{ ...allow("s3:GetObject", OBJECTS), Principal: { AWS } }];
    return owner
      .putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) })
      .then(
        () => "put",
        (error: Error) => `${error.name}: ${error.message}`,
      );
  };
  const here = "arn:aws:iam::000000000000";
  const there = "arn:aws:iam::222222222222";
  expect(await put([`${here}:user/ann`, "222222222222", `${there}:root`])).toBe("put");
  for (const nobody of [`${here}:user/bob`, `${here}:role/ann`, `${there}:role/app`]) {
    expect(await put(["222222222222", nobody])).toBe(
      "MalformedPolicy: Invalid principal in policy",
    );
  }
  const AssumeRolePolicyDocument = JSON.stringify({
    Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
  });
  const iam = new IAM(cloud.config({ accountId: "222222222222" }));
  await iam.createRole({ RoleName: "app", Path: "/x/", AssumeRolePolicyDocument });
  expect(await put(`${there}:role/x/app`)).toBe("put");
});

test("no policy locks the owner's root user out of the policy", async () => {
  const { owner, user } = await withUser(allow("s3:*", "*"));
  const Statement = [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: THE_BUCKET }];
  const Policy = JSON.stringify({ Statement });
  await owner.putBucketPolicy({ Bucket, Policy });
  expect((await owner.getBucketPolicy({ Bucket })).Policy).toBe(Policy);
  await expect(user.deleteBucketPolicy({ Bucket })).rejects.toMatchObject({ name: "AccessDenied" });
  await owner.deleteBucketPolicy({ Bucket });
  expect((await user.listObjectsV2({ Bucket })).KeyCount).toBe(2);
});

test.for([
  { Action: "s3:*", Resource: [THE_BUCKET, OBJECTS] },
  { Action: ["s3:ListBucket", "s3:getobject"], Resource: `${THE_BUCKET}*` },
  { Action: "*", Resource: OBJECTS },
  { NotAction: "s3:ListBucket", Resource: THE_BUCKET },
  { Action: "s3:Get?bject", Resource: `${THE_BUCKET}/a` },
  {
    Action: "s3:GetObject",
    Resource: OBJECTS,
    Condition: {
      "ForAnyValue:StringNotLikeIfExists": { "aws:TagKeys": "x" },
      Null: { "aws:a": "true" },
    },
  },
])("%j may stand in a bucket policy", async (said) => {
  const { owner } = await withUser();
  const Statement = [{ Effect: "Deny", Principal: { AWS: "222222222222" }, ...said }];
  const Policy = JSON.stringify({ Statement });
  await owner.putBucketPolicy({ Bucket, Policy });
  expect((await owner.getBucketPolicy({ Bucket })).Policy).toBe(Policy);
});

test("who is refused in another account, or unknown, is not told why", async () => {
  const { cloud, owner } = await withUser();
  const stranger = new S3(cloud.config({ accountId: "222222222222" }));
  const nobody = new S3({ ...cloud.config(), signer: { sign: async (request) => request } });
  const plain = {
    name: "AccessDenied",
    message: "Access Denied",
    $metadata: { httpStatusCode: 403 },
  };
  for (const s3 of [stranger, nobody]) {
    await expect(s3.getObject({ Bucket, Key: "a" })).rejects.toMatchObject(plain);
    await expect(s3.getObject({ Bucket, Key: "none" })).rejects.toMatchObject(plain);
    await expect(s3.listObjectsV2({ Bucket })).rejects.toMatchObject(plain);
  }
  await stranger.createBucket({ Bucket: "theirs" });
  await expect(
    stranger.copyObject({ Bucket: "theirs", Key: "a", CopySource: `${Bucket}/a` }),
  ).rejects.toMatchObject(plain);
  const Delete = { Objects: [{ Key: "a" }] };
  expect((await stranger.deleteObjects({ Bucket, Delete })).Errors).toEqual([
    { Key: "a", Code: "AccessDenied", Message: "Access Denied" },
  ]);
  expect((await owner.listObjectsV2({ Bucket })).KeyCount).toBe(2);
});

test("the account of a bucket, and the age of a signature, may decide", async () => {
  const { user } = await withUser(
    allow("s3:GetObject", `${THE_BUCKET}/a`, {
      StringEquals: { "s3:ResourceAccount": "000000000000" },
      NumericLessThan: { "s3:signatureAge": "600000" },
    }),
    allow("s3:GetObject", `${THE_BUCKET}/b`, {
      StringEquals: { "s3:ResourceAccount": "222222222222" },
    }),
  );
  expect((await user.getObject({ Bucket, Key: "a" })).ContentLength).toBe(1);
  await expect(user.getObject({ Bucket, Key: "b" })).rejects.toMatchObject({
    name: "AccessDenied",
  });
});

test("a policy may end a presigned URL before it ends itself", async () => {
  const { cloud, owner } = await withUser();
  const Statement = [
    {
      ...allow("s3:GetObject", OBJECTS, { NumericGreaterThan: { "s3:signatureAge": "600000" } }),
      Effect: "Deny",
      Principal: "*",
    },
  ];
  await owner.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Statement }) });
  const signingDate = new Date("2030-01-01T00:00:00Z");
  const command = new GetObjectCommand({ Bucket, Key: "a" });
  const url = new URL(await getSignedUrl(owner, command, { signingDate, expiresIn: 3600 }));
  const read = async () => {
    const { status } = await browse(cloud, {
      method: "GET",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host },
    });
    return status;
  };
  expect(await read()).toBe(200);
  await cloud.clock.advance({ minutes: 10 });
  expect(await read()).toBe(200);
  await cloud.clock.advance({ seconds: 1 });
  expect(await read()).toBe(403);
});
