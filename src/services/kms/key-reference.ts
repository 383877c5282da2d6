/**
 * From what callers write (an id, an ARN, an alias, an alias's ARN) to a key and to whom it
 * belongs.
 */
import type { Place } from "../../kernel/table.ts";
import type { Kms } from "./api.ts";
import { InvalidArnException, NotFoundException, ValidationException } from "./errors.ts";
import { managedKey } from "./managed-key.ts";
import type { Key } from "./state.ts";

/**
 * A key with the context of its owner: tables, ARNs and tasks of the account that it belongs to.
 */
export interface Found {
  readonly key: Key;
  readonly owner: Kms;
  readonly arn: string;
}

/** What a reference names, whether or not it is there. */
export type Reference =
  | { readonly kind: "key"; readonly id: string; readonly place: Place }
  | { readonly kind: "alias"; readonly name: string; readonly place: Place };

const KEY_ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;
const ARN = /^arn:([^:]*):([^:]*):([^:]*):([^:]*):(?:key\/(.+)|(alias\/.+))$/;

export const keyArn = (id: string, owner: Kms): string => owner.arn("kms", `key/${id}`);
export const aliasArn = (name: string, owner: Kms): string => owner.arn("kms", name);

export function parseReference(text: string, kms: Kms): Reference {
  const here: Place = { accountId: kms.accountId, region: kms.region };
  if (text.startsWith("arn:")) return parseArn(text, kms);
  if (text.startsWith("alias/")) return { kind: "alias", name: text, place: here };
  if (!KEY_ID.test(text)) throw NotFoundException(`Invalid keyId '${text}'`);
  return { kind: "key", id: text, place: here };
}

function parseArn(text: string, kms: Kms): Reference {
  const [, partition, service, region = "", accountId = "", id, name] = ARN.exec(text) ?? [];
  if (partition !== kms.partition || service !== "kms" || !/^\d{12}$/.test(accountId)) {
    throw InvalidArnException(`Invalid arn ${text}`);
  }
  // AWS: a region answers for its own keys only, and names the other one.
  if (region !== kms.region) throw NotFoundException(`Invalid arn ${region}`);
  const place = { accountId, region };
  if (name !== undefined) return { kind: "alias", name, place };
  if (id === undefined || !KEY_ID.test(id)) throw NotFoundException(`Invalid keyId '${id ?? ""}'`);
  return { kind: "key", id, place };
}

export const ownerOf = (reference: Reference, kms: Kms): Kms =>
  reference.place.accountId === kms.accountId ? kms : kms.at(reference.place);

/** AWS-managed keys come into being here, when somebody first asks for one by its alias. */
export function getKey(reference: Reference, kms: Kms): Found | undefined {
  const owner = ownerOf(reference, kms);
  const key =
    reference.kind === "key" ? owner.keys.get(reference.id) : keyOfAlias(reference.name, owner);
  return key === undefined ? undefined : { key, owner, arn: keyArn(key.id, owner) };
}

function keyOfAlias(name: string, owner: Kms): Key | undefined {
  const alias = owner.aliases.get(name);
  return alias === undefined ? managedKey(name, owner) : owner.keys.get(alias.keyId);
}

/** By whatever name. */
export function findKey(text: string, kms: Kms): Found {
  const reference = parseReference(text, kms);
  const found = getKey(reference, kms);
  if (found !== undefined) return found;
  throw notFound(reference, ownerOf(reference, kms));
}

export const notFound = (reference: Reference, owner: Kms): Error =>
  reference.kind === "key"
    ? NotFoundException(`Key '${keyArn(reference.id, owner)}' does not exist`)
    : NotFoundException(`Alias ${aliasArn(reference.name, owner)} is not found.`);

/** For operations that take a key's id or ARN and no alias: those that manage keys. */
export function findKeyById(text: string, kms: Kms): Found {
  checkNoAlias(text);
  return findKey(text, kms);
}

export function checkNoAlias(text: string): void {
  if (text.startsWith("alias/")) throw NotFoundException(`Invalid keyId '${text}'`);
  if (/^arn:[^:]*:kms:[^:]*:[^:]*:alias\//.test(text)) {
    throw InvalidArnException("Key Aliases are not supported for this operation.");
  }
}

const ALIAS = /^(?:arn:[^:]*:kms:[^:]*:[^:]*:)?alias\//;

/** An alias is of a key. */
export function checkNoAliasOfAlias(text: string): void {
  if (ALIAS.test(text)) throw ValidationException("Aliases must refer to keys. Not aliases");
}
