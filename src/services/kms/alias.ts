import type { Bounds } from "../../kernel/table.ts";
import type { Kms, Operation } from "./api.ts";
import {
  AlreadyExistsException,
  NotAuthorizedException,
  NotFoundException,
  ValidationException,
} from "./errors.ts";
import { aliasArn, findKeyById } from "./key-reference.ts";
import { checkNotDeleting } from "./key-state.ts";
import { isManagedAlias } from "./managed-key.ts";
import { pageFrom } from "./page.ts";
import type { Alias, Key } from "./state.ts";

const LIST_DEFAULT = 50;

export const CreateAlias: Operation<"CreateAlias"> = (input, kms) => {
  const name = readName(input.AliasName);
  if (kms.aliases.has(name)) {
    throw AlreadyExistsException(`An alias with the name ${aliasArn(name, kms)} already exists`);
  }
  const found = findKeyById(input.TargetKeyId, kms);
  checkNotDeleting(found);
  kms.aliases.insert({ name, keyId: found.key.id, createdAt: kms.now, updatedAt: kms.now });
  return {};
};

export const UpdateAlias: Operation<"UpdateAlias"> = (input, kms) => {
  const alias = findAlias(readName(input.AliasName), kms);
  const found = findKeyById(input.TargetKeyId, kms);
  checkNotDeleting(found);
  checkSameKind(kms.keys.get(alias.keyId), found.key);
  kms.aliases.update(alias, { keyId: found.key.id, updatedAt: kms.now });
  return {};
};

/** AWS: what used the alias must go on working, so symmetric stays symmetric, and so on. */
function checkSameKind(before: Key | undefined, after: Key): void {
  if (before === undefined) return;
  const kind = ({ spec, usage }: Key) => {
    const what = spec === "SYMMETRIC_DEFAULT" || spec.startsWith("HMAC") ? spec : "pair";
    return `${what.slice(0, 4)} ${usage}`;
  };
  if (kind(before) === kind(after)) return;
  throw ValidationException(
    "The current and new KMS key must be the same type and have the same key usage.",
  );
}

export const DeleteAlias: Operation<"DeleteAlias"> = (input, kms) => {
  kms.aliases.remove(findAlias(readName(input.AliasName), kms));
  return {};
};

export const ListAliases: Operation<"ListAliases"> = (input, kms) => {
  const keyId = input.KeyId && findKeyById(input.KeyId, kms).key.id;
  const read = (bounds: Bounds) =>
    keyId ? kms.aliases.range("byKey", [keyId], bounds) : kms.aliases.list([], bounds);
  const { items, rest } = pageFrom(read, input, ({ name }) => name, LIST_DEFAULT);
  return { Aliases: items.map((alias) => toWire(alias, kms)), ...rest };
};

function toWire(alias: Alias, kms: Kms) {
  return {
    AliasName: alias.name,
    AliasArn: aliasArn(alias.name, kms),
    TargetKeyId: alias.keyId,
    CreationDate: new Date(alias.createdAt),
    LastUpdatedDate: new Date(alias.updatedAt),
  };
}

function findAlias(name: string, kms: Kms): Alias {
  const alias = kms.aliases.get(name);
  if (alias === undefined) throw NotFoundException(`Alias ${aliasArn(name, kms)} is not found.`);
  return alias;
}

/** Names under `alias/aws/` are AWS's own. */
function readName(name: string): string {
  if (!name.startsWith("alias/")) {
    throw ValidationException(
      'Alias must start with the prefix "alias/". Please see ' +
        "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
    );
  }
  if (name === "alias/") throw ValidationException("Invalid identifier");
  if (name.includes(":")) {
    throw ValidationException(`${name} contains invalid characters for an alias`);
  }
  if (isManagedAlias(name)) throw NotAuthorizedException();
  return name;
}
