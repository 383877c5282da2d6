/** `awslocal` and `snowglobe` for hooks, which call them by name as scripts everywhere do. */
import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAMS = { snowglobe: "main.js", awslocal: "awslocal.js" };

/** The directory that has them; undefined where there is no built program to call. */
export async function commandsDirectory(directory: string): Promise<string | undefined> {
  const bin = join(directory, "bin");
  for (const [name, program] of Object.entries(PROGRAMS)) {
    // A chunk of the build lies one level below the programs.
    const script = fileURLToPath(new URL(`../${program}`, import.meta.url));
    if (!existsSync(script)) return undefined;
    await mkdir(bin, { recursive: true });
    const text = `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(script)} "$@"\n`;
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}

const quoted = (path: string) => `'${path.replaceAll("'", "'\\''")}'`;
