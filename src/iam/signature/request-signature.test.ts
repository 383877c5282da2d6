import { describe, expect, test } from "vitest";
import { AwsError } from "../../kernel/errors.ts";
import { missingAuthentication } from "./errors.ts";
import type { Dialect } from "./errors.ts";
import { readSignature } from "./request-signature.ts";
import type { SignedRequest } from "./request-signature.ts";

const request = (headers: Record<string, string>, query = ""): SignedRequest => ({
  method: "GET",
  path: "/",
  query,
  headers: { host: "localhost", ...headers },
});

function refusal(dialect: Dialect, signed: SignedRequest) {
  try {
    readSignature(signed, dialect);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, status, message, members } = error;
    return { code, status, message, members };
  }
  throw new Error("was accepted");
}

const CREDENTIAL = "Credential=AKID/20150830/us-east-1/sqs/aws4_request";
const DATE = { "x-amz-date": "20150830T123600Z" };

describe("what is carried", () => {
  test("a signature in the header, with a session token", () => {
    const authorization = `AWS4-HMAC-SHA256 ${CREDENTIAL},SignedHeaders=host;x-amz-date,Signature=abcd`;
    const signed = request({ ...DATE, authorization, "x-amz-security-token": "token" });
    expect(readSignature(signed, "json")).toEqual({
      kind: "sigv4",
      location: "header",
      algorithm: "AWS4-HMAC-SHA256",
      accessKeyId: "AKID",
      scope: { date: "20150830", region: "us-east-1", service: "sqs" },
      scopeText: "20150830/us-east-1/sqs/aws4_request",
      signedHeaders: ["host", "x-amz-date"],
      signedNames: "host;x-amz-date",
      signature: "abcd",
      securityToken: "token",
      date: "20150830T123600Z",
      signedAt: Date.UTC(2015, 7, 30, 12, 36),
    });
  });

  test("a SigV4a signature in the query, whose region is a set", () => {
    const signed = request(
      {},
      "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKID%2F20150830%2Fs3%2Faws4_request" +
        "&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Region-Set=us-east-1%2Ceu-*" +
        "&X-Amz-Security-Token=a%2Bb&X-Amz-Signature=30ab",
    );
    expect(readSignature(signed, "storage")).toEqual({
      kind: "sigv4",
      location: "query",
      algorithm: "AWS4-ECDSA-P256-SHA256",
      accessKeyId: "AKID",
      scope: { date: "20150830", region: "us-east-1,eu-*", service: "s3" },
      scopeText: "20150830/s3/aws4_request",
      signedHeaders: ["host"],
      signedNames: "host",
      signature: "30ab",
      securityToken: "a+b",
      date: "20150830T123600Z",
      signedAt: Date.UTC(2015, 7, 30, 12, 36),
      expiresSeconds: 60,
    });
  });

  test("the same whatever was read before it, in any order of its parts", () => {
    const names = "SignedHeaders=host;x-amz-date";
    const headers = [
      `AWS4-HMAC-SHA256 ${CREDENTIAL}, ${names}, Signature=abcd`,
      `AWS4-HMAC-SHA256 ${CREDENTIAL}, ${names}, Signature=ef01`,
      `AWS4-HMAC-SHA256 ${CREDENTIAL}, ${names}, Signature=ef01, SignedHeaders=host`,
      `AWS4-HMAC-SHA256   Signature=0abc,  ${names} ,${CREDENTIAL}`,
    ];
    const read = headers.map((authorization) => {
      const found = readSignature(request({ ...DATE, authorization }), "json");
      if (found.kind !== "sigv4") throw new Error(found.kind);
      return [found.accessKeyId, found.signedNames, found.signature];
    });
    expect(read).toEqual([
      ["AKID", "host;x-amz-date", "abcd"],
      ["AKID", "host;x-amz-date", "ef01"],
      ["AKID", "host", "ef01"],
      ["AKID", "host;x-amz-date", "0abc"],
    ]);
  });

  test("parts with nothing but spaces between them, except for storage", () => {
    const parts = `${CREDENTIAL}  SignedHeaders=host;x-amz-date Signature=abcd`;
    const signed = request({ ...DATE, authorization: `AWS4-HMAC-SHA256 ${parts}` });
    expect(readSignature(signed, "json")).toMatchObject({
      accessKeyId: "AKID",
      signedNames: "host;x-amz-date",
      signature: "abcd",
    });
    expect(refusal("storage", signed).code).toBe("AuthorizationHeaderMalformed");
  });

  test("an RFC 1123 date signs in basic form", () => {
    const authorization = `AWS4-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=host;date, Signature=ab`;
    const signed = request({ authorization, date: "Sun, 30 Aug 2015 12:36:00 GMT" });
    expect(readSignature(signed, "query")).toMatchObject({ date: "20150830T123600Z" });
  });

  test("a bearer token, and nothing", () => {
    expect(readSignature(request({ authorization: "Bearer abc" }), "rest")).toEqual({
      kind: "bearer",
      token: "abc",
    });
    expect(readSignature(request({}, "list-type=2&Signature"), "query")).toEqual({
      kind: "anonymous",
    });
  });
});

const hashed = (text: string) =>
  `(Hashed with SHA-256 and encoded with Base64) Authorization=${text}`;

