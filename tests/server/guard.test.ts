import { expect, onTestFinished, test } from "vitest";
import { createGuard, type GuardRules } from "../../src/server/guard.ts";
import { send, serving, text } from "./fake-cloud.ts";

const guard = (rules: Partial<GuardRules> = {}) =>
  createGuard({ hosts: [], origins: [], exposed: false, anyOrigin: false, ...rules });

test.for([
  ["localhost:4566", "edge"],
  ["LOCALHOST.:4566", "edge"],
  ["127.0.0.1:4566", "edge"],
  ["[::1]:4566", "edge"],
  ["172.17.0.2:4566", "edge"],
  ["localhost.localstack.cloud:4566", "edge"],
  ["host.docker.internal:4566", "edge"],
  ["photos.s3.localhost:4566", "virtual"],
  ["abc.execute-api.localhost.localstack.cloud:4566", "virtual"],
  ["dynamodb.us-east-1.amazonaws.com", "virtual"],
  ["evil.example.com:4566", "refused"],
  ["amazonaws.com.example.com", "refused"],
  ["notlocalhost", "refused"],
  ["localhost@evil.example.com", "refused"],
  ["localhost, evil.example.com", "refused"],
  ["snowglobe:4566", "refused"],
] as const)("the host %s is %s", ([host, verdict]) => {
  expect(guard().host(host)).toBe(verdict);
});

test("named hosts and all below them are ours; plain names only where containers reach us", () => {
  const named = guard({ hosts: ["cloud.test"], exposed: true });
  expect(
    ["cloud.test:80", "a.cloud.test", "snowglobe:4566", "evil.example.com"].map((host) =>
      named.host(host),
    ),
  ).toEqual(["edge", "virtual", "edge", "refused"]);
});

test.for([
  ["http://localhost:3000", true],
  ["https://app.localhost", true],
  ["http://127.0.0.1:5173", true],
  ["http://[::1]:3000", true],
  ["https://app.example.com", false],
  ["http://localhost.example.com", false],
  ["http://127.0.0.1.example.com", false],
  ["null", false],
  ["file://", false],
] as const)("the origin %s is trusted: %s", ([origin, trusted]) => {
  expect(guard().trusts(origin)).toBe(trusted);
});

async function guarded(rules: Partial<GuardRules> = {}) {
  const server = await serving(() => text("answered"), {
    guard: rules,
    control: {
      owns: ({ path }) => path.startsWith("/_snowglobe/"),
      answer: () => Promise.resolve(text("controlled")),
    },
  });
  onTestFinished(() => server.stop(0));
  return server;
}

const AWS_HEADERS = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=00",
};
const S3_HEADERS = { authorization: AWS_HEADERS.authorization.replace("/sqs/", "/s3/") };

test("a name that a page made point here is refused, and the answer says what to do", async () => {
  const server = await guarded();
  const { status, body } = await send(server, "/", { headers: { host: "evil.example.com" } });
  expect([status, body]).toEqual([
    403,
    'Snowglobe is not reached by the name "evil.example.com". If it should be, start it with ' +
      "SNOWGLOBE_ALLOWED_HOSTS=<name>; otherwise a web page may have tried to reach it.\n",
  ]);
});

test("foreign pages reach neither the APIs nor the control endpoints", async () => {
  const server = await guarded();
  const origin = "https://evil.example.com";
  const bodies = await Promise.all([
    send(server, "/_snowglobe/reset", { method: "POST", headers: { origin } }),
    send(server, "/_snowglobe/info", { headers: { "sec-fetch-site": "cross-site" } }),
    send(server, "/", { method: "POST", headers: { origin, ...AWS_HEADERS } }),
    send(server, "/", {
      method: "POST",
      headers: { origin, "x-amz-target": "AmazonSQS.SendMessage" },
    }),
    send(server, "/?X-Amz-Credential=test/20300101/us-east-1/sqs/aws4_request", {
      headers: { "sec-fetch-site": "cross-site" },
    }),
    send(
      server,
      "/photos?delete&X-Amz-Credential=test%2F20300101%2Fus-east-1%2Fs3%2Faws4_request",
      {
        method: "POST",
        headers: { origin },
      },
    ),
  ]);
  expect(bodies.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
});

test("foreign pages reach objects of S3: the bucket's own rules decide", async () => {
  const server = await guarded();
  const origin = "https://app.example.com";
  const answers = await Promise.all([
    send(server, "/photos/cat.jpg", { headers: { origin } }),
    send(server, "/photos/cat.jpg", { method: "PUT", headers: { origin, ...S3_HEADERS } }),
    send(server, "/photos/c?X-Amz-Credential=test%2F20300101%2Fus-east-1%2Fs3%2Faws4_request", {
      headers: { origin },
    }),
    send(server, "/cat.jpg", { headers: { origin, host: "photos.s3.localhost" } }),
    send(server, "/photos/cat.jpg", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "PUT" },
    }),
  ]);
  expect(
    answers.map(({ body, headers }) => [body, headers["access-control-allow-origin"]]),
  ).toEqual(answers.map(() => ["answered\n".trim(), undefined]));
});

test("the developer's own pages may call the APIs, after a preflight", async () => {
  const server = await guarded();
  const origin = "http://localhost:3000";
  const preflight = await send(server, "/", {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,x-amz-target",
    },
  });
  const call = await send(server, "/", { method: "POST", headers: { origin, ...AWS_HEADERS } });
  expect({
    status: preflight.status,
    origin: preflight.headers["access-control-allow-origin"],
    headers: preflight.headers["access-control-allow-headers"],
    call: [call.body, call.headers["access-control-allow-origin"]],
  }).toEqual({
    status: 204,
    origin,
    headers: "authorization,x-amz-target",
    call: ["answered", origin],
  });
});

test("a preflight of a foreign page is refused, unless its origin is allowed", async () => {
  const headers = {
    origin: "https://app.example.com",
    "access-control-request-method": "POST",
    "access-control-request-headers": "x-amz-target",
  };
  const closed = await send(await guarded(), "/", { method: "OPTIONS", headers });
  const rules = { origins: ["https://app.example.com"] };
  const open = await send(await guarded(rules), "/", { method: "OPTIONS", headers });
  expect([closed.status, open.status]).toEqual([403, 204]);
});

test("any origin for the APIs leaves the control endpoints closed", async () => {
  const server = await guarded({ anyOrigin: true });
  const headers = { origin: "https://evil.example.com" };
  const api = await send(server, "/", { method: "POST", headers: { ...headers, ...AWS_HEADERS } });
  const control = await send(server, "/_snowglobe/reset", { method: "POST", headers });
  expect([api.status, control.status]).toEqual([200, 403]);
});

test("a bucket's own host name has no control endpoints: there they are keys", async () => {
  const server = await guarded();
  const { body } = await send(server, "/_snowglobe/info", {
    headers: { host: "photos.s3.localhost" },
  });
  expect(body).toBe("answered");
});
