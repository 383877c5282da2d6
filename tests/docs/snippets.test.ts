/** What README.md and docs/testing.md show is run as it stands there. */
import { execFile, execFileSync } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProject, root, type Project } from "../package/project.ts";

const run = promisify(execFile);

let project: Project;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  project = await makeProject(["vitest"]);
  const { directory, installed, manifest } = project;
  // The command, as npm puts it on the PATH of scripts.
  const bin = join(directory, "node_modules/.bin");
  await mkdir(bin);
  const main = join(installed, manifest.bin["snowglobe"] ?? "");
  await writeFile(join(bin, "snowglobe"), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  await chmod(join(bin, "snowglobe"), 0o755);
  environment = { PATH: `${bin}${delimiter}${process.env["PATH"]}`, HOME: directory };
});

afterAll(async () => {
  await outcome("snowglobe", ["stop"]);
  await project.remove();
});

test("the tests that are shown pass, and type-check", async () => {
  const blocks = await Promise.all(
    ["README.md", "docs/testing.md"].map(async (path) => snippets(path, "ts")),
  );
  const files = blocks.flat().map((text, index) => ({ name: `shown-${index}.test.ts`, text }));
  expect(files.length).toBe(8);
  const { directory } = project;
  for (const { name, text } of files) await writeFile(join(directory, name), text);
  await writeFile(
    join(directory, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        target: "ES2023",
        module: "NodeNext",
        noEmit: true,
        skipLibCheck: true,
        types: ["node"],
      },
      files: files.map(({ name }) => name),
    }),
  );
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const types = await outcome(process.execPath, [compiler, "-p", directory]);
  const words = [vitest, "run", "--root", directory, "--reporter=json"];
  const tests = await outcome(process.execPath, words);
  const report = JSON.parse(tests) as { numPassedTests: number; numTotalTests: number };
  expect([types, report.numPassedTests, report.numTotalTests]).toEqual(["", 9, 9]);
});

const tools = installedTools();

test.skipIf(tools.missing !== "")(
  `the commands and the script that README shows do what they say${tools.missing}`,
  async () => {
    const [cli = ""] = (await snippets("README.md", "sh")).filter((text) =>
      text.includes("aws s3"),
    );
    const [script = ""] = await snippets("README.md", "python");
    const { directory } = project;
    await writeFile(join(directory, "script.py"), script);
    const start = "snowglobe start --port 0 --ephemeral --detach >start.log";
    const shown = await outcome("bash", [
      "-c",
      `set -e; ${start}; trap 'snowglobe stop >stop.log' EXIT
       ${cli}
       snowglobe run -- python3 script.py`,
    ]);
    expect(shown.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "DATE")).toBe(
      "make_bucket: photos\nDATE          6 snow.txt\none snowflake\n",
    );
  },
);

/** The fenced blocks of a document in one language. */
async function snippets(path: string, language: string): Promise<string[]> {
  const text = await readFile(join(root, path), "utf8");
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    .filter(([, named]) => named === language)
    .map(([, , block = ""]) => block);
}

/** What a program prints, and what it complains of when it fails. */
async function outcome(program: string, words: readonly string[]): Promise<string> {
  const options = { cwd: project.directory, env: environment, maxBuffer: 16_000_000 };
  return run(program, words, options).then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
  );
}

function installedTools(): { readonly missing: string } {
  const answers = (program: string, ...words: string[]) => {
    try {
      execFileSync(program, words, { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  };
  const missing = [
    ...(answers("aws", "--version") ? [] : ["the AWS CLI"]),
    ...(answers("python3", "-c", "import boto3") ? [] : ["a python3 with boto3"]),
  ];
  return { missing: missing.length === 0 ? "" : ` (needs ${missing.join(" and ")})` };
}
