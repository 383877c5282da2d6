/** The condition keys of KMS (`kms:…`), from the key and from the request. */
import type { Kms } from "./api.ts";
import type { Found } from "./key-reference.ts";
import type { EncryptionContext } from "./state.ts";

export type Input = Readonly<Record<string, unknown>>;
export type Conditions = Readonly<Record<string, string | readonly string[]>>;

export function textIn(input: Input, member: string): string | undefined {
  const value = input[member];
  return typeof value === "string" ? value : undefined;
}

export function contextIn(input: Input, member: string): EncryptionContext | undefined {
  const value = input[member];
  if (typeof value !== "object" || value === null) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
}

/** Request member -> condition key, where the value is passed on as it is. */
const PLAIN: Readonly<Record<string, string>> = {
  BypassPolicyLockoutSafetyCheck: "kms:BypassPolicyLockoutSafetyCheck",
  EncryptionAlgorithm: "kms:EncryptionAlgorithm",
  ExpirationModel: "kms:ExpirationModel",
  GranteePrincipal: "kms:GranteePrincipal",
  KeyAgreementAlgorithm: "kms:KeyAgreementAlgorithm",
  KeyPairSpec: "kms:DataKeyPairSpec",
  MacAlgorithm: "kms:MacAlgorithm",
  MessageType: "kms:MessageType",
  PendingWindowInDays: "kms:ScheduleKeyDeletionPendingWindowInDays",
  PrimaryRegion: "kms:PrimaryRegion",
  ReplicaRegion: "kms:ReplicaRegion",
  RetiringPrincipal: "kms:RetiringPrincipal",
  RotationPeriodInDays: "kms:RotationPeriodInDays",
  SigningAlgorithm: "kms:SigningAlgorithm",
  WrappingAlgorithm: "kms:WrappingAlgorithm",
  WrappingKeySpec: "kms:WrappingKeySpec",
};

export function requestConditions(input: Input, kms: Kms): Conditions {
  const conditions: Record<string, string | readonly string[]> = {
    "kms:CallerAccount": kms.caller.accountId,
  };
  for (const [member, key] of Object.entries(PLAIN)) {
    const value = input[member];
    if (typeof value === "string") conditions[key] = value;
    if (typeof value === "number" || typeof value === "boolean") conditions[key] = String(value);
  }
  const { Operations, Constraints, ValidTo } = input;
  if (Array.isArray(Operations)) conditions["kms:GrantOperations"] = Operations.map(String);
  if (typeof Constraints === "object" && Constraints !== null) {
    conditions["kms:GrantConstraintType"] = Object.keys(Constraints);
  }
  if (kms.caller.kind === "service") conditions["kms:GrantIsForAWSResource"] = "true";
  if (ValidTo instanceof Date) conditions["kms:ValidTo"] = ValidTo.toISOString();
  return conditions;
}

/** What a key is that is yet to be made. */
export function newKeyConditions(input: Input): Conditions {
  const spec = textIn(input, "KeySpec") ?? textIn(input, "CustomerMasterKeySpec");
  return {
    "kms:KeySpec": spec ?? "SYMMETRIC_DEFAULT",
    "kms:KeyUsage": textIn(input, "KeyUsage") ?? "ENCRYPT_DECRYPT",
    "kms:KeyOrigin": textIn(input, "Origin") ?? "AWS_KMS",
    "kms:MultiRegion": String(input["MultiRegion"] === true),
  };
}

export function keyConditions({ key, owner }: Found, named: string | undefined): Conditions {
  const { multiRegion } = key;
  const aliases = owner.aliases.range("byKey", [key.id]).map(({ name }) => name);
  return {
    "kms:KeySpec": key.spec,
    "kms:KeyUsage": key.usage,
    "kms:KeyOrigin": key.origin,
    "kms:MultiRegion": String(multiRegion !== undefined),
    ...(multiRegion !== undefined && {
      "kms:MultiRegionKeyType": multiRegion.primaryRegion === owner.region ? "PRIMARY" : "REPLICA",
    }),
    ...(aliases.length > 0 && { "kms:ResourceAliases": aliases }),
    ...(named !== undefined && { "kms:RequestAlias": named }),
  };
}

/**
 * AWS: operations with symmetric keys have this key also where the request does not name an
 * algorithm.
 */
export const algorithmConditions = (operation: string, input: Input): Conditions =>
  /^(?:Encrypt|Decrypt|ReEncrypt.*|GenerateDataKey.*)$/.test(operation)
    ? { "kms:EncryptionAlgorithm": textIn(input, "EncryptionAlgorithm") ?? "SYMMETRIC_DEFAULT" }
    : {};

export function contextConditions(context: EncryptionContext | undefined): Conditions {
  if (context === undefined) return {};
  const pairs = Object.entries(context).map(([name, value]) => [
    `kms:EncryptionContext:${name}`,
    value,
  ]);
  return { ...Object.fromEntries(pairs), "kms:EncryptionContextKeys": Object.keys(context) };
}
