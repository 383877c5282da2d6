/** Runs another program in our place: same terminal, same signals, same status. */
import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { constants, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { CommandFailure, EXIT } from "./exit-codes.ts";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function runChild(
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env, stdio: "inherit" });
    const forward = (signal: NodeJS.Signals) => child.kill(signal);
    for (const signal of FORWARDED) process.on(signal, forward);
    const over = () => {
      for (const signal of FORWARDED) process.off(signal, forward);
    };
    child.once("error", (error: NodeJS.ErrnoException) => {
      over();
      const isMissing = error.code === "ENOENT";
      reject(
        new CommandFailure(
          isMissing ? `"${program}" is not installed, or not on the PATH.` : error.message,
          isMissing ? EXIT.commandNotFound : EXIT.failure,
        ),
      );
    });
    child.once("exit", (code, signal) => {
      over();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * In place of the user's AWS profiles. Kept, so that tools which look at it later still find it
 * empty.
 */
export async function emptyProfileFile(): Promise<string> {
  const directory = join(tmpdir(), `snowglobe-${userInfo().uid}`);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, "no-profiles");
  await writeFile(file, "");
  return file;
}
