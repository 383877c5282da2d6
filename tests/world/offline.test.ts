/** Nothing connects outwards: not the cloud, not its server, not what the tests do with them. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promises } from "node:dns";
import { SQS } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { takeAttempts } from "../outward.ts";
import { clientConfig, start } from "../started.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const OUTWARD = join(ROOT, "tests/outward.ts");
/** For documentation only: nobody has this address (RFC 5737). */
const NOBODY = "192.0.2.1";

/** What runs without a network; `SNOWGLOBE_TEST_OFFLINE=tests` runs all of it so. */
const OFFLINE = (
  process.env["SNOWGLOBE_TEST_OFFLINE"] ?? "tests/clients/javascript.test.ts src/testing"
).split(" ");

const absent = whyNotAlone();
if (absent !== undefined) process.stderr.write(`${absent}\n`);

test("who tries to leave this machine is stopped and told", async () => {
  const codes = [
    await failure((done) => connect(80, NOBODY).once("error", done)),
    await failure((done) => get(`http://${NOBODY}/`).once("error", done)),
    await fetch("https://sts.amazonaws.com/").catch((error: Error) => codeOf(error.cause)),
    await promises.lookup("sts.amazonaws.com").catch(codeOf),
  ];
  expect(codes).toEqual(Array.from({ length: 4 }, () => "ENETUNREACH"));
  expect(takeAttempts()).toEqual([
    `connect ${NOBODY}`,
    `connect ${NOBODY}`,
    "connect sts.amazonaws.com",
    "look up sts.amazonaws.com",
  ]);
});

test("a server that is used and stopped has never looked outwards", async () => {
  const folder = mkdtempSync(join(tmpdir(), "snowglobe-outward-"));
  const told = join(folder, "told");
  writeFileSync(told, "");
  const execArgv = ["--import", import.meta.resolve("tsx"), "--import", OUTWARD];
  const server = await start({ execArgv, environment: { OUTWARD_ATTEMPTS: told } });
  try {
    const sqs = new SQS(clientConfig(server));
    const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
    await sqs.sendMessage({ QueueUrl, MessageBody: "one snowflake" });
    expect((await sqs.receiveMessage({ QueueUrl })).Messages?.[0]?.Body).toBe("one snowflake");
    expect((await fetch(`${server.url}/_snowglobe/coverage`)).status).toBe(200);
  } finally {
    await server.stop();
  }
  expect(readFileSync(told, "utf8")).toBe("");
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(absent !== undefined)(
  "where there is no network at all, tests pass",
  { timeout: 600_000 },
  () => {
    const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
    const words = [vitest, "run", "--reporter=json", "--silent=true", ...OFFLINE];
    const script = 'ip link set lo up && cat /proc/net/route >&2 && exec "$@"';
    const { stdout, stderr } = spawnSync(
      "unshare",
      ["-rn", "sh", "-c", script, "sh", process.execPath, ...words],
      { cwd: ROOT, encoding: "utf8", maxBuffer: 64_000_000 },
    );
    // The header of the table, and no route: not even to a neighbour.
    expect(stderr.split("\n").filter((line) => /^\w+\t[0-9A-F]{8}\t/.test(line))).toEqual([]);
    const report = JSON.parse(stdout.slice(stdout.indexOf('{"'))) as {
      readonly success: boolean;
      readonly numPassedTests: number;
      readonly numFailedTests: number;
    };
    expect([report.success, report.numFailedTests]).toEqual([true, 0]);
    expect(report.numPassedTests).toBeGreaterThan(10);
  },
);

/** Undefined: this user may have a network of its own, an empty one. */
function whyNotAlone(): string | undefined {
  try {
    execFileSync("unshare", ["-rn", "ip", "link", "set", "lo", "up"], { stdio: "pipe" });
    return undefined;
  } catch {
    return (
      "The test without a network is skipped: it needs Linux, `unshare` and `ip`, and user " +
      "namespaces that are allowed."
    );
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | undefined)?.code;

function failure(run: (done: (error: Error) => void) => unknown): Promise<string | undefined> {
  return new Promise((settle) => {
    run((error) => settle(codeOf(error)));
  });
}
