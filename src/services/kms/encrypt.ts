import type { EncryptionAlgorithmSpec } from "@aws-sdk/client-kms";
import type { Kms, Operation } from "./api.ts";
import { open, originOf, seal } from "./ciphertext.ts";
import {
  checkNoRecipient,
  checkNotDryRun,
  ciphertextDenied,
  IncorrectKeyException,
  InvalidCiphertextException,
  InvalidKeyUsageException,
  KMSInvalidStateException,
  ValidationException,
} from "./errors.ts";
import { checkGrantTokens } from "./grant-token.ts";
import { currentSecret } from "./key-material.ts";
import { findKey, keyArn, type Found } from "./key-reference.ts";
import { algorithmsOf } from "./key-spec.ts";
import { checkUsable } from "./key-state.ts";
import { decryptRsa, encryptRsa } from "./rsa-encryption.ts";
import type { EncryptionContext, Key } from "./state.ts";

const SYMMETRIC = "SYMMETRIC_DEFAULT";
const NONCE_BYTES = 12;

export const Encrypt: Operation<"Encrypt"> = (input, kms) => {
  checkGrantTokens(input.GrantTokens, kms);
  const { EncryptionAlgorithm: algorithm = SYMMETRIC, EncryptionContext: context } = input;
  const found = keyToEncrypt(input.KeyId, algorithm, "Encrypt", kms);
  const sealed = encryptWith(found, input.Plaintext, { algorithm, context }, kms);
  checkNotDryRun(input.DryRun);
  return { CiphertextBlob: sealed.bytes, KeyId: found.arn, EncryptionAlgorithm: algorithm };
};

export const Decrypt: Operation<"Decrypt"> = (input, kms) => {
  checkNoRecipient(input.Recipient);
  checkGrantTokens(input.GrantTokens, kms);
  const { EncryptionAlgorithm: algorithm = SYMMETRIC, EncryptionContext: context } = input;
  const { CiphertextBlob: ciphertext, KeyId, DryRun, DryRunModifiers } = input;
  if (ignoresCiphertext(DryRun, DryRunModifiers)) {
    throwDryRun(KeyId, algorithm, "Decrypt", kms);
  }
  const opened = decrypt(
    { ciphertext: required(ciphertext), keyId: KeyId, algorithm, context },
    "Decrypt",
    kms,
  );
  checkNotDryRun(DryRun);
  return {
    KeyId: opened.found.arn,
    Plaintext: opened.plaintext,
    EncryptionAlgorithm: algorithm,
    ...(opened.materialId !== undefined && { KeyMaterialId: opened.materialId }),
  };
};

/** Both steps in one: the plaintext never leaves KMS. */
export const ReEncrypt: Operation<"ReEncrypt"> = (input, kms) => {
  checkGrantTokens(input.GrantTokens, kms);
  const from = input.SourceEncryptionAlgorithm ?? SYMMETRIC;
  const to = input.DestinationEncryptionAlgorithm ?? SYMMETRIC;
  if (ignoresCiphertext(input.DryRun, input.DryRunModifiers)) {
    keyToEncrypt(input.DestinationKeyId, to, "ReEncrypt", kms);
    throwDryRun(input.SourceKeyId, from, "ReEncrypt", kms);
  }
  const { plaintext, found, materialId } = decrypt(
    {
      ciphertext: required(input.CiphertextBlob),
      keyId: input.SourceKeyId,
      algorithm: from,
      context: input.SourceEncryptionContext,
    },
    "ReEncrypt",
    kms,
  );
  const destination = keyToEncrypt(input.DestinationKeyId, to, "ReEncrypt", kms);
  const context = input.DestinationEncryptionContext;
  const sealed = encryptWith(destination, plaintext, { algorithm: to, context }, kms);
  checkNotDryRun(input.DryRun);
  return {
    CiphertextBlob: sealed.bytes,
    SourceKeyId: found.arn,
    KeyId: destination.arn,
    SourceEncryptionAlgorithm: from,
    DestinationEncryptionAlgorithm: to,
    ...(materialId !== undefined && { SourceKeyMaterialId: materialId }),
    ...(sealed.materialId !== undefined && { DestinationKeyMaterialId: sealed.materialId }),
  };
};

/** A usable key that can do this. */
export function keyToEncrypt(
  keyId: string,
  algorithm: EncryptionAlgorithmSpec,
  operation: string,
  kms: Kms,
): Found {
  const found = findKey(keyId, kms);
  checkUsable(found);
  checkUsage(found, "ENCRYPT_DECRYPT", operation);
  const { EncryptionAlgorithms = [] } = algorithmsOf(found.key.spec, found.key.usage);
  if (!EncryptionAlgorithms.includes(algorithm)) throw incompatible(algorithm, found.key);
  return found;
}

