/** The composition root: the only file that sees everything. */
import type { Cloud, CloudOptions } from "./cloud-types.ts";
import { coverageReport } from "./coverage.ts";
import { policyCache } from "./iam/policy/document.ts";
import { signingKeys } from "./iam/signature/signing-keys.ts";
import type { Blobs } from "./kernel/blobs/blobs.ts";
import { directoryBlobs } from "./kernel/blobs/directory.ts";
import { temporaryBlobs } from "./kernel/blobs/temporary.ts";
import { flowingClock, frozenClock, type Clock, type ClockState } from "./kernel/clock.ts";
import { secureChance, seededChance } from "./kernel/ids.ts";
import { Kernel } from "./kernel/kernel.ts";
import { Scheduler } from "./kernel/scheduler.ts";
import { encodeKey } from "./kernel/store/key.ts";
import { memoryStore } from "./kernel/store/memory.ts";
import type { Store } from "./kernel/store/store.ts";
import { openModels, type Models } from "./model/load.ts";
import { handle } from "./pipeline.ts";
import { linksOf } from "./pipeline/run.ts";
import { Services } from "./pipeline/services.ts";
import { taskRunner } from "./pipeline/tasks.ts";
import type { Parts } from "./pipeline/visit.ts";
import { createRouter } from "./protocol/route/route.ts";
import { REGISTRY } from "./services/registry.ts";
import { collectBlobs, removeOrphans } from "./kernel/blobs/collector.ts";
import { loadWorld, saveWorld } from "./snapshot.ts";
import { Trail } from "./trail.ts";

const CLOCK_KEY = encodeKey(["kernel.clock"]);

/** Opens the cloud that the options describe; what an earlier run left is there again. */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const { store, blobs } = await openState(options);
  const kept = await keptClock(store);
  return assemble(options, store, blobs, clockFor(options, kept), openModels());
}

async function openState(options: CloudOptions): Promise<{ store: Store; blobs: Blobs }> {
  const { state } = options;
  if (state.kind === "memory") return { store: memoryStore(), blobs: temporaryBlobs() };
  if (state.kind === "directory") {
    const { lmdbStore } = await import("./kernel/store/lmdb.ts");
    const store = await lmdbStore({ path: `${state.path}/store` });
    return { store, blobs: directoryBlobs({ path: `${state.path}/blobs` }) };
  }
  const { postgresStore } = await import("./kernel/store/postgres.ts");
  return { store: await postgresStore({ url: state.url }), blobs: directoryBlobs({ path: state.blobs }) };
}

async function keptClock(store: Store): Promise<ClockState | undefined> {
  const reading = new Kernel({
    store,
    clock: flowingClock(),
    chance: secureChance(),
    blobs: temporaryBlobs(),
  });
  return reading.transact((transaction) => transaction.get(CLOCK_KEY) as ClockState | undefined);
}

function clockFor(options: CloudOptions, kept: ClockState | undefined): Clock {
  if (kept !== undefined) return flowingClock(kept);
  return options.clock === "flowing" ? flowingClock() : frozenClock(options.clock.frozenAt);
}

function assemble(
  options: CloudOptions,
  store: Store,
  blobs: Blobs,
  clock: Clock,
  models: Models,
): Cloud {
  const chance = options.seed === undefined ? secureChance() : seededChance(options.seed);
  const kernel = new Kernel({ store, clock, chance, blobs });
  const parts: Parts = {
    options,
    kernel,
    models,
    router: createRouter(models),
    services: new Services(REGISTRY),
    trail: new Trail(),
    signingKeys: signingKeys(),
    policies: policyCache(),
    links: linksOf(() => parts),
  };
  const scheduler = new Scheduler(kernel, taskRunner(parts));
  const stopCollecting = collectBlobs(kernel);
  // A shared store's other nodes may be writing blobs whose rows are still to come.
  const swept = store.shared ? Promise.resolve() : removeOrphans(kernel);
  scheduler.start();

  let inFlight = 0;
  let whenQuiet: (() => void)[] = [];
  const left = () => {
    inFlight -= 1;
    if (inFlight > 0) return;
    for (const resolve of whenQuiet) resolve();
    whenQuiet = [];
  };
  /** Requests that merely wait for a change (long polls) do not count: only the clock or another call ends them. */
  const quiet = () =>
    inFlight - kernel.waiting <= 0
      ? Promise.resolve()
      : new Promise<void>((resolve) => {
          whenQuiet.push(resolve);
          setTimeout(resolve, QUIET_POLL_MS);
        });
  const idle = async () => {
    do {
      await scheduler.idle();
      await quiet();
    } while (inFlight - kernel.waiting > 0);
    await scheduler.idle();
    await store.flushed();
  };
  const keepClock = () =>
    kernel.transact((transaction) => transaction.put(CLOCK_KEY, clock.state() as never));

  return {
    options,
    async handle(request) {
      inFlight += 1;
      try {
        return await handle(parts, request);
      } finally {
        left();
      }
    },
    clock: {
      now: () => clock.now(),
      get frozen() {
        return clock.frozen;
      },
      get rate() {
        return clock.rate;
      },
      async freeze(at) {
        clock.freeze();
        if (at !== undefined) await scheduler.advanceTo(at);
        await keepClock();
      },
      async resume(rate) {
        clock.resume(rate);
        await keepClock();
      },
      async advance(ms) {
        await scheduler.advanceTo(clock.now() + ms);
        await keepClock();
      },
      async advanceTo(at) {
        await scheduler.advanceTo(at);
        await keepClock();
      },
      state: () => clock.state(),
    },
    idle,
    trail: parts.trail,
    coverage: () => coverageReport(models, parts.services),
    services: () =>
      Object.fromEntries(
        parts.services.names.map((name) => [
          name,
          parts.services.loaded(name) === undefined ? "available" : "running",
        ]),
      ),
    async reset() {
      await store.clear();
      parts.trail.clear();
      kernel.wake();
      await removeOrphans(kernel);
    },
    save: (file) => saveWorld(kernel, file),
    load: async (file) => {
      await loadWorld(kernel, file);
      kernel.wake();
    },
    fork() {
      if (store.fork === undefined) throw new Error("only a cloud in memory can be forked");
      return assemble(options, store.fork(), blobs, flowingClock(clock.state()), models);
    },
    async close() {
      await scheduler.close();
      await swept;
      await stopCollecting();
      await store.flushed();
      await store.close();
      await blobs.close();
    },
  };
}

const QUIET_POLL_MS = 5;
