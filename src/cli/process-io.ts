/** The real process, as commands see it. */
import type { Io } from "./command.ts";

export const processIo = (): Io => ({
  environment: process.env,
  workingDirectory: process.cwd(),
  terminal: process.stdout.isTTY && !process.env["NO_COLOR"],
  json: false,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
});
