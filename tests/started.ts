/**
 * A real server for the tests: the program as it is built from this tree, in a process of its own, on a free port of the
 * loopback interface. The build is made once for each state of the sources and shared by the test files.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildTo } from "../tools/build.ts";

const ROOT = resolve(import.meta.dirname, "..");
/** Inside the checkout, so that the build finds its packages and the models. */
const BUILDS = join(ROOT, "node_modules/.snowglobe-builds");
const STARTS_WITHIN_MS = 30_000;
const STALE_AFTER_MS = 60 * 60 * 1000;

export interface Started {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** What the server has said so far: its banner, its log, its warnings. */
  said(): string;
  /** Asks it to stop, and waits until it has: the way a user ends it. */
  stop(): Promise<number | null>;
  /** SIGKILL, as a crash: resolves when the process is gone. */
  kill(): Promise<void>;
}

export interface StartOptions {
  /** Absent: nothing is kept. */
  readonly directory?: string;
  /** Keeps nothing in the directory either. */
  readonly ephemeral?: true;
  /** A PostgreSQL URL. */
  readonly store?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** For Node itself. */
  readonly execArgv?: readonly string[];
}

/**
 * The folder of the built program: its `main.js` is the `snowglobe` command. SNOWGLOBE_TEST_BUILD names another one: a
 * package as it will be published, say.
 */
export async function builtProgram(): Promise<string> {
  const given = process.env["SNOWGLOBE_TEST_BUILD"];
  if (given !== undefined) return given;
  const folder = join(BUILDS, fingerprint());
  if (existsSync(join(folder, "main.js"))) return folder;
  removeStale();
  await mkdir(BUILDS, { recursive: true });
  const mine = mkdtempSync(join(BUILDS, "partial-"));
  await buildTo(mine);
  // Another test file may have been faster: then its build is the one.
  await rename(mine, folder).catch(() => rm(mine, { recursive: true, force: true }));
  return folder;
}

/** Starts the server and waits until it is ready. */
export async function start(options: StartOptions = {}): Promise<Started> {
  const program = join(await builtProgram(), "main.js");
  const { directory, store, environment = {}, execArgv = [] } = options;
  const temporary = mkdtempSync(join(tmpdir(), "snowglobe-server-"));
  const keepsNothing = options.ephemeral ?? (directory === undefined && store === undefined);
  const place = directory ?? temporary;
  const words = [
    "start",
    "--port",
    "0",
    ...(keepsNothing ? ["--ephemeral"] : ["--state", place]),
    ...(store === undefined ? [] : ["--store", store]),
  ];
  const child = spawn(process.execPath, [...execArgv, program, ...words], {
    cwd: temporary,
    env: { PATH: process.env.PATH, HOME: temporary, SNOWGLOBE_STATE: place, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return watched(child, () => rmSync(temporary, { recursive: true, force: true }));
}

/** A child that prints the server's banner and `Ready.`: from then on it is ours to stop. */
export async function watched(child: ChildProcess, cleanUp: () => void): Promise<Started> {
  let text = "";
  const hear = (chunk: Buffer) => (text += chunk.toString());
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  const onExit = () => child.kill("SIGKILL");
  process.once("exit", onExit);
  void ended.then(() => {
    process.off("exit", onExit);
    cleanUp();
  });
  await untilReady(child, ended, () => text);
  const port = Number(/http:\/\/[\d.]+:(\d+)/.exec(text)?.[1]);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    said: () => text,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      return child.exitCode;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function untilReady(child: ChildProcess, ended: Promise<void>, said: () => string) {
  const ready = new Promise<"ready">((done) => {
    const look = () => {
      if (/^Ready\.$/m.test(said())) done("ready");
    };
    child.stdout?.on("data", look);
  });
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((done) => {
    limit = setTimeout(() => done("late"), STARTS_WITHIN_MS);
  });
  const outcome = await Promise.race([ready, ended, late]);
  clearTimeout(limit);
  if (outcome === "ready") return;
  child.kill("SIGKILL");
  throw new Error(`the server did not start:\n${said()}`);
}

/** For an AWS SDK client that speaks to the server over HTTP. */
export function clientConfig(server: Pick<Started, "url">, accessKeyId = "test") {
  return {
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey: "test" },
  };
}

function fingerprint(): string {
  const hash = createHash("sha256");
  const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|json)$/.test(name) && !name.endsWith(".test.ts"))
    .toSorted();
  for (const name of [
    ...files.map((file) => join("src", file)),
    "tools/build.ts",
    "package-lock.json",
  ]) {
    const { mtimeMs, size } = statSync(join(ROOT, name));
    hash.update(`${name} ${mtimeMs} ${size}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}

function removeStale(): void {
  if (!existsSync(BUILDS)) return;
  for (const name of readdirSync(BUILDS)) {
    const path = join(BUILDS, name);
    if (Date.now() - statSync(path).mtimeMs < STALE_AFTER_MS) continue;
    rmSync(path, { recursive: true, force: true });
  }
}
