/** A PostgreSQL of our own for the tests: in a temporary directory, on a free port of the loopback interface. */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export interface Cluster {
  readonly url: string;
  stop(): Promise<void>;
}

export const INSTALL =
  "PostgreSQL is not installed: apt-get install postgresql, or brew install postgresql";

/** The folder of `initdb` and `postgres`; undefined where PostgreSQL is not installed. */
export function findBinaries(): string | undefined {
  const versions = "/usr/lib/postgresql";
  const packaged = existsSync(versions)
    ? readdirSync(versions)
        .toSorted((a, b) => Number(b) - Number(a))
        .map((version) => join(versions, version, "bin"))
    : [];
  const onPath = (process.env.PATH ?? "").split(delimiter);
  return [...packaged, ...onPath].find(
    (folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")),
  );
}

export async function startCluster(binaries: string): Promise<Cluster> {
  const root = mkdtempSync(join(tmpdir(), "snowglobe-postgres-"));
  const identity = unprivileged();
  if (identity !== undefined) chownSync(root, identity.uid, identity.gid);
  const data = join(root, "data");
  const options = { ...identity, cwd: root, env: { PATH: process.env.PATH, LC_ALL: "C" } };
  execFileSync(
    join(binaries, "initdb"),
    ["-D", data, "-U", "snowglobe", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"],
    { ...options, stdio: "pipe" },
  );
  const port = await freePort();
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    fsync: "off",
    unix_socket_directories: "",
  };
  const server = spawn(
    join(binaries, "postgres"),
    [
      "-D",
      data,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    { ...options, stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  await untilReady(server.stderr, ended);
  return {
    url: `postgres://snowglobe@127.0.0.1:${port}/postgres`,
    async stop() {
      server.kill("SIGINT");
      await ended;
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ["postgres", "nobody"]) {
    try {
      return { uid: id("-u", user), gid: id("-g", user) };
    } catch {
      // No such user here: the next one.
    }
  }
  return undefined;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

const id = (kind: string, user: string): number =>
  Number(execFileSync("id", [kind, user], { stdio: "pipe" }));

async function untilReady(log: NodeJS.ReadableStream, ended: Promise<void>): Promise<void> {
  let text = "";
  const ready = new Promise<"ready">((resolve) => {
    log.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("ready to accept connections")) resolve("ready");
    });
  });
  if ((await Promise.race([ready, ended])) !== "ready") throw new Error(`no PostgreSQL:\n${text}`);
}
