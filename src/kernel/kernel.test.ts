import { expect, test } from "vitest";
import { temporaryBlobs } from "./blobs/temporary.ts";
import { frozenClock } from "./clock.ts";
import { bindService, type Exchange, WaitingContext } from "./context.ts";
import { Draws, seededChance } from "./ids.ts";
import { Kernel } from "./kernel.ts";
import { Scheduler, type Task, type TaskRunner } from "./scheduler.ts";
import type { Context, Service } from "./service.ts";
import { decodeKey } from "./store/key.ts";
import { memoryStore } from "./store/memory.ts";
import { table } from "./table.ts";

interface Note {
  name: string;
  dueAt: number;
  text: string;
  endsAt?: number;
}

interface Ticket {
  line: string;
  number: number;
  endsAt: number;
}

const state = {
  notes: table<Note>().key("name").index("byDue", "dueAt").expires("endsAt"),
  tickets: table<Ticket>()
    .key("line", "number")
    .index("byNumber", "number")
    .expiresInLine("endsAt"),
};

type Notes = Context<typeof state>;

const START = Date.parse("2030-01-01T00:00:00Z");
const PLACE = { accountId: "000000000000", region: "us-east-1" };

function world(tasks: Record<string, (payload: never, notes: Notes) => void> = {}) {
  const clock = frozenClock(START);
  const chance = seededChance(1);
  const kernel = new Kernel({ store: memoryStore(), clock, chance, blobs: temporaryBlobs() });
  const bound = bindService({
    name: "notes",
    state,
    operations: {},
    access: {},
    fidelity: {},
    tasks,
    hears: {},
    raw: {},
    crossOrigin: undefined,
    identities: undefined,
  } as unknown as Service);
  const exchange = {
    kernel,
    draws: new Draws(chance),
    caller: { kind: "root", accountId: PLACE.accountId, arn: "", userId: "" },
    request: { requestId: "r" },
    links: {},
  } as unknown as Exchange;
  const runner: TaskRunner = {
    prepare: async (task: Task) => ({
      step: (transaction) => {
        const context = bound.context({ exchange, transaction, now: clock.now() }, task);
        tasks[task.task]?.(task.payload as never, context as unknown as Notes);
      },
    }),
    failed: (_task, reason) => {
      throw reason;
    },
    tableNamed: async (name) => bound.tables.get(name.slice("notes.".length)),
  };
  const scheduler = new Scheduler(kernel, runner);
  const waiting = new WaitingContext(bound, exchange, PLACE);
  const transact = <T>(step: (notes: Notes) => T) =>
    waiting.transact((context) => step(context as unknown as Notes));
  return { kernel, clock, scheduler, waiting, transact };
}

test("a row is found by its key and in the order of its index, and follows an update", async () => {
  const { transact } = world();
  await transact((notes) => {
    notes.notes.insert({ name: "b", dueAt: 2, text: "second" });
    notes.notes.insert({ name: "a", dueAt: 3, text: "third" });
    notes.notes.insert({ name: "c", dueAt: 1, text: "first" });
  });
  await transact((notes) => {
    const row = notes.notes.get("a");
    if (row !== undefined) notes.notes.update(row, { dueAt: 0 });
  });
  const names = await transact((notes) => [
    notes.notes.list().map((note) => note.name),
    notes.notes.range("byDue").map((note) => note.name),
    notes.notes.range("byDue", [], { upTo: 1 }).map((note) => note.name),
    notes.notes.range("byDue", [], { after: 1, limit: 5 }).map((note) => note.name),
    notes.notes.range("byDue", [], { reverse: true, limit: 1 }).map((note) => note.name),
  ]);
  expect(names).toEqual([["a", "b", "c"], ["a", "c", "b"], ["a", "c"], ["b"], ["b"]]);
});

test("a row that was read is written over what it has become since", async () => {
  const { transact } = world();
  await transact((notes) => {
    notes.notes.insert({ name: "a", dueAt: 1, text: "" });
    notes.notes.insert({ name: "gone", dueAt: 5, text: "", endsAt: START });
    notes.tickets.insert({ line: "x", number: 1, endsAt: START + 1 });
  });
  const seen = await transact((notes) => {
    const first = notes.notes.get("a");
    notes.notes.put({ name: "a", dueAt: 2, text: "" });
    notes.notes.put({ name: "a", dueAt: 3, text: "" });
    const expired = notes.notes.get("gone");
    notes.notes.insert({ name: "gone", dueAt: 6, text: "", endsAt: START + 1 });
    const ticket = notes.tickets.get("x", 1);
    notes.tickets.put({ line: "x", number: 2, endsAt: START + 1 });
    return [first?.dueAt, expired, ticket?.number, notes.notes.get("a")?.dueAt];
  });
  expect(seen).toEqual([1, undefined, 1, 3]);
  const left = await transact((notes) => [
    notes.notes.range("byDue").map(({ dueAt }) => dueAt),
    notes.tickets.range("byNumber").map(({ number }) => number),
  ]);
  expect(left).toEqual([
    [3, 6],
    [1, 2],
  ]);
});

