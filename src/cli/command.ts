/** The form of a command. One file each; loaded only when it is asked for. */
import type { Environment } from "../server/configuration/read.ts";

export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** How help calls the value: "N". */
  readonly value?: string;
  readonly says: string;
}

export interface Command {
  readonly usage: readonly string[];
  /** What help says below the usage. */
  readonly says: string;
  readonly options: Readonly<Record<string, Option>>;
  /**
   * How many words it takes; `rest`: everything from the first word on belongs to another program.
   */
  readonly words: number | "rest";
  run(given: Given, io: Io): Promise<number>;
}

export interface Given {
  readonly text: (option: string) => string | undefined;
  readonly flag: (option: string) => boolean;
  readonly words: readonly string[];
}

/** What a command may use of the process that it runs in. */
export interface Io {
  readonly environment: Environment;
  readonly workingDirectory: string;
  /** Standard output is a terminal: colour and progress are welcome. */
  readonly terminal: boolean;
  readonly json: boolean;
  out(text: string): void;
  err(text: string): void;
}

/** The answer of a command: for programs as JSON, for people as text. */
export function tell(io: Io, value: unknown, text: string): void {
  io.out(io.json ? `${JSON.stringify(value)}\n` : text.endsWith("\n") ? text : `${text}\n`);
}
