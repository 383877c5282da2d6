/** `snowglobe faults`: calls that fail on purpose. */
import type { ActiveFault } from "../fault-rule.ts";
import { parseDuration } from "../server/duration.ts";
import { tell, type Command, type Given, type Io } from "./command.ts";
import { ask, requireServer, type Connection } from "./connection.ts";
import { CommandFailure, EXIT } from "./exit-codes.ts";

const PATH = "/_snowglobe/faults";

export const faults: Command = {
  usage: ["faults list", "faults add [options]", "faults remove ID", "faults clear"],
  says:
    "A rule says which calls (all where nothing is said; * stands for any characters), how often,\n" +
    "and what happens to them: --error, --throttle, --unavailable, --drop, --latency.",
  options: {
    service: { type: "string", value: "NAME", says: "add: calls of this service" },
    operation: { type: "string", value: "A,B", says: "add: of these operations" },
    account: { type: "string", value: "ID", says: "add: of this account" },
    region: { type: "string", value: "NAME", says: "add: in this region" },
    probability: { type: "string", value: "P", says: "add: of these so many, 0 to 1" },
    seed: { type: "string", value: "N", says: "add: the same seed meets the same calls" },
    skip: { type: "string", value: "N", says: "add: let so many pass first" },
    count: { type: "string", value: "N", says: "add: end after so many" },
    error: { type: "string", value: "CODE", says: "add: fail with this error code" },
    message: { type: "string", value: "TEXT", says: "add: with this sentence" },
    status: { type: "string", value: "N", says: "add: with this HTTP status" },
    fault: { type: "string", value: "SIDE", says: "add: by client or server" },
    throttle: { type: "boolean", says: "add: fail as when there are too many calls" },
    unavailable: { type: "boolean", says: "add: fail with 503, as when it is down" },
    drop: { type: "boolean", says: "add: close the connection without an answer" },
    latency: { type: "string", value: "SPAN", says: "add: wait first, 300ms or 2s" },
    id: { type: "string", value: "ID", says: "add: call the rule so" },
  },
  words: 2,
  async run(given, io) {
    const [action = "list", id] = given.words;
    if ((action === "remove") === (id === undefined)) {
      throw new CommandFailure(
        id === undefined ? "Which? snowglobe faults remove <id>" : `"${id}" is one word too many.`,
        EXIT.usage,
      );
    }
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (act === undefined) {
      throw new CommandFailure(`"${action}" is not list, add, remove or clear.`, EXIT.usage);
    }
    await act(given, io);
    return EXIT.ok;
  },
};

type Action = (given: Given, io: Io) => Promise<void>;

const ACTIONS: Readonly<Record<string, Action>> = { list, add, remove, clear };

async function list(_given: Given, io: Io): Promise<void> {
  const listed = (await asked(io, "GET", PATH)) as { readonly faults: readonly ActiveFault[] };
  const rows = listed.faults.map((rule) => `${toText(rule)}  ${rule.injected} injected`);
  tell(io, listed, rows.length === 0 ? "There are no fault rules." : rows.join("\n"));
}

async function add(given: Given, io: Io): Promise<void> {
  const rule = ruleOf(given);
  const added = (await asked(io, "POST", PATH, rule)) as ActiveFault;
  tell(io, added, `Added ${toText(added)}`);
}

async function remove(given: Given, io: Io): Promise<void> {
  const [, id = ""] = given.words;
  const removed = await asked(io, "DELETE", `${PATH}/${encodeURIComponent(id)}`);
  tell(io, removed, `Removed ${id}.`);
}

async function clear(_given: Given, io: Io): Promise<void> {
  const answer = (await asked(io, "DELETE", PATH)) as { readonly removed: number };
  tell(io, answer, `Removed ${answer.removed} rule${answer.removed === 1 ? "" : "s"}.`);
}

async function asked(io: Io, ...what: Asked): Promise<unknown> {
  return ask(await requireServer(io), ...what);
}

type Asked = Parameters<typeof ask> extends [Pick<Connection, "url">, ...infer Rest] ? Rest : never;

/** As the server takes it; what it means is checked there. */
function ruleOf(given: Given): Readonly<Record<string, unknown>> {
  const code = given.text("error");
  const message = given.text("message");
  const fault = given.text("fault");
  const status = number(given, "status");
  if (code === undefined && (message ?? fault ?? status) !== undefined) {
    throw new CommandFailure("--message, --status and --fault go with --error.", EXIT.usage);
  }
  const rule: Readonly<Record<string, unknown>> = {
    id: given.text("id"),
    service: given.text("service"),
    operation: given.text("operation")?.split(","),
    accountId: given.text("account"),
    region: given.text("region"),
    probability: number(given, "probability"),
    seed: number(given, "seed"),
    skip: number(given, "skip"),
    count: number(given, "count"),
    latencyMs: span(given, "latency"),
    error: code === undefined ? undefined : { code, message, status, fault },
    throttle: given.flag("throttle") || undefined,
    unavailable: given.flag("unavailable") || undefined,
    drop: given.flag("drop") || undefined,
  };
  return rule;
}

function number(given: Given, name: string): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new CommandFailure(`--${name} takes a number.`, EXIT.usage);
  }
  return value;
}

function span(given: Given, name: string): number | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined) throw new CommandFailure(`--${name} takes 300ms, 2s or 1m.`, EXIT.usage);
  return ms;
}

/** "fault-1  sqs SendMessage  throttle, 3 times" */
function toText(rule: ActiveFault): string {
  const { service = "*", operation = "*", accountId, region } = rule;
  const which = [service, [operation].flat().join(","), accountId, region];
  const calls = which.filter((part) => part !== undefined).join(" ");
  return `${rule.id.padEnd(10)}  ${calls}  ${[...whatHappens(rule), ...howOften(rule)].join(", ")}`;
}

function whatHappens({ error, throttle, unavailable, drop, latencyMs }: ActiveFault): string[] {
  return [
    ...(latencyMs === undefined ? [] : [`latency ${latencyMs} ms`]),
    ...(error === undefined ? [] : [`error ${error.code}`]),
    ...(throttle === true ? ["throttle"] : []),
    ...(unavailable === true ? ["unavailable"] : []),
    ...(drop === true ? ["drop"] : []),
  ];
}

function howOften({ probability, skip, count, injected }: ActiveFault): string[] {
  return [
    ...(probability === undefined ? [] : [`probability ${probability}`]),
    ...(skip === undefined ? [] : [`after ${skip}`]),
    ...(count === undefined ? [] : [`${count - injected} to come`]),
  ];
}
