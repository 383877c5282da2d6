/**
 * The key schema of a table or an index, read: one attribute for the partition and one to sort by;
 * of a global index up to four for each.
 */
import type { Input } from "./api.ts";
import { invalidValues, ValidationException } from "./errors.ts";
import type { KeyAttribute, Keys } from "./item/key.ts";
import type { ScalarType } from "./state.ts";

type KeySchema = NonNullable<Input<"CreateTable">["KeySchema"]>;
export type Definitions = readonly { readonly name: string; readonly type: ScalarType }[];

const ATTRIBUTES_MAX = 4;

/** `whose` is told where AWS says it differently for the table's own keys. */
export function readKeys(
  schema: KeySchema,
  definitions: Definitions,
  whose: "table" | "index",
): Keys {
  const [first, second] = schema;
  if (first === undefined) throw ValidationException("No key schema");
  if (schema.length > 2) throw tooLong(schema, 2);
  if (whose === "table" && schema.length > definitions.length) {
    throw ValidationException("Invalid KeySchema: Some index key attribute have no definition");
  }
  refuseUndefined(schema, definitions);
  if (second !== undefined && first.AttributeName === second.AttributeName) throw sameName();
  if (first.KeyType !== "HASH") throw invalid("The first KeySchemaElement is not a HASH key type");
  if (second !== undefined && second.KeyType !== "RANGE") {
    throw invalid("The second KeySchemaElement is not a RANGE key type");
  }
  const hash = attributeOf(first, definitions);
  return second === undefined ? { hash } : { hash, range: attributeOf(second, definitions) };
}

/** AWS: since November 2025 these may be several attributes a key. */
export function readGlobalKeys(schema: KeySchema, definitions: Definitions): Keys {
  const [first] = schema;
  if (first === undefined) throw ValidationException("No key schema");
  if (schema.length > 2 * ATTRIBUTES_MAX) throw tooLong(schema, 2 * ATTRIBUTES_MAX);
  refuseUndefined(schema, definitions);
  const names = schema.map(({ AttributeName }) => AttributeName);
  if (new Set(names).size < names.length) {
    if (names.length === 2) throw sameName();
    throw ValidationException("The KeySchema contains multiple key attributes with the same name");
  }
  if (first.KeyType !== "HASH") throw invalid("The first KeySchemaElement is not a HASH key type");
  const hashes = schema.filter(({ KeyType }) => KeyType === "HASH");
  const ranges = schema.filter(({ KeyType }) => KeyType === "RANGE");
  if (schema.slice(0, hashes.length).some(({ KeyType }) => KeyType !== "HASH")) {
    throw invalidValues(
      "All HASH key attributes must precede RANGE key attributes in the KeySchema",
    );
  }
  refuseCount("HASH", hashes);
  refuseCount("RANGE", ranges);
  const [hash, ...moreHash] = hashes.map((one) => attributeOf(one, definitions));
  const [range, ...moreRange] = ranges.map((one) => attributeOf(one, definitions));
  return {
    hash: hash ?? attributeOf(first, definitions),
    ...(range === undefined ? {} : { range }),
    ...(moreHash.length === 0 ? {} : { moreHash }),
    ...(moreRange.length === 0 ? {} : { moreRange }),
  };
}

function refuseCount(type: "HASH" | "RANGE", elements: KeySchema): void {
  if (elements.length <= ATTRIBUTES_MAX) return;
  throw invalidValues(`The KeySchema exceeds the maximum allowed number of ${type} key attributes`);
}

function refuseUndefined(schema: KeySchema, definitions: Definitions): void {
  const names = schema.map(({ AttributeName }) => AttributeName);
  const defined = definitions.map(({ name }) => name);
  if (names.every((name) => defined.includes(name))) return;
  throw invalidValues(
    "Some index key attributes are not defined in AttributeDefinitions. " +
      `Keys: [${[...new Set(names)].join(", ")}], ` +
      `AttributeDefinitions: [${defined.join(", ")}]`,
  );
}

const attributeOf = (
  { AttributeName: name }: KeySchema[number],
  definitions: Definitions,
): KeyAttribute => ({ name, type: definitions.find((one) => one.name === name)?.type ?? "S" });

const invalid = (what: string) => ValidationException(`Invalid KeySchema: ${what}`);

const sameName = () =>
  ValidationException(
    "Both the Hash Key and the Range Key element in the KeySchema have the same name",
  );

function tooLong(schema: KeySchema, max: number) {
  const elements = schema.map(
    ({ AttributeName, KeyType }) =>
      `KeySchemaElement(attributeName=${AttributeName}, keyType=${KeyType})`,
  );
  return ValidationException(
    `1 validation error detected: Value '[${elements.join(", ")}]' at 'keySchema' failed to ` +
      `satisfy constraint: Member must have length less than or equal to ${max}`,
  );
}
