/** The composition root: the only file that sees everything. */
import type { Cloud, CloudOptions } from "./cloud-types.ts";
import { coverageReport } from "./coverage.ts";
import { toFaultRule } from "./fault-rule.ts";
import { checkNames, Faults } from "./faults.ts";
import { policyCache } from "./iam/policy/document.ts";
import { signingKeys } from "./iam/signature/signing-keys.ts";
import type { Blobs } from "./kernel/blobs/blobs.ts";
import { directoryBlobs } from "./kernel/blobs/directory.ts";
import { temporaryBlobs, type TemporaryBlobs } from "./kernel/blobs/temporary.ts";
import { flowingClock, frozenClock, type Clock, type ClockState } from "./kernel/clock.ts";
import { keptChance, type KeptChance } from "./kernel/kept-chance.ts";
import { keptClock, readClock, type KeptClock } from "./kernel/kept-clock.ts";
import type { Chance } from "./kernel/ids.ts";
import { Kernel } from "./kernel/kernel.ts";
import { Scheduler } from "./kernel/scheduler.ts";
import { memoryStore, type MemoryStore } from "./kernel/store/memory.ts";
import type { Store } from "./kernel/store/store.ts";
import { openModels, type Models } from "./model/load.ts";
import { handle } from "./pipeline.ts";
import { conventionalKeys } from "./pipeline/authenticate.ts";
import { Flight } from "./pipeline/flight.ts";
import { linksOf } from "./pipeline/run.ts";
import { Services } from "./pipeline/services.ts";
import { taskRunner } from "./pipeline/tasks.ts";
import type { Parts } from "./pipeline/visit.ts";
import { createRouter } from "./protocol/route/route.ts";
import { REGISTRY } from "./services/registry.ts";
import {
  collectBlobs,
  referencedBlobs,
  removeOrphans,
  removeUnreferenced,
} from "./kernel/blobs/collector.ts";
import { loadWorld, saveWorld } from "./snapshot.ts";
import { Trail } from "./trail.ts";

/** Opens the cloud that the options describe; what an earlier run left is there again. */
export async function openCloud(options: CloudOptions): Promise<Cloud> {
  const opened = await openState(options);
  const ids = keptChance(options.seed);
  const before = kernelOver(opened, flowingClock(), ids.chance);
  await ids.renew(before);
  const clock = clockFor(options, await readClock(before));
  return assemble({ options, opened, clock, ids, models: openModels() });
}

/** Where rows and blobs are; `fork` copies both at once, where that costs nothing. */
interface Opened {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly fork?: () => Opened;
}

function inMemory(store: MemoryStore, blobs: TemporaryBlobs): Opened {
  return { store, blobs, fork: () => inMemory(store.fork(), blobs.fork()) };
}

async function openState(options: CloudOptions): Promise<Opened> {
  const { state } = options;
  if (state.kind === "memory") return inMemory(memoryStore(), temporaryBlobs());
  if (state.kind === "directory") {
    const { lmdbStore } = await import("./kernel/store/lmdb.ts");
    const store = lmdbStore({ path: `${state.path}/store` });
    return { store, blobs: directoryBlobs({ path: `${state.path}/blobs` }) };
  }
  const [{ postgresStore }, { postgresBlobs }] = await Promise.all([
    import("./kernel/store/postgres.ts"),
    import("./kernel/blobs/postgres.ts"),
  ]);
  const { url } = state;
  return { store: postgresStore({ url }), blobs: postgresBlobs({ url }) };
}

const kernelOver = ({ store, blobs }: Opened, clock: Clock, chance: Chance) =>
  new Kernel({ store, blobs, clock, chance });

function clockFor(options: CloudOptions, kept: ClockState | undefined): Clock {
  if (kept !== undefined) return flowingClock(kept);
  return options.clock === "flowing" ? flowingClock() : frozenClock(options.clock.frozenAt);
}

interface Pieces {
  readonly options: CloudOptions;
  readonly opened: Opened;
  readonly clock: Clock;
  readonly ids: KeptChance;
  readonly models: Models;
}

