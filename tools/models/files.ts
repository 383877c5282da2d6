import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CompactService } from "../../src/model/compact.ts";
import { toSource } from "../../src/model/compact.ts";
import type { ModelIndex, ModelSourceNotice } from "../../src/model/index-file.ts";
import { toServiceEntry } from "../../src/model/index-file.ts";
import type { IamIndex } from "../../src/model/iam-actions.ts";
import { parseKnown } from "../../src/model/json.ts";
import { linkService } from "../../src/model/link.ts";
import type { BotocoreFolder } from "./botocore-folder.ts";
import { byCodeUnit } from "./botocore.ts";
import type { IamData } from "./iam-data.ts";
import { writeCompact } from "./write-compact.ts";

/** The files of models/ by their path in it: made from the sources, written, read back. */
export type Files = ReadonlyMap<string, string>;

export const INDEX = "index.json";
export const HASHES = "hashes.json";
const IAM = "iam/";
const IAM_INDEX = "iam/index.json";

export function serviceFiles(botocore: BotocoreFolder): Files {
  const files = new Map<string, string>();
  for (const name of botocore.serviceNames) {
    files.set(`${name}.json`, writeCompact(botocore.read(name)));
  }
  files.set(INDEX, writeIndex(files, noticeOf(botocore.version)));
  return files;
}

export function iamFiles(data: IamData): Files {
  const files = new Map([[IAM_INDEX, data.writeIndex()]]);
  for (const prefix of data.prefixes) files.set(`${IAM}${prefix}.json`, data.writeService(prefix));
  return files;
}

/** Made from the service files alone, so that it can be checked without their source. */
export function writeIndex(files: Files, source: ModelSourceNotice): string {
  const services = [...files]
    .filter(([path]) => isServiceFile(path))
    .map(([, text]) => linkService(toSource(parseKnown<CompactService>(text))))
    .toSorted((a, b) => byCodeUnit(a.name, b.name));
  const rows = services.map(
    (service) => `${JSON.stringify(service.name)}:${JSON.stringify(toServiceEntry(service))}`,
  );
  return `{"source":${JSON.stringify(source)},\n"services":{\n${rows.join(",\n")}\n}}\n`;
}

export function writeHashes(files: Files): string {
  const rows = [...files]
    .filter(([path]) => path !== HASHES)
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .map(([path, text]) => [path, createHash("sha256").update(text).digest("hex")]);
  return `${JSON.stringify(Object.fromEntries(rows), undefined, 1)}\n`;
}

export function readFiles(directory: string): Files {
  const files = new Map<string, string>();
  for (const path of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    if (path.endsWith(".json")) {
      files.set(path.replaceAll("\\", "/"), readFileSync(join(directory, path), "utf8"));
    }
  }
  return files;
}

/** Leaves exactly these files. */
export function writeFiles(directory: string, files: Files): void {
  for (const path of existsSync(directory) ? readFiles(directory).keys() : []) {
    if (!files.has(path)) rmSync(join(directory, path));
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

export function isServiceFile(path: string): boolean {
  return path !== INDEX && path !== HASHES && !path.startsWith(IAM);
}

export function isIamFile(path: string): boolean {
  return path.startsWith(IAM);
}

/** What is recorded of the sources in the files, or undefined where the index is missing. */
export function recordedNotice(files: Files): ModelSourceNotice | undefined {
  const text = files.get(INDEX);
  return text === undefined ? undefined : parseKnown<ModelIndex>(text).source;
}

export function recordedIamVersion(files: Files): string | undefined {
  const text = files.get(IAM_INDEX);
  return text === undefined ? undefined : parseKnown<IamIndex>(text).source.version;
}

function noticeOf(version: string): ModelSourceNotice {
  return {
    name: "botocore",
    version,
    licence: "Apache-2.0",
    notice:
      "AWS service models, reduced to what a server acts on. " +
      "Copyright Amazon.com, Inc. or its affiliates. All Rights Reserved.",
  };
}
