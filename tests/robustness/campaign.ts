/**
 * Sends mutated requests to a cloud of this process and prints what came of it, as JSON: `campaign.ts <count> <seed>`.
 * Each request goes to a copy of the world first; what is refused there goes to the world itself, which must refuse it,
 * too, and be the same as before. Run with --expose-gc.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCloud } from "../../src/cloud.ts";
import type { Cloud, CloudOptions } from "../../src/cloud-types.ts";
import type { HttpResponse } from "../../src/kernel/http.ts";
import { parseXml } from "../../src/protocol/xml/tree.ts";
import { unpack } from "msgpackr";
import { bodyOf, recordCorpus, type Recorded } from "./corpus.ts";
import { diceFor, mutate, type Dice } from "./mutations.ts";

const COUNT = Number(process.argv[2] ?? 10_000);
const SEED = Number(process.argv[3] ?? 1);
/** A client that waits no longer: then the answer has to come at once. */
const PATIENCE_MS = 100;
const HANGS_AFTER_MS = 8000;
const COPY_LIVES_FOR = 100;
const CHECK_EVERY = Number(process.argv[4] ?? 200);
const EXAMPLES_MAX = 3;

export interface Report {
  readonly corpus: number;
  readonly sent: number;
  readonly refused: number;
  readonly codes: Readonly<Record<string, number>>;
  /** By the place where they were thrown. */
  readonly faults: Readonly<Record<string, { count: number; examples: string[] }>>;
  readonly unexpectedStatuses: readonly string[];
  readonly hangs: readonly string[];
  /** Batches of refused requests that changed the world. */
  readonly changes: readonly string[];
  readonly unreadableRefusals: readonly string[];
  readonly slowest: { readonly ms: number; readonly request: string };
  readonly heapGrowthBytes: number;
  readonly seconds: number;
}

const OPTIONS: CloudOptions = {
  state: { kind: "memory" },
  accountId: "000000000000",
  region: "us-east-1",
  strict: false,
  iam: "enforce",
  anyRegion: false,
  signatures: true,
  clock: "flowing",
  seed: SEED,
};

const startedMs = performance.now();
const faults: Record<string, { count: number; examples: string[] }> = {};
let current = "";
process.on("warning", (warning) => {
  if (warning.name === "NodeVersionSupportWarning" || /AWS SDK/.test(warning.message)) return;
  note(warning.stack ?? warning.message);
});
process.on("unhandledRejection", (reason) => {
  note(`unhandled rejection: ${reason instanceof Error ? (reason.stack ?? "") : String(reason)}`);
});

const root = mkdtempSync(join(tmpdir(), "snowglobe-robust-"));
const hangs: string[] = [];
const changes: string[] = [];
const unreadableRefusals: string[] = [];
const unexpectedStatuses: string[] = [];
const codes: Record<string, number> = {};
let slowest = { ms: 0, request: "" };
let refused = 0;

