/**
 * What CreateTable and UpdateTable say of keys, indexes and throughput: checked, in AWS's order,
 * and read.
 */
import type { Input } from "./api.ts";
import { invalidValues, ValidationException } from "./errors.ts";
import { keyAttributes, type Keys } from "./item/key.ts";
import { type Definitions, readGlobalKeys, readKeys } from "./key-schema.ts";
import type { Index, OnDemandLimits, Projection, TableRow, Throughput } from "./state.ts";
import { readInitialWarm } from "./warm-throughput.ts";

type CreateInput = Input<"CreateTable">;
export type GlobalIndex = NonNullable<CreateInput["GlobalSecondaryIndexes"]>[number];
type LocalIndex = NonNullable<CreateInput["LocalSecondaryIndexes"]>[number];

const GLOBAL_MAX = 20;
const LOCAL_MAX = 5;
const NON_KEY_MAX = 100;
const UNITS_MAX = 1_000_000_000_000;

export const ZERO: Throughput = { ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

export function readDefinitions(given: CreateInput["AttributeDefinitions"]): Definitions {
  const definitions = (given ?? []).map(({ AttributeName, AttributeType }) => ({
    name: AttributeName,
    type: AttributeType,
  }));
  const names = definitions.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) {
    throw ValidationException(`Attribute Name is duplicated: ${twice}`);
  }
  return definitions;
}

export function readThroughput(
  billing: string,
  throughput: Partial<Throughput> | undefined,
): Throughput {
  if (billing === "PAY_PER_REQUEST") {
    if (throughput !== undefined) {
      throw invalidValues(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is " +
          "PAY_PER_REQUEST",
      );
    }
    return ZERO;
  }
  const { ReadCapacityUnits: read, WriteCapacityUnits: write } = throughput ?? {};
  if (read === undefined || write === undefined) {
    throw invalidValues(
      "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is " +
        "PROVISIONED",
    );
  }
  refuseUnits({ ReadCapacityUnits: read, WriteCapacityUnits: write });
  return { ReadCapacityUnits: read, WriteCapacityUnits: write };
}

const UNITS = ["ReadCapacityUnits", "WriteCapacityUnits"] as const;

export const isBeyondBounds = (throughput: Throughput): boolean =>
  UNITS.some((name) => throughput[name] > UNITS_MAX);

export function refuseUnits(throughput: Throughput, suffix = ""): void {
  for (const name of UNITS) {
    if (throughput[name] > UNITS_MAX) {
      throw ValidationException(
        `Given value ${throughput[name]} for ${name} is out of bounds${suffix}`,
      );
    }
  }
}

