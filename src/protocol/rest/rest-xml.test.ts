import { expect, test } from "vitest";
import { AwsError } from "../../kernel/errors.ts";
import { openModels } from "../../model/load.ts";
import { restXml } from "./rest-xml.ts";

const models = openModels();
const META = { requestId: "REQ", extendedRequestId: "EXT" };

test("an error without a sentence has no element for one", () => {
  const error = new AwsError("AccessDenied", "", { status: 403 });
  const refusal = (service: string) =>
    restXml.serialiseError(models.service(service), undefined, error, META).body;
  expect(refusal("s3")).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>' +
      "<RequestId>REQ</RequestId><HostId>EXT</HostId></Error>",
  );
  expect(refusal("route53")).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error>' +
      "<Type>Sender</Type><Code>AccessDenied</Code></Error><RequestId>REQ</RequestId></ErrorResponse>",
  );
});

test("what has not changed is told without a body, and without the type of one", () => {
  const headers = { etag: '"1"' };
  const error = new AwsError("NotModified", "Not Modified", { status: 304, headers });
  const getObject = models.service("s3").operations.get("GetObject");
  expect(restXml.serialiseError(models.service("s3"), getObject, error, META)).toEqual({
    status: 304,
    headers: { "x-amz-request-id": "REQ", "x-amz-id-2": "EXT", etag: '"1"' },
    body: "",
  });
});

const parsed = (
  name: string,
  headers: Readonly<Record<string, string>>,
  query = "",
  body = new Uint8Array(0),
) => {
  const operation = models.service("s3").operations.get(name);
  if (operation === undefined) throw new Error(`S3 has no ${name}`);
  const request = {
    method: "GET",
    path: "/b/k",
    query,
    headers,
    body,
    secure: false,
    sourceIp: "",
  };
  return restXml.parse(operation, request, { Bucket: "b", Key: "k" });
};

test("a condition on a date that is none is no condition", () => {
  const place = { Bucket: "b", Key: "k" };
  const wrong = { "if-modified-since": "yesterday", "if-unmodified-since": "2026-13-45" };
  expect(parsed("GetObject", wrong)).toEqual(place);
  expect(parsed("HeadObject", { ...wrong, "if-match": "1" })).toEqual({ ...place, IfMatch: "1" });
  const ofSource = {
    "x-amz-copy-source-if-modified-since": "yesterday",
    "x-amz-copy-source-if-unmodified-since": "never",
  };
  expect(parsed("CopyObject", ofSource)).toEqual(place);
  expect(parsed("UploadPartCopy", ofSource, "partNumber=1")).toEqual({ ...place, PartNumber: 1 });
});

test("a condition on a date is read", () => {
  const header = "Tue, 01 Jan 2030 00:00:00 GMT";
  expect(parsed("GetObject", { "if-modified-since": header })).toEqual({
    Bucket: "b",
    Key: "k",
    IfModifiedSince: new Date("2030-01-01T00:00:00Z"),
  });
});

test.for([
  ["CreateBucket", "CreateBucketConfiguration"],
  ["DeleteObjects", "Delete"],
  ["PutBucketLifecycleConfiguration", "LifecycleConfiguration"],
  ["PutObjectLegalHold", "LegalHold"],
] as const)("%s takes a document that is called %s, and no other", ([name, root]) => {
  const read = (document: string) => parsed(name, {}, "", new TextEncoder().encode(document));
  expect(Object.keys(read(`<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>`))).toContain(
    models.service("s3").operations.get(name)?.input?.payload,
  );
  expect(() => read("<foo/>")).toThrow(
    expect.objectContaining({
      code: "MalformedXML",
      status: 400,
      message:
        "The XML you provided was not well-formed or did not validate against our published schema",
    }),
  );
});

test("a document of S3 may be called like its shape", () => {
  const body = Buffer.from("<ObjectLockLegalHold><Status>ON</Status></ObjectLockLegalHold>");
  expect(parsed("PutObjectLegalHold", {}, "", body)["LegalHold"]).toEqual({ Status: "ON" });
});
