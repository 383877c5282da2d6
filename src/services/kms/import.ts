/** Key material that callers bring themselves. */
import type { AsyncOperation, Kms, Operation } from "./api.ts";
import {
  ExpiredImportTokenException,
  IncorrectKeyMaterialException,
  InvalidImportTokenException,
  KMSInvalidStateException,
  UnsupportedOperationException,
  ValidationException,
} from "./errors.ts";
import { addMaterial, freshPair, materialIdOf, materialsOf } from "./key-material.ts";
import { findKeyById, type Found } from "./key-reference.ts";
import { checkNotDeleting } from "./key-state.ts";
import type { ImportParameters, Key, Material } from "./state.ts";
import { readMaterial, unwrap, type Unwrapped } from "./unwrap.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const TOKEN_BYTES = 192;
/** An expired token is still known as one of ours for so long. */
const REMEMBERED_DAYS = 30;

/**
 * A key pair of its own for every answer: what is encrypted to its public half, only this key can
 * import.
 */
export const GetParametersForImport: AsyncOperation<"GetParametersForImport"> = {
  asynchronous: async (input, kms) => {
    const { WrappingAlgorithm: algorithm, WrappingKeySpec: wrappingSpec } = input;
    await kms.transact((inside) => checkTakesMaterial(findKeyById(input.KeyId, inside)));
    if (wrappingSpec === "SM2" || algorithm === "SM2PKE" || algorithm === "RSAES_PKCS1_V1_5") {
      // AWS: SM2 is for China; PKCS #1 v1.5 was given up in 2023.
      throw UnsupportedOperationException(`${algorithm} with ${wrappingSpec} is not supported.`);
    }
    const pair = await freshPair(wrappingSpec);
    return kms.transact((inside) => {
      const found = findKeyById(input.KeyId, inside);
      checkTakesMaterial(found);
      const { owner, key, arn } = found;
      const token = Buffer.from(inside.ids.bytes(TOKEN_BYTES));
      const validTo = inside.now + DAY_MS;
      owner.imports.insert({
        token: token.toString("base64"),
        keyId: key.id,
        algorithm,
        privateKey: pair.secret,
        validTo,
        forgetsAt: validTo + REMEMBERED_DAYS * DAY_MS,
      });
      const ParametersValidTo = new Date(validTo);
      return { KeyId: arn, ImportToken: token, PublicKey: pair.publicKey, ParametersValidTo };
    });
  },
};

function checkTakesMaterial(found: Found): void {
  checkImported(found);
  checkNotDeleting(found);
}

function checkImported({ key, arn }: Found): void {
  if (key.origin === "EXTERNAL") return;
  throw UnsupportedOperationException(
    `${arn} origin is ${key.origin} which is not valid for this operation.`,
  );
}

type Input = Parameters<Operation<"ImportKeyMaterial">>[0];

export const ImportKeyMaterial: Operation<"ImportKeyMaterial"> = (input, kms) => {
  const found = findKeyById(input.KeyId, kms);
  checkTakesMaterial(found);
  const { key, owner, arn } = found;
  const validTo = readExpiry(input, kms);
  const bytes = unwrap(input.EncryptedKeyMaterial, findParameters(input.ImportToken, found));
  const fresh = bytes === undefined ? undefined : readMaterial(bytes, key.spec);
  if (fresh === undefined) throw IncorrectKeyMaterialException();

  const id = materialIdOf(key.id, fresh.secret);
  if (input.KeyMaterialId !== undefined && input.KeyMaterialId !== id) {
    throw IncorrectKeyMaterialException();
  }
  checkFamily(found, id);
  const known = owner.materials.get(key.id, id) ?? addVersion(input, fresh, found);
  if (known.validTo !== undefined && known.expiryTask !== undefined) {
    owner.unschedule(known.validTo, known.expiryTask);
  }
  const { KeyMaterialDescription: description = known.description } = input;
  owner.materials.update(known, {
    ...fresh,
    description,
    validTo,
    expiryTask:
      validTo === undefined
        ? undefined
        : owner.later(validTo, "expireMaterial", { keyId: key.id, materialId: id }),
  });
  wake(key, owner);
  return { KeyId: arn, ...(key.spec === "SYMMETRIC_DEFAULT" && { KeyMaterialId: id }) };
};

/** A replica is of nothing that its primary is not of. */
function checkFamily({ key, owner }: Found, materialId: string): void {
  const region = key.multiRegion?.primaryRegion ?? owner.region;
  if (region === owner.region) return;
  if (!owner.at({ region }).materials.has(key.id, materialId)) {
    throw IncorrectKeyMaterialException();
  }
}

