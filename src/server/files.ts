/**
 * What lies where in the server's directory, and the note that tells other commands of a running
 * server.
 */
import { readFileSync, rmSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export const statePath = (directory: string): string => join(directory, "state");
export const authorityDirectory = (directory: string): string => join(directory, "ca");
export const authorityPath = (directory: string): string => join(directory, "ca", "ca.pem");
export const logPath = (directory: string): string => join(directory, "server.log");
const notePath = (directory: string) => join(directory, "server.json");

/** A running server, as it describes itself. */
export interface ServerNote {
  readonly pid: number;
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly instanceId: string;
}

export async function writeNote(directory: string, note: ServerNote): Promise<void> {
  await mkdir(directory, { recursive: true });
  // Whole or not at all: another command may be reading it.
  const partial = join(directory, `server.json.${note.pid}`);
  await writeFile(partial, `${JSON.stringify(note)}\n`);
  await rename(partial, notePath(directory));
}

export async function readNote(directory: string): Promise<ServerNote | undefined> {
  try {
    return toNote(await readFile(notePath(directory), "utf8"));
  } catch {
    return undefined;
  }
}

/** Only one's own: a newer server may have written its note meanwhile. */
export function removeNote(directory: string, instanceId: string): void {
  try {
    if (toNote(readFileSync(notePath(directory), "utf8"))?.instanceId !== instanceId) return;
    rmSync(notePath(directory), { force: true });
  } catch {
    // It is gone already.
  }
}

export const removeStaleNote = (directory: string): Promise<void> =>
  rm(notePath(directory), { force: true });

function toNote(text: string): ServerNote | undefined {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) return undefined;
  const { pid, host, port, url, instanceId } = value as Record<string, unknown>;
  const whole =
    typeof pid === "number" &&
    typeof host === "string" &&
    typeof port === "number" &&
    typeof url === "string" &&
    typeof instanceId === "string";
  return whole ? { pid, host, port, url, instanceId } : undefined;
}
