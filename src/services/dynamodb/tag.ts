/** Tags of tables. */
import type { Dynamodb, Input, Operation } from "./api.ts";
import { invalidValues, ResourceNotFoundException, ValidationException } from "./errors.ts";
import { addressOf, homeOf, type OpenTable, type TableAddress } from "./open-table.ts";

const TAGS_MAX = 50;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

type Tags = Input<"TagResource">["Tags"];

export function tagsOf(tags: Tags | undefined): Readonly<Record<string, string>> {
  const given = tags ?? [];
  const names = given.map(({ Key }) => Key);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) {
    throw ValidationException(
      `Duplicate Tag Keys provided as input: Duplicate Tag Key found ${twice}`,
    );
  }
  refuseMany(names.length);
  for (const { Key, Value } of given) {
    if (Key.startsWith("aws:")) {
      throw ValidationException(`Tag Key cannot be prefixed with aws:, Key: ${Key}`);
    }
    if (!CHARACTERS.test(Key)) {
      throw ValidationException(`The Tag Key provided is invalid, Key: ${Key}`);
    }
    if (!CHARACTERS.test(Value)) {
      throw ValidationException(`The Tag Value provided is invalid, Value: ${Value}`);
    }
  }
  return Object.fromEntries(given.map(({ Key, Value }) => [Key, Value]));
}

function refuseMany(count: number): void {
  if (count <= TAGS_MAX) return;
  throw ValidationException("Number of Tags exceed the current limit for the provided ResourceArn");
}

export const TagResource: Operation<"TagResource"> = (input, ddb) => {
  if (input.Tags.length === 0) {
    tableArnAddress(input.ResourceArn);
    throw ValidationException("Atleast one Tag needs to be provided as Input.");
  }
  const fresh = tagsOf(input.Tags);
  const { table, home } = findByArn(input.ResourceArn, ddb);
  const tags = { ...table.tags, ...fresh };
  refuseMany(Object.keys(tags).length);
  home.tables.update(table, { tags });
  return {};
};

export const UntagResource: Operation<"UntagResource"> = (input, ddb) => {
  if (input.TagKeys.length === 0) {
    tableArnAddress(input.ResourceArn);
    throw ValidationException("Atleast one Tag Key needs to be provided as Input.");
  }
  const { table, home } = findByArn(input.ResourceArn, ddb, "Requested resource not found");
  const tags = Object.fromEntries(
    Object.entries(table.tags).filter(([key]) => !input.TagKeys.includes(key)),
  );
  home.tables.update(table, { tags });
  return {};
};

export const ListTagsOfResource: Operation<"ListTagsOfResource"> = (input, ddb) => {
  const { table } = findByArn(input.ResourceArn, ddb);
  return { Tags: Object.entries(table.tags).map(([Key, Value]) => ({ Key, Value })) };
};

/** By an ARN and nothing else. */
export function findByArn(arn: string, ddb: Dynamodb, missing?: string): OpenTable {
  const address = tableArnAddress(arn);
  const home = homeOf(address, ddb);
  const table = home.tables.get(address.name);
  if (table !== undefined && table.status !== "DELETING") return { table, home };
  throw ResourceNotFoundException(
    missing ?? `Requested resource not found: ResourcArn: ${arn} not found`,
  );
}

const INDEX = /^arn:[^:]*:dynamodb:[^:]*:[^:]*:table\/[^/]+\/index\//;

function tableArnAddress(arn: string): TableAddress {
  if (!arn.includes(":")) throw invalidValues(`ARNs must start with 'arn:': ${arn}`);
  if (/^arn:[^:]*:(?!dynamodb:)/.test(arn)) {
    throw invalidValues(`Provided Arn is not a DynamoDB resource arn: ${arn}`);
  }
  if (INDEX.test(arn)) {
    throw invalidValues(
      `Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${arn}`,
    );
  }
  const address = arn.startsWith("arn:") ? addressOf(arn) : undefined;
  const whole = address !== undefined && arn.endsWith(`:table/${address.name}`);
  if (whole && /^[a-zA-Z0-9_.-]{3,255}$/.test(address.name)) return address;
  throw ValidationException(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
}
