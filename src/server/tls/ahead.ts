/**
 * The certificate authority, made ahead of the first TLS client: clients are given its certificate
 * as a file, and read that before they connect.
 */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { authorityDirectory, authorityPath } from "../files.ts";

export interface AuthorityAhead {
  /** Nothing is begun any more; resolves when nothing is being written. Never rejects. */
  stop(): Promise<void>;
}

/** Making it keeps the process busy for some 40 ms. Whoever waits for the server asks first. */
const FIRST_REQUESTS_MS = 50;

/** `directory`: the server's. What is there already stays. */
export function makeAuthorityAhead(
  directory: string,
  warn: (line: string) => void,
): AuthorityAhead {
  const stopping = new AbortController();
  const made = make(directory, stopping.signal).catch((error: unknown) => {
    if (error instanceof Error && error.name === "AbortError") return;
    const reason = error instanceof Error ? error.message : String(error);
    warn(`The certificate authority for HTTPS cannot be made: ${reason}`);
  });
  return {
    stop() {
      stopping.abort();
      return made;
    },
  };
}

async function make(directory: string, signal: AbortSignal): Promise<void> {
  if (existsSync(authorityPath(directory))) return;
  await sleep(FIRST_REQUESTS_MS, undefined, { signal });
  const { openAuthority } = await import("./authority.ts");
  if (!signal.aborted) await openAuthority(authorityDirectory(directory));
}
