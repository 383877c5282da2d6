import { connect } from "node:http2";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { readConfiguration } from "../../src/server/configuration/read.ts";
import { serve, type Serving } from "../../src/server/serve.ts";
import { raw, send, serving as servingFake, text } from "./fake-cloud.ts";

let directory: string;
let serving: Serving;

const serveWith = (environment: Readonly<Record<string, string>>) =>
  serve({
    configuration: readConfiguration(
      { SNOWGLOBE_LOG: "silent", ...environment },
      { port: 0, ephemeral: true },
    ),
    workingDirectory: directory,
    print: () => {},
    colour: false,
    hookDirectories: () => [],
  });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "snowglobe-faults-"));
  serving = await serveWith({});
});

afterEach(() => void serving.cloud.faults.clear());

afterAll(async () => {
  await serving.stop();
  await rm(directory, { recursive: true, force: true });
});

const config = ({ url }: Serving) => ({
  endpoint: url,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

async function ask(path: string, method = "GET", body?: unknown): Promise<[number, unknown]> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await send(serving, path, { method, ...sent });
  return [answer.status, JSON.parse(answer.body)];
}

test("rules are added, listed, removed and cleared over HTTP", async () => {
  const rule = { id: "slow", service: "sqs", latencyMs: 5 };
  const active = { ...rule, matched: 0, injected: 0 };
  expect(await ask("/_snowglobe/faults", "POST", rule)).toEqual([201, active]);
  expect(await ask("/_snowglobe/faults")).toEqual([200, { faults: [active] }]);
  expect(await ask("/_snowglobe/faults/slow", "DELETE")).toEqual([200, { removed: 1 }]);
  expect(await ask("/_snowglobe/faults/slow", "DELETE")).toEqual([
    404,
    { error: 'There is no fault rule "slow". See: snowglobe faults list.' },
  ]);
  await ask("/_snowglobe/faults", "POST", { drop: true });
  expect(await ask("/_snowglobe/faults", "DELETE")).toEqual([200, { removed: 1 }]);
  expect(await ask("/_snowglobe/faults", "POST", { probabilty: 1 })).toEqual([
    400,
    {
      error:
        'A fault rule has no "probabilty"; it has id, service, operation, accountId, region, ' +
        "probability, seed, skip, count, latencyMs, error, throttle, unavailable, drop.",
    },
  ]);
});

test("a reset over HTTP takes the rules away", async () => {
  await ask("/_snowglobe/faults", "POST", { drop: true });
  await ask("/_snowglobe/reset", "POST");
  expect(await ask("/_snowglobe/faults")).toEqual([200, { faults: [] }]);
});

test("an injected error names its rule in a header", async () => {
  await ask("/_snowglobe/faults", "POST", {
    id: "broken",
    error: { code: "InternalFailure", status: 500 },
  });
  const named: unknown[] = [];
  const sqs = new SQS({ ...config(serving), maxAttempts: 1 });
  sqs.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers: Record<string, string> };
      named.push(headers["x-snowglobe-injected"]);
      return result;
    },
    { step: "deserialize", priority: "low" },
  );
  await expect(sqs.listQueues({})).rejects.toMatchObject({ name: "InternalFailure" });
  expect(named).toEqual(["broken"]);
});

test("a dropped call ends its connection without a byte; the SDK makes another", async () => {
  await ask("/_snowglobe/faults", "POST", { service: "sqs", drop: true, count: 1 });
  const { $metadata } = await new SQS(config(serving)).listQueues({});
  expect([$metadata.attempts, $metadata.httpStatusCode]).toEqual([2, 200]);

  await ask("/_snowglobe/faults", "POST", { service: "sqs", drop: true });
  await expect(
    new SQS({ ...config(serving), maxAttempts: 1 }).listQueues({}),
  ).rejects.toMatchObject({ name: "TimeoutError", message: "socket hang up", code: "ECONNRESET" });
});

