/** Which way imports go: the table of ARCHITECTURE.md, enforced. */
import { dirname, join } from "node:path/posix";
import { expect, test } from "vitest";
import { isTest, sources, type Source } from "./sources.ts";

/** Layer -> the layers that it may import, itself always. Types only where a layer says so. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  model: ["kernel"],
  protocol: ["kernel", "model"],
  iam: ["kernel", "model"],
  engines: ["kernel"],
  services: ["kernel", "iam", "engines"],
  pipeline: ["kernel", "model", "protocol", "iam", "engines", "services", "composition"],
  composition: ["kernel", "model", "protocol", "iam", "engines", "services", "pipeline"],
  server: ["kernel", "model", "protocol", "iam", "composition"],
  cli: ["kernel", "composition", "server"],
  testing: ["kernel", "composition"],
};

/** Packages that each layer may use: a new one has an ADR. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  kernel: ["lmdb", "msgpackr", "pg"],
  protocol: ["saxes"],
  composition: ["msgpackr"],
  server: ["@peculiar/x509"],
  services: ["uqr", "@noble/curves/ed25519.js"],
};

const COMPOSITION =
  /^src\/(cloud|cloud-options|cloud-types|coverage|fault-rule|faults|snapshot|trail|pipeline|main|awslocal|version)\.ts$/;

const IMPORT = /^(?:import|export)\s(type\s)?[^;]*?from\s"([^"]+)"|\bimport\("([^"]+)"\)/gm;

function layerOf(path: string): string {
  if (COMPOSITION.test(path)) return "composition";
  return path.split("/")[1] ?? "";
}

const all = sources("src").filter((source) => !isTest(source));

test.for(all)("$path imports only from below", (source) => {
  expect(wrongImports(source)).toEqual([]);
});

function wrongImports(source: Source): string[] {
  const layer = layerOf(source.path);
  const wrong: string[] = [];
  const code = source.lines.filter((line) => !/^\s*(\*|\/\*)/.test(line)).join("\n");
  for (const [, typeOnly, from = "", lazily] of code.matchAll(IMPORT)) {
    const target = from === "" ? (lazily ?? "") : from;
    if (target.startsWith("node:")) continue;
    if (!target.startsWith(".")) {
      if (!packageAllowed(source, layer, target, typeOnly !== undefined || lazily !== undefined)) {
        wrong.push(target);
      }
      continue;
    }
    const path = join(dirname(source.path), target);
    if (!pathAllowed(source, layer, path)) wrong.push(path);
  }
  return wrong;
}

function pathAllowed(source: Source, layer: string, path: string): boolean {
  const target = layerOf(path);
  if (layer === "services" && target === "services") return sameService(source.path, path);
  if (target === layer) return true;
  // The commands start from one small entry file each.
  if (/^src\/(main|awslocal)\.ts$/.test(source.path)) return true;
  return MAY[layer]?.includes(target) === true;
}

/** A service sees its own folder; only the registry sees them all. */
function sameService(from: string, to: string): boolean {
  const folder = (path: string) => path.split("/").slice(0, 3).join("/");
  return from === "src/services/registry.ts" || folder(from) === folder(to);
}

function packageAllowed(source: Source, layer: string, name: string, typeOnly: boolean): boolean {
  if (name.startsWith("@aws-sdk/client-")) {
    const service = source.path.split("/")[2];
    return layer === "services" && typeOnly && name === `@aws-sdk/client-${service}`;
  }
  return PACKAGES[layer]?.includes(name) === true;
}
