/** How this command is called from the shell of whoever reads a hint. */
import { basename, relative } from "node:path";
import type { Environment } from "../server/configuration/read.ts";

/** npm puts the command on the PATH of what it runs, and nowhere else. */
export function commandName(environment: Environment, script = process.argv[1] ?? ""): string {
  if (environment["npm_command"] !== undefined) return "npx snowglobe";
  if (basename(script) !== "main.js") return "snowglobe";
  // npm's starters on Windows give the script as well.
  if (process.platform === "win32") return "npx snowglobe";
  const path = relative(process.cwd(), script);
  return `node ${path.startsWith("..") ? script : path}`;
}
