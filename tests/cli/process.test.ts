import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const TSX = import.meta.resolve("tsx");

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "snowglobe-process-"));
});

afterAll(async () => {
  await command("src/main.ts", ["stop"]);
  await rm(directory, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Running {
  readonly child: ReturnType<typeof spawn>;
  readonly ended: Promise<Outcome>;
  seen(text: string): Promise<void>;
}

function launch(
  entry: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  cwd = directory,
): Running {
  const child = spawn(process.execPath, ["--import", TSX, file(entry), ...words], {
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: directory,
      SNOWGLOBE_STOP_SECONDS: "1",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  const watching = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    out += chunk;
    for (const look of watching) look();
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (err += chunk));
  const ended = new Promise<Outcome>((resolve) => {
    child.once("close", (code) => resolve({ code, out, err }));
  });
  const seen = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => out.includes(text) && resolve();
      watching.add(look);
      look();
      void ended.then(() => reject(new Error(`It ended without "${text}": ${err}`)));
    });
  return { child, ended, seen };
}

const command = (
  entry: string,
  words: readonly string[],
  environment?: Readonly<Record<string, string>>,
) => launch(entry, words, environment).ended;

test("in the background: started, used, stopped", async () => {
  const started = await command("src/main.ts", ["start", "--detach", "--port", "0", "--json"]);
  expect(started.err).toBe("");
  const { url, pid } = JSON.parse(started.out) as { url: string; pid: number };
  // For a client that is told of it at once.
  expect(existsSync(join(directory, ".snowglobe/ca/ca.pem"))).toBe(true);

  const print =
    "const v = Object.entries(process.env).filter(([n]) => n.startsWith('AWS_') && !n.endsWith('_FILE'));" +
    "console.log(JSON.stringify(Object.fromEntries(v))); process.exit(7);";
  const ran = await command("src/main.ts", ["run", "--", process.execPath, "-e", print], {
    AWS_PROFILE: "production",
    AWS_ACCESS_KEY_ID: "AKIAREALREALREALREAL",
    AWS_SESSION_TOKEN: "real",
    AWS_ENDPOINT_URL_S3: "https://s3.amazonaws.com",
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
    AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
  });
  expect([ran.code, JSON.parse(ran.out)]).toEqual([
    7,
    {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
    },
  ]);

  const missing = await command("src/main.ts", ["run", "--", "no-such-program"]);
  expect([missing.code, missing.err]).toEqual([
    127,
    '"no-such-program" is not installed, or not on the PATH.\n',
  ]);

  const stopped = await command("src/main.ts", ["stop", "--json"]);
  expect(JSON.parse(stopped.out)).toEqual({
    stopped: true,
    pid,
    url,
    directory: join(directory, ".snowglobe"),
  });
  expect(existsSync(join(directory, ".snowglobe/server.json"))).toBe(false);
});

async function readNote() {
  const text = await readFile(join(directory, ".snowglobe/server.json"), "utf8");
  return JSON.parse(text) as { port: number; url: string };
}

test("in the foreground: ready when it is, gone at SIGTERM, the note with it", async () => {
  const running = launch("src/main.ts", ["start", "--port", "0", "--ephemeral"]);
  await running.seen("Ready.\n");
  const note = join(directory, ".snowglobe/server.json");
  expect(existsSync(note)).toBe(true);
  running.child.kill("SIGTERM");
  const { code, err } = await running.ended;
  expect([code, err, existsSync(note)]).toEqual([0, "", false]);
});

test("in the foreground with --json: one line, when it is ready", async () => {
  const running = launch("src/main.ts", ["start", "--json", "--port", "0", "--ephemeral"]);
  await running.seen("\n");
  const { port, url } = await readNote();
  running.child.kill("SIGTERM");
  const { code, out } = await running.ended;
  expect([code, url.endsWith(`:${port}`), out]).toEqual([
    0,
    true,
    `{"url":"${url}","pid":${running.child.pid},"directory":"${join(directory, ".snowglobe")}"}\n`,
  ]);
});

test("awslocal runs the AWS CLI that is installed, with its words as they are", async () => {
  const bin = join(directory, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(
    join(bin, "aws"),
    '#!/bin/sh\necho "$AWS_ACCESS_KEY_ID $AWS_REGION $*"\nexit 5\n',
    {
      mode: 0o755,
    },
  );
  const running = launch("src/main.ts", ["start", "--port", "0", "--ephemeral"]);
  onTestFinished(async () => {
    running.child.kill("SIGTERM");
    await running.ended;
  });
  await running.seen("Ready.\n");
  const environment = {
    PATH: `${bin}:${process.env["PATH"]}`,
    AWS_ACCESS_KEY_ID: "111122223333",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_REGION: "eu-west-1",
  };
  const { code, out } = await command(
    "src/awslocal.ts",
    ["--json", "s3", "ls", "--help"],
    environment,
  );
  expect(code).toBe(5);
  expect(out).toMatch(
    /^111122223333 eu-west-1 --endpoint-url=http:\/\/127\.0\.0\.1:\d+ --json s3 ls --help\n$/,
  );
});

test("a hook that fails ends a strict start", async () => {
  const hooked = await mkdtemp(join(tmpdir(), "snowglobe-strict-"));
  onTestFinished(() => rm(hooked, { recursive: true, force: true }));
  await mkdir(join(hooked, ".snowglobe/init/ready.d"), { recursive: true });
  await writeFile(join(hooked, ".snowglobe/init/ready.d/bad.sh"), "exit 1\n");
  const { code, out, err } = await launch(
    "src/main.ts",
    ["start", "--port", "0", "--ephemeral"],
    { SNOWGLOBE_STRICT_HOOKS: "1" },
    hooked,
  ).ended;
  expect([code, out.includes("Ready."), err.replace(hooked, "")]).toEqual([
    1,
    false,
    "error: Hook /.snowglobe/init/ready.d/bad.sh failed: it ended with status 1.\n1 hook(s) failed.\n",
  ]);
});