test("what a step wrote before it threw is not there", async () => {
  const { transact } = world();
  const failing = transact((notes) => {
    notes.notes.insert({ name: "a", dueAt: 1, text: "" });
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await transact((notes) => notes.notes.list())).toEqual([]);
});

test("two regions are two worlds", async () => {
  const { transact } = world();
  await transact((notes) => {
    notes.notes.insert({ name: "a", dueAt: 1, text: "here" });
    notes.at({ region: "eu-west-1" }).notes.insert({ name: "a", dueAt: 1, text: "there" });
  });
  const texts = await transact((notes) => [
    notes.notes.get("a")?.text,
    notes.at({ region: "eu-west-1" }).notes.get("a")?.text,
    notes.at({ accountId: "111111111111" }).notes.get("a")?.text,
  ]);
  expect(texts).toEqual(["here", "there", undefined]);
});

test("a row is gone from its instant on, and swept from the store", async () => {
  const { transact, scheduler, kernel } = world();
  await transact((notes) =>
    notes.notes.insert({ name: "a", dueAt: 1, text: "", endsAt: START + 1000 }),
  );
  await scheduler.advanceTo(START + 999);
  expect((await transact((notes) => notes.notes.list())).length).toBe(1);
  await scheduler.advanceTo(START + 1000);
  expect(await transact((notes) => notes.notes.list())).toEqual([]);
  const left = [];
  for await (const entry of kernel.store.export()) left.push(entry);
  expect(left).toEqual([]);
});

test("advancing runs due tasks in order, each at its own instant, and those they ask for", async () => {
  const ran: [string, number][] = [];
  const { transact, scheduler, clock } = world({
    tick: (payload: string, notes) => {
      ran.push([payload, notes.now - START]);
      if (payload === "first") notes.later(notes.now + 10, "tick", "child");
    },
  });
  await transact((notes) => {
    notes.later(START + 100, "tick", "second");
    notes.later(START + 50, "tick", "first");
    notes.later(START + 900, "tick", "never");
  });
  await scheduler.advanceTo(START + 500);
  expect(ran).toEqual([
    ["first", 50],
    ["child", 60],
    ["second", 100],
  ]);
  expect(clock.now()).toBe(START + 500);
});

test("of two who wait for one row one gets it, and the other goes on waiting until its time is up", async () => {
  const { transact, waiting, scheduler, kernel } = world();
  const take = () =>
    waiting.waitFor(
      (context) => {
        const notes = context as unknown as Notes;
        const [first] = notes.notes.list([], { limit: 1 });
        if (first !== undefined) notes.notes.remove(first);
        return first?.name;
      },
      { seconds: 20 },
    );
  const both = [take(), take()];
  await transact((notes) => notes.notes.insert({ name: "a", dueAt: 1, text: "" }));
  expect(await Promise.race(both)).toBe("a");
  await new Promise((resolve) => setImmediate(resolve));
  expect(kernel.waiting).toBe(1);
  await scheduler.advanceTo(START + 20_000);
  expect(new Set(await Promise.all(both))).toEqual(new Set(["a", undefined]));
});

/** The keys that the store has, by their first part. */
async function keysOf(kernel: Kernel): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for await (const [key] of kernel.store.export()) {
    const [first] = decodeKey(key) as [string];
    counts[first] = (counts[first] ?? 0) + 1;
  }
  return counts;
}

test("rows in line have one entry for all of them, and go from the front as they expire", async () => {
  const { kernel, clock, scheduler, transact } = world();
  await transact(({ tickets }) => {
    for (let number = 0; number < 1200; number++) {
      tickets.add({ line: "a", number, endsAt: START + 1000 + number });
      if (number < 3) tickets.add({ line: "b", number, endsAt: START + 5000 });
    }
  });
  const all = { "notes.tickets": 1203, "notes.tickets#byNumber": 1203 };
  const noted = { "kernel.expiry": 2, "kernel.expiry.lines": 2 };
  expect(await keysOf(kernel)).toEqual({ ...all, ...noted });
  clock.moveTo(START + 1599);
  const left = await transact(({ tickets }) => tickets.list(["a"], { limit: 1 }));
  expect(left).toEqual([{ line: "a", number: 600, endsAt: START + 1600 }]);
  await scheduler.idle();
  const rest = { "notes.tickets": 603, "notes.tickets#byNumber": 603 };
  expect(await keysOf(kernel)).toEqual({ ...rest, ...noted });
  await scheduler.advanceTo(START + 5000);
  expect(await keysOf(kernel)).toEqual({});
});

test("a row in line that expires before the others is swept at its own instant", async () => {
  const { kernel, scheduler, transact } = world();
  await transact(({ tickets }) => {
    tickets.add({ line: "a", number: 1, endsAt: START + 5000 });
    tickets.add({ line: "a", number: 2, endsAt: START + 1000 });
    tickets.update({ line: "a", number: 1, endsAt: START + 5000 }, { endsAt: START + 3000 });
    tickets.remove(tickets.add({ line: "b", number: 1, endsAt: START + 1000 }));
  });
  await scheduler.advanceTo(START + 1000);
  expect(await transact(({ tickets }) => tickets.count(undefined))).toBe(1);
  expect((await keysOf(kernel))["kernel.expiry"]).toBe(1);
  await scheduler.advanceTo(START + 3000);
  expect(await keysOf(kernel)).toEqual({});
});