export function checkUsage({ key, arn }: Found, usage: Key["usage"], operation: string): void {
  if (key.usage === usage) return;
  throw InvalidKeyUsageException(
    `${arn} key usage is ${key.usage} which is not valid for ${operation}.`,
  );
}

export const incompatible = (algorithm: string, { spec }: Key) =>
  InvalidKeyUsageException(`Algorithm ${algorithm} is incompatible with key spec ${spec}.`);

interface How {
  readonly algorithm: EncryptionAlgorithmSpec;
  readonly context: EncryptionContext | undefined;
}

export interface Sealed {
  readonly bytes: Uint8Array;
  /** Of symmetric keys. */
  readonly materialId?: string;
}

export function encryptWith(found: Found, plaintext: Uint8Array, how: How, kms: Kms): Sealed {
  const { secret, publicKey, id: materialId } = currentSecret(found);
  const { key, owner } = found;
  if (publicKey !== undefined) {
    checkNoContext(how.context);
    return { bytes: encryptRsa(plaintext, how.algorithm, { spec: key.spec, publicKey }) };
  }
  const origin = { accountId: owner.accountId, keyId: key.id, materialId };
  const nonce = kms.ids.bytes(NONCE_BYTES);
  return { bytes: seal(plaintext, origin, { secret, context: how.context, nonce }), materialId };
}

function checkNoContext(context: EncryptionContext | undefined): void {
  if (context === undefined || Object.keys(context).length === 0) return;
  throw ValidationException(
    "EncryptionContext is not supported for asymmetric encryption algorithms.",
  );
}

interface Ciphertext extends How {
  readonly ciphertext: Uint8Array;
  readonly keyId: string | undefined;
}

interface Opened {
  readonly plaintext: Uint8Array;
  readonly found: Found;
  readonly materialId?: string;
}

function decrypt(given: Ciphertext, operation: string, kms: Kms): Opened {
  return given.algorithm === SYMMETRIC
    ? decryptSymmetric(given, operation, kms)
    : decryptPair(given, operation, kms);
}

function decryptSymmetric(given: Ciphertext, operation: string, kms: Kms): Opened {
  const { ciphertext, keyId, context } = given;
  const asked = keyId === undefined ? undefined : findKey(keyId, kms);
  const origin = originOf(ciphertext);
  if (origin === undefined) throw InvalidCiphertextException();
  const owner = origin.accountId === kms.accountId ? kms : kms.at(origin);
  if (asked !== undefined) {
    const same = asked.key.id === origin.keyId && asked.owner.accountId === origin.accountId;
    if (!same) throw IncorrectKeyException();
  }
  const key = owner.keys.get(origin.keyId);
  const arn = keyArn(origin.keyId, owner);
  if (key === undefined) throw ciphertextDenied(`kms:${action(operation)}`, kms.caller);
  const found = { key, owner, arn };
  checkUsable(found);
  checkUsage(found, "ENCRYPT_DECRYPT", operation);
  const material = owner.materials.get(key.id, origin.materialId);
  if (material === undefined) throw InvalidCiphertextException();
  if (material.secret === undefined) throw KMSInvalidStateException(`${arn} is pending import.`);
  const plaintext = open(ciphertext, { secret: material.secret, context });
  if (plaintext === undefined) throw InvalidCiphertextException();
  return { plaintext, found, materialId: material.id };
}

const action = (operation: string) => (operation === "ReEncrypt" ? "ReEncryptFrom" : operation);

function decryptPair(given: Ciphertext, operation: string, kms: Kms): Opened {
  const { ciphertext, keyId, algorithm, context } = given;
  if (keyId === undefined) {
    throw ValidationException(`KeyId is required with the algorithm ${algorithm}.`);
  }
  const found = keyToEncrypt(keyId, algorithm, operation, kms);
  checkNoContext(context);
  const plaintext = decryptRsa(ciphertext, algorithm, currentSecret(found).secret);
  if (plaintext === undefined) throw InvalidCiphertextException();
  return { plaintext, found };
}

/** A dry run may leave the ciphertext out: then only the permission is asked for. */
function ignoresCiphertext(
  dryRun: boolean | undefined,
  modifiers: readonly string[] | undefined,
): boolean {
  if (modifiers === undefined || modifiers.length === 0) return false;
  if (dryRun === true) return true;
  throw ValidationException("DryRunModifiers can only be specified when DryRun is true.");
}

function throwDryRun(
  keyId: string | undefined,
  algorithm: EncryptionAlgorithmSpec,
  operation: string,
  kms: Kms,
): void {
  if (keyId === undefined) {
    throw ValidationException("KeyId is required when the ciphertext is ignored.");
  }
  keyToEncrypt(keyId, algorithm, operation, kms);
  checkNotDryRun(true);
}

function required(ciphertext: Uint8Array | undefined): Uint8Array {
  if (ciphertext === undefined) throw ValidationException("CiphertextBlob is required.");
  return ciphertext;
}
