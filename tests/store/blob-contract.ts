/** What every kind of blobs has to do: the tests that each of them passes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BlobMissing } from "../../src/kernel/blobs/blobs.ts";
import type { Blobs } from "../../src/kernel/blobs/blobs.ts";

const MEBIBYTE = 1024 * 1024;
const text = (content: string) => [Buffer.from(content)];

/** To be called inside a `describe`. Every `open` gives blobs with nothing in them. */
export function blobContract(open: () => Blobs | Promise<Blobs>): void {
  let root = "";
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "snowglobe-blob-files-"));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test("a blob of several steps comes back whole, however long it was said to be", async () => {
    const blobs = await open();
    for (const [size, announcedBytes] of [
      [3 * MEBIBYTE + 17, undefined],
      [3 * MEBIBYTE + 17, 1e9],
      [2 * MEBIBYTE, 1e9],
      [5, 1e9],
      [0, 1e9],
    ] as const) {
      const written = await blobs.write("large", patterned(size), { announcedBytes });
      const content = await contentOf(blobs.read("large"));
      expect(written).toEqual({ id: "large", sizeBytes: size });
      expect(content.equals(Buffer.concat([...patterned(size)]))).toBe(true);
      expect(await blobs.sizeBytes("large")).toBe(size);
    }
    await blobs.close();
  });

  test("a range is read to its last byte, and cut at the end of the blob", async () => {
    const blobs = await open();
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
    const blobs = await open();
    expect(await blobs.write("empty", [])).toEqual({ id: "empty", sizeBytes: 0 });
    expect((await contentOf(blobs.read("empty"))).byteLength).toBe(0);
    expect(await blobs.sizeBytes("empty")).toBe(0);
    await blobs.close();
  });

  test("a blob that is not there has no size, cannot be read, and can be removed", async () => {
    const blobs = await open();
    expect(await blobs.sizeBytes("none")).toBe(undefined);
    await expect(contentOf(blobs.read("none"))).rejects.toThrow(new BlobMissing("none"));
    await expect(blobs.saveTo("none", join(root, "nowhere"))).rejects.toThrow(BlobMissing);
    await blobs.remove("none");
    expect(await idsOf(blobs)).toEqual([]);
    await blobs.close();
  });

  test("ids are listed until they are removed", async () => {
    const blobs = await open();
    for (const id of ["a", "b-1", "c.2_x"]) await blobs.write(id, text(id));
    expect(await idsOf(blobs)).toEqual(["a", "b-1", "c.2_x"]);
    await blobs.remove("b-1");
    expect(await idsOf(blobs)).toEqual(["a", "c.2_x"]);
    await blobs.close();
  });

  test("a source that fails leaves nothing, and its reason is thrown", async () => {
    const blobs = await open();
    await expect(blobs.write("half", failing())).rejects.toThrow("the client has gone");
    expect(await blobs.sizeBytes("half")).toBe(undefined);
    expect(await idsOf(blobs)).toEqual([]);
    await blobs.close();
  });

  test("an aborted write leaves nothing", async () => {
    const blobs = await open();
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
    const blobs = await open();
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
    const blobs = await open();
    const [saved, taken] = [join(root, "saved"), join(root, "taken")];
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
    const blobs = await open();
    const ids = Array.from({ length: 20 }, (_, at) => `blob-${at}`);
    await Promise.all(ids.map((id) => blobs.write(id, text(id))));
    const contents = await Promise.all(ids.map((id) => contentOf(blobs.read(id))));
    expect(contents.map(String)).toEqual(ids);
    await blobs.close();
  });
}

export async function contentOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

export async function idsOf(blobs: Blobs): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of blobs.list()) ids.push(id);
  return ids.toSorted();
}

/** `count` bytes that differ from place to place, in chunks of uneven size. */
export function* patterned(count: number): Generator<Uint8Array> {
  for (let at = 0, size = 1; at < count; at += size, size = Math.min(size * 3, 700_001)) {
    const length = Math.min(size, count - at);
    yield Buffer.from(Uint8Array.from({ length }, (_, n) => (at + n) % 251));
  }
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield* patterned(2 * MEBIBYTE);
  throw new Error("the client has gone");
}
