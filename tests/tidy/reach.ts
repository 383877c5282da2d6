/**
 * The code that an operation reaches within its service: its own declaration, and by name what that
 * uses, and so on. A reading of text, not of types: good enough to see that a member's name stands
 * nowhere in it.
 */
import { dirname, join } from "node:path";
import { isTest, type Source } from "./sources.ts";

interface File {
  readonly declared: ReadonlyMap<string, string>;
  readonly exported: ReadonlySet<string>;
  /** Local name -> where it is declared; "*" for a whole file. */
  readonly imported: ReadonlyMap<string, { readonly path: string; readonly name: string }>;
}

export interface Reach {
  /** All that the operation reaches, without comments and types; undefined: it is not found. */
  codeOf(operation: string): string | undefined;
}

export function reachOf(sources: readonly Source[]): Reach {
  const files = new Map(
    sources.filter((source) => !isTest(source)).map((source) => [source.path, fileOf(source)]),
  );
  return {
    codeOf(operation) {
      const home = [...files].find(([, { exported }]) => exported.has(operation))?.[0];
      if (home === undefined) return undefined;
      const seen = new Map<string, string>();
      visit(home, operation, seen);
      return [...seen.values()].join("\n");
    },
  };

  function visit(path: string, name: string, seen: Map<string, string>): void {
    const file = files.get(path);
    const text = file?.declared.get(name);
    const id = `${path} ${name}`;
    if (file === undefined || text === undefined || seen.has(id)) return;
    seen.set(id, text);
    for (const [word = "", first = "", second] of text.matchAll(
      /(?<!(?<!\.)\.|\w)(\w+)(?:\.(\w+))?/g,
    )) {
      const from = file.imported.get(first);
      if (word === "" || first === name) continue;
      if (from === undefined) visit(path, first, seen);
      else visit(from.path, from.name === "*" ? (second ?? "") : from.name, seen);
    }
  }
}

const BEGINS =
  /^(?:export )?(?:declare )?(?:async )?(const|let|function\*?|class|interface|type) (\{[^}]*\}|\w+)/;
const IMPORT = /^import (type )?(?:\* as (\w+)|\{([^}]*)\}) from "(\.[^"]*)"/gm;

function fileOf({ path, text }: Source): File {
  const code = text.replace(/\/\*[^]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  const imported = new Map<string, { path: string; name: string }>();
  for (const [, isType, whole, names = "", from = ""] of code.matchAll(IMPORT)) {
    if (isType !== undefined) continue;
    const place = join(dirname(path), from).replaceAll("\\", "/");
    if (whole !== undefined) imported.set(whole, { path: place, name: "*" });
    for (const [, name = "", , local = name] of names.matchAll(/(?<!type )\b(\w+)( as (\w+))?/g)) {
      imported.set(local, { path: place, name });
    }
  }
  const declared = new Map<string, string>();
  const exported = new Set<string>();
  let names: readonly string[] = [];
  for (const line of code.split("\n")) {
    const begins = BEGINS.exec(line);
    if (begins !== null) names = isTypeWord(begins[1]) ? [] : (begins[2]?.match(/\w+/g) ?? []);
    else if (/^(?:import|export) /.test(line)) names = [];
    for (const name of names) declared.set(name, `${declared.get(name) ?? ""}${line}\n`);
    if (line.startsWith("export ")) for (const name of names) exported.add(name);
  }
  return { declared, exported, imported };
}

const isTypeWord = (word: string | undefined) => word === "interface" || word === "type";
