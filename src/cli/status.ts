/** `snowglobe status`: whether a server runs, where, and how. */
import { tell, type Command } from "./command.ts";
import { ask, findServer, noneRuns } from "./connection.ts";
import { EXIT } from "./exit-codes.ts";

export const status: Command = {
  usage: ["status"],
  says: "",
  options: {},
  words: 0,
  async run(_given, io) {
    const server = await findServer(io);
    if (server === undefined) {
      tell(io, { running: false }, noneRuns(io));
      return EXIT.notRunning;
    }
    const { info, url } = server;
    const health = (await ask(server, "GET", "/_snowglobe/health")) as Health;
    const used = Object.entries(health.services).filter(([, state]) => state === "running");
    const rows: [string, string][] = [
      ["address", url],
      ["ready", health.ready ? "yes" : "no: hooks are still running"],
      ["version", info.version],
      ["process", `${info.pid}, up ${info.uptimeSeconds} s`],
      ["account", `${info.accountId}, region ${info.region}`],
      ["policies", `${info.iam}${info.strict ? ", strict" : ""}`],
      ["state", info.state === "directory" ? info.directory : info.state],
      ["clock", `${info.clock.now}${info.clock.frozen ? ", standing still" : ""}`],
      ["in use", used.map(([name]) => name).join(", ") || "no service yet"],
    ];
    tell(
      io,
      { running: true, ready: health.ready, url, ...info, services: health.services },
      rows.map(([name, value]) => `${name.padEnd(10)}${value}`).join("\n"),
    );
    return EXIT.ok;
  },
};

interface Health {
  readonly ready: boolean;
  readonly services: Readonly<Record<string, string>>;
}
