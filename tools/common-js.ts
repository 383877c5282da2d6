/**
 * The test kit once more, as one CommonJS file: for Jest, whose own `require` cannot read ES
 * modules, and for projects that are CommonJS themselves.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { tables } from "./build.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What `import.meta.url` is in a module: the models are found by it. */
const URL_OF_FILE = 'const __url = require("node:url").pathToFileURL(__filename).href;';

export async function buildCommonJs(outdir: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { testing: join(root, "src/testing/index.ts") },
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    external: ["lmdb", "pg-native"],
    plugins: [tables],
    banner: { js: URL_OF_FILE },
    define: { "import.meta.url": "__url" },
    // Jest's modules have no `import()` unless a flag of Node's is set.
    supported: { "dynamic-import": false },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildCommonJs(process.argv[2] ?? join(root, "dist"));
}
