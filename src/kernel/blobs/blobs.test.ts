import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { BlobMissing } from "./blobs.ts";
import type { Blobs } from "./blobs.ts";
import { directoryBlobs } from "./directory.ts";
import { temporaryBlobs } from "./temporary.ts";

const root = mkdtempSync(join(tmpdir(), "snowglobe-blobs-test-"));
let directories = 0;
const newDirectory = () => join(root, `${(directories += 1)}`);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const MEBIBYTE = 1024 * 1024;
const text = (content: string) => [Buffer.from(content)];

async function contentOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

async function idsOf(blobs: Blobs): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of blobs.list()) ids.push(id);
  return ids.toSorted();
}

/** `count` bytes that differ from place to place, in chunks of uneven size. */
function* patterned(count: number): Generator<Uint8Array> {
  for (let at = 0, size = 1; at < count; at += size, size = Math.min(size * 3, 700_001)) {
    const length = Math.min(size, count - at);
    yield Buffer.from(Uint8Array.from({ length }, (_, n) => (at + n) % 251));
  }
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield* patterned(2 * MEBIBYTE);
  throw new Error("the client has gone");
}

const kinds: [string, () => Blobs][] = [
  ["directory", () => directoryBlobs({ path: newDirectory() })],
  ["temporary", () => temporaryBlobs()],
];

describe.for(kinds)("%s blobs", ([, open]) => {
  test("a blob of several steps comes back whole, and every chunk was seen in order", async () => {
    const blobs = open();
    const size = 3 * MEBIBYTE + 17;
    const hash = createHash("sha256");
    const written = await blobs.write("large", patterned(size), {
      onChunk: (one) => hash.update(one),
    });
    const content = await contentOf(blobs.read("large"));
    expect(written).toEqual({ id: "large", sizeBytes: size });
    expect(content.equals(Buffer.concat([...patterned(size)]))).toBe(true);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(content).digest("hex"));
    expect(await blobs.sizeBytes("large")).toBe(size);
    await blobs.close();
  });

  test("a range is read to its last byte, and cut at the end of the blob", async () => {
    const blobs = open();
    await blobs.write("b", patterned(2 * MEBIBYTE));
    const whole = Buffer.concat([...patterned(2 * MEBIBYTE)]);
    for (const [start, endInclusive] of [
      [0, 0],
      [5, 9],
      [MEBIBYTE - 1, MEBIBYTE + 1],
      [2_000_000, 9e9],
    ] as const) {
      const part = await contentOf(blobs.read("b", { start, endInclusive }));
      expect(part.equals(whole.subarray(start, endInclusive + 1))).toBe(true);
    }
    expect((await contentOf(blobs.read("b", { start: 9e6, endInclusive: 9e7 }))).byteLength).toBe(
      0,
    );
    await blobs.close();
  });

  test("an empty blob is a blob", async () => {
    const blobs = open();
    expect(await blobs.write("empty", [])).toEqual({ id: "empty", sizeBytes: 0 });
    expect((await contentOf(blobs.read("empty"))).byteLength).toBe(0);
    expect(await blobs.sizeBytes("empty")).toBe(0);
    await blobs.close();
  });

  test("a blob that is not there has no size, cannot be read, and can be removed", async () => {
    const blobs = open();
    expect(await blobs.sizeBytes("none")).toBe(undefined);
    await expect(contentOf(blobs.read("none"))).rejects.toThrow(new BlobMissing("none"));
    await expect(blobs.saveTo("none", join(root, "nowhere"))).rejects.toThrow(BlobMissing);
    await blobs.remove("none");
    expect(await idsOf(blobs)).toEqual([]);
    await blobs.close();
  });

  test("ids are listed until they are removed", async () => {
    const blobs = open();
    for (const id of ["a", "b-1", "c.2_x"]) await blobs.write(id, text(id));
    expect(await idsOf(blobs)).toEqual(["a", "b-1", "c.2_x"]);
    await blobs.remove("b-1");
    expect(await idsOf(blobs)).toEqual(["a", "c.2_x"]);
    await blobs.close();
  });

  test("a source that fails leaves nothing, and its reason is thrown", async () => {
    const blobs = open();
    await expect(blobs.write("half", failing())).rejects.toThrow("the client has gone");
    expect(await blobs.sizeBytes("half")).toBe(undefined);
    expect(await idsOf(blobs)).toEqual([]);
    await blobs.close();
  });

  test("an aborted write leaves nothing", async () => {
    const blobs = open();
    const abort = new AbortController();
    const source = async function* () {
      yield* patterned(MEBIBYTE);
      abort.abort(new Error("no longer wanted"));
      yield* patterned(MEBIBYTE);
    };
    const write = blobs.write("half", source(), { signal: abort.signal });
    await expect(write).rejects.toThrow("no longer wanted");
    expect(await idsOf(blobs)).toEqual([]);
    await blobs.close();
  });

  test("a blob that is written again is the new one; who reads the old reads it to the end", async () => {
    const blobs = open();
    await blobs.write("b", patterned(3 * MEBIBYTE));
    const reading = blobs.read("b")[Symbol.asyncIterator]();
    const first = await reading.next();
    await blobs.write("b", text("new"));
    let oldBytes = Object(first.value).byteLength;
    for (let next = await reading.next(); next.done !== true; next = await reading.next()) {
      oldBytes += next.value.byteLength;
    }
    expect(oldBytes).toBe(3 * MEBIBYTE);
    expect((await contentOf(blobs.read("b"))).toString()).toBe("new");
    await blobs.close();
  });

  test("a blob is saved as a file, and a file taken in as a blob", async () => {
    const blobs = open();
    const [saved, taken] = [newDirectory(), newDirectory()];
    await blobs.write("b", text("to be kept"));
    await blobs.saveTo("b", saved);
    await blobs.remove("b");
    expect(readFileSync(saved, "utf8")).toBe("to be kept");
    writeFileSync(taken, "from a snapshot");
    await blobs.adopt("c", taken);
    rmSync(taken);
    expect((await contentOf(blobs.read("c"))).toString()).toBe("from a snapshot");
    expect(await blobs.sizeBytes("c")).toBe(15);
    await blobs.close();
  });

  test("twenty writes at the same time do not mix", async () => {
    const blobs = open();
    const ids = Array.from({ length: 20 }, (_, at) => `blob-${at}`);
    await Promise.all(ids.map((id) => blobs.write(id, text(id))));
    const contents = await Promise.all(ids.map((id) => contentOf(blobs.read(id))));
    expect(contents.map(String)).toEqual(ids);
    await blobs.close();
  });
});

