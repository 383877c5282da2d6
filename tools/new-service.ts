/**
 * `npm run new-service -- <name>`: makes src/services/<name> with all its rooms, one line in the
 * registry and its row in the coverage, and installs the official client that its types come from.
 * What it makes passes the gate; every operation is still absent, and says so.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openModels } from "../src/model/load.ts";

const ROOT = join(import.meta.dirname, "..");

/** The text of every file of a new service, by its name. Pure: its test looks at what it gives. */
export function roomsOf(name: string, fullName: string, client: string): Record<string, string> {
  const constant = toConstant(name);
  const type = constant.charAt(0).toUpperCase() + constant.slice(1);
  return {
    "README.md": `# ${fullName}\n\nNothing of it works yet: every operation answers 501 and says so.\n`,
    "api.ts": `import type { AsyncContext, AsyncHandler, Context, Handler } from "../../kernel/service.ts";
import type { OperationName } from "../../kernel/types.ts";
import type { state } from "./state.ts";

/**
 * The official client's types are our contract. The import is type-only: it is gone after the
 * build.
 */
export type Sdk = typeof import("@aws-sdk/client-${client}");

export type ${type} = Context<typeof state>;
export type ${type}Async = AsyncContext<typeof state>;
export type Operation<Name extends OperationName<Sdk>> = Handler<Sdk, typeof state, Name>;
export type AsyncOperation<Name extends OperationName<Sdk>> = AsyncHandler<
  Sdk,
  typeof state,
  Name
>;
`,
    "state.ts": `/** The tables of ${fullName}. Rows are plain data. */\nexport const state = {};\n`,
    "errors.ts": `import { defineErrors } from "../../kernel/errors.ts";
import type { Sdk } from "./api.ts";

/** Wording only. Wire codes, HTTP statuses and fault sides come from the model. */
export const errors = defineErrors<Sdk>()({});
`,
    "access.ts": `import type { Access } from "../../kernel/service.ts";
import type { state } from "./state.ts";

/** What an operation touches, for the decision whether a caller may. */
export const access: Access<typeof state> = {};
`,
    "service.ts": `import { defineService } from "../../kernel/service.ts";
import { access } from "./access.ts";
import type { Sdk } from "./api.ts";
import { state } from "./state.ts";

export const ${constant} = defineService<Sdk>()({
  name: "${name}",
  state,
  operations: {},
  access,
});
`,
  };
}

/** "resource-groups" -> "resourceGroups". */
export function toConstant(name: string): string {
  return name.replaceAll(/[-.]+(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

/** The registry with one more line, in alphabetical order. */
export function withEntry(registry: string, name: string): string {
  const key = /^[a-z]\w*$/.test(name) ? name : JSON.stringify(name);
  const line = `  ${key}: { load: async () => (await import("./${name}/service.ts")).${toConstant(name)} },`;
  const lines = registry.split("\n");
  const first = lines.findIndex((text) => text.startsWith("export const REGISTRY"));
  const end = lines.indexOf("};", first);
  const nameIn = (text: string) => /^ {2}"?([\w-]+)"?:/.exec(text)?.[1];
  const after = lines.findIndex(
    (text, at) => at > first && at < end && (nameIn(text) ?? "") > name,
  );
  lines.splice(after < 0 ? end : after, 0, line);
  return lines.join("\n");
}

/** What is left to do once the files are there, in this order: program and arguments. */
export function stepsAfter(
  name: string,
  client: string,
  installed: readonly string[],
): readonly (readonly [program: string, ...words: string[]])[] {
  const wanted = `@aws-sdk/client-${client}`;
  return [
    ["npx", "oxfmt", `src/services/${name}`, "src/services/registry.ts"],
    ...(installed.includes(wanted) ? [] : [["npm", "install", "--save-dev", wanted] as const]),
    ["npx", "tsx", "tools/coverage.ts"],
  ];
}

function main(name: string | undefined): void {
  const models = openModels();
  if (name === undefined || models.index.services[name] === undefined) {
    console.error("usage: npm run new-service -- <name>, a name of the AWS CLI, for instance: sns");
    process.exitCode = 2;
    return;
  }
  const folder = join(ROOT, "src", "services", name);
  if (existsSync(folder)) {
    console.error(`src/services/${name} is there already`);
    process.exitCode = 1;
    return;
  }
  mkdirSync(folder, { recursive: true });
  const model = models.service(name);
  const client = model.serviceId.toLowerCase().replaceAll(" ", "-");
  for (const [file, text] of Object.entries(roomsOf(name, model.fullName, client))) {
    writeFileSync(join(folder, file), text);
  }
  const registry = join(ROOT, "src", "services", "registry.ts");
  writeFileSync(registry, withEntry(readFileSync(registry, "utf8"), name));
  for (const [program, ...words] of stepsAfter(name, client, installedPackages())) {
    try {
      execFileSync(program, words, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
    } catch {
      console.error(`left to do: ${[program, ...words].join(" ")}`);
      process.exitCode = 1;
    }
  }
  console.log(`src/services/${name} is made, with every operation absent. Next: CONTRIBUTING.md`);
}

function installedPackages(): readonly string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const { devDependencies } = manifest as { devDependencies: Readonly<Record<string, string>> };
  return Object.keys(devDependencies);
}

if (process.argv[1] === import.meta.filename) main(process.argv[2]);