describe("what cannot be read is refused in AWS's words", () => {
  test.for<[string, Dialect, SignedRequest, string, number, string]>([
    [
      "an empty header signature",
      "query",
      request({ authorization: "AWS4-HMAC-SHA256" }),
      "IncompleteSignature",
      403,
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
        "Authorization header requires 'SignedHeaders' parameter. " +
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
        hashed("YI2YWea8FSxnksZL2ETHbs5elHm9HQufxTLK0W0ffV0="),
    ],
    [
      "a missing date",
      "json",
      request({
        authorization: `AWS4-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=host, Signature=ab`,
      }),
      "IncompleteSignatureException",
      400,
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. " +
        hashed("Rc6YvmJQskQ3v+PIjyfDN4jzXISmbsQQGGV31IVqCIw="),
    ],
    [
      "a pair without equals",
      "rest",
      request({ authorization: "AWS4-HMAC-SHA256 oops" }),
      "IncompleteSignatureException",
      403,
      "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): 'ApyoF+GyTgbGVjCkVN1oUsYhEFQtojk3vy8jvMCRPSg='.",
    ],
    [
      "a short credential",
      "query",
      request({
        ...DATE,
        authorization: "AWS4-HMAC-SHA256 Credential=AKID/x, SignedHeaders=host, Signature=ab",
      }),
      "IncompleteSignature",
      403,
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKID/x'",
    ],
    [
      "a date in another format",
      "json",
      request({
        "x-amz-date": "2015-08-30",
        authorization: `AWS4-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=host, Signature=ab`,
      }),
      "InvalidSignatureException",
      400,
      "Date must be in ISO-8601 'basic format'. Got '2015-08-30'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      "an algorithm that is none",
      "json",
      request({
        ...DATE,
        authorization: `AWS4-HMAC-SHA512 ${CREDENTIAL}, SignedHeaders=host, Signature=ab`,
      }),
      "IncompleteSignatureException",
      400,
      "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'. ",
    ],
    [
      "a query without the rest",
      "query",
      request({}, "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20150830T123600Z"),
      "IncompleteSignature",
      403,
      "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. " +
        "AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters.",
    ],
    [
      "object storage: three components",
      "storage",
      request({ ...DATE, authorization: `AWS4-HMAC-SHA256 ${CREDENTIAL}` }),
      "AuthorizationHeaderMalformed",
      400,
      "The authorization header is malformed; the authorization header requires three components: Credential, SignedHeaders, and Signature.",
    ],
    [
      "object storage: a query without the rest",
      "storage",
      request({}, "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=ab"),
      "AuthorizationQueryParametersError",
      400,
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    ],
    [
      "object storage: a credential in the query",
      "storage",
      presigned("AKID", "60"),
      "AuthorizationQueryParametersError",
      400,
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    ],
    [
      "object storage: no key in the header's credential",
      "storage",
      request({
        ...DATE,
        authorization:
          "AWS4-HMAC-SHA256 Credential=/20150830/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=ab",
      }),
      "AuthorizationHeaderMalformed",
      400,
      "The authorization header is malformed; a non-empty Access Key (AKID) must be provided in the credential.",
    ],
    [
      "object storage: more than a week",
      "storage",
      presigned("AKID/20150830/us-east-1/s3/aws4_request", "604801"),
      "AuthorizationQueryParametersError",
      400,
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    ],
    [
      "object storage: an expiry that is no number",
      "storage",
      presigned("AKID/20150830/us-east-1/s3/aws4_request", "undefined"),
      "AuthorizationQueryParametersError",
      400,
      "X-Amz-Expires should be a number",
    ],
    [
      "object storage: half of signature version 2",
      "storage",
      request({}, "AWSAccessKeyId=AKID&Expires=1440938160"),
      "AccessDenied",
      403,
      "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
    ],
  ])("%s", ([, dialect, signed, code, status, message]) => {
    expect(refusal(dialect, signed)).toEqual({ code, status, message, members: {} });
  });

  test("object storage: another scheme", () => {
    expect(refusal("storage", request({ authorization: "Basic abc" }))).toEqual({
      code: "InvalidArgument",
      status: 400,
      message: "Unsupported Authorization Type",
      members: { ArgumentName: "Authorization", ArgumentValue: "Basic abc" },
    });
  });

  test.for(["X-Amz-Algorithm=AWS4-HMAC-SHA256", "AWSAccessKeyId=AKID&Signature=ab&Expires=1"])(
    "object storage: a header beside %s",
    (query) => {
      for (const authorization of ["Bearer abc", "AWS AKID:ab", `AWS4-HMAC-SHA256 ${CREDENTIAL}`]) {
        expect(refusal("storage", request({ ...DATE, authorization }, query))).toEqual({
          code: "InvalidArgument",
          status: 400,
          message:
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, " +
            "Signature query string parameter or the Authorization header should be specified",
          members: { ArgumentName: "Authorization", ArgumentValue: authorization },
        });
      }
    },
  );

  test("no authentication where some is wanted", () => {
    const { code, status, message } = missingAuthentication("query");
    expect({ code, status, message }).toEqual({
      code: "MissingAuthenticationToken",
      status: 403,
      message: "Request is missing Authentication Token",
    });
  });
});

function presigned(credential: string, expires: string): SignedRequest {
  return request(
    {},
    `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(credential)}` +
      `&X-Amz-Date=20150830T123600Z&X-Amz-Expires=${expires}&X-Amz-SignedHeaders=host&X-Amz-Signature=ab`,
  );
}
