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
  if (new Set(names).size < names.length) {
    throw ValidationException("Cannot provide multiple Tags with the same Key");
  }
  refuseMany(names.length);
  // AWS: the prefix is its own. The sentence is not AWS's to the letter.
  if (names.some((name) => name.toLowerCase().startsWith("aws:"))) {
    throw invalidValues('Tag keys that begin with "aws:" are reserved');
  }
  const strange = given.find(({ Key, Value }) => !CHARACTERS.test(Key) || !CHARACTERS.test(Value));
  if (strange !== undefined) {
    throw invalidValues(`Tag contains characters that are not allowed: ${strange.Key}`);
  }
  return Object.fromEntries(given.map(({ Key, Value }) => [Key, Value]));
}

function refuseMany(count: number): void {
  if (count > TAGS_MAX) throw invalidValues(`Number of tags exceeds the limit of ${TAGS_MAX}`);
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
  // All of them fit into one page: a token can only come from elsewhere.
  if (input.NextToken !== undefined) throw ValidationException("Invalid NextToken");
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

function tableArnAddress(arn: string): TableAddress {
  if (!arn.includes(":")) throw ValidationException(`ARNs must start with 'arn:': ${arn}`);
  const address = arn.startsWith("arn:") ? addressOf(arn) : undefined;
  const whole = address !== undefined && arn.endsWith(`:table/${address.name}`);
  if (whole && /^[a-zA-Z0-9_.-]{3,255}$/.test(address.name)) return address;
  throw ValidationException(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
}
