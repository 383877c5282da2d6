/** A user's project in a temporary directory, with the package in it as npm would put it there. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildTo } from "../../tools/build.ts";
import { buildCommonJs } from "../../tools/common-js.ts";
import { publishedTypes } from "../../tools/published-types.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Project {
  readonly directory: string;
  /** Where the package is. */
  readonly installed: string;
  readonly manifest: Manifest;
  remove(): Promise<void>;
}

export interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, Exported>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** A file, or which file under which condition. */
export type Exported = string | { readonly [condition: string]: Exported };

/** `others`: packages that the user has besides the SDK. */
export async function makeProject(others: readonly string[] = []): Promise<Project> {
  const directory = await mkdtemp(join(tmpdir(), "snowglobe-package-"));
  const installed = join(directory, "node_modules/snowglobe");
  await mkdir(installed, { recursive: true });
  const papers = ["package.json", "README.md", "CHANGELOG.md", "LICENSE", "NOTICE"];
  for (const name of [...papers, "models"]) {
    await cp(join(root, name), join(installed, name), { recursive: true });
  }
  await buildTo(join(installed, "dist"));
  await buildCommonJs(join(installed, "dist"));
  const types = publishedTypes();
  for (const name of ["testing.d.ts", "testing.d.cts"]) {
    await writeFile(join(installed, "dist", name), types);
  }
  const text = await readFile(join(installed, "package.json"), "utf8");
  const manifest = JSON.parse(text) as Manifest;
  const present = [...Object.keys(manifest.dependencies), "@aws-sdk", "@smithy", "@types"];
  for (const name of [...present, ...others]) {
    const place = join(directory, "node_modules", name);
    await mkdir(join(place, ".."), { recursive: true });
    await symlink(join(root, "node_modules", name), place);
  }
  await writeFile(join(directory, "package.json"), '{ "type": "module" }');
  const remove = () => rm(directory, { recursive: true, force: true });
  return { directory, installed, manifest, remove };
}
