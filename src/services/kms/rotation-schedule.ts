/** Rotations on the clock. */
import type { RotationType } from "@aws-sdk/client-kms";
import type { Kms } from "./api.ts";
import { addMaterial, freshSecret } from "./key-material.ts";
import type { Key, Material } from "./state.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Starts (or starts over) automatic rotation: the first one comes a whole period from now, unless
 * its day is set.
 */
export function scheduleRotation(
  key: Key,
  periodDays: number,
  owner: Kms,
  nextAt = owner.now + periodDays * DAY_MS,
): Key {
  const stopped = cancelRotation(key, owner);
  const task = owner.later(nextAt, "rotateKey", { keyId: key.id });
  return owner.keys.update(stopped, { rotation: { periodDays, nextAt, task } });
}

export function cancelRotation(key: Key, owner: Kms): Key {
  if (key.rotation === undefined) return key;
  owner.unschedule(key.rotation.nextAt, key.rotation.task);
  return owner.keys.update(key, { rotation: undefined });
}

/**
 * Task: a period is over. AWS: a key that is off, or going away, does not rotate until it is back.
 */
export function rotateKey({ keyId }: { keyId: string }, kms: Kms): void {
  const key = kms.keys.get(keyId);
  if (key !== undefined && key.state === "Enabled") resumeRotation(key, kms);
}

/** Does a rotation that is due, and asks for the next. */
export function resumeRotation(key: Key, owner: Kms): void {
  const { rotation } = key;
  if (rotation === undefined || rotation.nextAt > owner.now) return;
  scheduleRotation(rotate(key, "AUTOMATIC", owner), rotation.periodDays, owner);
}

/** New material for a symmetric key that KMS made, in every region of its family. */
export function rotate(key: Key, rotationType: RotationType, owner: Kms): Key {
  const fresh = freshSecret(key.spec, owner);
  const more = { state: "CURRENT", rotatedAt: owner.now, rotationType } as const;
  for (const region of key.multiRegion?.replicaRegions ?? []) {
    const there = owner.at({ region });
    const replica = there.keys.get(key.id);
    if (replica !== undefined) makeCurrent(replica, addMaterial(key.id, fresh, more, there), there);
  }
  return makeCurrent(key, addMaterial(key.id, fresh, more, owner), owner);
}

/** The version that encrypts from now on. The one before it still decrypts. */
export function makeCurrent(key: Key, material: Material, owner: Kms): Key {
  const before = key.materialId && owner.materials.get(key.id, key.materialId);
  if (before) owner.materials.update(before, { state: "NON_CURRENT" });
  owner.materials.update(material, { state: "CURRENT" });
  return owner.keys.update(key, { materialId: material.id });
}
