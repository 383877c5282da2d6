/** What was used is part of the world: it is saved, and it outlives the process, on every store. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQS } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openCloud } from "../../src/cloud.ts";
import type { Cloud } from "../../src/cloud-types.ts";
import { findBinaries, INSTALL } from "../store/cluster.ts";
import { configOf, openNode, OPTIONS, startGround, type Ground } from "./nodes.ts";

const binaries = findBinaries();
if (binaries === undefined) {
  process.stderr.write(`The tests of usage over PostgreSQL are skipped. ${INSTALL}\n`);
}

let ground: Ground | undefined;

beforeAll(async () => {
  if (binaries !== undefined) ground = await startGround(binaries);
});
afterAll(async () => ground?.stop());

const list = (cloud: Cloud) => new SQS(configOf(cloud)).listQueues({});

/** Whatever the hour was in which it was counted. */
async function counted(cloud: Cloud): Promise<number> {
  const lines = await cloud.usage();
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "snowglobe-usage-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const kept = (path: string): Promise<Cloud> =>
  openCloud({ ...OPTIONS, state: { kind: "directory", path } });

test("on the disk it is there again after a restart", async () => {
  const path = await directory();
  const first = await kept(path);
  await list(first);
  await list(first);
  await first.close();
  const second = await kept(path);
  onTestFinished(() => second.close());
  await list(second);
  expect(await counted(second)).toBe(3);
});

test("a saved world holds what was used before, and takes the place of what was used after", async () => {
  const path = await directory();
  const cloud = await kept(path);
  onTestFinished(() => cloud.close());
  await list(cloud);
  await cloud.save(join(path, "world"));
  await list(cloud);
  await cloud.load(join(path, "world"));
  expect(await counted(cloud)).toBe(1);
});

describe.skipIf(binaries === undefined)("two nodes", () => {
  test("add up what each of them counted, also when they write at once", async () => {
    const place = await ground?.database();
    if (place === undefined) throw new Error("no PostgreSQL");
    const nodes = await Promise.all([openNode(place), openNode(place)]);
    const [left, right] = nodes;
    const rounds = 5;
    for (let round = 0; round < rounds; round++) {
      await Promise.all(nodes.map(list));
      await Promise.all(nodes.map((node) => node.usage()));
    }
    expect([await counted(left), await counted(right)]).toEqual([2 * rounds, 2 * rounds]);
    await list(left);
    await left.close();
    expect(await counted(right)).toBe(2 * rounds + 1);
    await right.close();
  });
});
