/** How long things last: past a restart where there is a directory, not past a reset, and nowhere without one. */
import { mkdtempSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { SQS } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCloud } from "../../src/testing/cloud.ts";
import { clientConfig, start, type Started, type StartOptions } from "../started.ts";
import { expectEmpty, expectPopulated, populate, type ClientSettings } from "./populated.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "snowglobe-lifetime-"));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.kill();
  rmSync(root, { recursive: true, force: true });
});

const servers: Started[] = [];

/** Gone after the test, however it ends. */
async function open(options: StartOptions): Promise<Started> {
  const server = await start(options);
  servers.push(server);
  return server;
}

test("a stop answers those who wait for a message", async () => {
  const server = await open({ environment: { SNOWGLOBE_STOP_SECONDS: "15" } });
  const sqs = new SQS({ ...clientConfig(server), maxAttempts: 1 });
  const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
  const polled = sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 });
  const early = await Promise.race([polled, new Promise((settle) => setTimeout(settle, 300))]);
  expect(early).toBeUndefined();
  const stopped = server.stop();
  const first = await Promise.race([
    polled.then(({ Messages }) => ({ Messages })),
    new Promise((settle) => setTimeout(settle, 10_000, "still waiting")),
  ]);
  expect(first).toEqual({ Messages: undefined });
  expect(await stopped).toBe(0);
});

test("a restart keeps everything, and a reset nothing", async () => {
  const first = await open({ directory: root });
  const made = await populate(clientConfig(first));
  expect(await first.stop()).toBe(0);

  const second = await open({ directory: root });
  await expectPopulated(clientConfig(second), made);
  const wound = await control(second.url, "POST", "clock", { action: "advance", by: "2d" });
  const { status } = await fetch(`${second.url}/_snowglobe/reset`, { method: "POST" });
  expect(status).toBe(200);
  await expectEmpty(clientConfig(second));
  expect((await filesBelow(join(root, "state/blobs"))).length).toBe(0);
  expect((await control(second.url, "GET", "clock")).at).toBeGreaterThanOrEqual(wound.at);
  expect(await second.stop()).toBe(0);
  expect(`${first.said()}${second.said()}`).not.toMatch(/SnowglobeFault|[Ww]arning/);

  // A reset leaves the clock where it is: the next server goes on from there.
  const third = await open({ directory: root });
  expect((await control(third.url, "GET", "clock")).at).toBeGreaterThanOrEqual(wound.at);
  await third.stop();
});

test("a wound clock stays wound over a restart", async () => {
  const first = await open({ directory: root });
  const wound = await control(first.url, "POST", "clock", { action: "advance", by: "30d" });
  await first.stop();
  const second = await open({ directory: root });
  const shown = await control(second.url, "GET", "clock");
  expect(shown.at).toBeGreaterThanOrEqual(wound.at);
  expect(shown.at - wound.at).toBeLessThan(60_000);
  await second.stop();
});

test("an ephemeral server keeps nothing", async () => {
  const first = await open({ directory: root, ephemeral: true });
  await populate(clientConfig(first));
  await first.stop();
  const second = await open({ directory: root, ephemeral: true });
  await expectEmpty(clientConfig(second));
  await second.stop();
});

test("a reset under load leaves no object without its bytes", async () => {
  const cloud = await startCloud({ clock: "flowing", directory: root });
  const settings = cloud.config() as unknown as ClientSettings;
  const s3 = new S3({ ...settings, forcePathStyle: true });
  const load = { going: true };
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let n = 0; load.going; n++) {
      const Body = Buffer.alloc(300_000, `${writer} ${n} `);
      await s3.createBucket({ Bucket: "busy-bucket" }).catch(() => undefined);
      await s3
        .putObject({ Bucket: "busy-bucket", Key: `${writer}-${n}`, Body })
        .catch((error: Error) => expect(error.name).toBe("NoSuchBucket"));
    }
  });
  for (let reset = 0; reset < 10; reset++) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    await cloud.reset();
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  load.going = false;
  await Promise.all(writers);
  const { Contents = [] } = await s3.listObjectsV2({ Bucket: "busy-bucket" });
  expect(Contents.length).toBeGreaterThan(0);
  for (const { Key, Size } of Contents) {
    const { Body } = await s3.getObject({ Bucket: "busy-bucket", Key });
    expect((await Body?.transformToByteArray())?.length).toBe(Size);
  }
  await cloud.close();
});

async function control(url: string, method: string, path: string, body?: object) {
  const answer = await fetch(`${url}/_snowglobe/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as { at: number };
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test("what is written in the first moment of a start is not taken for what a crash left", async () => {
  const bodyOf = (key: string) => Buffer.alloc(300_000, `${key} `);
  for (let round = 0; round < 12; round++) {
    const cloud = await startCloud({ clock: "flowing", directory: root });
    const settings = cloud.config() as unknown as ClientSettings;
    const s3 = new S3({ ...settings, forcePathStyle: true });
    if (round === 0) await s3.createBucket({ Bucket: "first-bucket" });
    await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        s3.putObject({
          Bucket: "first-bucket",
          Key: `${round}-${n}`,
          Body: bodyOf(`${round}-${n}`),
        }),
      ),
    );
    await cloud.close();
  }
  const cloud = await startCloud({ clock: "flowing", directory: root });
  const settings = cloud.config() as unknown as ClientSettings;
  const s3 = new S3({ ...settings, forcePathStyle: true });
  const { Contents = [] } = await s3.listObjectsV2({ Bucket: "first-bucket" });
  expect(Contents).toHaveLength(48);
  for (const { Key = "" } of Contents) {
    const { Body } = await s3.getObject({ Bucket: "first-bucket", Key });
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(bodyOf(Key))).toBe(true);
  }
  await cloud.close();
});
