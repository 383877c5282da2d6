import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkFiles } from "./check.ts";
import { HASHES, INDEX, readFiles, writeHashes } from "./files.ts";

const files = readFiles(fileURLToPath(new URL("../../models", import.meta.url)));
const faultsOf = (given: ReadonlyMap<string, string>) => checkFiles(given, {}).faults;
const touch = (text: string) => text.replace("e", "E");

function changed(path: string, change: (text: string) => string): Map<string, string> {
  const text = files.get(path);
  if (text === undefined) throw new Error(`no ${path}`);
  return new Map([...files, [path, change(text)]]);
}

test("the files as they are pass without their sources, and what was not compared is said", () => {
  const { faults, notes } = checkFiles(files, {});
  expect(faults).toEqual([]);
  expect(notes).toEqual([
    `${files.size} files have the recorded hashes; index.json follows from them`,
    "not compared with botocore: 1.43.11 is needed, found none",
    "not compared with the IAM data: 0.21.202609261 is needed, found none",
  ]);
});

test("one changed byte is found, in a service, in the IAM data and in the index", () => {
  expect(faultsOf(changed("sqs.json", touch))).toEqual(["sqs.json was changed by hand"]);
  expect(faultsOf(changed("iam/sqs.json", touch))).toEqual(["iam/sqs.json was changed by hand"]);
  expect(faultsOf(changed(INDEX, touch))).toEqual(["index.json was changed by hand"]);
  expect(faultsOf(changed(INDEX, () => "not JSON"))).toEqual(["index.json was changed by hand"]);
});

test("a file too many and a file too few are found", () => {
  expect(faultsOf(new Map([...files, ["nimbus.json", "{}"]]))).toEqual([
    "nimbus.json is not one of the generated files",
  ]);
  expect(faultsOf(new Map([...files].filter(([path]) => path !== "sqs.json")))).toEqual([
    "sqs.json is missing",
  ]);
  expect(faultsOf(new Map())).toEqual(["index.json is missing"]);
  expect(faultsOf(new Map([...files].filter(([path]) => path !== INDEX)))).toEqual([
    "index.json is missing",
  ]);
});

test("an index that was changed together with its hash is found", () => {
  const edited = changed(INDEX, (text) => text.replace(":23}", ":24}"));
  edited.set(HASHES, writeHashes(edited));
  expect(faultsOf(edited)).toEqual(["index.json does not follow from the service files"]);
});
