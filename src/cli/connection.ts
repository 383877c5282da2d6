/** Finds the running server, and talks to its control endpoints. */
import { existsSync } from "node:fs";
import { request } from "node:http";
import { dirname, join, resolve } from "node:path";
import { readNote, removeStaleNote } from "../server/files.ts";
import { commandName } from "./command-name.ts";
import type { Io } from "./command.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

export interface ServerInfo {
  readonly name: string;
  readonly version: string;
  readonly instanceId: string;
  readonly pid: number;
  readonly accountId: string;
  readonly region: string;
  readonly iam: string;
  readonly strict: boolean;
  readonly state: string;
  readonly directory: string;
  readonly clock: { readonly now: string; readonly frozen: boolean };
  readonly uptimeSeconds: number;
}

export interface Connection {
  readonly url: string;
  readonly info: ServerInfo;
}

const DEFAULT_URL = "http://127.0.0.1:4566";
/** Who does not answer within that is none of ours. */
const INTRODUCTION_MS = 3000;
/** One that has introduced itself may be busy: it loads every service to say what they cover. */
const LOOK_MS = 60_000;
const DEFAULT_DIRECTORY = ".snowglobe";

/** The directory that a server started here would use. */
export const stateDirectory = (io: Io): string =>
  resolve(io.workingDirectory, io.environment["SNOWGLOBE_STATE"] || DEFAULT_DIRECTORY);

/** The server that commands given here are meant for; undefined when none answers. */
export async function findServer(io: Io): Promise<Connection | undefined> {
  const named = io.environment["SNOWGLOBE_URL"];
  if (named !== undefined && named !== "") return connect(named.replace(/\/$/, ""));
  for (const directory of candidateDirectories(io)) {
    const found = await serverOf(directory);
    if (found !== undefined) return found;
  }
  const endpoint = io.environment["AWS_ENDPOINT_URL"];
  const urls = [...(endpoint === undefined ? [] : [endpoint.replace(/\/$/, "")]), DEFAULT_URL];
  for (const url of urls) {
    const found = isLocal(url) ? await connect(url) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

export async function requireServer(io: Io): Promise<Connection> {
  const found = await findServer(io);
  if (found !== undefined) return found;
  const start = `${commandName(io.environment)} start`;
  const hint = io.environment["SNOWGLOBE_URL"] ? "" : ` Start one: ${start}`;
  throw new CommandFailure(noneRuns(io) + hint, EXIT.notRunning);
}

/** What is said when `findServer` finds none. */
export function noneRuns({ environment }: Io): string {
  const named = environment["SNOWGLOBE_URL"];
  return named ? `No Snowglobe server answers at ${named}.` : "No server is running.";
}

/** The server that has left its note in this directory; a note whose server is gone is removed. */
export async function serverOf(directory: string): Promise<Connection | undefined> {
  const note = await readNote(directory);
  if (note === undefined) return undefined;
  const found = await connect(note.url);
  if (found?.info.instanceId === note.instanceId) return found;
  if (found !== undefined || !isAlive(note.pid)) await removeStaleNote(directory);
  return undefined;
}

/** The directory that a server meant here has, or had; where there is none, that of the next start. */
export function nearestDirectory(io: Io): string {
  const nearest = candidateDirectories(io).at(-1);
  return nearest !== undefined && existsSync(nearest) ? nearest : stateDirectory(io);
}

/** This directory and those above it up to the first that has one, as with version control. */
function candidateDirectories(io: Io): readonly string[] {
  if (io.environment["SNOWGLOBE_STATE"]) return [stateDirectory(io)];
  const directories: string[] = [];
  for (let at = resolve(io.workingDirectory); ; at = dirname(at)) {
    const directory = join(at, DEFAULT_DIRECTORY);
    directories.push(directory);
    if (existsSync(directory) || at === dirname(at)) return directories;
  }
}

async function connect(url: string): Promise<Connection | undefined> {
  try {
    const answer = await exchange(
      url,
      { method: "GET", path: "/_snowglobe/info" },
      INTRODUCTION_MS,
    );
    const info: unknown = JSON.parse(answer.text);
    const isOurs =
      answer.status === 200 &&
      typeof info === "object" &&
      info !== null &&
      "name" in info &&
      info.name === "snowglobe";
    return isOurs ? { url, info: info as unknown as ServerInfo } : undefined;
  } catch {
    return undefined;
  }
}

/** Asks a control endpoint; a refusal becomes the command's failure. */
export async function ask(
  { url }: Pick<Connection, "url">,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
): Promise<unknown> {
  // What changes the world (saving a large one) takes as long as it takes.
  const patienceMs = method === "GET" ? LOOK_MS : undefined;
  const answer = await exchange(url, { method, path, body }, patienceMs);
  const value: unknown = answer.text === "" ? {} : JSON.parse(answer.text);
  if (answer.status < 400) return value;
  const error = typeof value === "object" && value !== null && "error" in value ? value.error : "";
  throw new CommandFailure(String(error), answer.status === 400 ? EXIT.usage : EXIT.failure);
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

function exchange(
  url: string,
  { method, path, body }: Asked,
  patienceMs: number | undefined,
): Promise<Answer> {
  return new Promise((settle, reject) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = {
      "content-length": Buffer.byteLength(text),
      "content-type": "application/json",
    };
    const timeout = patienceMs === undefined ? {} : { timeout: patienceMs };
    const asking = request(`${url}${path}`, { method, headers, agent: false, ...timeout });
    asking.once("error", reject);
    asking.once("timeout", () => asking.destroy(new Error(`${url} does not answer.`)));
    asking.once("response", (response) => {
      let received = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (received += chunk));
      response.once("error", reject);
      response.once("end", () => settle({ status: response.statusCode ?? 0, text: received }));
    });
    asking.end(text);
  });
}

/** Lines as they come, until the server or the caller ends it. */
export function followLines(
  { url }: Pick<Connection, "url">,
  path: string,
  onLine: (line: string) => void,
): Promise<void> {
  return new Promise((settle, reject) => {
    const asking = request(`${url}${path}`, { agent: false });
    asking.once("error", reject);
    asking.once("response", (response) => {
      let rest = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) onLine(line);
      });
      response.once("error", reject);
      response.once("end", settle);
    });
    asking.end();
  });
}

export const isLocal = (url: string): boolean => {
  const name = URL.canParse(url) ? new URL(url).hostname : "";
  return (
    name === "localhost" ||
    name === "[::1]" ||
    name.startsWith("127.") ||
    name.endsWith(".localhost")
  );
};

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
