import { describe, expect, test } from "vitest";
import type { Operation } from "../../src/model/model.ts";
import type { ParsedRequest } from "../../src/kernel/http.ts";
import { protocol } from "../../src/protocol/protocols.ts";
import { matchRest } from "../../src/protocol/route/rest-table.ts";
import { cases, FILES, type VectorCase } from "./suites.ts";
import { toHandlerValue } from "./values.ts";

const TOKEN = "00000000-0000-4000-8000-000000000000";

/** Vectors that say nothing about a server, each with its reason. */
const NO_BODY =
  "the vector has no body: what a client compressed is not in it; content-encoding.test.ts is ours";
const SKIPPED: Readonly<Record<string, string>> = {
  SDKAppliedContentEncoding_ec2Query: NO_BODY,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query: NO_BODY,
  SDKAppliedContentEncoding_awsJson1_0: NO_BODY,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0: NO_BODY,
  SDKAppliedContentEncoding_awsJson1_1: NO_BODY,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1: NO_BODY,
  SDKAppliedContentEncoding_awsQuery: NO_BODY,
  SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery: NO_BODY,
  SDKAppliedContentEncoding_restJson1: NO_BODY,
  SDKAppendedGzipAfterProvidedEncoding_restJson1: NO_BODY,
  SDKAppliedContentEncoding_restXml: NO_BODY,
  SDKAppendedGzipAfterProvidedEncoding_restXml: NO_BODY,
  RestJsonHostWithPath:
    "the endpoint has a path of its own: clients can be told so, servers serve what the model says",
};

/** Parameters that never reach the wire, so that no server can know of them. Nulls never do. */
const NOT_ON_THE_WIRE: Readonly<Record<string, readonly string[]>> = {
  Ec2EmptyQueryLists: ["ListArg"],
  QueryEmptyQueryMaps: ["MapArg"],
  HttpPrefixHeadersAreNotPresent: ["fooMap"],
  RestJsonHttpPrefixHeadersAreNotPresent: ["fooMap"],
  RestJsonOmitsEmptyListQueryValues: [
    "queryStringList",
    "queryIntegerList",
    "queryDoubleList",
    "queryBooleanList",
    "queryTimestampList",
    "queryEnumList",
    "queryIntegerEnumList",
  ],
};

/**
 * What a server reads beyond the client's parameters: generated tokens, empty documents, all of the
 * query.
 */
const READS_ALSO: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Ec2ProtocolIdempotencyTokenAutoFill: { token: TOKEN },
  QueryProtocolIdempotencyTokenAutoFill: { token: TOKEN },
  QueryIdempotencyTokenAutoFill: { token: TOKEN },
  RestJsonQueryIdempotencyTokenAutoFill: { token: TOKEN },
  RestJsonHttpWithEmptyStructurePayload: { payloadConfig: {} },
  RestJsonHttpWithHeadersButNoPayload: { payloadConfig: {} },
  RestJsonQueryPrecedence: { baz: { bar: "named", qux: "alsoFromMap" } },
  RestXmlQueryPrecedence: { baz: { bar: "named", qux: "alsoFromMap" } },
};

describe.for(FILES)("input of %s", (file) => {
  const all = cases("input", file);
  const run = all.filter(({ id }) => SKIPPED[id] === undefined);

  test.for(run.map((vector) => [vector.id, vector] as const))("%s", ([id, vector]) => {
    expect(parse(vector)).toEqual({ ...expectedInput(vector), ...READS_ALSO[id] });
  });
});

test("every skipped vector exists", () => {
  const known = new Set(FILES.flatMap((file) => cases("input", file).map(({ id }) => id)));
  const named = [SKIPPED, NOT_ON_THE_WIRE, READS_ALSO].flatMap((list) => Object.keys(list));
  expect(named.filter((id) => !known.has(id))).toEqual([]);
});

function expectedInput({ id, raw, shapes, operation }: VectorCase): Record<string, unknown> {
  const name = raw.given.input?.shape;
  if (name === undefined) return {};
  const value = toHandlerValue(shapes, name, raw.params ?? {}) as Record<string, unknown>;
  const unsent = new Set(NOT_ON_THE_WIRE[id]);
  const sent = Object.entries(value).filter(([key, part]) => part !== null && !unsent.has(key));
  return { ...Object.fromEntries(sent), ...wholeQuery(operation, raw.serialized?.uri ?? "") };
}

/**
 * Smithy: a map bound to the query takes every parameter on the server, on the client only its own.
 */
function wholeQuery(operation: Operation, uri: string): Record<string, unknown> {
  const members = [...(operation.input?.members?.values() ?? [])];
  const map = members.find((m) => m.location === "querystring" && m.shape.type === "map");
  const parameters = new URLSearchParams(uri.split("?")[1] ?? "");
  if (map === undefined || parameters.size === 0) return {};
  const entries = [...new Set(parameters.keys())].map((key) => {
    const values = parameters.getAll(key);
    return [key, map.shape.value?.shape.type === "list" ? values : values[0]];
  });
  return { [map.name]: Object.fromEntries(entries) as unknown };
}

function parse(vector: VectorCase): unknown {
  const { operation } = vector;
  const request = toRequest(vector);
  const isRest = vector.protocol.startsWith("rest-");
  const match = isRest ? matchRest(operation.service, request) : undefined;
  if (isRest) expect(match?.operation.name).toBe(operation.name);
  return protocol(vector.protocol).parse(operation, request, match?.labels ?? {});
}

function toRequest({ protocol: name, raw }: VectorCase): ParsedRequest {
  const wire = raw.serialized;
  const [path = "/", query = ""] = (wire?.uri ?? "/").split("?");
  const headers = Object.entries(wire?.headers ?? {}).map(([key, value]) => [
    key.toLowerCase(),
    value,
  ]);
  const encoding = name === "smithy-rpc-v2-cbor" ? "base64" : "utf8";
  return {
    method: raw.given.http.method,
    path,
    query,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: new Uint8Array(Buffer.from(wire?.body ?? "", encoding)),
    secure: false,
    sourceIp: "127.0.0.1",
  };
}
