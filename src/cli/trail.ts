/** `snowglobe trail`: what was asked, by whom, what was decided and what came of it. */
import type { TrailRecord } from "../trail.ts";
import type { Command, Given, Io } from "./command.ts";
import { followLines, requireServer } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

export const trail: Command = {
  usage: ["trail [--follow] [--after N] [--limit N]"],
  says: "With --json: one record a line.",
  options: {
    follow: { type: "boolean", short: "f", says: "go on with what comes" },
    after: { type: "string", value: "N", says: "only what comes after this sequence number" },
    limit: {
      type: "string",
      value: "N",
      says: "no more than so many: the newest, or from --after on",
    },
  },
  words: 0,
  async run(given, io) {
    const server = await requireServer(io);
    await followLines(server, `/_snowglobe/trail?${queryOf(given)}`, (line) => {
      if (line !== "") io.out(io.json ? `${line}\n` : toText(JSON.parse(line) as TrailRecord, io));
    });
    return EXIT.ok;
  },
};

function queryOf(given: Given): string {
  const query = new URLSearchParams();
  for (const name of ["after", "limit"]) {
    const text = given.text(name);
    if (text === undefined) continue;
    if (!/^\d+$/.test(text))
      throw new CommandFailure(`--${name} takes a whole number.`, EXIT.usage);
    query.set(name, text);
  }
  if (given.flag("follow")) query.set("follow", "1");
  return query.toString();
}

function toText(record: TrailRecord, io: Io): string {
  const red = (text: string) => (io.terminal ? `\u001b[31m${text}\u001b[39m` : text);
  const what = `${record.service}.${record.operation}`;
  const status = record.status >= 400 ? red(String(record.status)) : String(record.status);
  const error = record.error === undefined ? "" : `  ${record.error.code}: ${record.error.message}`;
  const denial =
    record.decision?.allowed === false
      ? `\n        ${red("denied")} ${record.decision.reason}`
      : "";
  const injected =
    record.injected === undefined ? "" : `\n        injected by ${record.injected.join(", ")}`;
  const time = new Date(record.at).toISOString();
  return (
    `${String(record.sequence).padStart(6)}  ${time}  ${status}  ${what.padEnd(32)} ` +
    `${record.durationMs.toFixed(1)} ms  ${record.callerArn}${error}${denial}${injected}\n`
  );
}
