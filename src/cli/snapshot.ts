/** `snowglobe snapshot`: the whole world under a name. */
import { tell, type Command, type Io } from "./command.ts";
import { ask, requireServer, type Connection } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

export const snapshot: Command = {
  usage: ["snapshot save [name]", "snapshot load [name]", "snapshot list"],
  says: 'The name is "default" where none is given. Loading replaces the whole cloud.',
  options: {},
  words: 2,
  async run(given, io) {
    const [action = "list", name = "default"] = given.words;
    if (!["save", "load", "list"].includes(action)) {
      throw new CommandFailure(`"${action}" is not save, load or list.`, EXIT.usage);
    }
    const stray = action === "list" ? given.words[1] : undefined;
    if (stray !== undefined) {
      throw new CommandFailure(`"${stray}" is one word too many.`, EXIT.usage);
    }
    const server = await requireServer(io);
    if (action === "list") return list(server, io);
    const path = `/_snowglobe/snapshots/${encodeURIComponent(name)}/${action}`;
    const done = (await ask(server, "POST", path)) as Done;
    const verb = action === "save" ? "Saved" : "Loaded";
    tell(io, done, `${verb} "${done.name}": ${done.file}, ${size(done.sizeBytes)}.`);
    return EXIT.ok;
  },
};

interface Done {
  readonly name: string;
  readonly file: string;
  readonly sizeBytes: number;
}

interface Listed {
  readonly snapshots: readonly {
    readonly name: string;
    readonly sizeBytes: number;
    readonly savedAt: string;
  }[];
}

async function list(server: Connection, io: Io): Promise<number> {
  const listed = (await ask(server, "GET", "/_snowglobe/snapshots")) as Listed;
  const rows = listed.snapshots.map(
    ({ name, sizeBytes, savedAt }) => `${name.padEnd(24)}${size(sizeBytes).padEnd(12)}${savedAt}`,
  );
  tell(io, listed, rows.length === 0 ? "Nothing is saved." : rows.join("\n"));
  return EXIT.ok;
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
