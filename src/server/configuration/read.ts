/**
 * From the environment and the command line to settings, with everything that has to be said about
 * it.
 */
import { nearest } from "./nearest.ts";
import { DEFAULTS, type Settings } from "./settings.ts";
import { BadValue, type Part } from "./values.ts";
import { VARIABLES, type Variable } from "./variables.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Configuration {
  readonly settings: Settings;
  /** Setting name -> where it comes from: a variable's name, "command line" or "default". */
  readonly sources: Readonly<Record<string, string>>;
  /** One line each, for the log. */
  readonly notes: readonly string[];
}

/** The start must not go on: a value is wrong, or a name is none of ours. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** `given`: what the command line says; it wins over every variable. */
export function readConfiguration(environment: Environment, given: Part = {}): Configuration {
  refuseUnknown(environment);
  const found = VARIABLES.flatMap((variable) => findValue(variable, environment));
  const notes: string[] = [];
  const sources: Record<string, string> = {};
  let settings: Part = {};
  for (const { variable, name, text } of found) {
    const part = partOf(variable, name, text, notes);
    for (const key of Object.keys(part)) sources[key] ??= name;
    // Lists of names add up; of everything else the first in the table wins.
    settings = { ...part, ...settings, ...merged(settings, part) };
  }
  const onCommandLine = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  for (const key of Object.keys(onCommandLine)) sources[key] = "command line";
  for (const key of Object.keys(DEFAULTS)) sources[key] ??= "default";
  return { settings: { ...DEFAULTS, ...settings, ...onCommandLine }, sources, notes };
}

interface Found {
  readonly variable: Variable;
  readonly name: string;
  readonly text: string;
}

function findValue(variable: Variable, environment: Environment): readonly Found[] {
  const names = variable.prefixed
    ? [variable.name, `LOCALSTACK_${variable.name}`]
    : [variable.name];
  for (const name of names) {
    const text = environment[name];
    if (text !== undefined && text !== "") return [{ variable, name, text }];
  }
  return [];
}

function partOf(variable: Variable, name: string, text: string, notes: string[]): Part {
  switch (variable.treatment) {
    case "refused":
      if (["0", "false"].includes(text.toLowerCase())) return {};
      throw new ConfigurationError(`${name} cannot be used: ${variable.says}`);
    case "no effect":
      notes.push(`${name} is accepted and changes nothing: ${variable.says}`);
      return {};
    case "elsewhere":
      return {};
    case "alias":
      notes.push(`${name} is understood; Snowglobe's own name for it is ${variable.use}.`);
      return read(variable.read, name, text);
    case "honoured":
      return read(variable.read, name, text);
  }
}

function read(reader: (text: string) => Part, name: string, text: string): Part {
  try {
    return reader(text);
  } catch (error) {
    if (error instanceof BadValue) throw new ConfigurationError(`${name} ${error.message}`);
    throw error;
  }
}

function merged(before: Part, part: Part): Part {
  const both: { allowedHosts?: readonly string[]; allowedOrigins?: readonly string[] } = {};
  if (before.allowedHosts !== undefined && part.allowedHosts !== undefined) {
    both.allowedHosts = [...before.allowedHosts, ...part.allowedHosts];
  }
  if (before.allowedOrigins !== undefined && part.allowedOrigins !== undefined) {
    both.allowedOrigins = [...before.allowedOrigins, ...part.allowedOrigins];
  }
  return both;
}

function refuseUnknown(environment: Environment): void {
  const known = new Set(VARIABLES.map(({ name }) => name));
  for (const name of Object.keys(environment)) {
    if (!name.startsWith("SNOWGLOBE_") || known.has(name)) continue;
    const own = [...known].filter((candidate) => candidate.startsWith("SNOWGLOBE_"));
    const meant = nearest(name, own);
    throw new ConfigurationError(
      `${name} is no variable of Snowglobe.` +
        (meant === undefined ? " See: snowglobe help start." : ` Did you mean ${meant}?`),
    );
  }
}
