/**
 * What CreateTable and UpdateTable say of keys, indexes and throughput: checked, in AWS's order,
 * and read.
 */
import type { Input } from "./api.ts";
import { invalidValues, ValidationException } from "./errors.ts";
import { keyAttributes, type Keys } from "./item/key.ts";
import { type Definitions, readGlobalKeys, readKeys } from "./key-schema.ts";
import type { Index, OnDemandLimits, Projection, Throughput } from "./state.ts";

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
    throw invalidValues(`Duplicate AttributeName in AttributeDefinitions: ${twice}`);
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

export function refuseUnits(throughput: Throughput, suffix = ""): void {
  for (const name of ["ReadCapacityUnits", "WriteCapacityUnits"] as const) {
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
  if (twice !== undefined) throw invalidValues(`Duplicate value in NonKeyAttributes: ${twice}`);
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
  billing: string,
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
  billing: string,
  id: string,
): Index {
  const { IndexName: name } = one;
  const keys = readGlobalKeys(one.KeySchema ?? [], definitions);
  const projection = readProjection(one.Projection);
  const throughput = readIndexThroughput(name, billing, one.ProvisionedThroughput);
  const onDemand = one.OnDemandThroughput;
  return {
    id,
    name,
    kind: "global",
    keys,
    projection,
    throughput,
    status: "ACTIVE",
    ...(onDemand === undefined ? {} : { onDemand: readOnDemand(onDemand) }),
  };
}

function readIndexThroughput(
  name: string,
  billing: string,
  throughput: Throughput | undefined,
): Throughput {
  if (billing === "PAY_PER_REQUEST") {
    if (throughput !== undefined) {
      throw invalidValues(
        `ProvisionedThroughput should not be specified for index: ${name} when BillingMode is ` +
          "PAY_PER_REQUEST",
      );
    }
    return ZERO;
  }
  if (throughput === undefined) {
    throw invalidValues(`ProvisionedThroughput must be specified for index: ${name}`);
  }
  refuseUnits(throughput, ` for index ${name}`);
  return throughput;
}

export function readOnDemand(given: {
  readonly MaxReadRequestUnits?: number | undefined;
  readonly MaxWriteRequestUnits?: number | undefined;
}): OnDemandLimits {
  const { MaxReadRequestUnits: read, MaxWriteRequestUnits: write } = given;
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
