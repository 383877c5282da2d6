/**
 * What works, written into README.md and docs/coverage.md from the data that the pipeline runs on:
 * part of `npm run generate`, and of its check. By itself, without the models' generator:
 *
 *   tsx tools/coverage.ts [--check]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { coverageReport, type CoverageReport, type ServiceCoverage } from "../src/coverage.ts";
import { openModels, type Models } from "../src/model/load.ts";
import { Services } from "../src/pipeline/services.ts";
import { REGISTRY } from "../src/services/registry.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const OPENS = "<!-- coverage: written by `npm run generate` -->";
const CLOSES = "<!-- end of coverage -->";

/** Longer lists of what is absent are left to `snowglobe coverage <service>`. */
const ABSENT_LISTED_MAX = 80;

/** The files as they should be, by path. */
export async function coverageFiles(): Promise<ReadonlyMap<string, string>> {
  const models = openModels();
  const report = await coverageReport(models, new Services(REGISTRY));
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  return new Map([
    ["README.md", between(readme, table(report, models))],
    ["docs/coverage.md", page(report, models)],
  ]);
}

/** Writes what is stale, or only names it. Gives the exit status. */
export async function keepCoverage({ check }: { readonly check: boolean }): Promise<number> {
  const stale = [...(await coverageFiles())].filter(([path, text]) => current(path) !== text);
  for (const [path, text] of stale) {
    if (check) console.error(`${path}: the coverage is not what the services say`);
    else writeFileSync(join(ROOT, path), text);
  }
  if (check && stale.length > 0) console.error("it is generated: run npm run generate");
  return check && stale.length > 0 ? 1 : 0;
}

export function between(readme: string, text: string): string {
  const from = readme.indexOf(OPENS);
  const to = readme.indexOf(CLOSES);
  if (from < 0 || to < from) throw new Error(`README.md has no "${OPENS}" … "${CLOSES}"`);
  return `${readme.slice(0, from + OPENS.length)}\n\n${text}\n\n${readme.slice(to)}`;
}

export function table({ services }: CoverageReport, models: Models): string {
  const rows = services.map((coverage) => {
    const { service, real, stored, absent, ignores } = coverage;
    const ignored = new Set(Object.values(ignores).flat()).size;
    const link = ignored === 0 ? "none" : `[${ignored}](docs/coverage.md#${service})`;
    const name = `[${titleOf(service, models)}](src/services/${service}/README.md)`;
    return `| ${name} | ${real} | ${stored} | ${absent} | ${link} |`;
  });
  const others = Object.entries(models.index.services).filter(
    ([name]) => !services.some(({ service }) => service === name),
  );
  const count = others.reduce((sum, [, { operationCount }]) => sum + operationCount, 0);
  return [
    "| Service | Real | Stored | Absent | Members accepted, not acted on |",
    "| --- | --: | --: | --: | --: |",
    ...rows,
    "",
    `The other ${others.length} services that the models know, with ${count} operations, are absent.`,
  ].join("\n");
}

function page({ services }: CoverageReport, models: Models): string {
  const sections = services.map(
    (coverage) => `## ${coverage.service}\n\n${section(coverage, models)}`,
  );
  return `${HEADER}\n${sections.join("\n\n")}\n`;
}

const HEADER = `# Coverage

Written by \`npm run generate\` from what the services declare; do not edit. *Real* operations do what AWS does, within what
the service's README says; *stored* ones keep and return what they are given and do not act on it; *absent* ones answer 501
with the code \`NotImplementedBySnowglobe\`. Members of an input that are accepted and not acted on stand below their operation.
`;

function section(coverage: ServiceCoverage, models: Models): string {
  const { service, operations, ignores, real, absent } = coverage;
  const named = (level: string) =>
    Object.keys(operations).filter((name) => operations[name] === level);
  const stored = named("stored");
  const missing = named("absent");
  const lines = [
    `${titleOf(service, models)}: [what it does and how it differs](../src/services/${service}/README.md).`,
    `**Real** (${real}): ${words(named("real"))}.`,
  ];
  if (stored.length > 0) lines.push(`**Stored** (${stored.length}): ${words(stored)}.`);
  if (absent > ABSENT_LISTED_MAX) {
    lines.push(`**Absent**: ${absent}; \`snowglobe coverage ${service}\` names them.`);
  } else if (absent > 0) lines.push(`**Absent** (${absent}): ${words(missing)}.`);
  const ignored = Object.entries(ignores).map(
    ([operation, members]) => `- ${operation}: ${members.map((name) => `\`${name}\``).join(", ")}`,
  );
  if (ignored.length > 0) lines.push(`Accepted and not acted on:\n\n${ignored.join("\n")}`);
  return lines.join("\n\n");
}

const words = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(", "));

const titleOf = (service: string, models: Models) =>
  models.index.services[service]?.serviceId ?? service;

function current(path: string): string | undefined {
  try {
    return readFileSync(join(ROOT, path), "utf8");
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await keepCoverage({ check: process.argv.includes("--check") });
}
