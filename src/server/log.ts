/** Lines for people who watch the server: to standard error, never more than was asked for. */
export const LOG_LEVELS = ["silent", "error", "warn", "info", "debug"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export const isLogLevel = (text: string): text is LogLevel =>
  (LOG_LEVELS as readonly string[]).includes(text);

export interface Logger {
  error(line: string): void;
  warn(line: string): void;
  info(line: string): void;
  debug(line: string): void;
}

export function createLogger(
  level: LogLevel,
  write: (text: string) => void = (text) => process.stderr.write(text),
): Logger {
  const shown = LOG_LEVELS.indexOf(level);
  const at = (name: LogLevel) => (line: string) => {
    if (LOG_LEVELS.indexOf(name) <= shown) write(`${name}: ${line}\n`);
  };
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}
