import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { banner } from "../../src/server/banner.ts";
import { readConfiguration } from "../../src/server/configuration/read.ts";
import { DEFAULTS } from "../../src/server/configuration/settings.ts";
import { serve, type Serving } from "../../src/server/serve.ts";
import { version } from "../../src/server/version.ts";
import { send } from "./fake-cloud.ts";

let directory: string;
let serving: Serving;
let stopRequests = 0;
const printed: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "snowglobe-control-"));
  await mkdir(join(directory, ".snowglobe/init/ready.d"), { recursive: true });
  await writeFile(join(directory, ".snowglobe/init/ready.d/seed.sh"), "sleep 0.2\n");
  serving = await serve({
    configuration: readConfiguration(
      { SNOWGLOBE_FREEZE_AT: "2030-01-01T00:00:00Z", SNOWGLOBE_LOG: "silent" },
      { port: 0, ephemeral: true },
    ),
    workingDirectory: directory,
    print: (text) => printed.push(text),
    colour: false,
    onStopRequest: () => (stopRequests += 1),
    hookDirectories: () => [],
  });
});

afterAll(async () => {
  await serving.stop();
  await rm(directory, { recursive: true, force: true });
});

async function ask(path: string, method = "GET", body?: unknown): Promise<[number, unknown]> {
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await send(serving, path, { method, ...text });
  return [answer.status, answer.body === "" ? "" : JSON.parse(answer.body)];
}

test("it is healthy before the hooks have run, ready only afterwards, and says so once", async () => {
  const before = await ask("/_snowglobe/ready");
  const [, init] = await ask("/_localstack/init/ready");
  const printedBefore = printed.filter((text) => text === "Ready.\n").length;
  await serving.ready;
  const after = await ask("/_snowglobe/ready");
  expect({ before, init, printedBefore, after }).toEqual({
    before: [503, { ready: false }],
    init: { completed: false, scripts: [{ stage: "READY", name: "seed.sh", state: "RUNNING" }] },
    printedBefore: 0,
    after: [200, { ready: true }],
  });
  expect(printed.filter((text) => text === "Ready.\n").length).toBe(1);
});

test("LocalStack's health and init documents have its form", async () => {
  await serving.ready;
  const [, health] = await ask("/_localstack/health");
  expect(health).toEqual({
    services: serving.cloud.services(),
    edition: "community",
    version: version(),
  });
  expect(serving.cloud.services()["sqs"]).toBe("available");
  expect(await ask("/_localstack/init")).toEqual([
    200,
    {
      completed: { BOOT: true, START: true, READY: true, SHUTDOWN: false },
      scripts: [{ stage: "READY", name: "seed.sh", state: "SUCCESSFUL" }],
    },
  ]);
});

test("the neighbours' health documents are the same", async () => {
  const documents = await Promise.all(
    ["/health", "/_localstack/health", "/_floci/health", "/_ministack/health"].map((path) =>
      ask(path),
    ),
  );
  expect(new Set(documents.map((document) => JSON.stringify(document))).size).toBe(1);
});

test("notes put into the health document are shown there", async () => {
  await ask("/_localstack/health", "PUT", { "features:initScripts": "initialized" });
  const [, health] = await ask("/_localstack/health");
  expect((health as Record<string, unknown>)["features:initScripts"]).toBe("initialized");
});

test("every reset that people know empties the cloud", async () => {
  const emptied: string[] = [];
  const { cloud } = serving;
  const original = cloud.reset.bind(cloud);
  let resets = 0;
  Object.assign(serving.cloud, {
    reset: () => {
      resets += 1;
      return original();
    },
  });
  for (const [path, body] of [
    ["/_snowglobe/reset", undefined],
    ["/_localstack/state/reset", undefined],
    ["/_localstack/health", { action: "restart" }],
    ["/moto-api/reset", undefined],
    ["/_ministack/reset", undefined],
  ] as const) {
    const before = resets;
    const [status] = await ask(path, "POST", body);
    if (status < 300 && resets === before + 1) emptied.push(path);
  }
  Object.assign(serving.cloud, { reset: original });
  expect(emptied).toEqual([
    "/_snowglobe/reset",
    "/_localstack/state/reset",
    "/_localstack/health",
    "/moto-api/reset",
    "/_ministack/reset",
  ]);
});

