/** Reading the largest model, which the first call of EC2 waits for. */
import { openModels } from "../../src/model/load.ts";
import { print } from "../report.ts";

const LIMIT_MS = 60;

export function models(): void {
  const startedMs = performance.now();
  const operation = openModels().service("ec2").operations.get("RunInstances");
  const tookMs = performance.now() - startedMs;
  print({
    what: "loading EC2's model",
    measured: tookMs,
    unit: "ms",
    limit: LIMIT_MS,
    wanted: "at most",
    beside: `${operation?.input?.members?.size ?? 0} members of RunInstances linked`,
  });
}
