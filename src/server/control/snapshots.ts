/** Named snapshots of the whole world, kept as files beside the state. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  ControlError,
  json,
  type ControlContext,
  type ControlRequest,
  type Route,
} from "./control.ts";

const SUFFIX = ".snowglobe";
/** A name, never a path. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export const snapshotRoutes: readonly Route[] = [
  { method: "GET", path: "/_snowglobe/snapshots", answer: list },
  { method: "POST", path: "/_snowglobe/snapshots/:name/save", answer: save },
  { method: "POST", path: "/_snowglobe/snapshots/:name/load", answer: load },
];

const directoryOf = (context: ControlContext) => join(context.directory, "snapshots");

function fileOf({ parameters }: ControlRequest, context: ControlContext) {
  const name = parameters["name"] ?? "";
  if (!NAME.test(name)) {
    throw new ControlError(
      400,
      `"${name}" is no name of a snapshot: letters, digits, ".", "_" and "-", 100 at most.`,
    );
  }
  return { name, file: join(directoryOf(context), `${name}${SUFFIX}`) };
}

async function list(_request: ControlRequest, context: ControlContext) {
  const files = await readdir(directoryOf(context)).catch(() => []);
  const names = files.filter((file) => file.endsWith(SUFFIX)).toSorted();
  const snapshots = await Promise.all(
    names.map(async (file) => {
      const { size, mtime } = await stat(join(directoryOf(context), file));
      return {
        name: file.slice(0, -SUFFIX.length),
        sizeBytes: size,
        savedAt: mtime.toISOString(),
      };
    }),
  );
  return json({ snapshots });
}

async function save(request: ControlRequest, context: ControlContext) {
  const { name, file } = fileOf(request, context);
  await context.cloud.save(file);
  const { size } = await stat(file);
  return json({ name, file, sizeBytes: size });
}

async function load(request: ControlRequest, context: ControlContext) {
  const { name, file } = fileOf(request, context);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) {
    throw new ControlError(404, `There is no snapshot "${name}". See: snowglobe snapshot list.`);
  }
  await context.cloud.load(file);
  return json({ name, file, sizeBytes: found.size });
}
