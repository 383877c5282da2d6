/**
 * Whatever arrives, a codec answers with an input or with an AWS error: nothing else is ever
 * thrown.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { AwsError } from "../../src/kernel/errors.ts";
import { openModels } from "../../src/model/load.ts";
import type { Operation, ProtocolName } from "../../src/model/model.ts";
import { protocol } from "../../src/protocol/protocols.ts";
import { createRouter } from "../../src/protocol/route/route.ts";
import { validate } from "../../src/protocol/validate/validate.ts";
import { FILES, cases } from "./suites.ts";

const RUNS = { seed: 20260102, numRuns: 60 };
const models = openModels();

type Mutation = readonly [at: number, byte: number, kind: number];

const mutations = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.nat({ max: 2 })), {
  minLength: 1,
  maxLength: 6,
});

/** Overwrites, cuts out or doubles a byte at each place. */
function mutate(bytes: Uint8Array, list: readonly Mutation[]): Uint8Array {
  let result = [...bytes];
  for (const [at, byte, kind] of list) {
    const place = result.length === 0 ? 0 : at % result.length;
    if (kind === 0) result[place] = byte;
    else if (kind === 1) result.splice(place, 1);
    else result = [...result.slice(0, place), byte, ...result.slice(place)];
  }
  return Uint8Array.from(result);
}

function parseAnything(name: ProtocolName, operation: Operation, body: Uint8Array, query: string) {
  const request = {
    method: "POST",
    path: "/",
    query,
    headers: { "content-type": "x", "x-amz-meta-a": "b", "content-length": query },
    body,
    secure: false,
    sourceIp: "127.0.0.1",
  };
  try {
    const input = protocol(name).parse(operation, request, { Bucket: "b", Key: query });
    validate(operation, name, input);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    expect(error.code).not.toBe("");
  }
}

/** The suites of one query-compatible operation have no bodies to spoil. */
const WITH_BODIES = FILES.filter((file) => !file.endsWith("query-compatible"));

test.for(WITH_BODIES)("mutated vectors of %s", (file) => {
  const vectors = cases("input", file).filter(({ raw }) => (raw.serialized?.body ?? "") !== "");
  const isCbor = file.startsWith("smithy");
  fc.assert(
    fc.property(fc.constantFrom(...vectors), mutations, fc.string(), (vector, list, query) => {
      const body = Buffer.from(vector.raw.serialized?.body ?? "", isCbor ? "base64" : "utf8");
      parseAnything(
        vector.protocol,
        vector.operation,
        mutate(body, list),
        encodeURIComponent(query),
      );
    }),
    { ...RUNS, numRuns: 300 },
  );
});

const OPERATIONS: readonly (readonly [ProtocolName, string, string])[] = [
  ["json", "dynamodb", "PutItem"],
  ["query", "iam", "CreateUser"],
  ["ec2", "ec2", "RunInstances"],
  ["rest-json", "lambda", "CreateFunction"],
  ["rest-xml", "s3", "PutBucketLifecycleConfiguration"],
  ["smithy-rpc-v2-cbor", "cloudwatch", "PutMetricData"],
];

test.for(OPERATIONS)("noise in %s", ([name, service, operationName]) => {
  const operation = models.service(service).operations.get(operationName) as Operation;
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.json().map((text) => new TextEncoder().encode(text)),
    fc
      .string({
        unit: fc.constantFrom("{", "}", "[", "]", '"', "<", ">", "/", "a", "=", "&", ".", "1"),
      })
      .map((text) => new TextEncoder().encode(text)),
  );
  fc.assert(
    fc.property(noise, fc.string(), (body, query) => parseAnything(name, operation, body, query)),
    { ...RUNS, numRuns: 300 },
  );
});

test.for(OPERATIONS)("bottomless nesting in %s", ([name, service, operationName]) => {
  const operation = models.service(service).operations.get(operationName) as Operation;
  const bottomless: Readonly<Record<ProtocolName, Uint8Array>> = {
    json: Buffer.from(
      '{"Item":{"a":'.concat('{"M":{"a":'.repeat(50_000), "1", "}}".repeat(50_000), "}}"),
    ),
    "rest-json": Buffer.from("[".repeat(100_000) + "]".repeat(100_000)),
    query: Buffer.from(`Tags${".a".repeat(100_000)}=1`),
    ec2: Buffer.from(`Tags${".a".repeat(100_000)}=1`),
    "rest-xml": Buffer.from("<a>".repeat(100_000) + "</a>".repeat(100_000)),
    "smithy-rpc-v2-cbor": new Uint8Array(100_000).fill(0x81),
  };
  expect(() => parseAnything(name, operation, bottomless[name], "")).not.toThrow();
});

test("document types and entities are refused", () => {
  const bomb = '<!DOCTYPE a [<!ENTITY b "c">]><Tagging><TagSet>&b;</TagSet></Tagging>';
  const operation = models.service("s3").operations.get("PutBucketTagging") as Operation;
  const request = {
    method: "PUT",
    path: "/b",
    query: "tagging",
    headers: {},
    body: new TextEncoder().encode(bomb),
    secure: false,
    sourceIp: "127.0.0.1",
  };
  expect(() => protocol("rest-xml").parse(operation, request, { Bucket: "b" })).toThrow(
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
});

test("the router gives a route or an AWS error for any request", () => {
  const router = createRouter(models);
  const piece = fc.constantFrom(
    "/",
    "bucket",
    "%",
    "%2F",
    "..",
    "2015-03-31",
    "functions",
    "v20180820",
    "é",
  );
  const header = fc.constantFrom(
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=x",
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request",
    "AWS a:b",
    "Bearer x",
    "",
  );
  fc.assert(
    fc.property(
      fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "X"),
      fc.array(piece).map((parts) => `/${parts.join("")}`),
      fc.string(),
      header,
      fc.constantFrom(
        "localhost:4566",
        "b.localhost",
        "sqs.us-east-1.amazonaws.com",
        "s3.localhost",
        "x",
      ),
      (method, path, query, authorization, host) => {
        const request = { method, path, query, headers: { authorization, host } };
        try {
          expect(router.route(request).operation.name).not.toBe("");
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          const meta = { requestId: "r" };
          expect(router.serialiseError(request, error, () => meta).status).toBeGreaterThanOrEqual(
            400,
          );
        }
      },
    ),
    { ...RUNS, numRuns: 500 },
  );
});