test("an id that could leave the directory is refused", async () => {
  const blobs = directoryBlobs({ path: newDirectory() });
  for (const id of ["../x", "", ".hidden", "a/b", "x".repeat(201)]) {
    await expect(blobs.write(id, [])).rejects.toThrow(`not a blob id: ${JSON.stringify(id)}`);
  }
});

test("blobs are there when the directory is opened again; what was never finished is not", async () => {
  const path = newDirectory();
  await directoryBlobs({ path }).write("kept", text("kept"));
  writeFileSync(join(path, "unfinished", "999999999-1"), "half");
  const again = directoryBlobs({ path });
  await again.write("more", text("more"));
  expect(await idsOf(again)).toEqual(["kept", "more"]);
  expect(readdirSync(join(path, "unfinished"))).toEqual([]);
});

test("forks share no names: neither writing nor removing in one is seen in the other", async () => {
  const origin = temporaryBlobs();
  await origin.write("shared", text("before"));
  const fork = origin.fork();
  await origin.write("new", text("origin"));
  await fork.write("new", text("fork"));
  await fork.remove("shared");
  expect((await contentOf(origin.read("shared"))).toString()).toBe("before");
  expect((await contentOf(origin.read("new"))).toString()).toBe("origin");
  expect((await contentOf(fork.read("new"))).toString()).toBe("fork");
  expect(await idsOf(fork)).toEqual(["new"]);
  await origin.close();
  expect((await contentOf(fork.read("new"))).toString()).toBe("fork");
  await fork.close();
});

test("a temporary directory is made by the first write and gone after the last close", async () => {
  const before = temporaryDirectories();
  const blobs = temporaryBlobs();
  expect(await idsOf(blobs)).toEqual([]);
  expect(temporaryDirectories()).toEqual(before);
  await blobs.write("b", text("b"));
  const made = temporaryDirectories().filter((one) => !before.includes(one));
  expect(made.length).toBe(1);
  await blobs.close();
  expect(made.map((one) => existsSync(join(tmpdir(), one)))).toEqual([false]);
});

const temporaryDirectories = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`snowglobe-blobs-${process.pid}-`));

test("a temporary directory whose process was killed is removed by the next process that makes one", async () => {
  const child = spawnSync(process.execPath, ["-e", "0"]);
  const left = mkdtempSync(join(tmpdir(), `snowglobe-blobs-${child.pid}-`));
  const blobs = temporaryBlobs();
  await blobs.write("a", [Buffer.from("x")]);
  expect(existsSync(left)).toBe(false);
  await blobs.close();
});
