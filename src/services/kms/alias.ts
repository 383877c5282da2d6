import type { Bounds } from "../../kernel/table.ts";
import type { Kms, Operation } from "./api.ts";
import {
  AlreadyExistsException,
  NotAuthorizedException,
  NotFoundException,
  ValidationException,
} from "./errors.ts";
import { aliasArn, checkNoAliasOfAlias, findKeyById, type Found } from "./key-reference.ts";
import { checkNotDeleting } from "./key-state.ts";
import { isManagedAlias, MANAGED_ALIASES } from "./managed-key.ts";
import { pageFrom } from "./page.ts";
import type { Alias, Key } from "./state.ts";

const LIST_DEFAULT = 50;

export const CreateAlias: Operation<"CreateAlias"> = (input, kms) => {
  const name = readName(input.AliasName);
  if (kms.aliases.has(name)) {
    throw AlreadyExistsException(`An alias with the name ${aliasArn(name, kms)} already exists`);
  }
  const found = findTarget(input.TargetKeyId, kms);
  kms.aliases.insert({ name, keyId: found.key.id, createdAt: kms.now, updatedAt: kms.now });
  return {};
};

export const UpdateAlias: Operation<"UpdateAlias"> = (input, kms) => {
  const alias = findAlias(readName(input.AliasName), kms);
  const found = findTarget(input.TargetKeyId, kms);
  checkSameKind(kms.keys.get(alias.keyId), found.key);
  kms.aliases.update(alias, { keyId: found.key.id, updatedAt: kms.now });
  return {};
};

function findTarget(keyId: string, kms: Kms): Found {
  checkNoAliasOfAlias(keyId);
  const found = findKeyById(keyId, kms);
  checkNotDeleting(found);
  return found;
}

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
  const read = (bounds: Bounds): readonly Listed[] =>
    keyId ? kms.aliases.range("byKey", [keyId], bounds) : allAliases(bounds, kms);
  const { items, rest } = pageFrom(read, input, ({ name }) => name, LIST_DEFAULT);
  return { Aliases: items.map((alias) => toWire(alias, kms)), ...rest };
};

/** A predefined alias is listed before it has a key. */
type Listed = Alias | { readonly name: string };

function allAliases(bounds: Bounds, kms: Kms): readonly Listed[] {
  const { after = "", limit } = bounds;
  const keyless = MANAGED_ALIASES.filter(
    (name) => name > String(after) && !kms.aliases.has(name),
  ).map((name) => ({ name }));
  return [...kms.aliases.list([], bounds), ...keyless]
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .slice(0, limit);
}

function toWire(alias: Listed, kms: Kms) {
  return {
    AliasName: alias.name,
    AliasArn: aliasArn(alias.name, kms),
    ...("keyId" in alias && {
      TargetKeyId: alias.keyId,
      CreationDate: new Date(alias.createdAt),
      LastUpdatedDate: new Date(alias.updatedAt),
    }),
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
