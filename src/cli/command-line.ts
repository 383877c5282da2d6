/**
 * From the words on the command line to a command's run, and from its failures to an exit status.
 */
import { parseArgs, type ParseArgsConfig } from "node:util";
import type { Command, Given, Io, Option } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

const COMMON: Readonly<Record<string, Option>> = {
  json: { type: "boolean", says: "answer in JSON" },
  help: { type: "boolean", short: "h", says: "show this help" },
};

/** Resolves to the exit status; never rejects for what a user can do wrong. */
export async function runCommandLine(words: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(words, io);
  } catch (error) {
    const wantsJson = io.json || words.includes("--json");
    const failure = toFailure(error);
    if (wantsJson) io.out(`${JSON.stringify({ error: failure.message })}\n`);
    else io.err(`${failure.message}\n`);
    return failure.exitCode;
  }
}

async function dispatch(words: readonly string[], io: Io): Promise<number> {
  const [name = "help", ...rest] = words;
  if (name === "help" || name === "--help" || name === "-h") return help(rest[0], io);
  if (name === "--version" || name === "-v") return dispatch(["version", ...rest], io);
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) throw await unknownCommand(name);
  const command = await entry.load();
  const { own, passed } = split(command, rest);
  const given = await parse(command, own, passed);
  if (given.flag("help")) return help(name, io);
  return command.run(given, { ...io, json: io.json || given.flag("json") });
}

async function help(name: string | undefined, io: Io): Promise<number> {
  const { commandHelp, overview } = await import("./help.ts");
  if (name === undefined || name.startsWith("-")) {
    io.out(overview(COMMANDS));
    return EXIT.ok;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) throw await unknownCommand(name);
  io.out(commandHelp(entry.summary, await entry.load(), COMMON));
  return EXIT.ok;
}

async function unknownCommand(name: string): Promise<CommandFailure> {
  const { nearest } = await import("../server/configuration/nearest.ts");
  const meant = nearest(name, Object.keys(COMMANDS));
  const hint = meant === undefined ? "See: snowglobe help." : `Did you mean "${meant}"?`;
  return new CommandFailure(`There is no command "${name}". ${hint}`, EXIT.usage);
}

/** Of a command that starts another program: its own options end at the first word or at "--". */
function split(command: Command, words: readonly string[]) {
  if (command.words !== "rest") return { own: words, passed: [] };
  let at = 0;
  while (at < words.length && isOwnOption(command, words[at] ?? "")) at += 1;
  return { own: words.slice(0, at), passed: words.slice(words[at] === "--" ? at + 1 : at) };
}

const isOwnOption = (command: Command, word: string) => {
  if (!word.startsWith("--")) return word === "-h";
  const name = word.slice("--".length);
  return Object.hasOwn(COMMON, name) || Object.hasOwn(command.options, name);
};

async function parse(
  command: Command,
  words: readonly string[],
  passed: readonly string[],
): Promise<Given> {
  const options: Options = {};
  for (const [name, { type, short }] of Object.entries({ ...COMMON, ...command.options })) {
    options[name] = short === undefined ? { type } : { type, short };
  }
  const { values, positionals } = await readWords(words, options);
  const limit = command.words === "rest" ? 0 : command.words;
  if (positionals.length > limit) {
    throw new CommandFailure(`"${positionals[limit] ?? ""}" is one word too many.`, EXIT.usage);
  }
  return {
    text: (option) => {
      const value = values[option];
      return typeof value === "string" ? value : undefined;
    },
    flag: (option) => values[option] === true,
    words: command.words === "rest" ? passed : positionals,
  };
}

type Options = NonNullable<ParseArgsConfig["options"]>;

async function readWords(words: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    const unknown = /^Unknown option '(-+[^' ]*)/.exec(error instanceof Error ? error.message : "");
    if (unknown?.[1] === undefined) throw error;
    const { nearest } = await import("../server/configuration/nearest.ts");
    const meant = nearest(
      unknown[1],
      Object.keys(options).map((name) => `--${name}`),
    );
    const hint = meant === undefined ? "See: --help." : `Did you mean "${meant}"?`;
    throw new CommandFailure(`There is no option "${unknown[1]}" here. ${hint}`, EXIT.usage);
  }
}

function toFailure(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  const isUsage = code.startsWith("ERR_PARSE_ARGS") || isConfigurationError(error);
  return new CommandFailure(message, isUsage ? EXIT.usage : EXIT.failure);
}

/** By name: the class would have to be loaded with the whole configuration. */
const isConfigurationError = (error: unknown) =>
  error instanceof Error && error.name === "ConfigurationError";
