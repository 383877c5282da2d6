/** A disk that takes no more, as a limit to the size of files makes it. */
import { SQS } from "@aws-sdk/client-sqs";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtProgram, clientConfig, start, watched } from "../started.ts";

const LIMITED = `trap '' XFSZ; ulimit -f 400; exec "$@"`;

test.skipIf(process.platform === "win32")(
  "a full disk fails what cannot be kept, and neither ends the server nor loses what was kept",
  async () => {
    const directory = mkdtempSync(join(tmpdir(), "snowglobe-full-"));
    const main = join(await builtProgram(), "main.js");
    const words = [process.execPath, main, "start", "--port", "0", "--state", directory];
    const child = spawn("bash", ["-c", LIMITED, "bash", ...words], {
      cwd: directory,
      env: { PATH: process.env["PATH"], HOME: directory },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const limited = await watched(child, () => {});
    const sqs = new SQS({ ...clientConfig(limited), maxAttempts: 1 });
    const { QueueUrl } = await sqs.createQueue({ QueueName: "orders" });
    let kept = 0;
    const send = () => sqs.sendMessage({ QueueUrl, MessageBody: "x".repeat(50_000) });
    const failure = await (async () => {
      for (; kept < 100; kept++) await send();
      return undefined;
    })().catch((error: unknown) => error);
    const again = await send().catch((error: unknown) => error);
    await limited.kill();

    const whole = await start({ directory });
    const { Attributes } = await new SQS(clientConfig(whole)).getQueueAttributes({
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages"],
    });
    await whole.stop();
    rmSync(directory, { recursive: true, force: true });
    const internal = { name: "InternalFailure", $metadata: { httpStatusCode: 500 } };
    expect([failure, again]).toMatchObject([internal, internal]);
    expect(kept).toBeGreaterThan(0);
    expect(Attributes?.["ApproximateNumberOfMessages"]).toBe(String(kept));
  },
);
