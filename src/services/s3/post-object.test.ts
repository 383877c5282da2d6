import { createHmac, hash } from "node:crypto";
import { KMS } from "@aws-sdk/client-kms";
import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud, type StartOptions } from "../../testing/cloud.ts";
import { browse, type BrowserAnswer } from "./raw.testing.ts";

const Bucket = "forms";
const DATE = "20300101";

type Conditions = readonly (
  | Readonly<Record<string, string | number>>
  | readonly (string | number)[]
)[];

const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();

/** As the SDKs sign it, for the key `test`. */
function signed(conditions: Conditions, expiration = "2030-01-01T01:00:00Z", date = DATE) {
  const fields = {
    "x-amz-algorithm": "AWS4-HMAC-SHA256",
    "x-amz-credential": `test/${date}/us-east-1/s3/aws4_request`,
    "x-amz-date": `${date}T000000Z`,
  };
  const all = [
    ...conditions,
    { bucket: Bucket },
    ...Object.entries(fields).map(([k, v]) => ({ [k]: v })),
  ];
  const policy = Buffer.from(JSON.stringify({ expiration, conditions: all })).toString("base64");
  const key = ["us-east-1", "s3", "aws4_request"].reduce(hmac, hmac("AWS4test", date));
  return { ...fields, policy, "x-amz-signature": hmac(key, policy).toString("hex") };
}

