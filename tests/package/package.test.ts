/** What a user gets: the files of the package, its commands, its test kit and the types of it. */
import { execFile } from "node:child_process";
import { builtinModules } from "node:module";
import { existsSync } from "node:fs";
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProject, root, type Exported, type Manifest, type Project } from "./project.ts";

const run = promisify(execFile);

let made: Project;
let project: string;
let installed: string;
let manifest: Manifest;
let pack: Pack;

interface Pack {
  readonly files: readonly string[];
  readonly unpackedSize: number;
}

beforeAll(async () => {
  made = await makeProject();
  ({ directory: project, installed, manifest } = made);
  pack = await packed();
});

afterAll(() => made.remove());

test("the package holds the build, the models and the papers, and nothing else", () => {
  const { files, unpackedSize } = pack;
  const kinds = files.map((path) =>
    path
      .replace(/^dist\/chunks\/.+\.js$/, "dist/chunks/*.js")
      .replace(/^models\/(iam\/)?[^/]+\.json$/, "models/$1*.json"),
  );
  expect([...new Set(kinds)].toSorted()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "NOTICE",
    "README.md",
    "dist/awslocal.js",
    "dist/chunks/*.js",
    "dist/main.js",
    "dist/testing.cjs",
    "dist/testing.d.cts",
    "dist/testing.d.ts",
    "dist/testing.js",
    "models/*.json",
    "models/iam/*.json",
    "package.json",
  ]);
  expect(unpackedSize).toBeLessThan(25_000_000);
});

test("every command and every export is a file of the package", () => {
  const named = [
    ...Object.values(manifest.bin),
    ...Object.values(manifest.exports).flatMap(filesOf),
  ].map((path) => path.replace("./", ""));
  expect(named.filter((path) => !pack.files.includes(path))).toEqual([]);
});

test("what the build leaves outside, npm installs", async () => {
  const chunks = join(installed, "dist/chunks");
  const outside = { imported: new Set<string>(), required: new Set<string>() };
  for (const name of await readdir(chunks)) {
    const text = await readFile(join(chunks, name), "utf8");
    for (const [, from = ""] of text.matchAll(/(?:\bfrom|\bimport\(|^import)"([@\w./:-]+)"/gm)) {
      if (!from.startsWith(".") && !from.startsWith("node:")) outside.imported.add(from);
    }
    for (const [, from = ""] of text.matchAll(
      /createRequire\d*\(import\.meta\.url\)\("([^"]+)"\)/g,
    )) {
      outside.required.add(from);
    }
  }
  expect([...outside.imported].filter((name) => !builtinModules.includes(name))).toEqual([]);
  // One file, where an import would read twenty of them at every start.
  expect([...outside.required]).toContain("lmdb");
  expect(Object.keys(manifest.dependencies)).toContain("lmdb");
});

test("npm ci finds every package in the lock file, those for other platforms as well", async () => {
  const packages = await locked();
  const named = Object.values(packages).flatMap((one) =>
    Object.keys(one.optionalDependencies ?? {}),
  );
  expect(named.filter((name) => packages[`node_modules/${name}`] === undefined)).toEqual([]);
});

test("installed for use, with what it depends on, it takes less than 80 MB", async () => {
  const used = Object.entries(await locked()).filter(
    ([path, { dev }]) => path !== "" && dev !== true && existsSync(join(root, path)),
  );
  const sizes = await Promise.all(used.map(async ([path]) => sizeOf(join(root, path))));
  const megabytes = sizes.reduce((sum, size) => sum + size, pack.unpackedSize) / 1e6;
  console.log(`the package with ${used.length} dependencies: ${megabytes.toFixed(1)} MB`);
  expect(megabytes).toBeLessThan(80);
});

test("the command of the package runs", async () => {
  const main = join(installed, manifest.bin["snowglobe"] ?? "");
  const { stdout } = await run(process.execPath, [main, "version"], { cwd: project });
  expect(stdout).toBe("0.1.0\n");
});

test("the test kit works in a plain module, with an official client", async () => {
  await writeFile(
    join(project, "test.js"),
    `import { STS } from "@aws-sdk/client-sts";
     import { startCloud } from "snowglobe/testing";
     const cloud = await startCloud({ accountId: "111122223333" });
     const { Arn } = await new STS(cloud.config()).getCallerIdentity({});
     console.log(Arn);
     await cloud.close();`,
  );
  const { stdout } = await run(process.execPath, ["test.js"], { cwd: project });
  expect(stdout).toBe("arn:aws:iam::111122223333:root\n");
});

