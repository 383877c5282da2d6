import { randomFillSync } from "node:crypto";
import { constants, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { directSource, directTarget, openDirect, sourceBy, targetBy } from "./direct.ts";
import type { DirectWay } from "./direct.ts";
import { readStream, writeStream, type StepSource } from "./stream.ts";

const root = mkdtempSync(join(tmpdir(), "snowglobe-direct-"));
const path = join(root, "file");
afterAll(() => rmSync(root, { recursive: true, force: true }));

const content = randomFillSync(Buffer.alloc(3 * 1024 * 1024 + 4321));

function* inPieces(bytes: number): Generator<Uint8Array> {
  for (let at = 0; at < content.length; at += bytes) yield content.subarray(at, at + bytes);
}

async function read(source: StepSource, start: number, end: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readStream(source, { start, end })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test("four at once have memory for it, and another when one of them is closed", async ({
  skip,
}) => {
  writeFileSync(path, content);
  const ways: DirectWay[] = [];
  const last = await open(path);
  for (let each = 0; each < 4; each++) {
    const way = await openDirect(await open(path), constants.O_RDONLY);
    if (way !== undefined) ways.push(way);
  }
  skip(ways.length === 0, "The temporary directory knows no direct I/O.");
  expect(new Set(ways.map(({ slot }) => slot)).size).toBe(4);
  expect(await openDirect(last, constants.O_RDONLY)).toBe(undefined);
  await ways[0]?.close();
  const next = await openDirect(last, constants.O_RDONLY);
  expect(next?.slot).toBe(ways[0]?.slot);
  for (const way of [...ways.slice(1), next]) await way?.close();
});

test.for([1000, 65_536, 999_983, 4_000_000])(
  "pieces of %i bytes are written and read",
  async (n) => {
    const target = await directTarget(await open(path, "w"));
    expect(await writeStream(target, inPieces(n))).toBe(content.length);
    await target.close();
    expect(readFileSync(path).equals(content)).toBe(true);
    for (const [start, end] of [
      [0, content.length],
      [1, 2],
      [4095, 4097],
      [1_048_575, 2_097_153],
      [3_145_728, content.length],
      [content.length - 1, content.length],
    ] as const) {
      const source = await directSource(await open(path));
      expect((await read(source, start, end)).equals(content.subarray(start, end))).toBe(true);
    }
  },
);

/** Memory at an odd address: no file system takes that directly. */
async function refused(flags: number): Promise<{ way: DirectWay; file: FileHandle }> {
  const file = await open(path, flags);
  const direct = await open(path, flags | (constants.O_DIRECT ?? 0));
  const close = async () => {
    await Promise.all([direct.close(), file.close()]);
  };
  return { way: { direct, slot: new Uint8Array(8193).subarray(1), close }, file };
}

test("what the file system refuses goes through the cache", async () => {
  writeFileSync(path, "");
  const to = await refused(constants.O_WRONLY);
  const target = targetBy(to.way, to.file);
  expect(await writeStream(target, inPieces(10_000))).toBe(content.length);
  await target.close();
  expect(readFileSync(path).equals(content)).toBe(true);
  const from = await refused(constants.O_RDONLY);
  const whole = await read(sourceBy(from.way, from.file), 0, content.length);
  expect(whole.equals(content)).toBe(true);
});

test.skipIf(!existsSync("/dev/full"))("a full disk is told", async () => {
  const target = await directTarget(await open("/dev/full", "r+"));
  await expect(writeStream(target, inPieces(50_000))).rejects.toThrow("ENOSPC");
  await target.close();
});
