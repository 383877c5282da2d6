import { S3, type CORSRule } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { startCloud } from "../../testing/cloud.ts";
import { browse } from "./raw.testing.ts";

const Bucket = "pages";

async function withRules(...CORSRules: CORSRule[]) {
  const cloud = await startCloud();
  const s3 = new S3(cloud.config());
  await s3.createBucket({ Bucket });
  if (CORSRules.length > 0) await s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules } });
  const ask = (headers: Record<string, string>) =>
    browse(cloud, { method: "OPTIONS", path: `/${Bucket}/key`, headers });
  return { cloud, s3, ask };
}

const RULE: CORSRule = {
  AllowedOrigins: ["https://*.example.com"],
  AllowedMethods: ["GET", "PUT"],
  AllowedHeaders: ["x-amz-*"],
  ExposeHeaders: ["ETag"],
  MaxAgeSeconds: 3000,
};

test("a preflight is answered by the first rule that fits", async () => {
  const { ask } = await withRules(RULE);
  const answer = await ask({
    origin: "https://app.example.com",
    "access-control-request-method": "PUT",
    "access-control-request-headers": "X-Amz-Date, x-amz-acl",
  });
  const { status, headers } = answer;
  expect({ status, headers }).toEqual({
    status: 200,
    headers: {
      "x-amz-request-id": expect.stringMatching(/^[0-9A-F]{16}$/),
      "x-amz-id-2": expect.stringMatching(/^[A-Za-z0-9+/=]{60,}$/),
      "access-control-allow-origin": "https://app.example.com",
      "access-control-allow-methods": "GET, PUT",
      "access-control-allow-credentials": "true",
      "access-control-allow-headers": "x-amz-date, x-amz-acl",
      "access-control-expose-headers": "ETag",
      "access-control-max-age": "3000",
      "content-length": "0",
      vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    },
  });
});

test("what no rule allows is refused", async () => {
  const { ask } = await withRules(RULE);
  const good = { origin: "https://a.example.com", "access-control-request-method": "GET" };
  const statuses = [];
  for (const more of [
    {},
    { origin: "https://example.org" },
    { "access-control-request-method": "DELETE" },
    { "access-control-request-headers": "authorization" },
  ]) {
    statuses.push((await ask({ ...good, ...more })).status);
  }
  expect(statuses).toEqual([200, 403, 403, 403]);
});

test("a method that no rule can name is refused before the rules are looked at", async () => {
  const { ask } = await withRules(RULE);
  for (const method of ["PATCH", "get", "X"]) {
    const { status, text } = await ask({
      origin: "https://a.example.com",
      "access-control-request-method": method,
    });
    expect([status, /<Code>(.*)<\/Message>/.exec(text)?.[1]]).toEqual([
      400,
      `BadRequest</Code><Message>Invalid Access-Control-Request-Method: ${method}`,
    ]);
  }
});

test("a preflight of a POST to an object is answered by the rules", async () => {
  const { ask } = await withRules({ AllowedOrigins: ["*"], AllowedMethods: ["POST"] });
  const { status, headers } = await ask({
    origin: "https://a.example.com",
    "access-control-request-method": "POST",
  });
  expect([status, headers["access-control-allow-methods"]]).toEqual([200, "POST"]);
});

test("a bucket without rules says so", async () => {
  const { ask } = await withRules();
  const { status, text } = await ask({
    origin: "https://a.example.com",
    "access-control-request-method": "GET",
  });
  expect([status, /<Message>(.*)<\/Message>/.exec(text)?.[1]]).toEqual([
    403,
    "CORSResponse: CORS is not enabled for this bucket.",
  ]);
});

test("an actual answer carries the headers of the rule, and is the same without them", async () => {
  const { cloud } = await withRules({ AllowedOrigins: ["*"], AllowedMethods: ["GET"] });
  const get = (headers: Record<string, string>) =>
    browse(cloud, { method: "GET", path: `/${Bucket}/key`, headers });
  const [page, other] = [await get({ origin: "https://x.org" }), await get({})];
  expect([page.status, page.headers["access-control-allow-origin"]]).toEqual([403, "*"]);
  expect([other.status, other.headers["access-control-allow-origin"]]).toEqual([403, undefined]);
});

test("rules with methods that no browser sends are refused", async () => {
  const { s3 } = await withRules();
  const CORSRules = [{ AllowedOrigins: ["*"], AllowedMethods: ["PATCH"] }];
  await expect(
    s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules } }),
  ).rejects.toMatchObject({
    name: "InvalidRequest",
    message: "Found unsupported HTTP method in CORS config. Unsupported method is PATCH",
  });
});

test.for(["*", "x-amz-meta-*"])("%s exposes no headers: the rules are refused", async (name) => {
  const { s3 } = await withRules();
  const CORSRules = [{ ...RULE, ExposeHeaders: ["ETag", name] }];
  await expect(
    s3.putBucketCors({ Bucket, CORSConfiguration: { CORSRules } }),
  ).rejects.toMatchObject({
    name: "InvalidRequest",
    message:
      `ExposeHeader "${name}" contains wildcard. We currently do not support wildcard for ` +
      "ExposeHeader.",
    $metadata: { httpStatusCode: 400 },
  });
});