test("the test kit works where only require is to be had", async () => {
  const script = `const { startCloud } = require("snowglobe/testing");
     const { S3 } = require("@aws-sdk/client-s3");
     (async () => {
       const cloud = await startCloud({ directory: "kept" });
       const s3 = new S3(cloud.config());
       await s3.createBucket({ Bucket: "photos" });
       await s3.putObject({ Bucket: "photos", Key: "large", Body: Buffer.alloc(2_000_000) });
       const { ContentLength } = await s3.headObject({ Bucket: "photos", Key: "large" });
       await cloud.close();
       console.log(ContentLength, cloud.calls().length);
     })();`;
  await writeFile(join(project, "test.cjs"), script);
  // As under Jest: no ES module can be required, and nothing is imported on the way.
  const words = ["--no-experimental-require-module", "test.cjs"];
  const { stdout } = await run(process.execPath, words, { cwd: project });
  expect(stdout).toBe("2000000 3\n");
  const file = await readFile(join(installed, "dist/testing.cjs"), "utf8");
  expect(file.match(/\bimport\(|\bimport\.meta\b/g)).toBe(null);
});

test("the types of the test kit import nothing", async () => {
  const types = await readFile(join(installed, "dist/testing.d.ts"), "utf8");
  expect(types.match(/\b(import|require|from)\b.*["'].*|<reference.*/g)).toBe(null);
});

test("a strict project type-checks against them, without our help and without node's types", async () => {
  const source = `import { startCloud, type TestCloud } from "snowglobe/testing";
    const cloud: TestCloud = await startCloud({ seed: 7, iam: "soft" });
    await cloud.clock.advance({ days: 1 });
    export const codes: (string | undefined)[] = cloud.calls().map(({ error }) => error?.code);`;
  expect(await typeCheck(source, { skipLibCheck: false, types: [] })).toBe("");
});

test("so does a strict CommonJS project", async () => {
  const source = `import { startCloud } from "snowglobe/testing";
    export const operations = async (): Promise<string[]> =>
      (await startCloud()).calls().map(({ operation }) => operation);`;
  const options = { skipLibCheck: false, types: [], module: "Node16" };
  expect(await typeCheck(source, options, "use.cts")).toBe("");
});

test("a client of the SDK takes the configuration, and a wrong option is told", async () => {
  const use = (options: string) => `import { STS } from "@aws-sdk/client-sts";
    import { startCloud } from "snowglobe/testing";
    const cloud = await startCloud(${options});
    export const sts = new STS(cloud.config({ accountId: "111122223333" }));`;
  const checked = { skipLibCheck: true, types: ["node"] };
  expect(await typeCheck(use("{}"), checked)).toBe("");
  expect(await typeCheck(use('{ iam: "maybe" }'), checked)).toContain("TS2322");
});

const filesOf = (to: Exported): string[] =>
  typeof to === "string" ? [to] : Object.values(to).flatMap(filesOf);

async function packed(): Promise<Pack> {
  const { stdout } = await run(
    "npm",
    ["pack", "--dry-run", "--json", "--ignore-scripts", "--offline", "--loglevel=error"],
    { cwd: installed, maxBuffer: 16_000_000 },
  );
  const [told] = JSON.parse(stdout) as { files: { path: string }[]; unpackedSize: number }[];
  if (told === undefined) throw new Error("npm pack told of no package");
  return { files: told.files.map(({ path }) => path), unpackedSize: told.unpackedSize };
}

interface Locked {
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

async function locked(): Promise<Readonly<Record<string, Locked>>> {
  const text = await readFile(join(root, "package-lock.json"), "utf8");
  return (JSON.parse(text) as { packages: Record<string, Locked> }).packages;
}

/** Of a folder's files, without the packages inside it: those have an entry of their own. */
async function sizeOf(folder: string): Promise<number> {
  let total = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") total += await sizeOf(path);
    else if (entry.isFile()) total += (await stat(path)).size;
  }
  return total;
}

/** What the compiler says; nothing when all is well. */
async function typeCheck(
  source: string,
  options: Readonly<Record<string, unknown>>,
  name = "use.ts",
) {
  await writeFile(join(project, name), source);
  await writeFile(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        target: "ES2023",
        module: "NodeNext",
        noEmit: true,
        ...options,
      },
      files: [name],
    }),
  );
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const said = await run(process.execPath, [compiler, "-p", project]).catch(
    (error: { readonly stdout: string }) => error,
  );
  return said.stdout;
}
