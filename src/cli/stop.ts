/** `snowglobe stop`: asks the server to end, and waits until it has. */
import { setTimeout as sleep } from "node:timers/promises";
import { tell, type Command } from "./command.ts";
import { ask, isAlive, isLocal, requireServer } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 30_000;

export const stop: Command = {
  usage: ["stop"],
  says: "Requests in flight get a few seconds to end (SNOWGLOBE_STOP_SECONDS).",
  options: {},
  words: 0,
  async run(_given, io) {
    const server = await requireServer(io);
    const { url, info } = server;
    const { pid, directory } = info;
    await ask(server, "POST", "/_snowglobe/stop");
    // Its process id means something here only when it runs on this machine, outside a container.
    if (isLocal(url) && pid > 1) await untilGone(pid);
    tell(io, { stopped: true, pid, url, directory }, `Stopped ${url}, with ${directory}.`);
    return EXIT.ok;
  },
};

async function untilGone(pid: number): Promise<void> {
  for (let waitedMs = 0; isAlive(pid); waitedMs += LOOK_EVERY_MS) {
    if (waitedMs > PATIENCE_MS) {
      throw new CommandFailure(`Process ${pid} is still busy ${PATIENCE_MS / 1000} seconds later.`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}