try {
  process.stdout.write(`${JSON.stringify(await campaign())}\n`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
process.exit(0);

async function campaign(): Promise<Report> {
  const { original, world, corpus } = await prepare();
  const dice = diceFor(SEED);
  let copy = original.fork();
  let before = await inventory(world);
  let batch: string[] = [];
  let heapBefore = 0;
  for (let n = 0; n < COUNT; n++) {
    if (n % COPY_LIVES_FOR === 0) {
      await copy.close();
      copy = original.fork();
    }
    if (n === Math.floor(COUNT / 2)) heapBefore = heapBytes();
    // The corpus itself comes first.
    const request = corpus[n] ?? mutate(dice.pick(corpus), dice);
    const onCopy = await send(copy, request, dice);
    if (onCopy === undefined || onCopy.status < 400) continue;
    refused += 1;
    const onWorld = await send(world, request, dice);
    if (onWorld === undefined || onWorld.status < 400) {
      // What it asked for may still be under way.
      await world.idle();
      before = await inventory(world);
      batch = [];
      continue;
    }
    batch.push(describe(request));
    if (batch.length < CHECK_EVERY) continue;
    const after = await inventory(world);
    noteChanges(before, after, batch);
    before = after;
    batch = [];
  }
  noteChanges(before, await inventory(world), batch);
  await copy.close();
  const heapGrowthBytes = heapBytes() - heapBefore;
  await world.close();
  await original.close();
  return {
    corpus: corpus.length,
    sent: COUNT,
    refused,
    codes,
    faults,
    unexpectedStatuses,
    hangs,

    changes,
    unreadableRefusals,
    slowest,
    heapGrowthBytes,
    seconds: (performance.now() - startedMs) / 1e3,
  };
}

/** The same world twice: in memory, to be copied, and in a directory, whose files can be seen. */
async function prepare() {
  const original = await openCloud(OPTIONS);
  const corpus = await recordCorpus(original);
  await original.clock.freeze();
  await original.idle();
  const file = join(root, "world");
  await original.save(file);
  const world = await openCloud({
    ...OPTIONS,
    state: { kind: "directory", path: join(root, "state") },
  });
  await world.load(file);
  return { original, world, corpus };
}

async function send(
  cloud: Cloud,
  request: Recorded,
  dice: Dice,
): Promise<HttpResponse | undefined> {
  current = describe(request);
  if (process.env["SNOWGLOBE_TEST_LAST"] !== undefined) {
    writeFileSync(
      process.env["SNOWGLOBE_TEST_LAST"],
      JSON.stringify({ ...request, body: Buffer.from(request.body).toString("latin1") }),
    );
  }
  const { promise: gone, resolve: leave } = withResolvers();
  let aborted = false;
  const sentMs = performance.now();
  const answer = cloud.handle({
    ...request,
    body: bodyOf(pieces(request.body, dice)),
    secure: false,
    sourceIp: "127.0.0.1",
    abandoned: {
      get aborted() {
        return aborted;
      },
      onAbort: (listener) => void gone.then(listener),
    },
  });
  const patience = setTimeout(() => {
    aborted = true;
    leave();
  }, PATIENCE_MS);
  let limit: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((done) => {
    limit = setTimeout(() => done(undefined), HANGS_AFTER_MS);
  });
  const response = await Promise.race([answer, late]).catch((reason: unknown) => {
    note(`handle rejected: ${reason instanceof Error ? (reason.stack ?? "") : String(reason)}`);
    return { status: 500, headers: {}, body: "" };
  });
  clearTimeout(patience);
  clearTimeout(limit);
  const ms = performance.now() - sentMs;
  if (!aborted && ms > slowest.ms) slowest = { ms: Math.round(ms), request: current };
  if (response === undefined) hangs.push(current);
  else await look(response, request);
  return response;
}

async function look(response: HttpResponse, request: Recorded): Promise<void> {
  const { status } = response;
  const text = await textOf(response);
  if (status < 400) return;
  // Warnings come a turn later, and are to be told of this request.
  if (status >= 500) await new Promise((turn) => setImmediate(turn));
  if (status >= 500 && status !== 501)
    unexpectedStatuses.push(`${status} ${current} ${text.slice(0, 200)}`);
  const code = codeOf(response, text, request);
  if (code === undefined) unreadableRefusals.push(`${status} ${current}\n${text.slice(0, 300)}`);
  else codes[code] = (codes[code] ?? 0) + 1;
}

async function textOf({ body }: HttpResponse): Promise<string> {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString("latin1");
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}

/** The error's code, as a client of the protocol reads it; undefined: no client could. */
function codeOf(response: HttpResponse, text: string, request: Recorded): string | undefined {
  const { headers, status } = response;
  const type = headers["content-type"] ?? "";
  if (request.method === "HEAD" || [304, 412].includes(status)) return `${status}`;
  try {
    if (/json/.test(type)) {
      const { __type, code, Code } = JSON.parse(text) as Record<string, unknown>;
      const named = headers["x-amzn-errortype"] ?? __type ?? code ?? Code;
      return typeof named === "string" ? named.replace(/^.*#/, "") : undefined;
    }
    if (/xml/.test(type)) {
      // References to what XML cannot hold are AWS's own way, and its clients read them.
      parseXml(text.replaceAll(/&#x[0-9A-F]+;/g, "?"));
      return /<Code>([\w.:-]+)<\/Code>/.exec(text)?.[1];
    }
    if (/cbor/.test(type)) return /__type[\x60-\x7f].?([\w.#]+)/.exec(text)?.[1] ?? "cbor";
  } catch {
    return undefined;
  }
  return undefined;
}

function pieces(body: Uint8Array, dice: Dice): Uint8Array[] {
  if (body.length < 2) return [body];
  const at = dice.below(body.length);
  return [body.subarray(0, at), body.subarray(at)];
}

function note(text: string): void {
  const lines = text.split("\n");
  const place = lines.filter((line) => /^\s+at .*src\//.test(line)).slice(0, 4);
  const key = [lines[0], ...place.map((line) => line.trim().replace(/\(.*\/src\//, "(src/"))].join(
    " | ",
  );
  const fault = (faults[key.slice(0, 600)] ??= { count: 0, examples: [] });
  fault.count += 1;
  if (fault.examples.length < EXAMPLES_MAX) fault.examples.push(current);
}

function describe({ method, path, query, headers, body }: Recorded): string {
  const told = { ...headers, authorization: headers["authorization"]?.slice(0, 90) };
  const text = Buffer.from(body.subarray(0, 400)).toString("latin1");
  return JSON.stringify({ method, path: path.slice(0, 300), query, headers: told, body: text });
}

/** Of every row and every blob a hash, and the names of the files on the disk. */
async function inventory(cloud: Cloud): Promise<Map<string, string>> {
  const file = join(root, "inventory");
  await cloud.save(file);
  const found = new Map<string, string>();
  const content = readFileSync(file);
  let blob = "";
  for (let at = content.indexOf("\n") + 1; at < content.length;) {
    const kind = content.readUInt8(at);
    const payload = content.subarray(at + 5, at + 5 + content.readUInt32BE(at + 1));
    at += 5 + payload.length;
    if (kind === 1) blob = `blob ${payload.toString()}`;
    const key = kind === 3 ? `row ${printable(unpack(payload))}` : blob;
    // AWS bills some refusals, and so they are counted.
    if (key.startsWith("row /kernel.usage/")) continue;
    if (kind < 4) found.set(key, createHash("sha256").update(payload).digest("hex"));
  }
  const files = readdirSync(join(root, "state/blobs"), { recursive: true, withFileTypes: true });
  for (const entry of files) if (entry.isFile()) found.set(`file ${entry.name}`, "");
  return found;
}

function noteChanges(
  before: Map<string, string>,
  after: Map<string, string>,
  batch: readonly string[],
): void {
  const changed = differences(before, after);
  if (changed.length > 0) changes.push(`${changed.join("\n")}\nby one of\n${batch.join("\n")}`);
}

function printable([key]: [Buffer]): string {
  return key.toString("latin1").replaceAll(/[^ -~]+/g, "/");
}

function differences(before: Map<string, string>, after: Map<string, string>): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key));
}

function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc");
  for (let round = 0; round < 3; round++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
