import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { start } from "../started.ts";

test("hooks find awslocal and snowglobe, and both find the server that runs the hook", async () => {
  const root = await mkdtemp(join(tmpdir(), "snowglobe-hook-commands-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const directory = join(root, "it's state");
  const tools = join(root, "tools");
  await mkdir(join(directory, "init/ready.d"), { recursive: true });
  await mkdir(tools);
  // In the place of the AWS CLI: tells how it was called.
  await writeFile(join(tools, "aws"), '#!/bin/sh\necho "$@"\n');
  await chmod(join(tools, "aws"), 0o755);
  const seed = `awslocal sqs list-queues >"${root}/called"; snowglobe status >"${root}/status"\n`;
  await writeFile(join(directory, "init/ready.d/seed.sh"), seed);

  const PATH = `${tools}${delimiter}${process.env["PATH"]}`;
  const server = await start({ directory, environment: { PATH } });
  onTestFinished(async () => void (await server.stop()));
  const called = await readFile(join(root, "called"), "utf8");
  const [address] = (await readFile(join(root, "status"), "utf8")).split("\n");
  expect([called, address]).toEqual([
    `--endpoint-url=${server.url} sqs list-queues\n`,
    `address   ${server.url}`,
  ]);
});
