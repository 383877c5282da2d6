/** When the certificate authority is made: its file is read by clients before they connect. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfiguration } from "../../src/server/configuration/read.ts";
import type { Settings } from "../../src/server/configuration/settings.ts";
import { serve } from "../../src/server/serve.ts";
import { send } from "./fake-cloud.ts";

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "snowglobe-authority-"));
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function started(directory: string, given: Partial<Settings> = {}) {
  const lines: string[] = [];
  const logged = (line: string) => void lines.push(line);
  const serving = await serve({
    configuration: readConfiguration({}, { port: 0, directory, ...given }),
    workingDirectory: root,
    print: () => {},
    colour: false,
    logger: { error: logged, warn: logged, info: logged, debug: logged },
    hookDirectories: () => [],
  });
  await serving.ready;
  return { ...serving, lines };
}

test.for([{ ephemeral: false }, { ephemeral: true }])(
  "it is there without a TLS client, and is the same at the next start: %o",
  async (given) => {
    const directory = join(root, `first-${given.ephemeral}`);
    const certificate = () => readFile(join(directory, "ca/ca.pem"), "utf8").catch(() => "");
    const first = await started(directory, given);
    await expect.poll(certificate).toMatch(/^-----BEGIN CERTIFICATE-----/);
    const made = await certificate();
    await first.stop();
    const second = await started(directory, given);
    await second.stop();
    expect([await certificate(), first.lines, second.lines]).toEqual([made, [], []]);
  },
);

test("a server that is stopped first leaves nothing of it", async () => {
  const directory = join(root, "stopped");
  const serving = await started(directory);
  await serving.stop();
  const left = await readdir(directory);
  expect([left.filter((name) => name.startsWith("ca")), serving.lines]).toEqual([[], []]);
});

test("where it cannot be made, the server says why and serves on", async () => {
  const directory = join(root, "taken");
  await mkdir(join(directory, "ca"), { recursive: true });
  await writeFile(join(directory, "ca/other"), "");
  const serving = await started(directory);
  await expect
    .poll(() => serving.lines)
    .toEqual([
      expect.stringMatching(/^The certificate authority for HTTPS cannot be made: ENOTEMPTY/),
    ]);
  const { status } = await send(serving, "/_snowglobe/health");
  await serving.stop();
  expect(status).toBe(200);
});
