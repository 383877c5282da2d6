import type { RotationsListEntry } from "@aws-sdk/client-kms";
import type { Given } from "../../kernel/types.ts";
import type { Kms, Operation } from "./api.ts";
import {
  KMSInvalidStateException,
  LimitExceededException,
  UnsupportedOperationException,
} from "./errors.ts";
import { materialsOf } from "./key-material.ts";
import { findKeyById, type Found } from "./key-reference.ts";
import { checkUsable, isDeleting } from "./key-state.ts";
import { page } from "./page.ts";
import { cancelRotation, makeCurrent, rotate, scheduleRotation } from "./rotation-schedule.ts";
import type { Key, Material } from "./state.ts";

const PERIOD_DAYS_DEFAULT = 365;
const ON_DEMAND_MAX = 25;
const LIST_DEFAULT = 100;

export const EnableKeyRotation: Operation<"EnableKeyRotation"> = (input, kms) => {
  const found = keyToSchedule(input.KeyId, kms);
  const periodDays = input.RotationPeriodInDays ?? PERIOD_DAYS_DEFAULT;
  if (found.key.rotation?.periodDays === periodDays) return {};
  scheduleRotation(found.key, periodDays, found.owner);
  return {};
};

export const DisableKeyRotation: Operation<"DisableKeyRotation"> = (input, kms) => {
  const found = keyToSchedule(input.KeyId, kms);
  cancelRotation(found.key, found.owner);
  return {};
};

/**
 * AWS: of keys that never rotate this is always false. While a key is off its next rotation still
 * has a date; while it waits to be deleted it does not rotate. A family has one schedule.
 */
export const GetKeyRotationStatus: Operation<"GetKeyRotationStatus"> = (input, kms) => {
  const found = findKeyById(input.KeyId, kms);
  const primary = primaryOf(found);
  const { arn: KeyId } = found;
  if (primary?.rotation === undefined || isDeleting(found.key) || isDeleting(primary)) {
    return { KeyId, KeyRotationEnabled: false };
  }
  return {
    KeyId,
    KeyRotationEnabled: true,
    RotationPeriodInDays: primary.rotation.periodDays,
    NextRotationDate: new Date(primary.rotation.nextAt),
  };
};

/** The key that has the schedule: of a replica its primary, else the key itself. */
function primaryOf({ key, owner }: Found): Key | undefined {
  const region = key.multiRegion?.primaryRegion ?? owner.region;
  return region === owner.region ? key : owner.at({ region }).keys.get(key.id);
}

/**
 * Automatic rotation goes on as planned. Of imported material the version is taken that waits for
 * it.
 */
export const RotateKeyOnDemand: Operation<"RotateKeyOnDemand"> = (input, kms) => {
  const found = keyToRotate(input.KeyId, kms);
  const { key, owner, arn } = found;
  const materials = materialsOf(key, owner);
  const before = materials.filter(({ rotationType }) => rotationType === "ON_DEMAND").length;
  if (before >= ON_DEMAND_MAX) {
    throw LimitExceededException(
      "The on-demand rotations limit has been reached for the given keyId. " +
        `No more on-demand rotations can be performed for this key: ${arn}`,
    );
  }
  if (key.origin === "EXTERNAL") rotateImported(found, materials);
  else rotate(key, "ON_DEMAND", owner);
  return { KeyId: arn };
};

function rotateImported({ key, owner, arn }: Found, materials: readonly Material[]): void {
  const next = materials.find(({ state }) => state === "PENDING_ROTATION");
  const replicas = (key.multiRegion?.replicaRegions ?? []).map((region) => owner.at({ region }));
  // A family rotates together: what waits here must be there, too.
  const ready =
    next && replicas.every((there) => there.materials.get(key.id, next.id)?.secret !== undefined);
  if (next === undefined || ready !== true) {
    throw KMSInvalidStateException(
      `No available key material pending rotation for the key: ${arn}.`,
    );
  }
  const rotated = { rotatedAt: owner.now, rotationType: "ON_DEMAND" } as const;
  for (const there of [owner, ...replicas]) {
    const member = there.keys.get(key.id);
    const material = there.materials.get(key.id, next.id);
    if (member === undefined || material === undefined) continue;
    makeCurrent(member, there.materials.update(material, rotated), there);
  }
}

export const ListKeyRotations: Operation<"ListKeyRotations"> = (input, kms) => {
  const found = findKeyById(input.KeyId, kms);
  checkSymmetric(found);
  const all = input.IncludeKeyMaterial === "ALL_KEY_MATERIAL";
  const materials = materialsOf(found.key, found.owner).filter(
    ({ rotatedAt }) => all || rotatedAt !== undefined,
  );
  const nameOf = ({ sequence }: Material) => String(sequence).padStart(8, "0");
  const { items, rest } = page(materials, input, nameOf, LIST_DEFAULT);
  return { Rotations: items.map((material) => toWire(material, found, all)), ...rest };
};

function toWire(material: Material, { key }: Found, all: boolean): Given<RotationsListEntry> {
  const { rotatedAt, rotationType, validTo, description } = material;
  return {
    KeyId: key.id,
    KeyMaterialId: material.id,
    ...(all && { KeyMaterialState: material.state }),
    ...(description !== undefined && { KeyMaterialDescription: description }),
    ...(key.origin === "EXTERNAL" &&
      all && {
        ImportState: material.secret === undefined ? "PENDING_IMPORT" : "IMPORTED",
        ExpirationModel:
          validTo === undefined ? "KEY_MATERIAL_DOES_NOT_EXPIRE" : "KEY_MATERIAL_EXPIRES",
        ...(validTo !== undefined && { ValidTo: new Date(validTo) }),
      }),
    ...(rotatedAt !== undefined && { RotationDate: new Date(rotatedAt) }),
    ...(rotationType !== undefined && { RotationType: rotationType }),
  };
}

/** What never rotates by itself is said before the state that the key is in. */
function keyToSchedule(keyId: string, kms: Kms): Found {
  const found = findKeyById(keyId, kms);
  checkSymmetric(found);
  checkOwnMaterial(found);
  return keyToRotate(keyId, kms);
}

function keyToRotate(keyId: string, kms: Kms): Found {
  const found = findKeyById(keyId, kms);
  checkSymmetric(found);
  checkUsable(found);
  checkPrimary(found);
  return found;
}

/** AWS says no more than that. */
function checkSymmetric({ key }: Found): void {
  if (key.spec !== "SYMMETRIC_DEFAULT") throw UnsupportedOperationException("");
}

function checkOwnMaterial({ key, arn }: Found): void {
  if (key.origin === "AWS_KMS") return;
  throw UnsupportedOperationException(
    `${arn} origin is ${key.origin} which is not valid for this operation.`,
  );
}

/** A family rotates together, and its primary says when. */
function checkPrimary({ key, owner, arn }: Found): void {
  if (key.multiRegion === undefined || key.multiRegion.primaryRegion === owner.region) return;
  throw UnsupportedOperationException(`${arn} is not a multi-region primary key.`);
}
