/**
 * What each call touches, for its authorisation. A key's policy decides, also within the account;
 * grants allow besides.
 */
import type { Access, AccessTarget } from "../../kernel/service.ts";
import {
  algorithmConditions,
  contextConditions,
  contextIn,
  keyConditions,
  newKeyConditions,
  requestConditions,
  textIn,
  type Conditions,
  type Input,
} from "./access-conditions.ts";
import type { Kms } from "./api.ts";
import { originOf } from "./ciphertext.ts";
import { AccessDeniedException, ciphertextDenied, HIDDEN } from "./errors.ts";
import { grantToRetire } from "./grant.ts";
import { grantStatements, retiringStatements, type ChildGrant } from "./grant-policy.ts";
import {
  aliasArn,
  checkNoAlias,
  checkNoAliasOfAlias,
  getKey,
  keyArn,
  notFound,
  ownerOf,
  parseReference,
  type Reference,
} from "./key-reference.ts";
import type { EncryptionContext, state } from "./state.ts";

/** AWS: a key's policy cannot open anything else to another account. */
const ACROSS_ACCOUNTS: ReadonlySet<string> = new Set(
  (
    "CreateGrant Decrypt DeriveSharedSecret DescribeKey Encrypt GenerateDataKey " +
    "GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext " +
    "GenerateDataKeyWithoutPlaintext GenerateMac GetKeyRotationStatus GetPublicKey " +
    "ListGrants ReEncryptFrom ReEncryptTo RetireGrant RevokeGrant Sign Verify VerifyMac"
  ).split(" "),
);

/** Operations that take no alias: said before anything is asked. */
const BY_ID =
  /Grant|KeyRotation|OnDemand|KeyPolic|Tag|Import|Deletion|^(?:En|Dis)able|^UpdateKey|Region|Replicate/;

export const access: Access<typeof state> = {
  actions: { ReEncrypt: "kms:ReEncryptFrom" },
  targets,
};

function targets(operation: string, input: Input, kms: Kms): readonly AccessTarget[] {
  switch (operation) {
    case "GenerateRandom":
    case "ListAliases":
    case "ListKeys":
    case "ListRetirableGrants":
      return [{ resource: "*", conditions: requestConditions(input, kms) }];
    case "CreateKey":
      return creation(input, { ...requestConditions(input, kms), ...newKeyConditions(input) });
    case "CreateAlias":
    case "UpdateAlias":
    case "DeleteAlias":
      return aliasTargets(operation, input, kms);
    case "Decrypt":
      return decryption("Decrypt", input, { key: "KeyId", context: "EncryptionContext" }, kms);
    case "ReEncrypt":
      return reEncryption(input, kms);
    case "RetireGrant":
      return retirement(input, kms);
    case "ReplicateKey":
      return [
        byId(operation, input, kms),
        ...creation(input, requestConditions(input, kms)).map((target) => ({
          action: "kms:CreateKey",
          ...target,
        })),
      ];
    case "UpdatePrimaryRegion": {
      const region = textIn(input, "PrimaryRegion") ?? kms.region;
      return [byId(operation, input, kms), replica(input, kms.at({ region }))];
    }
    default:
      return [byId(operation, input, kms)];
  }
}

function creation(input: Input, conditions: Conditions): AccessTarget[] {
  const requestTags = tagsIn(input);
  const target = { resource: "*", conditions, ...(requestTags && { requestTags }) };
  if (requestTags === undefined) return [target];
  return [target, { ...target, action: "kms:TagResource" }];
}

function byId(operation: string, input: Input, kms: Kms): AccessTarget {
  const keyId = textIn(input, "KeyId") ?? "";
  if (BY_ID.test(operation)) checkNoAlias(keyId);
  const context = contextIn(input, "EncryptionContext");
  const requestTags = tagsIn(input);
  const target = keyTarget(parseReference(keyId, kms), `kms:${operation}`, { input, context }, kms);
  return { ...target, ...(requestTags && { requestTags }), ...tagKeysIn(input, target) };
}