test("the clock stands where it was told to, advances, and does not run backwards", async () => {
  const advanced = await ask("/_snowglobe/clock", "POST", { action: "advance", by: "1h30m" });
  expect((advanced[1] as { now: string; frozen: boolean }).now).toBe("2030-01-01T01:30:00.000Z");
  const to = await ask("/_snowglobe/clock", "POST", {
    action: "advance",
    to: "2030-02-01T00:00:00Z",
  });
  expect((to[1] as { now: string }).now).toBe("2030-02-01T00:00:00.000Z");
  expect(
    await ask("/_snowglobe/clock", "POST", { action: "advance", to: "2029-01-01T00:00:00Z" }),
  ).toEqual([
    400,
    { error: "The clock shows 2030-02-01T00:00:00.000Z already; it does not run backwards." },
  ]);
  expect(await ask("/_snowglobe/clock", "POST", { action: "advance", by: "soon" })).toEqual([
    400,
    { error: '"soon" is no span of time; give 90s, 1h30m or 7d.' },
  ]);
});

test("the trail is shown as lines, and followed as it grows", async () => {
  await send(serving, "/nothing-here");
  const first = serving.cloud.trail.list().length;
  expect(first).toBeGreaterThan(0);
  const lines: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    const asking = request(
      { port: serving.port, path: `/_snowglobe/trail?follow=1&after=${first}`, agent: false },
      (response) => {
        response.setEncoding("utf8").on("data", (chunk: string) => {
          lines.push(JSON.parse(chunk));
          asking.destroy();
          resolve();
        });
        void send(serving, "/nothing-there");
      },
    );
    asking.once("error", reject);
    asking.end();
  });
  expect(lines).toEqual(JSON.parse(JSON.stringify(serving.cloud.trail.list({ after: first }))));
});

test("a snapshot is saved, listed and loaded by name, and a path is no name", async () => {
  const [status, saved] = await ask("/_snowglobe/snapshots/before-upgrade/save", "POST");
  const [, listed] = await ask("/_snowglobe/snapshots");
  const [loadedStatus] = await ask("/_snowglobe/snapshots/before-upgrade/load", "POST");
  const { file, sizeBytes } = saved as { file: string; sizeBytes: number };
  expect({
    status,
    file,
    names: (listed as { snapshots: { name: string; sizeBytes: number }[] }).snapshots.map(
      ({ name, sizeBytes: listedBytes }) => [name, listedBytes],
    ),
    loadedStatus,
  }).toEqual({
    status: 200,
    file: join(directory, ".snowglobe/snapshots/before-upgrade.snowglobe"),
    names: [["before-upgrade", sizeBytes]],
    loadedStatus: 200,
  });
  expect((await ask("/_snowglobe/snapshots/..%2F..%2Fetc/save", "POST"))[0]).toBe(400);
  expect(await ask("/_snowglobe/snapshots/nothing/load", "POST")).toEqual([
    404,
    { error: 'There is no snapshot "nothing". See: snowglobe snapshot list.' },
  ]);
});

test("the configuration says what is set and where it comes from", async () => {
  const [, config] = await ask("/_snowglobe/config");
  const { settings } = config as { settings: Record<string, unknown> };
  expect([settings["ephemeral"], settings["frozenAt"], settings["iam"]]).toEqual([
    { value: true, from: "command line" },
    { value: 1_893_456_000_000, from: "SNOWGLOBE_FREEZE_AT" },
    { value: "enforce", from: "default" },
  ]);
});