async function withBucket(options: StartOptions = {}) {
  const cloud = await startCloud(options);
  const s3 = new S3(cloud.config());
  await s3.createBucket({ Bucket });
  const post = async (fields: Readonly<Record<string, string>>, file = "hello") => {
    const parts = Object.entries(fields).map(
      ([name, value]) =>
        `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const head = `--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n`;
    const answer = await browse(cloud, {
      method: "POST",
      path: `/${Bucket}`,
      headers: { "content-type": "multipart/form-data; boundary=x" },
      body: Buffer.from(`${parts.join("")}${head}${file}\r\n--x--\r\n`),
    });
    const message = /<Message>(.*)<\/Message>/.exec(answer.text)?.[1]?.replaceAll("&quot;", '"');
    return { ...answer, message };
  };
  return { cloud, s3, post };
}

const KEY: Conditions = [["starts-with", "$key", "up/"]];

test("a form is billed as the PutObject that it is", async () => {
  const { cloud, post } = await withBucket();
  await post({ ...signed(KEY), key: "up/a.txt" });
  await post({ ...signed(KEY), key: "down/a.txt" });
  const lines = (await cloud.usage()).filter(({ operation }) => operation === "PutObject");
  const requests = lines.filter(({ unit }) => unit === "Requests");
  expect(requests.map(({ usageType, quantity }) => [usageType, quantity])).toEqual([
    ["Requests-Tier1", 1],
  ]);
});

test("a signed form uploads its file, under the name that the browser gave it", async () => {
  const { s3, post } = await withBucket();
  const fields = {
    ...signed([...KEY, { "x-amz-meta-a": "1" }, ["starts-with", "$content-type", "text/"]]),
    key: "up/${filename}",
    "Content-Type": "text/plain",
    "x-amz-meta-a": "1",
  };
  const answer = await post(fields);
  expect([answer.status, answer.headers["etag"]]).toEqual([
    204,
    '"5d41402abc4b2a76b9719d911017c592"',
  ]);
  const { Metadata, ContentType } = await s3.headObject({ Bucket, Key: "up/a.txt" });
  expect({ Metadata, ContentType }).toEqual({ Metadata: { a: "1" }, ContentType: "text/plain" });
});

test("the page decides how it is answered", async () => {
  const { post } = await withBucket();
  const created = await post({
    ...signed([...KEY, { success_action_status: "201" }]),
    key: "up/b",
    success_action_status: "201",
  });
  expect([created.status, /<Location>(.*)<\/Location>/.exec(created.text)?.[1]]).toEqual([
    201,
    "http://localhost:4566/forms/up/b",
  ]);
  const success_action_redirect = "https://example.org/done?x=1";
  const redirected = await post({
    ...signed([...KEY, { success_action_redirect }]),
    key: "up/b",
    success_action_redirect,
  });
  expect([redirected.status, redirected.headers["location"]]).toEqual([
    303,
    "https://example.org/done?x=1&bucket=forms&key=up%2Fb&etag=%225d41402abc4b2a76b9719d911017c592%22",
  ]);
});

const each = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([name, value]) => ({ [name]: value }));

const answeredOf = ({ headers }: BrowserAnswer) =>
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^x-amz-(?:server-side|version)/.test(name)),
  );

test("a form is told its version, however it is answered", async () => {
  const { s3, post } = await withBucket();
  await s3.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: "Enabled" } });
  const key = "up/a";
  const wishes = [
    {},
    { success_action_status: "200" },
    { success_action_status: "201" },
    { success_action_redirect: "https://example.org/" },
  ];
  const answers = [];
  for (const wish of wishes) {
    answers.push(await post({ ...signed([...KEY, ...each(wish)]), ...wish, key }));
  }
  const { Versions = [] } = await s3.listObjectVersions({ Bucket });
  expect(answers.map((answer) => [answer.status, answeredOf(answer)])).toEqual(
    [204, 200, 201, 303].map((status, at) => [
      status,
      {
        "x-amz-server-side-encryption": "AES256",
        "x-amz-version-id": Versions.at(-1 - at)?.VersionId,
      },
    ]),
  );
});

test("a form is told with which key its file was encrypted", async () => {
  const { cloud, s3, post } = await withBucket();
  const { KeyMetadata } = await new KMS(cloud.config()).createKey({});
  const { KeyId = "", Arn } = KeyMetadata ?? {};
  const asked = {
    "x-amz-server-side-encryption": "aws:kms",
    "x-amz-server-side-encryption-aws-kms-key-id": KeyId,
  };
  const sealed = { ...asked, "x-amz-server-side-encryption-aws-kms-key-id": Arn };
  const key = "up/a";
  expect(answeredOf(await post({ ...signed([...KEY, ...each(asked)]), ...asked, key }))).toEqual(
    sealed,
  );
  const customer = Buffer.alloc(32, 1);
  const brought = {
    "x-amz-server-side-encryption-customer-algorithm": "AES256",
    "x-amz-server-side-encryption-customer-key": customer.toString("base64"),
    "x-amz-server-side-encryption-customer-key-md5": hash("md5", customer, "base64"),
  };
  const { "x-amz-server-side-encryption-customer-key": _, ...told } = brought;
  expect(
    answeredOf(await post({ ...signed([...KEY, ...each(brought)]), ...brought, key })),
  ).toEqual(told);
  const rule = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: KeyId } as const;
  const Rules = [{ ApplyServerSideEncryptionByDefault: rule, BucketKeyEnabled: true }];
  await s3.putBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } });
  expect(answeredOf(await post({ ...signed(KEY), key }))).toEqual({
    ...sealed,
    "x-amz-server-side-encryption-bucket-key-enabled": "true",
  });
});

test("a form that is not as its policy wants it is refused", async () => {
  const { post } = await withBucket();
  const key = "up/a";
  const answers = [
    await post({ ...signed(KEY), key: "down/a" }),
    await post({ ...signed(KEY), key, "x-amz-meta-b": "1" }),
    await post({ ...signed(KEY, "2029-12-31T00:00:00Z"), key }),
    await post({ ...signed(KEY, "2030-01-02 00:00:00"), key }),
    await post({ ...signed([...KEY, { success_action_status: 201 }]), key }),
    await post({ ...signed([...KEY, ["content-length-range", 1, 3]]), key }),
    await post({ ...signed([...KEY, ["content-length-range", 10, 30]]), key }),
    await post({ ...signed(KEY), key, "x-amz-signature": "00" }),
    await post({ key }),
  ];
  expect(answers.map(({ status, message }) => [status, message])).toEqual([
    [403, 'Invalid according to Policy: Policy Condition failed: ["starts-with", "$key", "up/"]'],
    [403, "Invalid according to Policy: Extra input fields: x-amz-meta-b"],
    [403, "Invalid according to Policy: Policy expired."],
    [400, "Invalid Policy: Invalid 'expiration' value: '2030-01-02 00:00:00'"],
    [400, "Invalid Policy: Invalid Simple-Condition: value must be a string."],
    [400, "Your proposed upload exceeds the maximum allowed size"],
    [400, "Your proposed upload is smaller than the minimum allowed size"],
    [
      403,
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    ],
    [403, "Access Denied"],
  ]);
});

test("a policy holds by the machine's clock, too, unless it was signed by the cloud's", async () => {
  const { post } = await withBucket({ clock: new Date("2100-01-01") });
  const key = "up/a";
  const answers = [
    await post({ ...signed(KEY, "2099-01-01T00:00:00Z", "20200101"), key }),
    await post({ ...signed(KEY, "2100-01-01T01:00:00Z", "21000101"), key }),
    await post({ ...signed(KEY, "2099-01-01T00:00:00Z", "20981231"), key }),
    await post({ ...signed(KEY, "2020-01-02T00:00:00Z", "20200101"), key }),
  ];
  const expired = "Invalid according to Policy: Policy expired.";
  expect(answers.map(({ status, message }) => [status, message])).toEqual([
    [204, undefined],
    [204, undefined],
    [403, expired],
    [403, expired],
  ]);
});

test("what a form says beyond ASCII is kept as the bytes that a header would have brought", async () => {
  const { s3, post } = await withBucket();
  const said = { "x-amz-meta-city": "Zürich", "content-disposition": 'inline; filename="é.txt"' };
  const key = "up/beyond";
  const conditions = Object.keys(said).map((name) => ["starts-with", `$${name}`, ""]);
  const { status } = await post({ key, ...said, ...signed([...KEY, ...conditions]) });
  const { Metadata, ContentDisposition } = await s3.headObject({ Bucket, Key: key });
  expect([status, Metadata, ContentDisposition]).toEqual([
    204,
    { city: expect.stringMatching(/^=\?UTF-8\?(?:B\?WsO8cmljaA==|Q\?Z=C3=BCrich)\?=$/) },
    Buffer.from(said["content-disposition"]).toString("latin1"),
  ]);
});
