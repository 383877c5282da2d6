import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Blobs } from "./blobs.ts";
import { blobContract, contentOf, idsOf } from "../../../tests/store/blob-contract.ts";
import { directoryBlobs } from "./directory.ts";
import { temporaryBlobs } from "./temporary.ts";

const root = mkdtempSync(join(tmpdir(), "snowglobe-blobs-test-"));
let directories = 0;
const newDirectory = () => join(root, `${(directories += 1)}`);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const text = (content: string) => [Buffer.from(content)];

const kinds: [string, () => Blobs][] = [
  ["directory", () => directoryBlobs({ path: newDirectory() })],
  ["direct", () => directoryBlobs({ path: newDirectory(), directBytes: 0 })],
  ["temporary", () => temporaryBlobs()],
];

describe.for(kinds)("%s blobs", ([, open]) => blobContract(open));

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
