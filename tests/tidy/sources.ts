/** The hand-written TypeScript of the tree. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Source {
  /** From the root, with "/". */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

const ROOT = join(import.meta.dirname, "..", "..");

export function sources(...folders: readonly string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => {
        const path = `${folder}/${name.replaceAll("\\", "/")}`;
        const text = readFileSync(join(ROOT, path), "utf8");
        return { path, text, lines: text.split("\n") };
      }),
  );
}

export const isTest = ({ path }: Source): boolean => path.endsWith(".test.ts");