function findParameters(token: Uint8Array, { key, owner }: Found): ImportParameters {
  const parameters = owner.imports.get(Buffer.from(token).toString("base64"));
  if (parameters === undefined || parameters.keyId !== key.id) throw InvalidImportTokenException();
  if (parameters.validTo <= owner.now) throw ExpiredImportTokenException();
  return parameters;
}

/** AWS: expiring is the default. */
function readExpiry({ ExpirationModel, ValidTo }: Input, kms: Kms): number | undefined {
  if (ExpirationModel === "KEY_MATERIAL_DOES_NOT_EXPIRE") {
    if (ValidTo === undefined) return undefined;
    throw ValidationException(
      "A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE",
    );
  }
  if (ValidTo === undefined) {
    throw ValidationException(
      "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
    );
  }
  const days = (ValidTo.getTime() - kms.now) / DAY_MS;
  if (days <= 0 || days > 365) {
    throw ValidationException("The validTo date must be in the future, at most 365 days from now.");
  }
  return ValidTo.getTime();
}

/**
 * The first version is what the key is made of; another one of a symmetric key waits for
 * RotateKeyOnDemand.
 */
function addVersion(input: Input, fresh: Unwrapped, { key, owner, arn }: Found): Material {
  const materials = materialsOf(key, owner);
  if (materials.length === 0) {
    const first = addMaterial(key.id, fresh, { state: "CURRENT" }, owner);
    owner.keys.update(key, { materialId: first.id });
    return first;
  }
  if (key.spec !== "SYMMETRIC_DEFAULT" || input.ImportType !== "NEW_KEY_MATERIAL") {
    throw IncorrectKeyMaterialException();
  }
  const pending = materials.find(({ state }) => state === "PENDING_ROTATION");
  if (pending !== undefined) {
    const id = materialIdOf(key.id, fresh.secret);
    throw KMSInvalidStateException(
      `New key material (id: ${id}) cannot be imported into KMS key ${arn}, ` +
        `because another key material (id: ${pending.id}) is pending rotation.`,
    );
  }
  return addMaterial(key.id, fresh, { state: "PENDING_ROTATION" }, owner);
}

/** AWS: a key is usable again when all the versions that it ever worked with are there. */
function wake(key: Key, owner: Kms): void {
  const now = owner.keys.get(key.id);
  if (now?.state !== "PendingImport") return;
  const missing = materialsOf(key, owner).some(
    ({ secret, state }) => secret === undefined && state !== "PENDING_ROTATION",
  );
  if (!missing) owner.keys.update(now, { state: "Enabled" });
}

/** AWS: also while the key waits to be deleted. */
export const DeleteImportedKeyMaterial: Operation<"DeleteImportedKeyMaterial"> = (input, kms) => {
  const found = findKeyById(input.KeyId, kms);
  checkImported(found);
  const { key, owner, arn } = found;
  const id = input.KeyMaterialId ?? key.materialId ?? lastOf(found)?.id;
  const material = id === undefined ? undefined : owner.materials.get(key.id, id);
  if (material === undefined) {
    if (input.KeyMaterialId !== undefined) throw IncorrectKeyMaterialException();
    return { KeyId: arn };
  }
  forget(material, owner);
  return { KeyId: arn, ...(key.spec === "SYMMETRIC_DEFAULT" && { KeyMaterialId: material.id }) };
};

const lastOf = ({ key, owner }: Found): Material | undefined =>
  materialsOf(key, owner).findLast(({ state }) => state === "CURRENT");

/** Task: the day that the caller set has come. */
export function expireMaterial(
  { keyId, materialId }: { keyId: string; materialId: string },
  kms: Kms,
): void {
  const material = kms.materials.get(keyId, materialId);
  if (material?.validTo !== undefined && material.validTo <= kms.now) forget(material, kms);
}

/** The version stays known: the same bytes, and only they, bring it back. */
function forget(material: Material, owner: Kms): void {
  if (material.validTo !== undefined && material.expiryTask !== undefined) {
    owner.unschedule(material.validTo, material.expiryTask);
  }
  if (material.state === "PENDING_ROTATION") {
    owner.materials.remove(material);
    return;
  }
  const gone = { secret: undefined, publicKey: undefined, validTo: undefined };
  owner.materials.update(material, { ...gone, expiryTask: undefined });
  const key = owner.keys.get(material.keyId);
  if (key === undefined) return;
  const asleep = key.state === "Enabled" || key.state === "Disabled";
  owner.keys.update(key, asleep ? { state: "PendingImport" } : {});
}
