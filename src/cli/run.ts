/** `snowglobe run -- <command>`: any program, against this cloud and never the real one. */
import { emptyProfileFile, runChild } from "./child.ts";
import { isolatedEnvironment } from "./client-environment.ts";
import type { Command } from "./command.ts";
import { requireServer } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

export const run: Command = {
  usage: ["run [--keep-keys] -- <command> [argument ...]"],
  says:
    "Sets the endpoint, the keys test/test and the region; hides profiles, roles, sessions and the\n" +
    "instance metadata, so that a mistake cannot reach a real account. Ends with the program's status.",
  options: {
    "keep-keys": {
      type: "boolean",
      says: "keep keys and region that are set: a user of this cloud",
    },
  },
  words: "rest",
  async run(given, io) {
    const [program, ...words] = given.words;
    if (program === undefined) {
      throw new CommandFailure("Which command? snowglobe run -- <command>", EXIT.usage);
    }
    // No program is called so: it is an option that is not ours, or one of ours after a slip.
    if (program.startsWith("-")) {
      throw new CommandFailure(`There is no option "${program}" here. See: --help.`, EXIT.usage);
    }
    const { url, info } = await requireServer(io);
    const environment = isolatedEnvironment(io.environment, {
      target: { url, region: info.region },
      emptyFile: await emptyProfileFile(),
      keepsIdentity: given.flag("keep-keys"),
    });
    return runChild(program, words, environment);
  },
};
