import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openHooks, wellKnownDirectories } from "../../src/server/hooks.ts";

async function hooksWith(files: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), "snowglobe-hooks-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = join(directory, "init", name);
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, content);
  }
  const printed: string[] = [];
  const warned: string[] = [];
  const hooks = await openHooks({
    directory,
    print: (text) => printed.push(text),
    warn: (line) => warned.push(line.replace(directory, "")),
    elsewhere: () => [],
  });
  return { hooks, printed, warned };
}

test("scripts run in the order of their names, whatever their mode, and one failure stops none", async () => {
  const { hooks, printed, warned } = await hooksWith({
    "ready.d/20-second.sh": "exit 3\n",
    "ready.d/10-first.sh": "#!/bin/sh\r\necho one $AWS_ENDPOINT_URL\r\n",
    "ready.d/30-third.py": "import os\nprint('three', os.environ['AWS_ENDPOINT_URL'])\n",
    "ready.d/40-fourth.mjs": "console.log('four', process.env.AWS_ENDPOINT_URL);\n",
    "ready.d/notes.txt": "no script\n",
  });
  hooks.use({ AWS_ENDPOINT_URL: "http://here" });
  const failed = await hooks.run("ready");
  expect({ failed, text: printed.join(""), warned }).toEqual({
    failed: 1,
    text: "one http://here\nthree http://here\nfour http://here\n",
    warned: ["Hook /init/ready.d/20-second.sh failed: it ended with status 3."],
  });
  expect(hooks.scripts().map(({ name, state }) => [name, state])).toEqual([
    ["10-first.sh", "SUCCESSFUL"],
    ["20-second.sh", "ERROR"],
    ["30-third.py", "SUCCESSFUL"],
    ["40-fourth.mjs", "SUCCESSFUL"],
  ]);
});

test("a stage is complete when it has run, and runs once", async () => {
  const { hooks, printed } = await hooksWith({ "start.d/a.sh": "echo ran\n" });
  const before = [hooks.completed("start"), hooks.scripts("start")[0]?.state];
  await hooks.run("start");
  await hooks.run("start");
  expect([before, hooks.completed("start"), hooks.completed("ready"), printed]).toEqual([
    [false, "UNKNOWN"],
    true,
    false,
    ["ran\n"],
  ]);
});

test("an abort ends the script that runs, with all that it has started", async () => {
  const { hooks } = await hooksWith({
    "ready.d/a.sh": "sleep 60\n",
    "ready.d/b.sh": "exit 0\n",
    "shutdown.d/c.sh": "exit 0\n",
  });
  const running = hooks.run("ready");
  while (hooks.scripts("ready")[0]?.state !== "RUNNING") {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  hooks.abort();
  await running;
  await hooks.run("shutdown");
  expect(hooks.scripts().map(({ state }) => state)).toEqual(["ERROR", "UNKNOWN", "SUCCESSFUL"]);
});

test("the directories that people already have are looked at", () => {
  expect([wellKnownDirectories("boot"), wellKnownDirectories("ready")]).toEqual([
    ["/etc/localstack/init/boot.d", "/etc/floci/init/boot.d"],
    ["/etc/localstack/init/ready.d", "/etc/floci/init/ready.d", "/docker-entrypoint-initaws.d"],
  ]);
});