test("what is not there is told, with the methods that are", async () => {
  expect(await ask("/_snowglobe/nothing")).toEqual([
    404,
    { error: "There is nothing at /_snowglobe/nothing." },
  ]);
  expect(await ask("/_snowglobe/stop")).toEqual([405, { error: "/_snowglobe/stop takes POST." }]);
  expect((await ask("/_localstack/diagnose"))[0]).toBe(501);
});

test("a signed request to a bucket called health is the cloud's", async () => {
  const signed = {
    authorization: "AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/s3/aws4_request",
  };
  const { headers } = await send(serving, "/health", { headers: signed });
  expect(headers["content-type"]).not.toBe("application/json");
});

test("a stop is passed on, and the note for other commands names this server", async () => {
  const note: unknown = JSON.parse(
    await readFile(join(directory, ".snowglobe/server.json"), "utf8"),
  );
  const [, info] = await ask("/_snowglobe/info");
  expect(note).toEqual({
    pid: process.pid,
    host: "127.0.0.1",
    port: serving.port,
    url: serving.url,
    instanceId: (info as { instanceId: string }).instanceId,
  });
  expect(await ask("/_snowglobe/stop", "POST")).toEqual([202, { status: "stopping" }]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(stopRequests).toBe(1);
});

test("the banner says where, who and what is on", () => {
  expect(printed[0]).toBe(
    `Snowglobe ${version()}\n` +
      `  address      ${serving.url}  (HTTP, HTTPS and HTTP/2 on this one port)\n` +
      "  account      000000000000, region us-east-1, keys test / test\n" +
      "  policies     enforced, in every service\n" +
      "  unknown keys the default account's root\n" +
      "  state        in memory, gone at the end\n" +
      "  clock        2030-01-01T00:00:00.000Z, standing still\n\n" +
      "  Point the AWS CLI, SDKs and Terraform here:\n" +
      '    eval "$(snowglobe env)"\n    snowglobe run -- <command>\n\n',
  );
});

test.for([
  [true, undefined],
  [false, "  signatures   not checked"],
  ["except S3", "  signatures   not checked in S3"],
] as const)("the banner says whose signatures are checked: %s", ([signatures, row]) => {
  const text = banner(
    {
      version: "0",
      url: serving.url,
      directory,
      settings: { ...DEFAULTS, signatures },
      clock: undefined,
      exposed: false,
      command: "snowglobe",
    },
    false,
  );
  expect(text.split("\n").find((line) => line.includes("signatures"))).toBe(row);
});

test("a browser at the address is told where it is; an SDK gets the answer of AWS", async () => {
  const page = await send(serving, "/", { headers: { accept: "text/html,*/*" } });
  const other = await send(serving, "/", { headers: { accept: "*/*" } });
  const title = `Snowglobe ${version()} is here: the AWS APIs, at this address.`;
  expect([page.status, page.body.split("\n")[0], other.status]).toEqual([200, title, 403]);
});

test("a body that is too large for a control endpoint is refused as that", async () => {
  const answer = await send(serving, "/_snowglobe/clock", {
    method: "POST",
    body: " ".repeat(2 * 1024 * 1024),
  });
  expect(answer.status).toBe(413);
});

test("what keeps nothing needs no directory that can be written", async () => {
  const file = join(directory, "file");
  await writeFile(file, "");
  const lines: string[] = [];
  const logged = (line: string) => void lines.push(line);
  const logger = { error: logged, warn: logged, info: logged, debug: logged };
  const other = await serve({
    configuration: readConfiguration({}, { port: 0, ephemeral: true, directory: `${file}/below` }),
    workingDirectory: directory,
    print: () => {},
    colour: false,
    logger,
    hookDirectories: () => [],
  });
  const { status } = await send(other, "/_snowglobe/health");
  await other.stop();
  expect([status, lines]).toEqual([
    200,
    [`${file}/below cannot be written: no snapshots, and no certificate for HTTPS.`],
  ]);
});
