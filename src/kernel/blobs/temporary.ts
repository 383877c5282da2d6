/**
 * Blobs of a cloud that ends with its process: in a temporary directory that is made by the first
 * write and removed at the end. Forks share the directory, not the names: the same id may mean
 * different bytes in two forks, and what one removes the other still has.
 */
import { rmSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf } from "../error-code.ts";
import { emptyTree, getIn, putIn, removeIn, scanIn } from "../store/btree.ts";
import type { Mark, Tree } from "../store/btree.ts";
import { BlobMissing } from "./blobs.ts";
import type { BlobId, Blobs } from "./blobs.ts";
import { directoryBlobs } from "./directory.ts";

export interface TemporaryBlobs extends Blobs {
  /**
   * Independent from now on. In O(1). Each fork has to be closed; the last one removes the
   * directory.
   */
  fork(): TemporaryBlobs;
}

export function temporaryBlobs(): TemporaryBlobs {
  return memberOf({ members: 0, everForked: false, made: 0 }, emptyTree({}));
}

/** The forks of one cloud, and where their bytes are. */
interface Family {
  members: number;
  everForked: boolean;
  /** Files made so far: their names. */
  made: number;
  directory?: Promise<{ path: string; files: Blobs }>;
}

interface Named {
  readonly file: string;
  readonly sizeBytes: number;
}

function memberOf(family: Family, names: Tree<Named>): TemporaryBlobs {
  family.members += 1;
  const member: Member = { family, names, mark: {}, open: true };
  const found = (id: BlobId) => {
    const named = getIn(member.names, id);
    if (named === undefined) throw new BlobMissing(id);
    return named;
  };
  return {
    async write(id, source, options) {
      const { files } = await directoryOf(family);
      const file = newFile(family);
      const { sizeBytes } = await files.write(file, source, options);
      await name(member, id, { file, sizeBytes });
      return { id, sizeBytes };
    },
    async *read(id, range) {
      const { file } = found(id);
      yield* (await directoryOf(family)).files.read(file, range);
    },
    sizeBytes: (id) => Promise.resolve(getIn(member.names, id)?.sizeBytes),
    remove: (id) => unname(member, id),
    async *list() {
      member.mark = {};
      for (const [id] of scanIn(member.names, { from: "", to: "\uffff" })) yield id;
    },
    async saveTo(id, path) {
      const { file } = found(id);
      await (await directoryOf(family)).files.saveTo(file, path);
    },
    async adopt(id, path) {
      const { files } = await directoryOf(family);
      const file = newFile(family);
      await files.adopt(file, path);
      await name(member, id, { file, sizeBytes: (await files.sizeBytes(file)) ?? 0 });
    },
    fork() {
      family.everForked = true;
      member.mark = {};
      return memberOf(family, member.names);
    },
    close: () => leave(member),
  };
}

interface Member {
  readonly family: Family;
  names: Tree<Named>;
  mark: Mark;
  open: boolean;
}

function newFile(family: Family): string {
  family.made += 1;
  return `${family.made}`;
}

async function name(member: Member, id: BlobId, named: Named): Promise<void> {
  const replaced = getIn(member.names, id);
  member.names = putIn(member.names, id, named, member.mark);
  if (replaced !== undefined) await discard(member.family, replaced);
}

async function unname(member: Member, id: BlobId): Promise<void> {
  const named = getIn(member.names, id);
  if (named === undefined) return;
  member.names = removeIn(member.names, id, member.mark);
  await discard(member.family, named);
}

/** Once there was a fork, nobody knows who else has this file: it goes with the directory. */
async function discard(family: Family, { file }: Named): Promise<void> {
  if (family.everForked) return;
  const { files } = await directoryOf(family);
  await files.remove(file);
}

function directoryOf(family: Family) {
  family.directory ??= makeDirectory();
  return family.directory;
}

const DIRECTORY = /^snowglobe-blobs-(\d+)-/;

async function makeDirectory() {
  await removeLeftovers();
  const path = await mkdtemp(join(tmpdir(), `snowglobe-blobs-${process.pid}-`));
  if (leftAtExit.size === 0) process.on("exit", removeAll);
  leftAtExit.add(path);
  return { path, files: directoryBlobs({ path, durable: false }) };
}

async function leave(member: Member): Promise<void> {
  if (!member.open) return;
  member.open = false;
  member.family.members -= 1;
  if (member.family.members > 0 || member.family.directory === undefined) return;
  const { path } = await member.family.directory;
  await rm(path, { recursive: true, force: true });
  leftAtExit.delete(path);
  if (leftAtExit.size === 0) process.off("exit", removeAll);
}

/** A process that was killed could not remove its directories: the next one does. */
async function removeLeftovers(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    const pid = Number(DIRECTORY.exec(entry)?.[1] ?? process.pid);
    if (isAlive(pid)) continue;
    // Another user's stay: the system refuses, and that is no reason to fail.
    await rm(join(tmpdir(), entry), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Directories of clouds that nobody has closed: the process removes them when it ends. */
const leftAtExit = new Set<string>();

function removeAll(): void {
  for (const path of leftAtExit) rmSync(path, { recursive: true, force: true });
}
