/** Spoiled requests over a real socket: broken HTTP, broken bodies, clients that go away. The server outlives them all. */
import { readFileSync } from "node:fs";
import net from "node:net";
import { STS } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCloud } from "../../src/cloud.ts";
import { clientConfig, start, type Started } from "../started.ts";
import { recordCorpus, type Recorded } from "./corpus.ts";
import { diceFor, mutate, type Dice } from "./mutations.ts";

const COUNT = Number(process.env.SNOWGLOBE_TEST_SOCKET_MUTATIONS ?? 1500);
const AT_ONCE = 16;
/** Longer than any limit of the server. */
const PATIENCE_MS = 25_000;
const RESIDENT_GROWTH_BYTES_MAX = 160 * 1024 * 1024;

let server: Started;
let corpus: readonly Recorded[];

beforeAll(async () => {
  server = await start();
  const cloud = await openCloud({
    state: { kind: "memory" },
    accountId: "000000000000",
    region: "us-east-1",
    strict: false,
    iam: "enforce",
    anyRegion: false,
    signatures: true,
    clock: "flowing",
    seed: 1,
  });
  corpus = await recordCorpus(cloud);
  await cloud.close();
}, 60_000);

afterAll(async () => {
  expect(await server.stop()).toBe(0);
});

test(`${COUNT} spoiled requests: each is answered or cut off`, { timeout: 120_000 }, async () => {
  for (const request of corpus) await exchange(wire(request));
  const before = residentBytes();
  const dice = diceFor(7);
  const statuses: Record<string, number> = {};
  const hangs: string[] = [];
  let left = COUNT;
  const worker = async () => {
    while (left-- > 0) {
      const bytes = spoilWire(wire(mutate(dice.pick(corpus), dice)), dice);
      const outcome = await exchange(bytes);
      if (outcome === "hang") hangs.push(bytes.subarray(0, 2000).toString("latin1"));
      statuses[outcome] = (statuses[outcome] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  console.log(JSON.stringify(statuses));
  expect(hangs).toEqual([]);
  expect(
    Object.keys(statuses).filter((status) => status.startsWith("5") && status !== "501"),
  ).toEqual([]);
  expect(statuses["400"]).toBeGreaterThan(COUNT / 4);
  const { Account } = await new STS(clientConfig(server)).getCallerIdentity({});
  expect(Account).toBe("000000000000");
  expect(server.said()).not.toMatch(/SnowglobeFault|[Uu]nhandled|MaxListeners/);
  expect(residentBytes() - before).toBeLessThan(RESIDENT_GROWTH_BYTES_MAX);
});

/** A request as it goes over the wire, with the length that it has. */
function wire(request: Recorded): Buffer {
  const path = request.query === "" ? request.path : `${request.path}?${request.query}`;
  const headers = Object.entries(request.headers)
    .filter(([name]) => !name.startsWith(":") && name !== "content-length")
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const head =
    `${request.method} ${path} HTTP/1.1\r\n${headers.join("")}` +
    `content-length: ${request.body.length}\r\nconnection: close\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), request.body]);
}

/** One in three is broken below HTTP, too. */
function spoilWire(bytes: Buffer, dice: Dice): Buffer {
  const text = () => bytes.toString("latin1");
  switch (dice.below(18)) {
    case 0:
      return bytes.subarray(0, dice.below(bytes.length));
    case 1: {
      const at = dice.below(Math.min(bytes.length, 600));
      bytes.writeUInt8(dice.below(256), at);
      return bytes;
    }
    case 2:
      return Buffer.from(
        text().replace(/content-length: \d+/, "content-length: 99999999999999999999"),
        "latin1",
      );
    case 3:
      return Buffer.from(
        text().replace(/content-length: \d+/, "transfer-encoding: chunked"),
        "latin1",
      );
    case 4:
      return Buffer.from(text().replace("\r\n", `\r\n${"x-flood: y\r\n".repeat(300)}`), "latin1");
    case 5:
      return Buffer.from(
        text().replace("\r\n", `\r\nx-long: ${"z".repeat(100_000)}\r\n`),
        "latin1",
      );
    default:
      return bytes;
  }
}

/** The status that comes back, "cut" when the connection ends without one, "hang" when neither comes. */
function exchange(bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(server.port, "127.0.0.1");
    let text = "";
    const end = (outcome: string) => {
      clearTimeout(limit);
      socket.destroy();
      resolve(outcome);
    };
    const limit = setTimeout(() => end("hang"), PATIENCE_MS);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1").slice(0, 40);
    });
    const status = () => /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? "cut";
    socket.once("error", () => end(status()));
    socket.once("close", () => end(status()));
    // Half closed: the server knows that nothing more will come.
    socket.end(bytes);
  });
}

function residentBytes(): number {
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}