test("an upload that is refused before its body was read is sent again, whole", async () => {
  const s3 = new S3({ ...config(serving), forcePathStyle: true });
  await s3.createBucket({ Bucket: "photos" });
  serving.cloud.faults.add({ id: "slow-down", service: "s3", throttle: true, count: 1 });
  serving.cloud.faults.add({ id: "gone", operation: "PutObject", drop: true, count: 1 });
  const Body = Buffer.alloc(3_000_000, "snow");

  const { $metadata } = await s3.putObject({ Bucket: "photos", Key: "big", Body });

  expect($metadata.attempts).toBe(3);
  const { Body: stored } = await s3.getObject({ Bucket: "photos", Key: "big" });
  expect(Buffer.from((await stored?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
  const puts = serving.cloud.trail.list().filter(({ operation }) => operation === "PutObject");
  expect(puts.map(({ status, injected }) => [status, injected])).toEqual([
    [503, ["slow-down"]],
    [0, ["gone"]],
    [200, undefined],
  ]);
});

test("over HTTP/1.1 no answer is a closed connection", async () => {
  const server = await servingFake(({ path }) => text("here", path === "/none" ? 0 : 200));
  try {
    const said = await raw(server, "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect(said).toBe("");
  } finally {
    await server.stop(0);
  }
});

test("over HTTP/2 no answer is the end of one stream, not of its neighbours", async () => {
  const server = await servingFake(({ path }) => text("here", path === "/none" ? 0 : 200));
  const session = connect(server.url);
  const get = (path: string) =>
    new Promise<string>((resolve) => {
      const stream = session.request({ ":path": path });
      let received = "";
      stream.setEncoding("utf8").on("data", (chunk: string) => (received += chunk));
      stream.once("error", () => {});
      stream.once("close", () => resolve(`${stream.rstCode} ${received}`));
    });
  try {
    expect(await Promise.all([get("/none"), get("/some"), get("/none")])).toEqual([
      "2 ",
      "0 here",
      "2 ",
    ]);
    expect(await get("/some")).toBe("0 here");
  } finally {
    session.close();
    await server.stop(0);
  }
});

test("a delay ends with the client's connection, and the call does not happen", async () => {
  await ask("/_snowglobe/faults", "POST", {
    id: "late",
    operation: "CreateQueue",
    latencyMs: 300_000,
  });
  const sqs = new SQS(config(serving));
  const leaving = new AbortController();
  const call = sqs.createQueue({ QueueName: "late" }, { abortSignal: leaving.signal });
  setTimeout(() => leaving.abort(), 100);
  await expect(call).rejects.toMatchObject({ name: "AbortError" });
  await serving.cloud.idle();
  const last = serving.cloud.trail.list().at(-1);
  expect([last?.operation, last?.status, last?.injected]).toEqual(["CreateQueue", 0, ["late"]]);
  expect((await sqs.listQueues({})).QueueUrls).toBe(undefined);
});

test("LocalStack's probabilities throttle calls for items, and outlive a reset", async () => {
  const own = await serveWith({
    DYNAMODB_ERROR_PROBABILITY: "0.25",
    LOCALSTACK_DYNAMODB_WRITE_ERROR_PROBABILITY: "1",
    DYNAMODB_READ_ERROR_PROBABILITY: "0.0",
  });
  try {
    const dynamodb = new DynamoDB({ ...config(own), maxAttempts: 1 });
    const write = () => dynamodb.putItem({ TableName: "orders", Item: { id: { S: "1" } } });
    await expect(write()).rejects.toMatchObject({
      name: "ProvisionedThroughputExceededException",
      message:
        "The level of configured provisioned throughput for the table was exceeded. " +
        "Consider increasing your provisioning level with the UpdateTable API.",
      $metadata: { httpStatusCode: 400 },
    });
    await own.cloud.reset();
    await expect(write()).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
    expect((await dynamodb.listTables({})).TableNames).toEqual([]);
    expect(own.cloud.faults.list().map(({ id, probability }) => [id, probability])).toEqual([
      ["dynamodb-reads", 0.25],
      ["dynamodb-writes", 1],
    ]);
  } finally {
    await own.stop();
  }
  expect(() => readConfiguration({ DYNAMODB_ERROR_PROBABILITY: "10%" })).toThrow(
    'DYNAMODB_ERROR_PROBABILITY is "10%"; it takes a number from 0 to 1.',
  );
});
