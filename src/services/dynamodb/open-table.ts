/**
 * From a request's TableName, which may be an ARN, to the table and to the account and region in
 * which it lives.
 */
import type { Dynamodb } from "./api.ts";
import { ResourceNotFoundException, ValidationException } from "./errors.ts";
import type { Index, TableRow } from "./state.ts";

export interface OpenTable {
  readonly table: TableRow;
  /** The table's account and region: where its rows are. */
  readonly home: Dynamodb;
}

export interface TableAddress {
  readonly name: string;
  /** As it was given, when it was. */
  readonly arn?: string;
  readonly accountId?: string;
  readonly region?: string;
}

const ARN = /^arn:[^:]*:dynamodb:([^:]*):(\d{12}):table\/([^/]+)(?:\/.*)?$/;
const NAME = /^[a-zA-Z0-9_.-]+$/;
const NAME_LENGTH_MIN = 3;
const NAME_LENGTH_MAX = 255;

export function addressOf(nameOrArn: string): TableAddress {
  if (!nameOrArn.startsWith("arn:")) return { name: nameOrArn };
  const [, region = "", accountId = "", name] = ARN.exec(nameOrArn) ?? [];
  if (name === undefined) {
    throw ValidationException(
      `Invalid TableArn: Invalid ResourceArn provided as input ${nameOrArn}`,
    );
  }
  return { name, arn: nameOrArn, accountId, region };
}

/** Of another account perhaps, never of another region: AWS has been seen to say so. */
export function homeOf(address: TableAddress, ddb: Dynamodb): Dynamodb {
  const { accountId = ddb.accountId, region = ddb.region } = address;
  if (region !== ddb.region) {
    throw ValidationException(
      `1 validation error detected: Invalid AWS region in '${address.arn ?? address.name}'`,
    );
  }
  return accountId === ddb.accountId ? ddb : ddb.at({ accountId, region });
}

/** Items can be read and written from the creation on; a table that is being deleted is gone. */
export function openTable(nameOrArn: string, ddb: Dynamodb): OpenTable {
  const address = addressOf(nameOrArn);
  const home = homeOf(address, ddb);
  const table = home.tables.get(address.name);
  if (table === undefined || table.status === "DELETING") {
    refuseName(address.name);
    throw ResourceNotFoundException("Requested resource not found");
  }
  return { table, home };
}

/** For the operations that speak of the table itself: their sentence names it. */
export function findTable(nameOrArn: string, ddb: Dynamodb): OpenTable {
  const address = addressOf(nameOrArn);
  const home = homeOf(address, ddb);
  const table = home.tables.get(address.name);
  if (table === undefined) {
    refuseName(address.name);
    throw tableNotFound(address.name);
  }
  return { table, home };
}

export const tableNotFound = (name: string) =>
  ResourceNotFoundException(`Requested resource not found: Table: ${name} not found`);

/** The model says nothing of names where an ARN may stand. */
export function refuseName(name: string): void {
  const broken: string[] = [];
  const say = (constraint: string) =>
    broken.push(`Value '${name}' at 'tableName' failed to satisfy constraint: ${constraint}`);
  if (!NAME.test(name)) {
    say("Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  }
  if (name.length < NAME_LENGTH_MIN) say("Member must have length greater than or equal to 3");
  if (name.length > NAME_LENGTH_MAX) say("Member must have length less than or equal to 255");
  if (broken.length === 0) return;
  const errors = broken.length === 1 ? "1 validation error" : `${broken.length} validation errors`;
  throw ValidationException(`${errors} detected: ${broken.join("; ")}`);
}

export const tableArn = (table: TableRow, home: Dynamodb): string =>
  home.arn("dynamodb", `table/${table.name}`);

export function findIndex(table: TableRow, name: string): Index {
  const index = table.indexes.find((one) => one.name === name);
  if (index === undefined || index.status === "DELETING") {
    throw ValidationException(`The table does not have the specified index: ${name}`);
  }
  if (index.backfilling === true) {
    throw ValidationException(`Cannot read from backfilling global secondary index: ${name}`);
  }
  return index;
}
