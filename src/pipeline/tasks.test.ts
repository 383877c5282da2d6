import { expect, test } from "vitest";
import { temporaryBlobs } from "../kernel/blobs/temporary.ts";
import { frozenClock } from "../kernel/clock.ts";
import { seededChance } from "../kernel/ids.ts";
import { Kernel } from "../kernel/kernel.ts";
import { putTask, Scheduler } from "../kernel/scheduler.ts";
import type { Context, PublishedEvent, Service, State } from "../kernel/service.ts";
import { memoryStore } from "../kernel/store/memory.ts";
import { table } from "../kernel/table.ts";
import { Services } from "./services.ts";
import { taskRunner } from "./tasks.ts";
import type { Parts } from "./visit.ts";

const state = { heard: table<{ id: string; from: string }>().key("id") };
type Ear = Context<typeof state>;

const EMPTY = {
  state: {},
  operations: {},
  access: {},
  fidelity: {},
  tasks: {},
  hears: {},
  raw: {},
  crossOrigin: undefined,
  identities: undefined,
};

/** A service that tells, and two that hear; the second fails as often as it is told to. */
function world(failures = 0) {
  const heard: string[] = [];
  let left = failures;
  const mouth = {
    ...EMPTY,
    name: "mouth",
    tasks: {
      speak: (_payload: never, mouthContext: Context<State>) =>
        mouthContext.publish({ name: "mouth.Spoke", detail: { words: "hello" } }),
    },
  };
  const ear = (name: string) => ({
    ...EMPTY,
    name,
    state,
    hears: {
      "mouth.Spoke": (event: PublishedEvent, context: Ear) => {
        context.heard.insert({ id: event.id, from: event.name });
        if (name === "deaf" && left-- > 0) throw new Error("what?");
        heard.push(`${name} ${JSON.stringify(event.detail)} ${event.region}`);
      },
    },
  });
  const entry = (service: unknown, hears: string[] = []) => ({
    load: () => Promise.resolve(service as Service),
    hears,
  });
  const services = new Services({
    mouth: entry(mouth),
    ear: entry(ear("ear"), ["mouth.Spoke"]),
    deaf: entry(ear("deaf"), ["mouth.Spoke"]),
  });
  const clock = frozenClock(0);
  const chance = seededChance(1);
  const kernel = new Kernel({ store: memoryStore(), clock, chance, blobs: temporaryBlobs() });
  const parts = { kernel, services, links: {} } as unknown as Parts;
  const scheduler = new Scheduler(kernel, taskRunner(parts));
  const speak = () =>
    kernel.transact((transaction) =>
      putTask(transaction, {
        id: "1",
        dueAt: 0,
        service: "mouth",
        task: "speak",
        kind: "task",
        payload: null,
        accountId: "000000000000",
        region: "eu-west-1",
        cause: "",
        attempt: 0,
      }),
    );
  return { heard, scheduler, speak };
}

test("an event reaches every service that hears it, once", async () => {
  const { heard, scheduler, speak } = world();
  await speak();
  await scheduler.idle();
  expect(heard).toEqual(['ear {"words":"hello"} eu-west-1', 'deaf {"words":"hello"} eu-west-1']);
});

test("a listener that fails is tried again later, and leaves nothing half done", async () => {
  const { heard, scheduler, speak } = world(2);
  await speak();
  await scheduler.idle();
  expect(heard).toEqual(['ear {"words":"hello"} eu-west-1']);
  await scheduler.advanceTo(10_000);
  expect(heard).toEqual(['ear {"words":"hello"} eu-west-1', 'deaf {"words":"hello"} eu-west-1']);
});
