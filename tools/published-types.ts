/**
 * The types of the test kit as we publish them: one file of declarations that imports nothing, so
 * that a user needs neither our sources nor the AWS SDK packages that we build with. The compiler
 * writes the declarations, file by file; here they are gathered from the public names on.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const COMPILER = join(ROOT, "node_modules/typescript/bin/tsc");
const ENTRY = "src/testing/index.ts";

interface Declaration {
  readonly text: string;
  /** What it names, with where that is declared. */
  readonly needs: readonly Needed[];
}

interface Needed {
  readonly name: string;
  readonly path: string;
}

/** A file of declarations, taken apart. */
interface Module {
  readonly declared: ReadonlyMap<string, Declaration>;
  readonly passedOn: readonly Needed[];
}

export function publishedTypes(): string {
  const modules = emitted([ENTRY]);
  const gathered = new Map<string, { readonly path: string; readonly text: string }>();
  let wanted: readonly Needed[] = modules.get(ENTRY)?.passedOn ?? [];
  while (wanted.length > 0) {
    const foreign = wanted.find(({ path }) => !path.startsWith("src/"));
    if (foreign !== undefined) {
      throw new Error(
        `${foreign.name} is from ${foreign.path}: the published types import nothing`,
      );
    }
    const missing = [...new Set(wanted.map(({ path }) => path))].filter((p) => !modules.has(p));
    for (const [path, module] of emitted(missing)) modules.set(path, module);
    const next: Needed[] = [];
    for (const { name, path } of wanted) {
      const known = gathered.get(name);
      if (known !== undefined && known.path !== path) {
        throw new Error(`${name} is declared in ${known.path} and in ${path}: rename one`);
      }
      if (known !== undefined) continue;
      const declaration = modules.get(path)?.declared.get(name);
      if (declaration === undefined) throw new Error(`${path} declares no ${name}`);
      gathered.set(name, { path, text: declaration.text });
      next.push(...declaration.needs);
    }
    wanted = next;
  }
  return `${[...gathered.values()].map(({ text }) => text).join("\n\n")}\n`;
}

/** Each file by itself: nothing is resolved or checked, which the types check does already. */
function emitted(paths: readonly string[]): Map<string, Module> {
  if (paths.length === 0) return new Map();
  const outDir = mkdtempSync(join(tmpdir(), "snowglobe-types-"));
  try {
    const options =
      "--ignoreConfig --noResolve --noCheck --isolatedDeclarations --declaration " +
      "--emitDeclarationOnly --strict --allowImportingTsExtensions --rootDir . " +
      "--target ES2023 --module NodeNext";
    const words = [COMPILER, ...options.split(" "), "--outDir", outDir, ...paths];
    execFileSync(process.execPath, words, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
    const read = (path: string) =>
      readFileSync(join(outDir, path.replace(/\.ts$/, ".d.ts")), "utf8");
    return new Map(paths.map((path) => [path, moduleOf(read(path), path)]));
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

const NAMED = /^(import|export) (?:type )?\{([^}]*)\} from "([^"]+)";/;
const DECLARED = /^(?:export )?(declare )?(?:interface|type|function|const|class) (\w+)/;

function moduleOf(text: string, path: string): Module {
  const places = new Map<string, string>();
  const passedOn: Needed[] = [];
  const texts = new Map<string, string>();
  for (const statement of statements(text)) {
    const code = withoutComments(statement).trim();
    const named = NAMED.exec(code);
    const declared = DECLARED.exec(code);
    if (named !== null) {
      const [, word, names = "", from = ""] = named;
      for (const name of namesIn(names)) {
        if (word === "export") passedOn.push({ name, path: placeOf(from, path) });
        else places.set(name, placeOf(from, path));
      }
    } else if (declared?.[2] !== undefined) {
      places.set(declared[2], path);
      texts.set(declared[2], exported(statement));
    } else throw new Error(`${path}: what is this? ${code}`);
  }
  const declared = new Map<string, Declaration>();
  for (const [name, own] of texts) {
    const words = new Set(withoutComments(own).match(/\b[A-Z]\w*/g));
    const needs = [...places]
      .filter(([other]) => other !== name && words.has(other))
      .map(([other, place]) => ({ name: other, path: place }));
    declared.set(name, { text: own, needs });
  }
  return { declared, passedOn };
}

/** The compiler's layout: a statement begins in the first column, and so does its last brace. */
function statements(text: string): string[] {
  const found: string[][] = [];
  let inComment = false;
  let onlyComment = false;
  for (const line of text.trimEnd().split("\n")) {
    const begins = !inComment && /^[^\s})]/.test(line);
    const comment = begins && line.startsWith("/**");
    // A second comment before a statement: the first was the file's header.
    if (begins && !(onlyComment && !comment)) {
      if (onlyComment) found.pop();
      found.push([]);
    }
    found.at(-1)?.push(line);
    if (begins) onlyComment = comment;
    inComment = (inComment || line.startsWith("/**")) && !line.includes("*/");
  }
  return found.map((lines) => lines.join("\n"));
}

function exported(statement: string): string {
  return /^export /m.test(statement)
    ? statement
    : statement.replace(/^(declare|interface|type) /m, "export $1 ");
}

const withoutComments = (text: string) => text.replace(/\/\*[^]*?\*\//g, "");

const namesIn = (list: string) =>
  list
    .split(",")
    .map((name) => name.trim().replace(/^type /, ""))
    .filter((name) => name !== "");

/** From the root. A package stays a package: no file declares it, and the gathering says so. */
function placeOf(from: string, path: string): string {
  return from.startsWith(".") ? join(dirname(path), from).replaceAll("\\", "/") : from;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? join(ROOT, "dist");
  const types = publishedTypes();
  // A CommonJS project is told of a CommonJS file.
  for (const name of ["testing.d.ts", "testing.d.cts"]) writeFileSync(join(folder, name), types);
}
