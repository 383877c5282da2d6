/** `snowglobe clean`: removes what a stopped server left. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { commandName } from "./command-name.ts";
import { tell, type Command } from "./command.ts";
import { nearestDirectory, serverOf } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

const USUAL = ["state", "bin", "server.json", "server.log"];
const ALL = [...USUAL, "snapshots", "ca"];

export const clean: Command = {
  usage: ["clean [--all] [--state DIR]"],
  says:
    "Of the nearest .snowglobe/, in this directory or above it.\n" +
    "Hooks in init/ are yours and always stay.",
  options: {
    all: { type: "boolean", says: "snapshots and the certificate authority, too" },
    state: { type: "string", value: "DIR", says: "another directory of the state" },
  },
  words: 0,
  async run(given, io) {
    const named = given.text("state");
    const directory =
      named === undefined ? nearestDirectory(io) : resolve(io.workingDirectory, named);
    const server = await serverOf(directory);
    if (server !== undefined) {
      throw new CommandFailure(
        `A server is using ${directory}: process ${server.info.pid}. ` +
          `Stop it first: ${commandName(io.environment)} stop`,
      );
    }
    const removed = (given.flag("all") ? ALL : USUAL)
      .map((name) => join(directory, name))
      .filter((path) => existsSync(path));
    for (const path of removed) await rm(path, { recursive: true, force: true });
    const text =
      removed.length === 0 ? "There is nothing to remove." : `Removed ${removed.join(", ")}.`;
    tell(io, { removed }, text);
    return EXIT.ok;
  },
};
