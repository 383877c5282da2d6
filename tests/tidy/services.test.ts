/** Every service has the same rooms, and tells the truth about what it reads. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openIamActions } from "../../src/model/iam-actions.ts";
import { openModels } from "../../src/model/load.ts";
import { REGISTRY } from "../../src/services/registry.ts";
import { reachOf } from "./reach.ts";
import { isTest, sources } from "./sources.ts";

const ROOMS = ["README.md", "api.ts", "state.ts", "errors.ts", "access.ts", "service.ts"];
const ROOT = join(import.meta.dirname, "..", "..");
const names = Object.keys(REGISTRY);
const models = openModels();
const actions = openIamActions();

/** Services without state or errors of their own, with the reason. The list only shrinks. */
const WITHOUT: Readonly<Record<string, readonly string[]>> = {};

test.for(names)("%s has the rooms of a service", (name) => {
  const missing = ROOMS.filter(
    (room) => !existsSync(join(ROOT, "src/services", name, room)) && !WITHOUT[name]?.includes(room),
  );
  expect(missing).toEqual([]);
});

test.for(names)("%s handles only operations that its model knows", async (name) => {
  const service = await REGISTRY[name]?.load();
  const modelled = models.service(name).operations;
  expect(Object.keys(service?.operations ?? {}).filter((op) => !modelled.has(op))).toEqual([]);
  expect((service?.fidelity.stored ?? []).filter((op) => !modelled.has(op))).toEqual([]);
});

/**
 * The members of an operation's input are either read (their name stands in the code that the
 * operation reaches, or in what decides about access) or listed as ignored, or as acted on before:
 * nothing is accepted in silence.
 */
test.for(names)("%s reads or lists every input member", async (name) => {
  const service = await REGISTRY[name]?.load();
  const files = sources(`src/services/${name}`).filter((source) => !isTest(source));
  const reach = reachOf(files);
  const access = files
    .filter(({ path }) => path.includes("/access"))
    .map(({ text }) => text)
    .join("\n");
  const unread: string[] = [];
  for (const operation of Object.keys(service?.operations ?? {})) {
    const code = `${reach.codeOf(operation)}\n${access}`;
    const members = models.service(name).operations.get(operation)?.input?.members;
    const { ignores, actedOnBefore } = service?.fidelity ?? {};
    const listed = [...(ignores?.[operation] ?? []), ...(actedOnBefore?.[operation] ?? [])];
    for (const member of members?.keys() ?? []) {
      if (listed.includes(member) || new RegExp(`\\b${member}\\b`).test(code)) continue;
      unread.push(`${operation}.${member}`);
    }
  }
  expect(unread).toEqual([]);
});

test.for(names)("every action of %s is one that AWS knows", async (name) => {
  const service = await REGISTRY[name]?.load();
  const prefix = service?.access.prefix ?? name;
  const known = new Set(actions.service(prefix)?.actions.keys() ?? []);
  const unknown = Object.keys(service?.operations ?? {}).filter((operation) => {
    const named = service?.access.actions?.[operation];
    if (named === false) return false;
    const action = (named ?? `${prefix}:${operation}`).slice(prefix.length + 1);
    return !known.has(action.toLowerCase());
  });
  expect(unknown).toEqual([]);
});
