/**
 * Scripts that fill the cloud before it calls itself ready: the directories that people already
 * have run unchanged.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";

export const STAGES = ["boot", "start", "ready", "shutdown"] as const;

export type Stage = (typeof STAGES)[number];

export type ScriptState = "UNKNOWN" | "RUNNING" | "SUCCESSFUL" | "ERROR";

export interface Script {
  readonly stage: Stage;
  readonly file: string;
  readonly name: string;
  state: ScriptState;
}

export interface HookOptions {
  /** The server's own directory: `init/<stage>.d` below it. */
  readonly directory: string;
  /** Lines that the scripts print. */
  readonly print: (text: string) => void;
  readonly warn: (line: string) => void;
  /** Directories besides ours; the well-known ones by default. */
  readonly elsewhere?: (stage: Stage) => readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface Hooks {
  /** Endpoint, keys and region for the scripts that run from now on. */
  use(environment: Environment): void;
  /**
   * Runs the scripts of a stage, one after the other. Resolves to the number of those that failed.
   */
  run(stage: Stage): Promise<number>;
  /** Runs a stage that has run before once more. */
  again(stage: Stage): Promise<number>;
  scripts(stage?: Stage): readonly Script[];
  completed(stage: Stage): boolean;
  /** Ends the script that runs, and runs no further one but those of the shutdown. */
  abort(): void;
}

export function wellKnownDirectories(stage: Stage): readonly string[] {
  const directories = [`/etc/localstack/init/${stage}.d`, `/etc/floci/init/${stage}.d`];
  return stage === "ready" ? [...directories, "/docker-entrypoint-initaws.d"] : directories;
}

export async function openHooks(options: HookOptions): Promise<Hooks> {
  const scripts: Script[] = [];
  const done = new Set<Stage>();
  let running: ChildProcess | undefined;
  let aborted = false;
  let environment: Environment = {};

  for (const stage of STAGES) {
    const elsewhere = (options.elsewhere ?? wellKnownDirectories)(stage);
    for (const directory of [...elsewhere, join(options.directory, "init", `${stage}.d`)]) {
      for (const file of await scriptsIn(directory)) {
        scripts.push({ stage, file, name: basename(file), state: "UNKNOWN" });
      }
    }
  }

  const runOne = async (script: Script) => {
    script.state = "RUNNING";
    const failure = await execute(script.file, {
      environment,
      print: options.print,
      started: (child) => {
        running = child;
      },
    });
    script.state = failure === undefined ? "SUCCESSFUL" : "ERROR";
    if (failure !== undefined) options.warn(`Hook ${script.file} failed: ${failure}`);
  };

  const again = async (stage: Stage) => {
    const own = scripts.filter((script) => script.stage === stage);
    for (const script of own) {
      if (aborted && stage !== "shutdown") break;
      await runOne(script);
    }
    done.add(stage);
    return own.filter(({ state }) => state === "ERROR").length;
  };

  return {
    use(given) {
      environment = given;
    },
    again,
    run: (stage) => (done.has(stage) ? Promise.resolve(0) : again(stage)),
    scripts: (stage) => scripts.filter((script) => stage === undefined || script.stage === stage),
    completed: (stage) => done.has(stage),
    abort() {
      aborted = true;
      if (running?.pid !== undefined && running.exitCode === null) endGroup(running.pid);
    },
  };
}

const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  ".sh": ["bash", "sh"],
  ".py": ["python3", "python"],
  ".js": [process.execPath],
  ".mjs": [process.execPath],
};

async function scriptsIn(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory, { recursive: true });
    return names
      .filter((name) => extname(name) in RUNNERS)
      .toSorted()
      .map((name) => join(directory, name));
  } catch {
    // No such directory, which is the usual case, or none that we may read.
    return [];
  }
}

interface Execution {
  readonly environment: Environment;
  readonly print: (text: string) => void;
  readonly started: (child: ChildProcess) => void;
}

/**
 * Undefined when it went well; otherwise why it did not. Mode bits do not matter: the runner reads
 * the file.
 */
async function execute(file: string, execution: Execution): Promise<string | undefined> {
  const readable = await withoutCarriageReturns(file);
  try {
    for (const runner of RUNNERS[extname(file)] ?? []) {
      const outcome = await attempt(runner, readable.file, file, execution);
      if (outcome !== "runner missing") return outcome;
    }
    return `nothing on this machine runs ${extname(file)} files.`;
  } finally {
    await readable.release();
  }
}

async function attempt(
  runner: string,
  readable: string,
  file: string,
  { environment, print, started }: Execution,
): Promise<string | undefined> {
  // Most servers run no script: they need not load it.
  const { spawn } = await import("node:child_process");
  return new Promise((resolve) => {
    const child = spawn(runner, [readable], {
      cwd: dirname(file),
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own, so that a stop ends what the script has started, too.
      detached: true,
    });
    started(child);
    child.stdout.setEncoding("utf8").on("data", print);
    child.stderr.setEncoding("utf8").on("data", print);
    child.once("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code === "ENOENT" ? "runner missing" : error.message),
    );
    child.once("close", (code, signal) => {
      if (code === 0) resolve(undefined);
      else
        resolve(signal === null ? `it ended with status ${code}.` : `it was ended by ${signal}.`);
    });
  });
}

/** Scripts checked out on Windows: shells choke on the carriage returns. */
async function withoutCarriageReturns(file: string) {
  const untouched = { file, release: async () => {} };
  if (extname(file) !== ".sh") return untouched;
  const text = await readFile(file, "utf8").catch(() => "");
  if (!text.includes("\r\n")) return untouched;
  const directory = await mkdtemp(join(tmpdir(), "snowglobe-hook-"));
  const copy = join(directory, basename(file));
  await writeFile(copy, text.replaceAll("\r\n", "\n"));
  return { file: copy, release: () => rm(directory, { recursive: true, force: true }) };
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGTERM");
  } catch {
    // It ended on its own.
  }
}
