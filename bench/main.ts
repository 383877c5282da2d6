/**
 * `npm run bench [-- row …]`: each row prints a figure, its limit, and what was measured beside it
 * in the same run.
 */
import { bigObject } from "./rows/big-object.ts";
import { fork } from "./rows/fork.ts";
import { growth } from "./rows/growth.ts";
import { identity } from "./rows/identity.ts";
import { models } from "./rows/models.ts";
import { packageSize } from "./rows/package-size.ts";
import { start } from "./rows/start.ts";
import { throughput } from "./rows/throughput.ts";

const ROWS: Readonly<Record<string, () => Promise<void> | void>> = {
  start,
  throughput,
  "big-object": bigObject,
  growth,
  fork,
  identity,
  models,
  "package-size": packageSize,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => ROWS[name] === undefined);
if (unknown.length > 0) {
  console.error(`no row ${unknown.join(", ")}; there are: ${Object.keys(ROWS).join(", ")}`);
  process.exit(2);
}
for (const [name, row] of Object.entries(ROWS)) {
  if (asked.length === 0 || asked.includes(name)) await row();
}
