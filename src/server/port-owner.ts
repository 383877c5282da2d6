/**
 * Who has the port that we wanted. Asked only after it was refused: whoever is told "in use" wants
 * to know by whom.
 */
import { readdir, readFile, readlink } from "node:fs/promises";

const ANSWERS_WITHIN_MS = 1000;

/** "Snowglobe, process 12, with /home/me/.snowglobe"; undefined when it cannot be found out. */
export async function portOwner(host: string, port: number): Promise<string | undefined> {
  const url = `http://${reached(host)}:${port}`;
  const ours = await document(`${url}/_snowglobe/info`);
  if (ours["name"] === "snowglobe") {
    return `Snowglobe, process ${String(ours["pid"])}, with ${String(ours["directory"])}`;
  }
  const theirs = await document(`${url}/_localstack/health`);
  if ("services" in theirs) {
    return `a server that answers as LocalStack, version ${String(theirs["version"])}`;
  }
  return processAt(port).catch(() => undefined);
}

function reached(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

async function document(url: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
    const value: unknown = await answer.json();
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** From Linux's tables; of other systems, and of other users' processes, there is nothing to read. */
async function processAt(port: number): Promise<string | undefined> {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"];
  const texts = await Promise.all(tables.map((file) => readFile(file, "utf8").catch(() => "")));
  const inode = listeningInode(texts.join("\n"), port);
  if (inode === undefined) return undefined;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    for (const file of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const target = await readlink(`/proc/${pid}/fd/${file}`).catch(() => "");
      if (target !== `socket:[${inode}]`) continue;
      return `${(await readFile(`/proc/${pid}/comm`, "utf8")).trim()}, process ${pid}`;
    }
  }
  return undefined;
}

const LISTENS = "0A";

/** A line: number, local address, remote address, state, five more, inode. */
function listeningInode(table: string, port: number): string | undefined {
  const end = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const lines = table.split("\n").map((line) => line.trim().split(/\s+/));
  return lines.find(([, local, , state]) => state === LISTENS && local?.endsWith(end))?.[9];
}
