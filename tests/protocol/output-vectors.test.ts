import { describe, expect, test } from "vitest";
import { AwsError } from "../../src/kernel/errors.ts";
import type { HttpResponse } from "../../src/kernel/http.ts";
import { protocol } from "../../src/protocol/protocols.ts";
import { readError, readResult, type WireResponse } from "./client-reader.ts";
import { cases, FILES, type VectorCase } from "./suites.ts";
import { toHandlerValue } from "./values.ts";

/** Vectors that say nothing about a server, each with its reason. */
const SKIPPED: Readonly<Record<string, string>> = {};

/**
 * AWS: SQS answers its modelled status (403 for PurgeQueueInProgress) in JSON too; these vectors
 * say 400 always.
 */
const STATUS_INSTEAD: Readonly<Record<string, number>> = {
  QueryCompatibleAwsJson10CustomCodeError: 402,
  QueryCompatibleRpcV2CborCustomCodeError: 402,
};

const META = { requestId: "requestid", extendedRequestId: "hostid" };

/** One file of the source has no output vectors: a suite without tests would count as failed. */
const WITH_OUTPUT = FILES.filter((file) => cases("output", file).length > 0);

describe.for(WITH_OUTPUT)("output of %s", (file) => {
  const run = cases("output", file).filter(({ id }) => SKIPPED[id] === undefined);
  const results = run.filter(({ raw }) => raw.error === undefined && raw.errorCode === undefined);
  const errors = run.filter((vector) => !results.includes(vector));

  test.for(results.map((vector) => [vector.id, vector] as const))("%s", ([, vector]) => {
    const expected = vector.raw.result ?? {};
    expect(readResult(vector, theirs(vector)), "the test client reads the vector").toEqual(
      expected,
    );
    expect(readResult(vector, ours(vector))).toEqual(expected);
  });

  test.for(errors.map((vector) => [vector.id, vector] as const))("%s", ([, vector]) => {
    const { raw } = vector;
    const response = ourError(vector);
    const read = readError(vector, response);
    expect(response.status).toBe(STATUS_INSTEAD[vector.id] ?? raw.response?.status_code);
    expect(read.code).toBe(raw.errorCode);
    if (raw.errorMessage !== undefined) expect(read.message).toBe(raw.errorMessage);
    expect(read.members).toMatchObject(raw.error ?? {});
  });
});

test("every skipped vector exists", () => {
  const known = new Set(FILES.flatMap((file) => cases("output", file).map(({ id }) => id)));
  expect(Object.keys(SKIPPED).filter((id) => !known.has(id))).toEqual([]);
});

function theirs({ raw, protocol: name }: VectorCase): WireResponse {
  const encoding = name === "smithy-rpc-v2-cbor" ? "base64" : "utf8";
  const headers = Object.entries(raw.response?.headers ?? {}).map(([k, v]) => [k.toLowerCase(), v]);
  return {
    status: raw.response?.status_code ?? 200,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: new Uint8Array(Buffer.from(raw.response?.body ?? "", encoding)),
  };
}

function ours({ raw, shapes, protocol: name, operation }: VectorCase): WireResponse {
  const shape = raw.given.output?.shape;
  const output = shape === undefined ? {} : toHandlerValue(shapes, shape, raw.result ?? {});
  return toWire(protocol(name).serialise(operation, output as Record<string, unknown>, META));
}

function ourError({ raw, shapes, protocol: name, operation }: VectorCase): WireResponse {
  const declared = operation.errors.find(
    (shape) => shape.name === raw.errorCode || shape.error?.code === raw.errorCode,
  );
  const code = declared?.name ?? raw.errorCode ?? "";
  const given = raw.error ?? {};
  const known = shapes[code];
  const members = known === undefined ? given : toHandlerValue(shapes, code, given);
  const status = declared?.error?.status === undefined ? raw.response?.status_code : undefined;
  const error = new AwsError(code, raw.errorMessage ?? "", {
    members: members as Record<string, unknown>,
    ...(status === undefined ? {} : { status }),
  });
  return toWire(protocol(name).serialiseError(operation.service, operation, error, META));
}

function toWire({ status, headers, body }: HttpResponse): WireResponse {
  if (typeof body !== "string" && !(body instanceof Uint8Array)) throw new Error("a stream");
  const {
    "x-amzn-requestid": _one,
    "x-amz-request-id": _two,
    "x-amz-id-2": _three,
    ...rest
  } = headers;
  return { status, headers: rest, body: typeof body === "string" ? Buffer.from(body) : body };
}
