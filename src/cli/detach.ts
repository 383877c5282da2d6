/** The server as a process of its own, watched until it is ready. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Settings } from "../server/configuration/settings.ts";
import { logPath } from "../server/files.ts";
import { makeAuthority } from "./authority.ts";
import { tell, type Given, type Io } from "./command.ts";
import { ask, serverOf, type Connection } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

const LOOK_EVERY_MS = 20;
/** Hooks may take long; a server that does not even listen after so long will not. */
const LISTENS_WITHIN_MS = 20_000;
const PASSED_ON = ["port", "host", "state", "store", "iam", "log"];
const FLAGS_PASSED_ON = ["ephemeral", "strict"];

export async function startDetached(
  given: Given,
  io: Io,
  { directory, certificateFile }: Pick<Settings, "directory" | "certificateFile">,
): Promise<number> {
  const log = openLog(directory);
  const child = spawn(process.execPath, [...process.execArgv, entry(), "start", ...words(given)], {
    cwd: io.workingDirectory,
    env: { ...io.environment },
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  const server = await untilReady(child, directory);
  child.unref();
  // The next command of a script may read it. Why it cannot be made, the server says in its log.
  if (certificateFile === undefined) await makeAuthority(directory).catch(() => undefined);
  const { url, info } = server;
  tell(
    io,
    { url, pid: info.pid, directory: info.directory },
    `Snowglobe ${info.version} is ready at ${url} (process ${info.pid}).`,
  );
  return EXIT.ok;
}

function openLog(directory: string): number {
  try {
    mkdirSync(directory, { recursive: true });
    return openSync(logPath(directory), "w", 0o600);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(
      `A server in the background keeps its log in ${directory}: ${reason}. ` +
        "Choose another directory with --state.",
    );
  }
}

const entry = () => process.argv[1] ?? "";

const words = (given: Given) => [
  ...PASSED_ON.flatMap((name) => {
    const text = given.text(name);
    return text === undefined ? [] : [`--${name}=${text}`];
  }),
  ...FLAGS_PASSED_ON.filter((name) => given.flag(name)).map((name) => `--${name}`),
];

async function untilReady(child: ChildProcess, directory: string): Promise<Connection> {
  let waitedMs = 0;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new CommandFailure(lastLine(directory), child.exitCode ?? EXIT.failure);
    }
    const server = await serverOf(directory);
    if (server?.info.pid === child.pid && server !== undefined && (await isReady(server))) {
      return server;
    }
    if (server === undefined && waitedMs > LISTENS_WITHIN_MS) {
      child.kill("SIGTERM");
      throw new CommandFailure(`The server did not start; see ${logPath(directory)}.`);
    }
    await sleep(LOOK_EVERY_MS);
    waitedMs += LOOK_EVERY_MS;
  }
}

async function isReady(server: Connection): Promise<boolean> {
  const health = await ask(server, "GET", "/_snowglobe/health");
  return (
    typeof health === "object" && health !== null && "ready" in health && health.ready === true
  );
}

function lastLine(directory: string): string {
  const lines = readFileSync(logPath(directory), "utf8").trimEnd().split("\n");
  return lines.at(-1) || "The server ended before it was ready.";
}
