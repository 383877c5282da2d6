import type { GrantListEntry, GrantOperation } from "@aws-sdk/client-kms";
import type { Given } from "../../kernel/types.ts";
import type { Kms, Operation } from "./api.ts";
import {
  checkNotDryRun,
  InvalidArnException,
  InvalidGrantIdException,
  InvalidGrantTokenException,
  NotFoundException,
  ValidationException,
} from "./errors.ts";
import { checkGrantTokens, grantOfToken, makeGrantToken } from "./grant-token.ts";
import { findKeyById, keyArn, type Found } from "./key-reference.ts";
import { checkUsable } from "./key-state.ts";
import { page } from "./page.ts";
import type { Grant, Key } from "./state.ts";

const LIST_DEFAULT = 50;
/** AWS: accounts, users, roles and their sessions; nobody calls as a group. And services. */
const PRINCIPALS = [
  /^arn:[^:]+:iam::\d{12}:(?:root|(?:user|role)\/.+)$/,
  /^arn:[^:]+:sts::\d{12}:(?:assumed-role|federated-user)\/.+$/,
  /^\d{12}$/,
  /^[a-z0-9.-]+\.amazonaws\.com$/,
];

/**
 * The client knows a second kind of grantee that the model does not: there, this member is still
 * required.
 */
type Asked = Parameters<Operation<"CreateGrant">>[0];
type Input = Asked & { readonly GranteePrincipal: string };

/** Asking again with the same name and the same wishes gives the same grant. */
export const CreateGrant: Operation<"CreateGrant"> = (asked, kms) => {
  const input = readInput(asked);
  checkGrantTokens(input.GrantTokens, kms);
  const found = findKeyById(input.KeyId, kms);
  checkUsable(found);
  checkPrincipal(input.GranteePrincipal);
  if (input.RetiringPrincipal !== undefined) checkPrincipal(input.RetiringPrincipal);
  checkOperations(input, found);
  checkConstraints(input, found.key);
  checkNotDryRun(input.DryRun);

  const { owner, key } = found;
  const wanted = toGrant(input, found, kms);
  const same = owner.grants
    .list([key.id])
    .find((grant) => grant.name !== undefined && says(grant) === says(wanted));
  const { token, id } = same ?? owner.grants.insert(wanted);
  return { GrantToken: token, GrantId: id };
};

function readInput(asked: Asked): Input {
  const { GranteePrincipal } = asked;
  if (GranteePrincipal === undefined) throw ValidationException("GranteePrincipal is required.");
  return { ...asked, GranteePrincipal };
}

function checkPrincipal(principal: string): void {
  if (PRINCIPALS.some((form) => form.test(principal))) return;
  throw InvalidArnException(`Invalid principal: ${principal}`);
}

/** AWS: a grant may not give what the key cannot do. */
function checkOperations({ Operations }: Input, { key }: Found): void {
  const possible = new Set<string>([...ALWAYS, ...(BY_USAGE[key.usage] ?? [])]);
  if (key.usage !== "GENERATE_VERIFY_MAC" && key.spec !== "SYMMETRIC_DEFAULT") {
    possible.add("GetPublicKey");
  }
  if (key.spec === "SYMMETRIC_DEFAULT") for (const operation of DATA_KEYS) possible.add(operation);
  if (Operations.every((operation) => possible.has(operation))) return;
  throw ValidationException("Grant Operations are not supported by the key.");
}

const ALWAYS: readonly GrantOperation[] = ["CreateGrant", "RetireGrant", "DescribeKey"];
const DATA_KEYS: readonly GrantOperation[] = [
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
];
const BY_USAGE: { readonly [Usage in Key["usage"]]?: readonly GrantOperation[] } = {
  ENCRYPT_DECRYPT: ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo"],
  SIGN_VERIFY: ["Sign", "Verify"],
  GENERATE_VERIFY_MAC: ["GenerateMac", "VerifyMac"],
  KEY_AGREEMENT: ["DeriveSharedSecret"],
};

function checkConstraints({ Constraints }: Input, { spec }: Key): void {
  if (Constraints === undefined || spec === "SYMMETRIC_DEFAULT") return;
  throw ValidationException(
    "Encryption context constraints are only supported by symmetric encryption keys.",
  );
}

