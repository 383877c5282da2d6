/** Every operation of every model: compiled, asked with nothing, answered with nothing, and found by its own path. */
import { expect, test } from "vitest";
import { AwsError } from "../../src/kernel/errors.ts";
import { openModels } from "../../src/model/load.ts";
import type { Operation, ServiceModel } from "../../src/model/model.ts";
import { protocol } from "../../src/protocol/protocols.ts";
import { matchRest, type RestRequest } from "../../src/protocol/route/rest-table.ts";
import { validate } from "../../src/protocol/validate/validate.ts";

const models = openModels();

/** Twins on one path that nothing tells apart. The other one is chosen: the newer, or the one that is not rare. */
const TWINS: readonly string[] = [
  "s3.GetBucketLifecycle → GetBucketLifecycleConfiguration",
  "s3.GetBucketNotification → GetBucketNotificationConfiguration",
  "s3.ListDirectoryBuckets → ListBuckets",
  "s3.PutBucketLifecycle → PutBucketLifecycleConfiguration",
  "s3.PutBucketNotification → PutBucketNotificationConfiguration",
];

test("every operation compiles, in each of its protocols", { timeout: 60_000 }, () => {
  const failures: string[] = [];
  forEachOperation((service, operation) => {
    for (const name of service.protocols) {
      try {
        exercise(operation, name);
      } catch (error) {
        if (!(error instanceof AwsError))
          failures.push(`${service.name}.${operation.name}: ${String(error)}`);
      }
    }
  });
  expect(failures).toEqual([]);
});

test("every REST operation is found by its own path", { timeout: 60_000 }, () => {
  const failures: string[] = [];
  forEachOperation((service, operation) => {
    if (!service.protocols.some((name) => name.startsWith("rest-"))) return;
    const found = matchRest(service, ownRequest(operation))?.operation.name;
    if (found !== operation.name)
      failures.push(`${service.name}.${operation.name} → ${found ?? "none"}`);
  });
  expect(failures).toEqual(TWINS);
});

function forEachOperation(visit: (service: ServiceModel, operation: Operation) => void): void {
  for (const name of Object.keys(models.index.services)) {
    const service = models.service(name);
    for (const operation of service.operations.values()) visit(service, operation);
  }
}

function exercise(operation: Operation, name: Parameters<typeof protocol>[0]): void {
  const request = {
    method: operation.http.method,
    path: "/",
    query: "",
    headers: {},
    body: new Uint8Array(0),
    secure: false,
    sourceIp: "127.0.0.1",
  };
  const codec = protocol(name);
  codec.serialise(operation, {}, { requestId: "r" });
  const input = codec.parse(operation, request, {});
  validate(operation, name, input);
}

function ownRequest(operation: Operation): RestRequest {
  const [uri = "/", words = ""] = operation.http.uri.split("?");
  const query = words === "" ? [] : [words];
  const headers: Record<string, string> = {};
  for (const member of operation.input?.members?.values() ?? []) {
    if (member.required !== true) continue;
    const wire = member.locationName ?? member.name;
    if (member.location === "querystring") query.push(`${wire}=x`);
    if (member.location === "header") headers[wire.toLowerCase()] = "x";
  }
  const path = uri.replaceAll(/\{[^}]+\}/g, "value");
  return { method: operation.http.method, path, query: query.join("&"), headers };
}
