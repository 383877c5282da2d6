/** The two sides of a measurement: Snowglobe as a user starts it, and the bare server. */
import { fork, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { once, type Target } from "./load.ts";
import { callerIdentity } from "./requests.ts";

const ROOT = join(import.meta.dirname, "..");
const START_LIMIT_MS = 60_000;

export interface Started {
  readonly target: Target;
  readonly pid: number;
  /** From the command to the first signed answer. */
  readonly firstAnswerMs: number;
  stop(): Promise<void>;
}

/** `state`: a directory, or "ephemeral". */
export async function startSnowglobe(state: string): Promise<Started> {
  const target = { host: "127.0.0.1", port: await freePort() };
  const where = state === "ephemeral" ? ["--ephemeral"] : ["--state", state];
  const args = [join(ROOT, "dist/main.js"), "start", "--port", String(target.port), ...where];
  const startedMs = performance.now();
  // A directory of its own: one server notes itself in each.
  const cwd = mkdtempSync(join(tmpdir(), "snowglobe-bench-"));
  const child = spawn(process.execPath, args, { stdio: "ignore", cwd });
  for (;;) {
    const answer = await once(target, callerIdentity(target)).catch(() => undefined);
    if (answer?.status === 200) break;
    if (performance.now() - startedMs > START_LIMIT_MS || child.exitCode !== null) {
      child.kill("SIGKILL");
      throw new Error(`Snowglobe did not start: ${answer?.body ?? "no answer"}`);
    }
    await delay(1);
  }
  const firstAnswerMs = performance.now() - startedMs;
  const end = async () => {
    await stop(child, "SIGTERM");
    rmSync(cwd, { recursive: true, force: true });
  };
  return { target, pid: child.pid ?? 0, firstAnswerMs, stop: end };
}

export async function startBare(bodyBytes: number): Promise<Started> {
  const child = fork(join(import.meta.dirname, "bare.ts"), [String(bodyBytes)], {
    execArgv: ["--import", "tsx"],
  });
  const port = await new Promise<number>((resolve) => child.once("message", resolve as never));
  const target = { host: "127.0.0.1", port };
  return { target, pid: child.pid ?? 0, firstAnswerMs: 0, stop: () => stop(child, "SIGKILL") };
}

/** Resident memory in MB (10^6 bytes). */
export function residentMb(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
  return (Number(kib) * 1024) / 1e6;
}

export async function inTemporaryDirectory<T>(use: (path: string) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), "snowglobe-bench-"));
  try {
    return await use(path);
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill(signal);
    setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
