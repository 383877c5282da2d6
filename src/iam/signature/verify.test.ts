import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { SignedRequest, SigV4 } from "./request-signature.ts";
import { deriveSigningKey } from "./signing-keys.ts";
import { checkPayloadHash, verifySignature } from "./verify.ts";
import { EMPTY, IAM_SECRET, at, check, refusal, service, storage } from "./verify.testing.ts";

const listUsers: SignedRequest = {
  method: "GET",
  path: "/",
  query: "Action=ListUsers&Version=2010-05-08",
  headers: {
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
      "SignedHeaders=content-type;host;x-amz-date, " +
      "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    host: "iam.amazonaws.com",
    "x-amz-date": "20150830T123600Z",
  },
};

function s3Example(
  method: string,
  path: string,
  query: string,
  headers: Record<string, string>,
  signature: string,
): SignedRequest {
  const all: Record<string, string> = {
    host: "examplebucket.s3.amazonaws.com",
    "x-amz-content-sha256": EMPTY,
    "x-amz-date": "20130524T000000Z",
    ...headers,
  };
  const signed = Object.keys(all).toSorted().join(";");
  all["authorization"] =
    `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signed},Signature=${signature}`;
  return { method, path, query, headers: all };
}

describe("examples from AWS's documentation verify", () => {
  test("IAM ListUsers", () => {
    expect(check(listUsers, service).payload).toEqual({
      kind: "hashed",
      text: EMPTY,
      checked: true,
    });
  });

  test.for([
    [
      "GET",
      "/test.txt",
      "",
      { range: "bytes=0-9" },
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ],
    [
      "PUT",
      "/test$file.text",
      "",
      {
        date: "Fri, 24 May 2013 00:00:00 GMT",
        "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
      },
      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    ],
    [
      "GET",
      "/",
      "lifecycle",
      {},
      "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    ],
    [
      "GET",
      "/",
      "prefix=J&max-keys=2",
      {},
      "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ],
  ] as const)("S3 %s %s?%s", ([method, path, query, headers, signature]) => {
    const request = s3Example(method, path, query, headers, signature);
    expect(check(request, storage).payload.kind).toBe("hashed");
  });

  test("S3 presigned for 24 hours", () => {
    const request = presigned(
      "86400",
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    );
    expect(check(request, storage).payload).toEqual({ kind: "unsigned", text: "UNSIGNED-PAYLOAD" });
  });

  test("S3 seed of a chunked upload", () => {
    const request = s3Example(
      "PUT",
      "/examplebucket/chunkObject.txt",
      "",
      {
        host: "s3.amazonaws.com",
        "content-encoding": "aws-chunked",
        "content-length": "66824",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "x-amz-decoded-content-length": "66560",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
      },
      "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    );
    expect(check(request, storage).payload).toEqual({
      kind: "chunked",
      text: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      signed: true,
      trailer: false,
    });
  });
});

function presigned(expires: string, signature: string): SignedRequest {
  return {
    method: "GET",
    path: "/test.txt",
    query:
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
      `&X-Amz-Date=20130524T000000Z&X-Amz-Expires=${expires}&X-Amz-SignedHeaders=host&X-Amz-Signature=${signature}`,
    headers: { host: "examplebucket.s3.amazonaws.com" },
  };
}

describe("what does not match is refused in AWS's words", () => {
  test("a service shows the canonical request and the string to sign", () => {
    const wrong = { ...service, secret: "wrong" };
    expect(refusal(() => check(listUsers, wrong))).toEqual({
      code: "SignatureDoesNotMatch",
      status: 403,
      members: {},
      message:
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\n" +
        `The Canonical String for this request should have been\n'GET\n/\nAction=ListUsers&Version=2010-05-08\ncontent-type:application/x-www-form-urlencoded; charset=utf-8\nhost:iam.amazonaws.com\nx-amz-date:20150830T123600Z\n\ncontent-type;host;x-amz-date\n${EMPTY}'\n\n` +
        "The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\nf536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59'\n",
    });
  });

  test("object storage gives them as members", () => {
    const request = presigned("60", "00");
    const { members, ...rest } = refusal(() => check(request, storage));
    expect(rest).toEqual({
      code: "SignatureDoesNotMatch",
      status: 403,
      message:
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    });
    expect(Object.keys(members).toSorted()).toEqual([
      "AWSAccessKeyId",
      "CanonicalRequest",
      "CanonicalRequestBytes",
      "SignatureProvided",
      "StringToSign",
      "StringToSignBytes",
    ]);
    expect(members).toMatchObject({
      AWSAccessKeyId: "AKIAIOSFODNN7EXAMPLE",
      SignatureProvided: "00",
    });
    expect(String(members["StringToSignBytes"]).slice(0, 11)).toBe("41 57 53 34");
  });

  test("a date is good near either clock, and named after the first", () => {
    const at20 = at("20150830T125600Z");
    expect(
      check(listUsers, { ...service, nowsMs: [at20, at("20150830T124000Z")] }).chain.date,
    ).toBe("20150830T123600Z");
    expect(refusal(() => check(listUsers, { ...service, nowsMs: [at20, 0] })).message).toBe(
      "Signature expired: 20150830T123600Z is now earlier than 20150830T124100Z (20150830T125600Z - 15 min.)",
    );
    expect(
      refusal(() => check(listUsers, { ...service, nowsMs: [at("20150830T122000Z")] })).message,
    ).toBe(
      "Signature not yet current: 20150830T123600Z is still later than 20150830T123500Z (20150830T122000Z + 15 min.)",
    );
  });

  test("a presigned request is good for as long as it says, by either clock", () => {
    const request = presigned(
      "86400",
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    );
    const last = at("20130525T000000Z");
    expect(check(request, { ...storage, nowsMs: [last] }).payload.kind).toBe("unsigned");
    expect(check(request, { ...storage, nowsMs: [last + 1, last] }).payload.kind).toBe("unsigned");
    expect(refusal(() => check(request, { ...storage, nowsMs: [last + 1000] }))).toEqual({
      code: "AccessDenied",
      message: "Request has expired",
      status: 403,
      members: {
        "X-Amz-Expires": "86400",
        Expires: "2013-05-25T00:00:00Z",
        ServerTime: "2013-05-25T00:00:01Z",
      },
    });
  });

  test("object storage refuses headers that were not signed", () => {
    const request = presigned(
      "86400",
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    );
    const more = {
      ...request,
      headers: { ...request.headers, "x-amz-meta-wrong": "1", "x-amz-date": "1" },
    };
    expect(refusal(() => check(more, storage))).toEqual({
      code: "AccessDenied",
      message: "There were headers present in the request which were not signed",
      status: 403,
      members: { HeadersNotSigned: "x-amz-date, x-amz-meta-wrong" },
    });
  });

  test("a body that is not the one signed", () => {
    expect(refusal(() => checkPayloadHash({ kind: "hashed", text: EMPTY }, "00"))).toEqual({
      code: "XAmzContentSHA256Mismatch",
      message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
      status: 400,
      members: { ClientComputedContentSHA256: EMPTY, S3ComputedContentSHA256: "00" },
    });
    expect(refusal(() => check(listUsers, { ...service, body: Buffer.from("x") })).code).toBe(
      "SignatureDoesNotMatch",
    );
  });

  test("a scope of another day, region or service", () => {
    const scoped = { ...service, expected: { region: "eu-west-1", service: "sts" } };
    expect(refusal(() => check(listUsers, scoped)).message).toBe(
      "Credential should be scoped to a valid region, not 'us-east-1'. Credential should be scoped to correct service: 'sts'. ",
    );
    const request = presigned("60", "00");
    expect(
      refusal(() =>
        check(request, { ...storage, expected: { region: "eu-west-1", service: "s3" } }),
      ),
    ).toEqual({
      code: "AuthorizationQueryParametersError",
      message:
        "Error parsing the X-Amz-Credential parameter; the region 'us-east-1' is wrong; expecting 'eu-west-1'",
      status: 400,
      members: { Region: "eu-west-1" },
    });
  });
});

test("repeated headers verify although they arrive joined with a space", () => {
  const key = deriveSigningKey(IAM_SECRET, "20150830/us-east-1/iam/aws4_request");
  const canonical = `GET\n/\n\nhost:h\nmy-header:value2,value1\nx-amz-date:20150830T123600Z\n\nhost;my-header;x-amz-date\n${EMPTY}`;
  const text = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n${createHash("sha256").update(canonical).digest("hex")}`;
  const signature: SigV4 = {
    kind: "sigv4",
    location: "header",
    algorithm: "AWS4-HMAC-SHA256",
    accessKeyId: "AKIDEXAMPLE",
    scope: { date: "20150830", region: "us-east-1", service: "iam" },
    scopeText: "20150830/us-east-1/iam/aws4_request",
    signedHeaders: ["host", "my-header", "x-amz-date"],
    signedNames: "host;my-header;x-amz-date",
    signature: createHmac("sha256", key).update(text).digest("hex"),
    date: "20150830T123600Z",
    signedAt: at("20150830T123600Z"),
  };
  const headers = { host: "h", "my-header": "value2, value1", "x-amz-date": "20150830T123600Z" };
  const request = { method: "GET", path: "/", query: "", headers };
  expect(verifySignature(request, signature, service).chain.seed).toBe(signature.signature);
});

test("headers beyond ASCII verify as the bytes that were sent, and no others", () => {
  const key = deriveSigningKey(IAM_SECRET, "20150830/us-east-1/iam/aws4_request");
  const sent = "attachment; filename=é—.txt";
  const canonical = `GET\n/\n\ncontent-disposition:${sent}\nhost:h\nx-amz-date:20150830T123600Z\n\ncontent-disposition;host;x-amz-date\n${EMPTY}`;
  const text = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n${createHash("sha256").update(canonical).digest("hex")}`;
  const signature = createHmac("sha256", key).update(text).digest("hex");
  const arrived = (value: string): SignedRequest => ({
    method: "GET",
    path: "/",
    query: "",
    headers: {
      host: "h",
      "content-disposition": Buffer.from(value).toString("latin1"),
      "x-amz-date": "20150830T123600Z",
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-disposition;host;x-amz-date, Signature=${signature}`,
    },
  });
  expect(check(arrived(sent), service).payload).toBeDefined();
  expect(refusal(() => check(arrived(`${sent}é`), service)).code).toBe("SignatureDoesNotMatch");
});
