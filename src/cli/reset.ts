/** `snowglobe reset`: back to the empty cloud. */
import { tell, type Command } from "./command.ts";
import { ask, requireServer } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

export const reset: Command = {
  usage: ["reset [--init]"],
  says: "",
  options: { init: { type: "boolean", says: "run the ready hooks again afterwards" } },
  words: 0,
  async run(given, io) {
    const server = await requireServer(io);
    const path = given.flag("init") ? "/_snowglobe/reset?init=1" : "/_snowglobe/reset";
    const answer = (await ask(server, "POST", path)) as { readonly failedHooks: number };
    if (answer.failedHooks > 0) throw new CommandFailure(`${answer.failedHooks} hook(s) failed.`);
    tell(io, answer, `The cloud at ${server.url} is empty.`);
    return EXIT.ok;
  },
};
