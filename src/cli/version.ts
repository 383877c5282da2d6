/** `snowglobe version`. */
import { version } from "../server/version.ts";
import { tell, type Command } from "./command.ts";
import { EXIT } from "./exit-codes.ts";

export const versionCommand: Command = {
  usage: ["version"],
  says: "",
  options: {},
  words: 0,
  run(_given, io) {
    tell(io, { version: version(), node: process.version }, version());
    return Promise.resolve(EXIT.ok);
  },
};