function toGrant(input: Input, { key, owner }: Found, kms: Kms): Grant {
  const { Constraints = {}, Name, RetiringPrincipal } = input;
  const { EncryptionContextEquals, EncryptionContextSubset } = Constraints;
  return {
    keyId: key.id,
    id: kms.ids.hex(64),
    token: makeGrantToken(owner),
    grantee: input.GranteePrincipal,
    issuingAccount: kms.caller.accountId,
    operations: [...input.Operations],
    createdAt: kms.now,
    ...(Name !== undefined && { name: Name }),
    ...(RetiringPrincipal !== undefined && { retiring: RetiringPrincipal }),
    ...(EncryptionContextEquals && { contextEquals: { ...EncryptionContextEquals } }),
    ...(EncryptionContextSubset && { contextSubset: { ...EncryptionContextSubset } }),
  };
}

/** All that a caller says of a grant. */
function says(grant: Grant): string {
  const sorted = (context: Grant["contextEquals"]) =>
    Object.entries(context ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    grant.name,
    grant.grantee,
    grant.retiring,
    [...grant.operations].toSorted(),
    sorted(grant.contextEquals),
    sorted(grant.contextSubset),
  ]);
}

export const ListGrants: Operation<"ListGrants"> = (input, kms) => {
  const { key, owner } = findKeyById(input.KeyId, kms);
  const { GrantId, GranteePrincipal } = input;
  const grants = owner.grants
    .list([key.id])
    .filter(({ id }) => GrantId === undefined || id === GrantId)
    .filter(({ grantee }) => GranteePrincipal === undefined || grantee === GranteePrincipal);
  const { items, rest } = page(grants, input, ({ id }) => id, LIST_DEFAULT);
  return { Grants: items.map((grant) => toWire(grant, owner)), ...rest };
};

export const ListRetirableGrants: Operation<"ListRetirableGrants"> = (input, kms) => {
  const { RetiringPrincipal = "" } = input;
  checkPrincipal(RetiringPrincipal);
  const grants = kms.grants.range("byRetiring", [RetiringPrincipal]);
  const nameOf = ({ keyId, id }: Grant) => `${keyId} ${id}`;
  const { items, rest } = page(grants, input, nameOf, LIST_DEFAULT);
  return { Grants: items.map((grant) => toWire(grant, kms)), ...rest };
};

function toWire(grant: Grant, owner: Kms): Given<GrantListEntry> {
  const { contextEquals, contextSubset } = grant;
  const constrained = contextEquals !== undefined || contextSubset !== undefined;
  return {
    KeyId: keyArn(grant.keyId, owner),
    GrantId: grant.id,
    Name: grant.name ?? "",
    CreationDate: new Date(grant.createdAt),
    GranteePrincipal: grant.grantee,
    ...(grant.retiring !== undefined && { RetiringPrincipal: grant.retiring }),
    IssuingAccount: owner.arn("iam", "root", { region: "", accountId: grant.issuingAccount }),
    Operations: grant.operations,
    ...(constrained && {
      Constraints: {
        ...(contextEquals && { EncryptionContextEquals: contextEquals }),
        ...(contextSubset && { EncryptionContextSubset: contextSubset }),
      },
    }),
  };
}

export const RevokeGrant: Operation<"RevokeGrant"> = (input, kms) => {
  const { key, owner } = findKeyById(input.KeyId, kms);
  const grant = owner.grants.get(key.id, input.GrantId);
  if (grant === undefined) throw noSuchGrant(input.GrantId);
  checkNotDryRun(input.DryRun);
  owner.grants.remove(grant);
  return {};
};

/** By those for whom it was made, when they are done with it. */
export const RetireGrant: Operation<"RetireGrant"> = (input, kms) => {
  const { grant, owner } = grantToRetire(input, kms);
  checkNotDryRun(input.DryRun);
  owner.grants.remove(grant);
  return {};
};

export interface RetireInput {
  readonly GrantToken?: string | undefined;
  readonly KeyId?: string | undefined;
  readonly GrantId?: string | undefined;
}

export function grantToRetire(input: RetireInput, kms: Kms): { grant: Grant; owner: Kms } {
  const { GrantToken, KeyId, GrantId } = input;
  if (GrantToken !== undefined) {
    const found = grantOfToken(GrantToken, kms);
    if (found === undefined) throw InvalidGrantTokenException();
    return found;
  }
  if (KeyId === undefined || GrantId === undefined) {
    throw ValidationException("Either a grant token or a key ID and a grant ID are required.");
  }
  const { key, owner } = findKeyById(KeyId, kms);
  const grant = owner.grants.get(key.id, GrantId);
  if (grant === undefined) throw noSuchGrant(GrantId);
  return { grant, owner };
}

const noSuchGrant = (id: string) =>
  /^[0-9a-f]{64}$/.test(id)
    ? NotFoundException(`Grant ID ${id} not found`)
    : InvalidGrantIdException(`Invalid grant ID ${id}`);
