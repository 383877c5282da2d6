/** Ten thousand spoiled requests do nothing worse than being refused. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Report } from "./campaign.ts";

const COUNT = Number(process.env.SNOWGLOBE_TEST_MUTATIONS ?? 10_000);
const SEED = Number(process.env.SNOWGLOBE_TEST_SEED ?? 1);
/** Half of the campaign's requests, thousands of refusals in the trail, and no more memory than this. */
const HEAP_GROWTH_BYTES_MAX = 32 * 1024 * 1024;
const EXAMPLE_CHARACTERS = 1500;

let report: Report;

beforeAll(async () => {
  report = await run();
  const { corpus, sent, refused, seconds, heapGrowthBytes } = report;
  console.log(JSON.stringify({ corpus, sent, refused, seconds, heapGrowthBytes }));
}, 180_000);

test("every request is answered, and most are refused", () => {
  expect(report.sent).toBe(COUNT);
  expect(report.corpus).toBeGreaterThan(100);
  expect(report.refused).toBeGreaterThan(COUNT / 2);
  expect(report.hangs).toEqual([]);
});

test("no request shows a fault of ours", () => {
  const faults = Object.entries(report.faults).map(
    ([place, { count, examples }]) =>
      `${count} x ${place}\n${examples[0]?.slice(0, EXAMPLE_CHARACTERS) ?? ""}`,
  );
  expect(faults).toEqual([]);
  expect(report.unexpectedStatuses).toEqual([]);
});

test("a request that is refused changes nothing: no row, no blob, no file", () => {
  expect(report.changes).toEqual([]);
});

test("every refusal has a code in its protocol's own form", () => {
  expect(report.unreadableRefusals).toEqual([]);
  expect(Object.keys(report.codes).length).toBeGreaterThan(40);
});

test("memory stays flat", () => {
  expect(report.heapGrowthBytes).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
});

async function run(): Promise<Report> {
  const child = spawn(
    process.execPath,
    [
      "--expose-gc",
      "--no-warnings",
      "--import",
      "tsx",
      join(import.meta.dirname, "campaign.ts"),
      String(COUNT),
      String(SEED),
    ],
    { stdio: ["ignore", "pipe", "pipe"], cwd: join(import.meta.dirname, "../..") },
  );
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("latin1")));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  await new Promise((resolve) => child.once("close", resolve));
  if (child.exitCode !== 0) throw new Error(`the campaign ended badly:\n${err.slice(-3000)}`);
  return JSON.parse(Buffer.from(out, "latin1").toString()) as Report;
}
