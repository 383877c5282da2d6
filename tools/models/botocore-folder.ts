import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseKnown } from "../../src/model/json.ts";
import type { ServiceSource } from "../../src/model/source.ts";
import type { BotocoreModel, BotocorePaginator } from "./botocore-types.ts";
import { byCodeUnit, toServiceSource } from "./botocore.ts";

/** botocore as it lies on disk: an installed package, or an unpacked source distribution. */
export interface BotocoreFolder {
  readonly version: string;
  readonly serviceNames: readonly string[];
  readonly read: (name: string) => ServiceSource;
  /** The service as botocore has it, without our reading. */
  readonly readRaw: (name: string) => BotocoreModel;
}

export function openBotocore(directory: string): BotocoreFolder {
  const root = [directory, join(directory, "botocore")].find((at) => existsSync(join(at, "data")));
  if (root === undefined) throw new Error(`no botocore with its data in ${directory}`);
  const data = join(root, "data");
  const latest = new Map<string, string>();
  for (const name of readdirSync(data).toSorted(byCodeUnit)) {
    if (!statSync(join(data, name)).isDirectory()) continue;
    const versions = readdirSync(join(data, name)).toSorted(byCodeUnit);
    const version = versions.findLast((v) => hasFile(join(data, name, v, "service-2.json")));
    if (version !== undefined) latest.set(name, join(data, name, version));
  }
  const globalPrefixes = readGlobalPrefixes(join(data, "endpoints.json"));
  function readRaw(name: string): BotocoreModel {
    const folder = latest.get(name);
    if (folder === undefined) throw new Error(`botocore has no service ${name}`);
    return readModel(folder);
  }
  return {
    version: readVersion(root),
    serviceNames: [...latest.keys()],
    readRaw,
    read: (name) =>
      toServiceSource(readRaw(name), {
        name,
        paginators: readPaginators(latest.get(name) ?? ""),
        globalPrefixes,
      }),
  };
}

/** Where the python3 on the path keeps botocore; undefined when there is none. */
export function findBotocore(): string | undefined {
  const program = "import botocore, os; print(os.path.dirname(botocore.__file__))";
  try {
    return execFileSync("python3", ["-c", program], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 20_000,
    }).trim();
  } catch {
    return undefined;
  }
}

function readVersion(root: string): string {
  const found = /^__version__ = ['"]([^'"]+)['"]/m.exec(
    readFileSync(join(root, "__init__.py"), "utf8"),
  );
  if (found?.[1] === undefined) throw new Error(`no __version__ in ${root}/__init__.py`);
  return found[1];
}

interface Endpoints {
  readonly partitions: readonly {
    readonly services: Readonly<Record<string, EndpointsOfService>>;
  }[];
}

interface EndpointsOfService {
  readonly isRegionalized?: boolean;
  readonly partitionEndpoint?: string;
}

function readGlobalPrefixes(path: string): ReadonlySet<string> {
  const services = Object.entries(
    parseKnown<Endpoints>(readText(path)).partitions[0]?.services ?? {},
  );
  const global = services.filter(
    ([, service]) => service.isRegionalized === false && service.partitionEndpoint === "aws-global",
  );
  return new Set(global.map(([prefix]) => prefix));
}

/**
 * botocore itself lays these extras over the model when it loads it: S3's `Expires` becomes a time
 * that way.
 */
function readModel(folder: string): BotocoreModel {
  const model = parseKnown<BotocoreModel>(readText(join(folder, "service-2.json")));
  const path = join(folder, "service-2.sdk-extras.json");
  if (hasFile(path)) overlay(model, parseKnown<{ merge: object }>(readText(path)).merge);
  return model;
}

function readPaginators(folder: string): Readonly<Record<string, BotocorePaginator>> {
  const path = join(folder, "paginators-1.json");
  if (!hasFile(path)) return {};
  return parseKnown<{ pagination: Record<string, BotocorePaginator> }>(readText(path)).pagination;
}

/** Writes what `extra` says into `base`, which was just parsed and is nobody else's. */
function overlay(base: object, extra: object): void {
  const present = new Map<string, unknown>(Object.entries(base));
  for (const [key, value] of Object.entries(extra)) {
    const below = present.get(key);
    if (isRecord(below) && isRecord(value)) overlay(below, value);
    else Object.assign(base, { [key]: value });
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasFile(path: string): boolean {
  return existsSync(path) || existsSync(`${path}.gz`);
}

function readText(path: string): string {
  const bytes = existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`));
  return bytes.toString("utf8");
}
