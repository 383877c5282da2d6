/** One process at a time: a file that names the process which has a directory open. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { performance } from "node:perf_hooks";
import { codeOf } from "../error-code.ts";

/**
 * Takes the lock, over from a process that is no more if need be, or says who has it. Gives its
 * release.
 */
export function takeLock(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const own = JSON.stringify(holderHere());
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, own);
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (linked(beside, path)) return () => release(path, own);
      const found = readHolder(path);
      if (found === undefined) continue;
      if (isRunning(found.holder)) {
        throw new StateInUse(dirname(path), found.holder.pid);
      }
      removeStale(path, found.text);
    }
  } finally {
    rmSync(beside, { force: true });
  }
  throw new Error(`${path} could not be taken: other processes take it at the same time`);
}

const ATTEMPTS = 20;

interface Holder {
  readonly pid: number;
  /** What tells this process from another that had the same pid before, or in another container. */
  readonly born: string;
}

function holderHere(): Holder {
  return { pid: process.pid, born: birthOf(process.pid) ?? `${performance.timeOrigin}` };
}

/**
 * Linux: the machine's boot and the process's start since. Undefined elsewhere, and for no process.
 */
function birthOf(pid: number): string | undefined {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "ended, not yet reaped" : `${boot} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function isRunning({ pid, born }: Holder): boolean {
  if (pid <= 0) return false;
  const bornNow = birthOf(pid);
  if (bornNow !== undefined) return bornNow === born;
  if (pid === process.pid) return born === `${performance.timeOrigin}`;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function linked(beside: string, path: string): boolean {
  try {
    linkSync(beside, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function readHolder(path: string): { holder: Holder; text: string } | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  return { holder: parseHolder(text), text };
}

/** What nobody could have written here whole is nobody's lock. */
function parseHolder(text: string): Holder {
  try {
    const { pid, born }: { pid?: unknown; born?: unknown } = JSON.parse(text);
    if (typeof pid === "number" && typeof born === "string") return { pid, born };
  } catch {
    // A file that is not ours, or was cut short by a crash of the machine.
  }
  return { pid: 0, born: "" };
}

/**
 * Of several that find it stale, one moves it away; who moved a newer one by mistake puts it back.
 */
function removeStale(path: string, text: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (readFileSync(aside, "utf8") !== text) linked(aside, path);
  rmSync(aside, { force: true });
}

function release(path: string, own: string): void {
  if (readHolder(path)?.text === own) rmSync(path, { force: true });
}

/** Another process works on the same directory. */
export class StateInUse extends Error {
  override readonly name = "StateInUse";
  constructor(directory: string, pid: number) {
    super(`${directory} is in use by process ${pid}. Stop that process, or use another directory.`);
  }
}