function assemble(pieces: Pieces): Cloud {
  const { options, opened, clock, ids, models } = pieces;
  const { store, blobs } = opened;
  const kernel = kernelOver(opened, clock, ids.chance);
  const parts = partsOf(options, kernel, models);
  const scheduler = new Scheduler(kernel, taskRunner(parts));
  const { flight } = parts;
  const collector = collectBlobs(kernel);
  // A shared store's other nodes may be writing blobs whose rows are still to come.
  const swept = store.shared ? Promise.resolve() : removeOrphans(kernel);
  const kept = keptClock(kernel);
  scheduler.start();

  return {
    options,
    handle: (request) => handle(parts, request),
    clock: clockOf(kernel, scheduler, kept),
    idle: () => idle(kernel, scheduler, flight),
    trail: parts.trail,
    usage: (filter) => kernel.meter.lines(filter),
    faults: faultsOf(parts),
    coverage: () => coverageReport(models, parts.services),
    services: () => parts.services.states(),
    async reset() {
      const blobIds = await referencedBlobs(kernel);
      await kernel.meter.drop();
      const wound = (await readClock(kernel)) !== undefined;
      await store.clear();
      await ids.keep(kernel);
      // The clock does not run backwards, over a restart neither.
      if (wound) await kept.keep();
      parts.trail.clear();
      parts.faults.reset();
      kernel.wake();
      await removeUnreferenced(kernel, blobIds);
    },
    save: (file) =>
      collector.hold(async () => {
        await kernel.meter.flush();
        await saveWorld(kernel, file);
      }),
    async load(file) {
      const blobIds = await referencedBlobs(kernel);
      await kernel.meter.flush();
      await loadWorld(kernel, file);
      await kernel.meter.drop();
      await ids.renew(kernel);
      await kept.keep();
      kernel.wake();
      await removeUnreferenced(kernel, blobIds);
    },
    fork() {
      // In memory there is nothing to wait for.
      void kernel.meter.flush();
      const copy = opened.fork?.();
      if (copy === undefined) throw new Error("only a cloud in memory can be forked");
      // Its own chance: a fork must not draw the ids that were drawn here already.
      const seed =
        options.seed === undefined ? undefined : Buffer.from(ids.chance(4)).readUInt32BE();
      const itsClock = flowingClock(clock.state());
      return assemble({ ...pieces, opened: copy, clock: itsClock, ids: keptChance(seed) });
    },
    endWaits: () => kernel.endWaits(),
    async close() {
      kernel.endWaits();
      await scheduler.close();
      await kept.stop();
      await kernel.meter.stop();
      await swept;
      await collector.stop();
      await store.flushed();
      await store.close();
      await blobs.close();
    },
  };
}

function partsOf(options: CloudOptions, kernel: Kernel, models: Models): Parts {
  const parts: Parts = {
    options,
    kernel,
    models,
    router: createRouter(models),
    services: new Services(REGISTRY),
    trail: new Trail(),
    faults: new Faults(kernel.chance, options.faults),
    signingKeys: signingKeys(),
    conventional: conventionalKeys(options),
    policies: policyCache(),
    notedUses: new Map(),
    flight: new Flight(kernel),
    links: linksOf(() => parts),
  };
  return parts;
}

function faultsOf({ faults, models, options }: Parts): Cloud["faults"] {
  return {
    add(rule) {
      checkNames(toFaultRule(rule), models, options.anyRegion);
      return faults.add(rule);
    },
    list: () => faults.list(),
    remove: (id) => faults.remove(id),
    clear: () => faults.clear(),
  };
}

async function idle(kernel: Kernel, scheduler: Scheduler, flight: Flight): Promise<void> {
  do {
    await scheduler.idle();
    await flight.untilQuiet();
  } while (!flight.quiet);
  await scheduler.idle();
  await kernel.store.flushed();
}

/**
 * The clock as its users move it: what comes due on the way happens, and where it stands is kept.
 */
function clockOf(kernel: Kernel, scheduler: Scheduler, kept: KeptClock): Cloud["clock"] {
  const { clock } = kernel;
  const keep = () => kept.keep();
  return {
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
      await keep();
    },
    async resume(rate) {
      clock.resume(rate);
      await keep();
    },
    async advance(ms) {
      await scheduler.advanceTo(clock.now() + ms);
      await keep();
    },
    async advanceTo(at) {
      await scheduler.advanceTo(at);
      await keep();
    },
    state: () => clock.state(),
  };
}
