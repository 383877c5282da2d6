/**
 * `snowglobe start`: the cloud in the foreground, or with --detach in the background until it is
 * ready.
 */
import { resolve } from "node:path";
import { readConfiguration } from "../server/configuration/read.ts";
import { ConfigurationError } from "../server/configuration/read.ts";
import { BadValue, iamMode, logLevel, port, storeUrl } from "../server/configuration/values.ts";
import type { Part } from "../server/configuration/values.ts";
import { VARIABLES } from "../server/configuration/variables.ts";
import { tuneEngine } from "../server/engine.ts";
import { commandName } from "./command-name.ts";
import { tell, type Command, type Given, type Io } from "./command.ts";
import { serverOf } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

export const start: Command = {
  usage: [
    "start [--port N] [--host H] [--state DIR | --ephemeral] [--store URL] [--strict] [--iam MODE]",
    "start --detach [...]",
  ],
  says: `Variables; what the command line says wins over them:\n${variables()}`,
  options: {
    port: { type: "string", short: "p", value: "N", says: "port, 0 for any free one (4566)" },
    host: { type: "string", value: "H", says: "address to listen on (127.0.0.1)" },
    state: { type: "string", value: "DIR", says: "directory of the state (.snowglobe)" },
    ephemeral: { type: "boolean", says: "keep nothing" },
    store: { type: "string", value: "URL", says: "a PostgreSQL database as the store" },
    strict: { type: "boolean", says: "refuse unknown keys, and what is only stored" },
    iam: { type: "string", value: "MODE", says: "enforce, soft or off (enforce)" },
    log: { type: "string", value: "LEVEL", says: "silent, error, warn, info or debug" },
    detach: { type: "boolean", short: "d", says: "go on in the background once it is ready" },
  },
  words: 0,
  async run(given, io) {
    refuseBoth(given);
    const configuration = readConfiguration(io.environment, partOf(given));
    const directory = resolve(io.workingDirectory, configuration.settings.directory);
    const other = await serverOf(directory);
    if (other !== undefined) {
      throw new CommandFailure(
        `A server already runs with ${directory}: ${other.url}, process ${other.info.pid}. ` +
          `Stop it with ${commandName(io.environment)} stop, or choose another directory with --state.`,
        EXIT.portInUse,
      );
    }
    if (given.flag("detach")) {
      const { startDetached } = await import("./detach.ts");
      return startDetached(given, io, { ...configuration.settings, directory });
    }
    return startHere(configuration, io, directory);
  },
};

/** What is kept nowhere has no directory: which of the two was meant? */
function refuseBoth(given: Given): void {
  if (given.text("state") === undefined || !given.flag("ephemeral")) return;
  throw new CommandFailure(
    "--state keeps the state, --ephemeral keeps nothing: give one of them.",
    EXIT.usage,
  );
}

function variables(): string {
  return VARIABLES.filter(({ name }) => name.startsWith("SNOWGLOBE_"))
    .map(({ name, says }) => `  ${name.padEnd(27)}${says}`)
    .join("\n");
}

async function startHere(
  configuration: ReturnType<typeof readConfiguration>,
  io: Io,
  directory: string,
): Promise<number> {
  tuneEngine();
  const { serve } = await import("../server/serve.ts");
  let ask: (() => void) | undefined;
  const asked = new Promise<void>((settle) => {
    ask = settle;
  });
  const serving = await serve({
    configuration,
    workingDirectory: io.workingDirectory,
    // Programs get one line of JSON, when it is ready.
    print: (text) => (io.json ? undefined : io.out(text)),
    colour: io.terminal,
    command: commandName(io.environment),
    onStopRequest: () => ask?.(),
  }).catch((error: unknown) => {
    if (error instanceof Error && isTaken(error)) {
      throw new CommandFailure(error.message, EXIT.portInUse);
    }
    throw error;
  });
  const onSignal = () => {
    // Who asks twice does not want to wait.
    if (ask === undefined) process.exit(EXIT.failure);
    ask();
    ask = undefined;
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const failed = await Promise.race([serving.ready, asked.then(() => undefined)]);
  const ends = failed !== undefined && failed > 0 && configuration.settings.strictHooks;
  const isReady = failed !== undefined && !ends;
  if (io.json && isReady) tell(io, { url: serving.url, pid: process.pid, directory }, "");
  if (!ends) await asked;
  await serving.stop();
  if (ends) throw new CommandFailure(`${failed} hook(s) failed.`);
  return EXIT.ok;
}

/** The port, or the directory: two that start at once in one directory see it only at its lock. */
const isTaken = ({ name }: Error) => name === "PortUnavailable" || name === "StateInUse";

function partOf(given: Given): Part {
  const store = value(given, "store", storeUrl);
  const iam = value(given, "iam", iamMode);
  const log = value(given, "log", logLevel);
  const atPort = value(given, "port", port);
  const host = given.text("host");
  const directory = given.text("state");
  return {
    ...(atPort === undefined ? {} : { port: atPort }),
    ...(host === undefined ? {} : { host }),
    ...(directory === undefined ? {} : { directory, ephemeral: false }),
    ...(given.flag("ephemeral") ? { ephemeral: true } : {}),
    ...(store === undefined ? {} : { store }),
    ...(given.flag("strict") ? { strict: true } : {}),
    ...(iam === undefined ? {} : { iam }),
    ...(log === undefined ? {} : { log }),
  };
}

function value<T>(given: Given, option: string, read: (text: string) => T): T | undefined {
  const text = given.text(option);
  if (text === undefined) return undefined;
  try {
    return read(text);
  } catch (error) {
    if (error instanceof BadValue) throw new ConfigurationError(`--${option} ${error.message}`);
    throw error;
  }
}