/** The key of the family in the other region; the reference may be an ARN of this one. */
function replica(input: Input, there: Kms): AccessTarget {
  const id = (textIn(input, "KeyId") ?? "").replace(/^arn:.*:key\//, "");
  return keyTarget(parseReference(id, there), "kms:UpdatePrimaryRegion", { input }, there);
}

function aliasTargets(operation: string, input: Input, kms: Kms): AccessTarget[] {
  const action = `kms:${operation}`;
  const name = textIn(input, "AliasName") ?? "";
  const asked = textIn(input, "TargetKeyId");
  const now = operation === "CreateAlias" ? undefined : kms.aliases.get(name)?.keyId;
  const keyIds = [asked, now].filter((keyId) => keyId !== undefined);
  return [
    { resource: aliasArn(name, kms), action, conditions: requestConditions(input, kms) },
    ...keyIds.map((keyId) => {
      checkNoAliasOfAlias(keyId);
      return keyTarget(parseReference(keyId, kms), action, { input }, kms);
    }),
  ];
}

interface Members {
  readonly key: string;
  readonly context: string;
}

/** Of bytes that no key here made there is nobody to ask: the operation refuses them. */
function decryption(action: string, input: Input, members: Members, kms: Kms): AccessTarget[] {
  const context = contextIn(input, members.context);
  const facts = { input, context };
  const keyId = textIn(input, members.key);
  if (keyId !== undefined) {
    return [keyTarget(parseReference(keyId, kms), `kms:${action}`, facts, kms)];
  }
  const ciphertext = input["CiphertextBlob"];
  const origin = ciphertext instanceof Uint8Array ? originOf(ciphertext) : undefined;
  if (origin === undefined) return [];
  const place = { accountId: origin.accountId, region: kms.region };
  const reference: Reference = { kind: "key", id: origin.keyId, place };
  const target = keyTarget(reference, `kms:${action}`, facts, kms);
  if (target.policy !== undefined && origin.accountId === kms.caller.accountId) return [target];
  return [{ ...target, denied: () => ciphertextDenied(`kms:${action}`, kms.caller) }];
}

function reEncryption(input: Input, kms: Kms): AccessTarget[] {
  const { SourceEncryptionAlgorithm: from, DestinationEncryptionAlgorithm: to } = input;
  const members = { key: "SourceKeyId", context: "SourceEncryptionContext" };
  const source = decryption("ReEncryptFrom", { ...input, EncryptionAlgorithm: from }, members, kms);
  const keyId = textIn(input, "DestinationKeyId") ?? "";
  const context = contextIn(input, "DestinationEncryptionContext");
  const destination = keyTarget(
    parseReference(keyId, kms),
    "kms:ReEncryptTo",
    { input: { ...input, EncryptionAlgorithm: to }, context },
    kms,
  );
  const same = { "kms:ReEncryptOnSameKey": String(source[0]?.resource === destination.resource) };
  return [...source, destination].map((target) => ({
    ...target,
    conditions: { ...target.conditions, ...same },
  }));
}

function retirement(input: Input, kms: Kms): AccessTarget[] {
  const { grant, owner } = grantToRetire(input, kms);
  const { accountId, region } = owner;
  const reference: Reference = { kind: "key", id: grant.keyId, place: { accountId, region } };
  const target = keyTarget(reference, "kms:RetireGrant", { input }, kms);
  const grants = retiringStatements(grant);
  return [{ ...target, ...(grants !== undefined && { grants }) }];
}

interface Facts {
  readonly input: Input;
  readonly context?: EncryptionContext | undefined;
}

/**
 * A key that is not there has no policy: the caller's own must allow, and then the operation says
 * that it is not there.
 */
function keyTarget(
  reference: Reference,
  action: string,
  { input, context }: Facts,
  kms: Kms,
): AccessTarget {
  const found = getKey(reference, kms);
  const owner = ownerOf(reference, kms);
  const foreign = owner.accountId !== kms.caller.accountId;
  const conditions = {
    ...requestConditions(input, kms),
    ...algorithmConditions(action.slice("kms:".length), input),
    ...contextConditions(context),
  };
  // AWS: of an alias that leads nowhere there is nothing to ask; the owner is told at once.
  if (found === undefined && reference.kind === "alias" && !foreign) {
    throw notFound(reference, owner);
  }
  const would =
    reference.kind === "key" ? keyArn(reference.id, owner) : aliasArn(reference.name, owner);
  const target = {
    resource: found?.arn ?? would,
    action,
    accountId: owner.accountId,
    conditions,
    ...(foreign && { denied: deniedAcross }),
  };
  if (found === undefined) return target;
  const named = reference.kind === "alias" ? reference.name : undefined;
  const grants = grantStatements(owner.grants.list([found.key.id]), action, {
    context,
    child: action === "kms:CreateGrant" ? childGrantIn(input) : undefined,
  });
  const open = !foreign || ACROSS_ACCOUNTS.has(action.slice("kms:".length));
  return {
    ...target,
    conditions: { ...conditions, ...keyConditions(found, named) },
    resourceTags: found.key.tags,
    ...(open && { policy: found.key.policy, policyDecides: true }),
    ...(open && grants !== undefined && { grants }),
  };
}

function childGrantIn(input: Input): ChildGrant {
  const { Operations, Constraints } = input;
  const constraints: Input = { ...(typeof Constraints === "object" && Constraints) };
  return {
    operations: Array.isArray(Operations) ? Operations.map(String) : [],
    contextEquals: contextIn(constraints, "EncryptionContextEquals"),
    contextSubset: contextIn(constraints, "EncryptionContextSubset"),
  };
}

const deniedAcross = (sentence: string) =>
  AccessDeniedException(sentence.replace(/because no resource-based policy .*$/, HIDDEN));

function tagsIn(input: Input): Readonly<Record<string, string>> | undefined {
  const { Tags } = input;
  if (!Array.isArray(Tags) || Tags.length === 0) return undefined;
  const pairs = Tags.map(({ TagKey, TagValue }: Input): [string, string] => [
    String(TagKey),
    String(TagValue),
  ]);
  return Object.fromEntries(pairs);
}

function tagKeysIn(input: Input, target: AccessTarget): Partial<AccessTarget> {
  const { TagKeys } = input;
  if (!Array.isArray(TagKeys)) return {};
  return { conditions: { ...target.conditions, "aws:TagKeys": TagKeys.map(String) } };
}
