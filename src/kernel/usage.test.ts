import { expect, onTestFinished, test, vi } from "vitest";
import { temporaryBlobs } from "./blobs/temporary.ts";
import { frozenClock } from "./clock.ts";
import { seededChance } from "./ids.ts";
import { Kernel } from "./kernel.ts";
import { memoryStore } from "./store/memory.ts";
import { Suspension, type Store } from "./store/store.ts";
import type { Place } from "./table.ts";
import type { Usage } from "./usage.ts";

const START = Date.parse("2030-01-01T10:20:00Z");
const HOUR = Date.parse("2030-01-01T10:00:00Z");
const HOUR_MS = 3_600_000;
const HERE = { accountId: "000000000000", region: "us-east-1" };
const THERE = { accountId: "111122223333", region: "eu-west-1" };

const READS: Usage = {
  service: "shop",
  operation: "Look",
  usageType: (region) => `${region}-Looks`,
  unit: "Requests",
};
const GOODS: Usage = { ...READS, operation: "Buy", usageType: () => "Goods", unit: "Pieces" };

function world(store: Store = memoryStore()) {
  const clock = frozenClock(START);
  const chance = seededChance(1);
  const kernel = new Kernel({ store, clock, chance, blobs: temporaryBlobs() });
  const { meter } = kernel;
  const count = (usage: Usage, place: Place, name: string, quantity: number) =>
    meter.count(usage, place, name, quantity, clock.now());
  return { clock, kernel, meter, count };
}

function withoutWaiting() {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
}

const line = (quantity: number, others: object = {}) => ({
  hourAt: HOUR,
  ...HERE,
  service: "shop",
  usageType: "us-east-1-Looks",
  operation: "Look",
  resource: "window",
  unit: "Requests",
  quantity,
  ...others,
});

test("what is counted is summed by hour, place, kind and resource", async () => {
  const { clock, count, meter } = world();
  count(READS, HERE, "window", 1);
  count(READS, HERE, "window", 2.5);
  count(READS, HERE, "door", 1);
  count(READS, THERE, "window", 1);
  count(GOODS, HERE, "window", 7);
  clock.moveTo(START + HOUR_MS);
  count(READS, HERE, "window", 1);
  expect(await meter.lines()).toEqual([
    line(7, { operation: "Buy", usageType: "Goods", unit: "Pieces" }),
    line(1, { resource: "door" }),
    line(3.5),
    line(1, { ...THERE, usageType: "eu-west-1-Looks" }),
    line(1, { hourAt: HOUR + HOUR_MS }),
  ]);
});

test("nothing of something is no line", async () => {
  const { count, meter } = world();
  count(READS, HERE, "window", 0);
  expect(await meter.lines()).toEqual([]);
});

test("an hour ends with its last millisecond, also when the clock is set back", async () => {
  const { clock, count, meter } = world();
  clock.moveTo(HOUR + HOUR_MS - 1);
  count(READS, HERE, "window", 1);
  clock.moveTo(HOUR + HOUR_MS);
  count(READS, HERE, "window", 2);
  clock.adopt({ frozen: true, rate: 1, offsetMs: 0, at: HOUR });
  count(READS, HERE, "window", 4);
  expect(await meter.lines()).toEqual([line(5), line(2, { hourAt: HOUR + HOUR_MS })]);
});

test("lines of some hours only", async () => {
  const { clock, count, meter } = world();
  for (const hour of [0, 1, 2]) {
    clock.moveTo(START + hour * HOUR_MS);
    count(READS, HERE, "window", hour + 1);
  }
  expect(await meter.lines({ from: HOUR + 1, to: HOUR + 2 * HOUR_MS })).toEqual([
    line(2, { hourAt: HOUR + HOUR_MS }),
  ]);
});

test("what is written is added to what stands there", async () => {
  const store = memoryStore();
  const [left, right] = [world(store), world(store)];
  left.count(READS, HERE, "window", 1);
  right.count(READS, HERE, "window", 2);
  await left.meter.flush();
  await right.meter.flush();
  left.count(READS, HERE, "window", 4);
  await left.meter.flush();
  expect(await right.meter.lines()).toEqual([line(7)]);
});

test("what waits is written when a second is over", () => {
  withoutWaiting();
  const { count, kernel } = world();
  const commits: number[] = [];
  kernel.onCommit((writes) => void commits.push(writes.size));
  count(READS, HERE, "window", 1);
  count(READS, HERE, "door", 1);
  vi.advanceTimersByTime(999);
  expect(commits).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(commits).toEqual([2]);
});

test("more than a few thousand lines do not wait for the second to end", () => {
  withoutWaiting();
  const { count, kernel } = world();
  const commits: number[] = [];
  kernel.onCommit((writes) => void commits.push(writes.size));
  for (let at = 0; at < 2001; at++) count(READS, HERE, `window ${at}`, 1);
  vi.advanceTimersByTime(0);
  expect(commits).toEqual([2001]);
});

test("no names are so many that one is counted wrong", async () => {
  const { count, meter } = world();
  for (const round of [1, 2]) {
    for (let at = 0; at < 10_500; at++) count(READS, HERE, `window ${at}`, round);
  }
  const lines = await meter.lines();
  expect([lines.length, new Set(lines.map(({ quantity }) => quantity))]).toEqual([
    10_500,
    new Set([3]),
  ]);
});

test("reports may call a resource otherwise, and find another who pays", async () => {
  const { count, meter } = world();
  const usage: Usage = {
    ...READS,
    billed: (name, { region }) => ({ resource: `${region}/${name}`, accountId: "999900009999" }),
  };
  count(usage, HERE, "window", 1);
  expect(await meter.lines()).toEqual([
    line(1, { accountId: "999900009999", resource: "us-east-1/window" }),
  ]);
});

test("a world that goes takes along what waits", async () => {
  const { count, meter } = world();
  count(READS, HERE, "window", 1);
  await meter.drop();
  count(READS, HERE, "window", 2);
  expect(await meter.lines()).toEqual([line(2)]);
});

test("what a transaction uses counts once, however often it runs, and also when it fails", async () => {
  const { kernel, meter } = world();
  let runs = 0;
  const step = (name: string) =>
    kernel.transact((transaction) => {
      transaction.use(READS, HERE, name, 1);
      if (++runs % 2 === 1) throw new Suspension(() => Promise.resolve());
      if (name === "door") throw new Error("locked");
    });
  await step("window");
  await expect(step("door")).rejects.toThrow("locked");
  expect([runs, await meter.lines()]).toEqual([4, [line(1, { resource: "door" }), line(1)]]);
});

test("what could not be written waits, and is written later", async () => {
  const store = memoryStore();
  let broken = true;
  const failing: Store = {
    ...bound(store),
    begin: () => {
      const below = store.begin();
      return {
        get: (key) => below.get(key),
        scan: (range) => below.scan(range),
        rollback: () => below.rollback(),
        commit: (writes) =>
          broken && writes.size > 0 ? Promise.reject(new Error("no disk")) : below.commit(writes),
      };
    },
  };
  const { count, meter } = world(failing);
  count(READS, HERE, "window", 1);
  await expect(meter.flush()).rejects.toThrow("no disk");
  count(READS, HERE, "window", 2);
  broken = false;
  expect(await meter.lines()).toEqual([line(3)]);
});

/** A store's own methods, to be put into another object. */
const bound = (store: Store): Store => ({
  shared: store.shared,
  begin: (options) => store.begin(options),
  flushed: () => store.flushed(),
  clear: () => store.clear(),
  export: () => store.export(),
  close: () => store.close(),
});
