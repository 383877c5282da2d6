/**
 * Builds dist/: the commands and the test kit, as ES modules for Node 20. Everything that is
 * written in JavaScript is bundled and split, so that a start reads a few files instead of
 * hundreds; only `lmdb`, which is a native binary, stays outside. A service is a chunk of its own,
 * read when it is first used.
 */
import { existsSync } from "node:fs";
import { chmod, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** CommonJS packages inside an ES module still ask for `require`. */
const REQUIRE =
  'import { createRequire as __createRequire } from "node:module";' +
  "const require = __createRequire(import.meta.url);";

/**
 * Large tables as text for `JSON.parse`, which is several times faster than the same table as
 * source.
 */
export const tables: Plugin = {
  name: "tables",
  setup(bundling) {
    bundling.onLoad({ filter: /\.json$/ }, async ({ path }) => {
      const compact = JSON.stringify(JSON.parse(await readFile(path, "utf8")));
      return { contents: `export default JSON.parse(${JSON.stringify(compact)});`, loader: "js" };
    });
  },
};

/**
 * What a start would look up and read in vain, or in many pieces. `lmdb` is one file as CommonJS,
 * and twenty as ES modules. msgpackr asks for machine code, and never finds it from within a bundle.
 */
export const quickToLoad: Plugin = {
  name: "quick to load",
  setup(bundling) {
    const namespace = "quick to load";
    bundling.onResolve({ filter: /^(lmdb|msgpackr-extract)$/ }, ({ path }) => ({
      path,
      namespace,
    }));
    bundling.onLoad({ filter: /^lmdb$/, namespace }, () => ({
      contents:
        'import { createRequire } from "node:module";' +
        'export const { open } = createRequire(import.meta.url)("lmdb");',
    }));
    bundling.onLoad({ filter: /^msgpackr-extract$/, namespace }, () => ({
      contents: "module.exports = undefined;",
    }));
  },
};

export async function buildTo(outdir: string): Promise<void> {
  const testing = join(root, "src/testing/index.ts");
  await rm(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: {
      main: join(root, "src/main.ts"),
      awslocal: join(root, "src/awslocal.ts"),
      ...(existsSync(testing) ? { testing } : {}),
    },
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    // The modules' own form where they have one: a CommonJS chunk would lose its names when
    // imported.
    mainFields: ["module", "main"],
    external: ["pg-native"],
    plugins: [tables, quickToLoad],
    chunkNames: "chunks/[name]-[hash]",
    banner: { js: REQUIRE },
    // Stack traces that name our functions are worth more than a few kilobytes.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
  });
  await Promise.all(["main.js", "awslocal.js"].map((name) => chmod(join(outdir, name), 0o755)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  const outdir = process.argv[2] ?? join(root, "dist");
  await buildTo(outdir);
  console.log(`built ${outdir} in ${Math.round(performance.now() - started)} ms`);
}
