/** A world is saved to one file and is the same world in another process; a bad file changes nothing. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { S3 } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCloud, type TestCloud } from "../../src/testing/cloud.ts";
import { clientConfig, start } from "../started.ts";
import { expectEmpty, expectPopulated, LARGE, populate, type ClientSettings } from "./populated.ts";

let root: string;
let cloud: TestCloud;
const settings = (of: TestCloud) => of.config() as unknown as ClientSettings;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "snowglobe-snapshot-"));
  cloud = await startCloud({ clock: "flowing" });
});
afterEach(async () => {
  await cloud.close();
  rmSync(root, { recursive: true, force: true });
});

test("what is saved in one process is there when another has loaded it", async () => {
  const made = await populate(settings(cloud));
  const snapshots = join(root, "snapshots");
  await mkdir(snapshots);
  await cloud.save(join(snapshots, "winter.snowglobe"));
  const server = await start({ directory: root });
  try {
    await expectEmpty(clientConfig(server));
    const loaded = await fetch(`${server.url}/_snowglobe/snapshots/winter/load`, {
      method: "POST",
    });
    expect(loaded.status).toBe(200);
    await expectPopulated(clientConfig(server), made);
  } finally {
    await server.stop();
  }
});

test("loading replaces the world: what was there before is gone, bytes and all", async () => {
  const file = join(root, "empty");
  await cloud.save(file);
  await populate(settings(cloud));
  const other = await startCloud({ directory: join(root, "other") });
  await populate(settings(other));
  const blobs = join(root, "other/blobs");
  expect(await filesBelow(blobs)).not.toEqual([]);
  await other.load(file);
  await expectEmpty(settings(other));
  expect(await filesBelow(blobs)).toEqual([]);
  await other.close();
});

test("the clock stands where it stood when the world was saved", async () => {
  const file = join(root, "later");
  await cloud.clock.freeze();
  await cloud.clock.advance({ days: 400 });
  const savedAt = cloud.clock.now();
  await cloud.save(file);
  const other = await startCloud({ clock: "flowing", directory: join(root, "other") });
  await other.load(file);
  expect(other.clock.now()).toEqual(savedAt);
  await other.close();
  const again = await startCloud({ clock: "flowing", directory: join(root, "other") });
  expect(again.clock.now()).toEqual(savedAt);
  await again.close();
});

test.each([
  [4, "a newer"],
  [1, "an older"],
])("a file of format %i is refused, and the world is as it was", async (format, which) => {
  const made = await populate(settings(cloud));
  const file = join(root, "other");
  await cloud.save(file);
  const [line = "", ...rest] = readFileSync(file, "latin1").split("\n");
  const header = { ...(JSON.parse(line) as object), format };
  writeFileSync(file, [JSON.stringify(header), ...rest].join("\n"), "latin1");
  await expect(cloud.load(file)).rejects.toThrow(
    `${file} was saved by ${which} Snowglobe; this one reads format 3.`,
  );
  await expectPopulated(settings(cloud), made);
});

test("a damaged file is refused wherever the damage is, and the world is as it was", async () => {
  const made = await populate(settings(cloud));
  const file = join(root, "world");
  const damaged = join(root, "damaged");
  await cloud.save(file);
  const whole = readFileSync(file);
  const places = Array.from({ length: 12 }, (_, n) => Math.floor(((n + 0.5) / 12) * whole.length));
  for (const place of [0, 1, ...places, whole.length - 1]) {
    writeFileSync(damaged, whole.subarray(0, place));
    await expect(cloud.load(damaged)).rejects.toMatchObject({ name: "SnapshotUnreadable" });
    const flipped = Buffer.from(whole);
    flipped.writeUInt8(flipped.readUInt8(place) ^ 0x10, place);
    writeFileSync(damaged, flipped);
    await expect(cloud.load(damaged)).rejects.toMatchObject({ name: "SnapshotUnreadable" });
  }
  writeFileSync(damaged, Buffer.concat([whole, whole]));
  await expect(cloud.load(damaged)).rejects.toMatchObject({ name: "SnapshotUnreadable" });
  await expect(cloud.load(join(root, "absent"))).rejects.toMatchObject({ code: "ENOENT" });
  await expectPopulated(settings(cloud), made);
});

test("a snapshot that cannot be written is an error in words, and the cloud goes on", async () => {
  writeFileSync(join(root, "file"), "");
  await expect(cloud.save(join(root, "file", "below"))).rejects.toMatchObject({ code: "EEXIST" });
  await mkdir(join(root, "taken"));
  await expect(cloud.save(join(root, "taken"))).rejects.toMatchObject({ code: "EISDIR" });
  expect(await readdir(root)).toEqual(["file", "taken"]);
  await expectEmpty(settings(cloud));
});

test("a world saved while it changes is a world that was: no object without its bytes", async () => {
  const s3 = new S3({ ...settings(cloud), forcePathStyle: true });
  await s3.createBucket({ Bucket: "busy-bucket" });
  const load = { going: true };
  const writers = Array.from({ length: 3 }, async (_, writer) => {
    for (let n = 0; load.going; n++) {
      const Body = Buffer.alloc(400_000, `${writer} ${n} `);
      await s3.putObject({ Bucket: "busy-bucket", Key: `${writer}`, Body });
    }
  });
  const file = join(root, "busy");
  for (let save = 0; save < 5; save++) {
    await cloud.save(file);
    const other = await startCloud();
    await other.load(file);
    const there = new S3({ ...settings(other), forcePathStyle: true });
    const { Contents = [] } = await there.listObjectsV2({ Bucket: "busy-bucket" });
    for (const { Key, Size } of Contents) {
      const { Body } = await there.getObject({ Bucket: "busy-bucket", Key });
      expect((await Body?.transformToByteArray())?.length).toBe(Size);
    }
    await other.close();
  }
  load.going = false;
  await Promise.all(writers);
});

test("a test that starts from a saved world draws no id that the world has already", async () => {
  const first = await startCloud();
  await populate(settings(first));
  const file = join(root, "base");
  await first.save(file);
  await first.close();
  const second = await startCloud();
  await second.load(file);
  const s3 = new S3({ ...settings(second), forcePathStyle: true });
  for (let n = 0; n < 40; n++) {
    await s3.putObject({ Bucket: "snow-drift", Key: `new ${n}`, Body: Buffer.alloc(300_000, n) });
  }
  const { Body } = await s3.getObject({ Bucket: "snow-drift", Key: "large" });
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(LARGE)).toBe(true);
  await second.close();
});

test("a fork goes its own way", async () => {
  const made = await populate(settings(cloud));
  const fork = cloud.fork();
  await new DynamoDB(settings(fork)).deleteTable({ TableName: "orders" });
  const s3 = new S3({ ...settings(fork), forcePathStyle: true });
  await s3.deleteObject({ Bucket: "snow-drift", Key: "large" });
  await fork.idle();
  await expectPopulated(settings(cloud), made);
  await fork.close();
  await expectPopulated(settings(cloud), made);
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}
