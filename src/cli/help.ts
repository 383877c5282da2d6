/** What `snowglobe help` and `--help` print. */
import type { Command, Option } from "./command.ts";
import type { CommandEntry } from "./commands.ts";
import { EXIT_WORDS } from "./exit-codes.ts";

export function overview(commands: Readonly<Record<string, CommandEntry>>): string {
  const rows = Object.entries(commands).map(
    ([name, { summary }]) => `  ${name.padEnd(10)}${summary}`,
  );
  return (
    "Snowglobe: the AWS cloud, small enough to hold.\n\n" +
    `Usage: snowglobe <command> [options]\n\nCommands:\n${rows.join("\n")}\n\n` +
    "Every command takes --json and --help.\n\n" +
    `Exit status:\n${exitTable()}\n`
  );
}

export function commandHelp(
  summary: string,
  command: Command,
  common: Readonly<Record<string, Option | undefined>>,
): string {
  const usage = command.usage.map((line) => `  snowglobe ${line}`).join("\n");
  const rows = Object.entries({ ...command.options, ...common }).map(([name, option]) => {
    const short = option?.short === undefined ? "" : `-${option.short}, `;
    const value = option?.value === undefined ? "" : ` ${option.value}`;
    return `  ${`${short}--${name}${value}`.padEnd(24)}${option?.says ?? ""}`;
  });
  const says = command.says === "" ? "" : `\n${command.says}\n`;
  return (
    `${summary}.\n\nUsage:\n${usage}\n${says}\nOptions:\n${rows.join("\n")}\n\n` +
    `Exit status:\n${exitTable()}\n`
  );
}

const exitTable = () =>
  EXIT_WORDS.map(([code, words]) => `  ${String(code).padEnd(5)}${words}`).join("\n");