export function readProjection(given: LocalIndex["Projection"] | undefined): Projection {
  const type = given?.ProjectionType;
  const named = given?.NonKeyAttributes;
  if (type === undefined) throw invalidValues("Unknown ProjectionType: null");
  if (type !== "INCLUDE") {
    if (named !== undefined) {
      throw invalidValues(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
    }
    return { type, named: [] };
  }
  if (named === undefined) {
    throw invalidValues("ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  }
  const twice = named.find((name, at) => named.indexOf(name) < at);
  if (twice !== undefined) throw invalidValues(`Duplicate element in NonKeyAttributes: ${twice}`);
  return { type, named };
}

export function readLocalIndexes(
  given: readonly LocalIndex[] | undefined,
  keys: Keys,
  definitions: Definitions,
  newId: () => string,
): Index[] {
  if (given === undefined) return [];
  if (given.length === 0) throw invalidValues("List of LocalSecondaryIndexes is empty");
  if (keys.range === undefined) {
    throw invalidValues(
      "Table KeySchema does not have a range key, which is required when specifying a " +
        "LocalSecondaryIndex",
    );
  }
  const seen = new Set<string>();
  const indexes = given.map((one): Index => {
    const { IndexName: name } = one;
    const own = readKeys(one.KeySchema ?? [], definitions, "index");
    if (own.range === undefined) {
      throw invalidValues(`Index KeySchema does not have a range key for index: ${name}`);
    }
    if (own.hash.name !== keys.hash.name) {
      throw invalidValues(
        "Index KeySchema does not have the same leading hash key as table KeySchema for index: " +
          `${name}. index hash key: ${own.hash.name}, table hash key: ${keys.hash.name}`,
      );
    }
    const projection = readProjection(one.Projection);
    refuseDuplicate(name, seen);
    return { id: newId(), name, kind: "local", keys: own, projection, status: "ACTIVE" };
  });
  if (indexes.length > LOCAL_MAX) {
    throw invalidValues(`Number of LocalSecondaryIndexes exceeds per-table limit of ${LOCAL_MAX}`);
  }
  return indexes;
}

export function refuseDuplicate(name: string, seen: Set<string>): void {
  if (seen.has(name)) throw invalidValues(`Duplicate index name: ${name}`);
  seen.add(name);
}

export function readGlobalIndexes(
  given: readonly GlobalIndex[] | undefined,
  definitions: Definitions,
  billing: TableRow["billing"],
  newId: () => string,
): Index[] {
  if (given === undefined) return [];
  if (given.length === 0) throw invalidValues("List of GlobalSecondaryIndexes is empty");
  const seen = new Set<string>();
  const indexes = given.map((one) => {
    const index = readGlobalIndex(one, definitions, billing, newId());
    refuseDuplicate(index.name, seen);
    return index;
  });
  if (indexes.length > GLOBAL_MAX) {
    throw invalidValues(`GlobalSecondaryIndex count exceeds the per-table limit of ${GLOBAL_MAX}`);
  }
  return indexes;
}

export function readGlobalIndex(
  one: GlobalIndex,
  definitions: Definitions,
  billing: TableRow["billing"],
  id: string,
  wording: IndexWording = AT_ONCE,
): Index {
  const { IndexName: name } = one;
  const keys = readGlobalKeys(one.KeySchema ?? [], definitions);
  const projection = readProjection(one.Projection);
  const throughput = readIndexThroughput(name, billing, one.ProvisionedThroughput, wording);
  const { OnDemandThroughput: onDemand, WarmThroughput: warm } = one;
  return {
    id,
    name,
    kind: "global",
    keys,
    projection,
    throughput,
    status: "ACTIVE",
    ...(onDemand === undefined
      ? {}
      : { onDemand: readOnDemand(onDemand, { billing, index: name }) }),
    ...(warm === undefined ? {} : { warm: readInitialWarm(warm, billing, throughput, name) }),
  };
}

/** AWS says it differently for indexes of a new table and for those that come later. */
interface IndexWording {
  readonly missing: (name: string) => string;
  readonly superfluous: (name: string) => string;
}

const AT_ONCE: IndexWording = {
  missing: (name) => `ProvisionedThroughput is not specified for index: ${name}`,
  superfluous: (name) => `ProvisionedThroughput should not be specified for index: ${name}`,
};

export const LATER: IndexWording = {
  missing: (name) =>
    `Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: ${name}`,
  superfluous: (name) =>
    `Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: ${name}`,
};

function readIndexThroughput(
  name: string,
  billing: string,
  throughput: Throughput | undefined,
  wording: IndexWording,
): Throughput {
  if (billing === "PAY_PER_REQUEST") {
    if (throughput !== undefined) {
      throw invalidValues(`${wording.superfluous(name)} when BillingMode is PAY_PER_REQUEST`);
    }
    return ZERO;
  }
  if (throughput === undefined) throw invalidValues(wording.missing(name));
  refuseUnits(throughput, ` for index ${name}`);
  return throughput;
}

interface LimitsOf {
  readonly billing: string;
  /** Absent: the table. */
  readonly index?: string;
  /** -1 takes a limit away that is there. */
  readonly clears?: boolean;
}

export function readOnDemand(
  given: {
    readonly MaxReadRequestUnits?: number | undefined;
    readonly MaxWriteRequestUnits?: number | undefined;
  },
  { billing, index, clears = false }: LimitsOf,
): OnDemandLimits {
  const { MaxReadRequestUnits: read, MaxWriteRequestUnits: write } = given;
  for (const [name, value] of Object.entries({
    MaxReadRequestUnits: read,
    MaxWriteRequestUnits: write,
  })) {
    if (value === undefined) continue;
    if (billing === "PROVISIONED") {
      const whose = index === undefined ? "" : ` for index : ${index}`;
      throw invalidValues(
        `${name} for OnDemandThroughput${whose} cannot be specified when the table BillingMode is ` +
          "PROVISIONED",
      );
    }
    if (value >= 1 || (clears && value === -1)) continue;
    const whose = index === undefined ? "table" : `index : ${index}`;
    throw invalidValues(
      `Requested ${name} for OnDemandThroughput for ${whose} is outside of valid range`,
    );
  }
  return {
    ...(read === undefined ? {} : { MaxReadRequestUnits: read }),
    ...(write === undefined ? {} : { MaxWriteRequestUnits: write }),
  };
}

/**
 * Every definition is there because some key needs it, and the named attributes stay within bounds.
 */
export function refuseLeftovers(
  keys: Keys,
  indexes: readonly Index[],
  definitions: Definitions,
): void {
  const seen = new Set<string>();
  for (const { name } of indexes) refuseDuplicate(name, seen);
  const used = new Set(
    [keys, ...indexes.map((index) => index.keys)].flatMap((one) =>
      keyAttributes(one).map(({ name }) => name),
    ),
  );
  if (definitions.some(({ name }) => !used.has(name))) {
    throw invalidValues(
      indexes.length === 0
        ? "Number of attributes in KeySchema does not exactly match number of attributes " +
            "defined in AttributeDefinitions"
        : "Some AttributeDefinitions are not used. " +
            `AttributeDefinitions: [${definitions.map(({ name }) => name).join(", ")}], ` +
            `keys used: [${[...used].join(", ")}]`,
    );
  }
  const named = indexes.reduce((sum, { projection }) => sum + projection.named.length, 0);
  if (named > NON_KEY_MAX) {
    throw invalidValues(
      "Number of projected attributes across all secondary indexes exceeds the limit of " +
        `${NON_KEY_MAX}`,
    );
  }
}
