import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CompactService } from "./compact.ts";
import { toSource } from "./compact.ts";
import type { ModelIndex } from "./index-file.ts";
import { parseKnown } from "./json.ts";
import { linkService } from "./link.ts";
import type { ServiceModel } from "./model.ts";

/**
 * The models that the package carries. Opening reads the index; a service's file is read when it is
 * first asked for.
 */
export interface Models {
  readonly index: ModelIndex;
  /** Throws for a name that is not in the index. */
  readonly service: (name: string) => ServiceModel;
}

export function openModels(directory: string = findModelsDirectory()): Models {
  const index = parseKnown<ModelIndex>(readFileSync(join(directory, "index.json"), "utf8"));
  const loaded = new Map<string, ServiceModel>();

  function service(name: string): ServiceModel {
    const present = loaded.get(name);
    if (present !== undefined) return present;
    if (!Object.hasOwn(index.services, name)) throw new Error(`no model of a service "${name}"`);
    const model = readService(join(directory, `${name}.json`));
    loaded.set(name, model);
    return model;
  }
  return { index, service };
}

export function readService(path: string): ServiceModel {
  return linkService(toSource(parseKnown<CompactService>(readFileSync(path, "utf8"))));
}

/**
 * The nearest models/ above this file: it is src/model/load.ts in the tree, and part of dist/*.js
 * once bundled.
 */
export function findModelsDirectory(
  from: string = dirname(fileURLToPath(import.meta.url)),
): string {
  for (let at = from; ; at = dirname(at)) {
    const candidate = join(at, "models");
    if (existsSync(join(candidate, "index.json"))) return candidate;
    if (at === dirname(at)) throw new Error(`no models/index.json in or above ${from}`);
  }
}
