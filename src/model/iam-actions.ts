import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseKnown } from "./json.ts";
import { findModelsDirectory } from "./load.ts";

/**
 * What AWS's service authorisation reference says of every action: its level, the resources it is
 * checked against and the condition keys it knows. Read from models/iam/<prefix>.json when a prefix
 * is first asked for.
 */
export interface IamActions {
  readonly index: IamIndex;
  /** Undefined for a prefix that the reference does not know. */
  readonly service: (prefix: string) => IamService | undefined;
}

export interface IamService {
  /** What stands before the colon: "sqs", "kms", "execute-api". */
  readonly prefix: string;
  readonly name: string;
  /** By name in lower case: policies do not care about case. */
  readonly actions: ReadonlyMap<string, IamAction>;
  readonly resourceTypes: ReadonlyMap<string, IamResourceType>;
  readonly conditionKeys: ReadonlyMap<string, IamConditionKey>;
}

export type AccessLevel = "List" | "Read" | "Write" | "Tagging" | "Permissions management";

export interface IamAction {
  readonly name: string;
  /** Almost always one; tagging and permission actions are also writes. */
  readonly accessLevels: readonly AccessLevel[];
  /** Empty: the action is checked against "*" only. */
  readonly resourceTypes: readonly IamActionResource[];
  readonly conditionKeys: readonly string[];
  /** Actions that the caller needs as well, as "iam:PassRole". */
  readonly dependentActions: readonly string[];
}

export interface IamActionResource {
  readonly name: string;
  readonly required: boolean;
  readonly conditionKeys: readonly string[];
  readonly dependentActions: readonly string[];
}

export interface IamResourceType {
  readonly name: string;
  /** With placeholders: "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}". */
  readonly arn: string;
  readonly conditionKeys: readonly string[];
}

export interface IamConditionKey {
  /** As documented, placeholders included: "aws:ResourceTag/${TagKey}". */
  readonly name: string;
  /** "String", "ArrayOfString", "ARN", "Bool", ... as documented. */
  readonly type: string;
}

export interface IamIndex {
  readonly source: {
    readonly name: string;
    readonly version: string;
    readonly licence: string;
    readonly notice: string;
  };
  /** Service names by prefix. */
  readonly services: Readonly<Record<string, string>>;
  /** The prefixes whose actions resource control policies apply to. */
  readonly rcpPrefixes: readonly string[];
}

/**
 * The format of models/iam/<prefix>.json. Names of keys and resource types are places in its lists.
 */
export interface CompactIamService {
  readonly prefix: string;
  readonly name: string;
  readonly conditionKeys: readonly (readonly [name: string, type: string])[];
  readonly resourceTypes: readonly (readonly [
    name: string,
    arn: string,
    keys?: readonly number[],
  ])[];
  readonly actions: readonly CompactIamAction[];
}

export type CompactIamAction = readonly [
  name: string,
  levels: string,
  resources?: readonly CompactIamResource[],
  keys?: readonly number[],
  dependent?: readonly string[],
];

/** A bare number is an optional resource type, [number] a required one. */
export type CompactIamResource =
  | number
  | readonly [
      type: number,
      required?: 0 | 1,
      keys?: readonly number[],
      dependent?: readonly string[],
    ];

export const LETTER_OF_LEVEL: Readonly<Record<AccessLevel, string>> = {
  List: "L",
  Read: "R",
  Write: "W",
  Tagging: "T",
  "Permissions management": "P",
};

export function openIamActions(directory: string = findModelsDirectory()): IamActions {
  const folder = join(directory, "iam");
  const index = parseKnown<IamIndex>(readFileSync(join(folder, "index.json"), "utf8"));
  const loaded = new Map<string, IamService>();

  function service(prefix: string): IamService | undefined {
    const present = loaded.get(prefix);
    if (present !== undefined || !Object.hasOwn(index.services, prefix)) return present;
    const path = join(folder, `${prefix}.json`);
    if (!existsSync(path)) throw new Error(`models/iam lists ${prefix} but has no file for it`);
    const read = toIamService(parseKnown<CompactIamService>(readFileSync(path, "utf8")));
    loaded.set(prefix, read);
    return read;
  }
  return { index, service };
}

export function toIamService(compact: CompactIamService): IamService {
  const keyNames = compact.conditionKeys.map(([name]) => name);
  const typeNames = compact.resourceTypes.map(([name]) => name);
  const keysAt = (places: readonly number[] = []) => places.map((place) => at(keyNames, place));
  const resourceTypes = compact.resourceTypes.map(([name, arn, keys]) => ({
    name,
    arn,
    conditionKeys: keysAt(keys),
  }));
  const actions = compact.actions.map(([name, levels, resources = [], keys, dependent = []]) => ({
    name,
    accessLevels: Array.from(levels, levelOf),
    resourceTypes: resources.map((resource) => toResource(resource, typeNames, keysAt)),
    conditionKeys: keysAt(keys),
    dependentActions: dependent,
  }));
  return {
    prefix: compact.prefix,
    name: compact.name,
    actions: new Map(actions.map((action) => [action.name.toLowerCase(), action])),
    resourceTypes: new Map(resourceTypes.map((type) => [type.name, type])),
    conditionKeys: new Map(compact.conditionKeys.map(([name, type]) => [name, { name, type }])),
  };
}

function toResource(
  compact: CompactIamResource,
  typeNames: readonly string[],
  keysAt: (places?: readonly number[]) => string[],
): IamActionResource {
  const [type, required = 1, keys = [], dependent = []] =
    typeof compact === "number" ? [compact, 0] : compact;
  return {
    name: at(typeNames, type),
    required: required === 1,
    conditionKeys: keysAt(keys),
    dependentActions: dependent,
  };
}

function levelOf(letter: string): AccessLevel {
  const level = LEVELS.find((name) => LETTER_OF_LEVEL[name] === letter);
  if (level === undefined) throw new Error(`models/iam: no access level ${letter}`);
  return level;
}

const LEVELS: readonly AccessLevel[] = [
  "List",
  "Read",
  "Write",
  "Tagging",
  "Permissions management",
];

function at(names: readonly string[], place: number): string {
  const name = names[place];
  if (name === undefined) throw new Error(`models/iam: nothing at place ${place}`);
  return name;
}
