/** Unmodified boto3 against a server as a user starts it: resources, paginators and waiters, one script a service. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { start, type Started } from "../started.ts";
import { environmentFor, run, whyNoBoto } from "./programs.ts";

const absent = whyNoBoto();
if (absent !== undefined) process.stderr.write(`${absent}\n`);

/** How many facts each script tells: none may go missing unseen. */
const SCRIPTS = [
  ["dynamodb", 8],
  ["identity", 5],
  ["kms", 5],
  ["s3", 9],
  ["sqs", 7],
] as const;

interface Fact {
  readonly fact: string;
  readonly error?: string;
}

let server: Started;

describe.skipIf(absent !== undefined)("boto3", () => {
  beforeAll(async () => {
    server = await start();
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    expect(server.said()).not.toContain("SnowglobeFault");
  });

  test.for(SCRIPTS)("%s: all facts hold", { timeout: 90_000 }, async ([name, count]) => {
    const script = join(import.meta.dirname, "boto", `${name}.py`);
    const { status, out, err } = await run("python3", ["-B", script], environmentFor(server));
    expect({ status, err }).toEqual({ status: 0, err: "" });
    const facts = out
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Fact);
    expect(facts.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(facts).toHaveLength(count);
  });
});
