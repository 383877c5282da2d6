import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BlobMissing } from "../../src/kernel/blobs/blobs.ts";
import { blobContract, contentOf, idsOf, patterned } from "./blob-contract.ts";
import { postgresBlobs } from "../../src/kernel/blobs/postgres.ts";
import { findBinaries, INSTALL, startCluster } from "./cluster.ts";
import type { Cluster } from "./cluster.ts";

const binaries = findBinaries();
if (binaries === undefined) {
  process.stderr.write(`The tests of blobs in PostgreSQL are skipped. ${INSTALL}\n`);
}

const MEBIBYTE = 1024 * 1024;
const text = (content: string) => [Buffer.from(content)];

let cluster: Cluster | undefined;
let databases = 0;

/** An empty database. */
async function place(): Promise<string> {
  const url = cluster?.url ?? "";
  const name = `blobs_${(databases += 1)}`;
  await ask(url, `CREATE DATABASE ${name}`);
  return url.replace(/\/postgres$/, `/${name}`);
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

const partCount = async (url: string) =>
  Number((await ask(url, "SELECT count(*) FROM snowglobe_blob_parts"))[0]);

describe.skipIf(binaries === undefined)("blobs in PostgreSQL", () => {
  beforeAll(async () => {
    cluster = await startCluster(binaries ?? "");
  }, 60_000);
  afterAll(async () => cluster?.stop());

  blobContract(async () => postgresBlobs({ url: await place() }));

  test("two nodes that start at the same moment have one set of blobs", async () => {
    const url = await place();
    const [left, right] = [postgresBlobs({ url }), postgresBlobs({ url })];
    await Promise.all([left.write("l", text("left")), right.write("r", text("right"))]);
    expect((await contentOf(left.read("r"))).toString()).toBe("right");
    expect((await contentOf(right.read("l"))).toString()).toBe("left");
    await Promise.all([left.close(), right.close()]);
  });

  test("two nodes that write one blob at once leave it whole, as one of them wrote it", async () => {
    const url = await place();
    const nodes = [postgresBlobs({ url }), postgresBlobs({ url })];
    const contents = [Buffer.alloc(3 * MEBIBYTE, "l"), Buffer.alloc(2 * MEBIBYTE, "r")];
    await Promise.all(nodes.map((node, at) => node.write("b", [contents[at] ?? Buffer.of()])));
    for (const node of nodes) {
      const content = await contentOf(node.read("b"));
      expect(contents.filter((one) => one.equals(content)).length).toBe(1);
    }
    await Promise.all(nodes.map((node) => node.close()));
  });

  test("a range is read from the parts that it touches, and from no other", async () => {
    const url = await place();
    const blobs = postgresBlobs({ url });
    await blobs.write("b", patterned(4 * MEBIBYTE));
    await ask(url, "DELETE FROM snowglobe_blob_parts WHERE part IN (0, 3)");
    const range = { start: MEBIBYTE, endInclusive: 3 * MEBIBYTE - 1 };
    const expected = Buffer.concat([...patterned(4 * MEBIBYTE)]).subarray(MEBIBYTE, 3 * MEBIBYTE);
    expect((await contentOf(blobs.read("b", range))).equals(expected)).toBe(true);
    await expect(contentOf(blobs.read("b"))).rejects.toThrow(new BlobMissing("b"));
    await blobs.close();
  });

  test("a failed write leaves no parts, and a removed blob none after its grace", async () => {
    const url = await place();
    const blobs = postgresBlobs({ url, removalGraceMs: 10 });
    const failing = async function* () {
      yield* patterned(3 * MEBIBYTE);
      expect(await partCount(url)).toBeGreaterThan(0);
      throw new Error("the client has gone");
    };
    await expect(blobs.write("half", failing())).rejects.toThrow("the client has gone");
    expect(await partCount(url)).toBe(0);

    await blobs.write("b", patterned(3 * MEBIBYTE));
    await blobs.write("b", patterned(2 * MEBIBYTE));
    await expect.poll(() => partCount(url)).toBe(2);
    await blobs.remove("b");
    await expect.poll(() => partCount(url)).toBe(0);
    await blobs.close();
  });

  test("the parts of a removed blob wait for this node's readers", async () => {
    const url = await place();
    const blobs = postgresBlobs({ url, removalGraceMs: 1 });
    await blobs.write("b", patterned(4 * MEBIBYTE));
    const reading = blobs.read("b")[Symbol.asyncIterator]();
    await reading.next();
    await blobs.remove("b");
    await new Promise((resolve) => setTimeout(resolve, 100));
    let steps = 1;
    while ((await reading.next()).done !== true) steps += 1;
    expect(steps).toBe(4);
    await expect.poll(() => partCount(url)).toBe(0);
    await blobs.close();
  });

  test("who reads on another node when a blob is removed reads on to the end", async () => {
    const url = await place();
    const [left, right] = [postgresBlobs({ url }), postgresBlobs({ url })];
    await left.write("b", patterned(4 * MEBIBYTE));
    const reading = right.read("b")[Symbol.asyncIterator]();
    await reading.next();
    await left.remove("b");
    let steps = 1;
    while ((await reading.next()).done !== true) steps += 1;
    expect(steps).toBe(4);
    expect(await right.sizeBytes("b")).toBe(undefined);
    await Promise.all([left.close(), right.close()]);
  });

  test("readers and writers that stand still keep nobody waiting", async () => {
    const url = await place();
    const blobs = postgresBlobs({ url });
    await blobs.write("b", patterned(4 * MEBIBYTE));
    const still = Array.from({ length: 12 }, () => blobs.read("b")[Symbol.asyncIterator]());
    await Promise.all(still.map((one) => one.next()));
    await blobs.write("c", blobs.read("b"));
    expect(await blobs.sizeBytes("c")).toBe(4 * MEBIBYTE);
    for (const one of still) await one.return?.();
    await blobs.close();
  });

  test("a start removes the parts that a killed node left a day ago, and nothing else", async () => {
    const url = await place();
    const before = postgresBlobs({ url });
    await before.write("kept", text("kept"));
    await before.close();
    const add = (name: string, part: number, age: string) =>
      ask(
        url,
        `INSERT INTO snowglobe_blob_parts VALUES ('${name}', ${part}, 'x', now() - interval '${age}')`,
      );
    await add("dead", 0, "26 hours");
    await add("dead", 1, "25 hours");
    await add("slow", 0, "3 days");
    await add("slow", 1, "1 hour");
    await ask(
      url,
      "UPDATE snowglobe_blob_parts SET written_at = '2020-01-01' WHERE bytes = 'kept'",
    );
    const after = postgresBlobs({ url });
    expect(await idsOf(after)).toEqual(["kept"]);
    // That of `kept`, and the two of the write that goes on.
    await expect.poll(() => partCount(url)).toBe(3);
    await after.close();
    const left = await ask(url, "SELECT DISTINCT place FROM snowglobe_blob_parts");
    expect(left.filter((one) => one !== "slow").length).toBe(1);
    expect(left.filter((one) => one === "dead" || one === "slow")).toEqual(["slow"]);
    const again = postgresBlobs({ url });
    expect((await contentOf(again.read("kept"))).toString()).toBe("kept");
    await again.close();
  });
});
