/**
 * Blobs as files of a directory, two levels deep so that no folder grows large. A blob is written
 * beside, synced, and renamed into its place: it exists whole or not at all, whatever happens on
 * the way.
 */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, mkdir, open, opendir, readdir, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf } from "../error-code.ts";
import { BlobMissing } from "./blobs.ts";
import type { BlobId, Blobs } from "./blobs.ts";
import { directSource, directTarget } from "./direct.ts";
import { cachedSource, cachedTarget, readStream, writeStream } from "./stream.ts";

const GIBIBYTE = 1024 ** 3;

/** `path` is made when it is not there. With `durable: false` nothing is synced. */
export function directoryBlobs({ path, durable = true, directBytes = GIBIBYTE }: Place): Blobs {
  const directory: Directory = { path, durable, unfinished: join(path, "unfinished"), made: 0 };
  return {
    async write(id, source, { announcedBytes = 0, signal } = {}) {
      const place = placeOf(directory, id);
      let sizeBytes = 0;
      await putInPlace(directory, place, async (unfinished) => {
        const file = await open(unfinished, "wx");
        const isDirect = durable && announcedBytes >= directBytes;
        const target = isDirect ? await directTarget(file) : cachedTarget(file);
        try {
          sizeBytes = await writeStream(target, source, signal);
          if (durable) await file.datasync();
        } finally {
          await target.close();
        }
      });
      return { id, sizeBytes };
    },
    async *read(id, range) {
      const file = await openBlob(directory, id);
      const { size } = await file.stat();
      const isDirect = durable && size >= directBytes;
      const end = range === undefined ? size : Math.min(size, range.endInclusive + 1);
      const source = isDirect ? await directSource(file) : cachedSource(file);
      yield* readStream(source, { start: range?.start ?? 0, end });
    },
    async sizeBytes(id) {
      return (await unlessMissing(stat(placeOf(directory, id))))?.size;
    },
    remove: (id) => rm(placeOf(directory, id), { force: true }),
    list: () => listIds(directory),
    saveTo: async (id, to) => {
      const saved = await unlessMissing(linkOrCopy(placeOf(directory, id), to).then(() => true));
      if (saved === undefined) throw new BlobMissing(id);
    },
    adopt: (id, from) =>
      putInPlace(directory, placeOf(directory, id), (unfinished) => linkOrCopy(from, unfinished)),
    close: () => Promise.resolve(),
  };
}

export interface Place {
  readonly path: string;
  readonly durable?: boolean;
  /** From here on blobs go past the system's cache: they would push everything else out of it. */
  readonly directBytes?: number;
}

interface Directory {
  readonly path: string;
  readonly durable: boolean;
  /** Where blobs are while they are written. */
  readonly unfinished: string;
  ready?: Promise<void>;
  made: number;
}

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

function placeOf({ path }: Directory, id: BlobId): string {
  if (!ID.test(id)) throw new Error(`not a blob id: ${JSON.stringify(id)}`);
  const spread = createHash("sha1").update(id).digest("hex");
  return join(path, spread.slice(0, 2), spread.slice(2, 4), id);
}

async function putInPlace(
  directory: Directory,
  place: string,
  write: (unfinished: string) => Promise<void>,
): Promise<void> {
  directory.ready ??= makeReady(directory);
  await directory.ready;
  directory.made += 1;
  const unfinished = join(directory.unfinished, `${process.pid}-${directory.made}`);
  try {
    await write(unfinished);
    await moveTo(place, unfinished, directory);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function moveTo(place: string, unfinished: string, { path, durable }: Directory) {
  const folder = dirname(place);
  if ((await unlessMissing(rename(unfinished, place).then(() => true))) === undefined) {
    await mkdir(folder, { recursive: true });
    if (durable) await syncFolder(path);
    if (durable) await syncFolder(dirname(folder));
    await rename(unfinished, place);
  }
  if (durable) await syncFolder(folder);
}

/** A new name is durable when its folder is. Windows cannot sync folders, and need not. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes the folders, and throws away what a process that is no more was writing. */
async function makeReady({ unfinished }: Directory): Promise<void> {
  await mkdir(unfinished, { recursive: true });
  for (const name of await readdir(unfinished)) {
    const pid = Number.parseInt(name, 10);
    if (pid === process.pid || !isAlive(pid)) await rm(join(unfinished, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

async function openBlob(directory: Directory, id: BlobId): Promise<FileHandle> {
  const file = await unlessMissing(open(placeOf(directory, id), "r"));
  if (file === undefined) throw new BlobMissing(id);
  return file;
}

async function* listIds({ path }: Directory): AsyncGenerator<BlobId> {
  const folder = await unlessMissing(opendir(path, { recursive: true, bufferSize: 256 }));
  if (folder === undefined) return;
  for await (const entry of folder) {
    if (entry.isFile() && basename(entry.parentPath) !== "unfinished") yield entry.name;
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "EEXIST") throw error;
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
}

/** What the promise gives; undefined when a file or folder is not there. */
async function unlessMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
