/** Two schedulers over one PostgreSQL share the work: what was asked for once runs once. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flowingClock } from "../../src/kernel/clock.ts";
import { secureChance } from "../../src/kernel/ids.ts";
import { Kernel } from "../../src/kernel/kernel.ts";
import { putTask, Scheduler, type Task } from "../../src/kernel/scheduler.ts";
import { temporaryBlobs } from "../../src/kernel/blobs/temporary.ts";
import { encodeKey } from "../../src/kernel/store/key.ts";
import { postgresStore } from "../../src/kernel/store/postgres.ts";
import { findBinaries, INSTALL } from "../store/cluster.ts";
import { startGround, type Ground } from "./nodes.ts";

const binaries = findBinaries();
if (binaries === undefined) {
  process.stderr.write(`The tests of shared tasks are skipped. ${INSTALL}\n`);
}

const TASKS = 60;
const DONE = encodeKey(["done"]);
let ground: Ground | undefined;

describe.skipIf(binaries === undefined)("two schedulers", () => {
  beforeAll(async () => {
    ground = await startGround(binaries ?? "");
  });
  afterAll(async () => ground?.stop());

  test.each(["step", "asynchronous"] as const)("%s tasks run once", async (manner) => {
    const url = (await ground?.database())?.url ?? "";
    const runs = new Map<string, number>();
    const nodes = [startNode(url, manner, runs), startNode(url, manner, runs)];
    const { kernel } = nodes[0]!;
    const dueAt = kernel.clock.now() + 300;
    for (let n = 0; n < TASKS; n++) {
      await kernel.transact((transaction) => putTask(transaction, taskOf(`task-${n}`, dueAt)));
    }
    const done = () => kernel.transact((transaction) => Number(transaction.get(DONE) ?? 0));
    await expect.poll(done, { timeout: 20_000 }).toBe(TASKS);
    for (const { scheduler } of nodes) await scheduler.idle();
    expect(await done()).toBe(TASKS);
    if (manner === "asynchronous") {
      expect([...runs.values()]).toEqual(Array.from({ length: TASKS }, () => 1));
    }
    for (const node of nodes) {
      await node.scheduler.close();
      await node.kernel.store.close();
    }
  });
});

function startNode(url: string, manner: "step" | "asynchronous", runs: Map<string, number>) {
  const kernel = new Kernel({
    store: postgresStore({ url }),
    clock: flowingClock(),
    chance: secureChance(),
    blobs: temporaryBlobs(),
  });
  const countOne = (transaction: Parameters<Parameters<Kernel["transact"]>[0]>[0]) =>
    transaction.put(DONE, Number(transaction.get(DONE) ?? 0) + 1);
  const scheduler = new Scheduler(kernel, {
    prepare: (task) =>
      Promise.resolve(
        manner === "step"
          ? { step: countOne }
          : {
              async asynchronous() {
                runs.set(task.id, (runs.get(task.id) ?? 0) + 1);
                await kernel.transact(countOne);
              },
            },
      ),
    failed: (task, reason) => {
      throw new Error(`${task.id}: ${String(reason)}`);
    },
    tableNamed: () => Promise.resolve(undefined),
  });
  scheduler.start();
  return { kernel, scheduler };
}

const taskOf = (id: string, dueAt: number): Task => ({
  id,
  dueAt,
  service: "none",
  task: "count",
  kind: "task",
  payload: null,
  accountId: "000000000000",
  region: "us-east-1",
  cause: "",
  attempt: 0,
});
