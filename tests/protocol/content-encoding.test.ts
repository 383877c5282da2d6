import { deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { openModels } from "../../src/model/load.ts";
import type { Operation, ProtocolName } from "../../src/model/model.ts";
import { protocol } from "../../src/protocol/protocols.ts";
import { plainCbor } from "./plain-writers.ts";

const models = openModels();

function parse(name: ProtocolName, service: string, operationName: string, plain: Uint8Array) {
  const operation = models.service(service).operations.get(operationName) as Operation;
  const request = {
    method: "POST",
    path: "/",
    query: "",
    headers: { "content-encoding": "gzip" },
    body: gzipSync(plain),
    secure: false,
    sourceIp: "127.0.0.1",
  };
  return protocol(name).parse(operation, request, { Bucket: "b", Key: "k" });
}

const text = (value: string) => new TextEncoder().encode(value);

test("a compressed document is inflated, in every protocol", () => {
  const namespace = { Namespace: "N" };
  const input = models.service("cloudwatch").operations.get("PutMetricData")?.input;
  if (input === undefined) throw new Error("no input");
  const form = text("Action=PutMetricData&Namespace=N");
  const cbor = plainCbor(input, namespace, false);
  expect(parse("json", "cloudwatch", "PutMetricData", text('{"Namespace":"N"}'))).toEqual(
    namespace,
  );
  expect(parse("query", "cloudwatch", "PutMetricData", form)).toEqual(namespace);
  expect(parse("smithy-rpc-v2-cbor", "cloudwatch", "PutMetricData", cbor)).toEqual(namespace);
  const images = text("Action=DescribeImages&ImageId.1=ami-1");
  expect(parse("ec2", "ec2", "DescribeImages", images)).toEqual({ ImageIds: ["ami-1"] });
  const alias = { Name: "n" };
  expect(parse("rest-json", "lambda", "CreateAlias", text('{"Name":"n"}'))).toEqual(alias);
  const tagging = text(
    "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>",
  );
  expect(parse("rest-xml", "s3", "PutBucketTagging", tagging)).toEqual({
    Bucket: "b",
    Tagging: { TagSet: [{ Key: "k", Value: "v" }] },
  });
});

test("an object that is stored compressed stays so", () => {
  const input = parse("rest-xml", "s3", "PutObject", text("hello"));
  expect(input["Body"]).toEqual(gzipSync(text("hello")));
  expect(input["ContentEncoding"]).toBe("gzip");
});

test("a bomb is refused", () => {
  const bomb = new Uint8Array(80 * 1024 * 1024).fill(32);
  expect(() => parse("json", "cloudwatch", "PutMetricData", bomb)).toThrow(
    "The request body is not gzip, or too large once inflated",
  );
});

function parseListTables(encoding: string, body: Uint8Array) {
  const operation = models.service("dynamodb").operations.get("ListTables") as Operation;
  const headers = { "content-encoding": encoding };
  const head = { method: "POST", path: "/", query: "", secure: false, sourceIp: "127.0.0.1" };
  return protocol("json").parse(operation, { ...head, headers, body }, {});
}

test("DynamoDB inflates deflate too", () => {
  expect(parseListTables("deflate", deflateSync(text('{"Limit":3}')))).toEqual({ Limit: 3 });
  expect(parseListTables("gzip", gzipSync(text('{"Limit":3}')))).toEqual({ Limit: 3 });
});

test.for([
  ["garbage", text("{}")],
  ["gzip", text("{}")],
  ["gzip", text("")],
  ["gzip", gzipSync(text("{}")).subarray(0, -1)],
  ["gzip", gzipSync(new Uint8Array(17 * 1024 * 1024).fill(32))],
  ["deflate", text("{}")],
  ["deflate", text("")],
] as const)("DynamoDB takes the blame for %s that it cannot inflate (%#)", ([encoding, body]) => {
  expect(() => parseListTables(encoding, body)).toThrow(
    expect.objectContaining({ code: "SerializationException", status: 400 }),
  );
});
