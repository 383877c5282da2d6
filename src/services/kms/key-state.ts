/** On, off, and going away. */
import type { Kms, Operation } from "./api.ts";
import { DisabledException, KMSInvalidStateException, ValidationException } from "./errors.ts";
import { findKeyById, type Found } from "./key-reference.ts";
import { materialsOf } from "./key-material.ts";
import { resumeRotation } from "./rotation-schedule.ts";
import type { Key } from "./state.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const WINDOW_DAYS = { least: 7, most: 30 };

const WAITING = {
  PendingDeletion: "is pending deletion.",
  PendingReplicaDeletion: "is pending replica deletion.",
  PendingImport: "is pending import.",
} as const;

/** For everything that works with the key: it must be enabled. */
export function checkUsable({ key, arn }: Found): void {
  if (key.state === "Enabled") return;
  if (key.state === "Disabled") throw DisabledException(arn);
  throw KMSInvalidStateException(`${arn} ${WAITING[key.state]}`);
}

/** For what changes the key: anything but waiting to be deleted. */
export function checkNotDeleting({ key, arn }: Found): void {
  if (!isDeleting(key)) return;
  throw KMSInvalidStateException(`${arn} ${WAITING[key.state]}`);
}

export const isDeleting = (
  key: Key,
): key is Key & { state: "PendingDeletion" | "PendingReplicaDeletion" } =>
  key.state === "PendingDeletion" || key.state === "PendingReplicaDeletion";

/** A rotation that came due while it was off happens now. */
export const EnableKey: Operation<"EnableKey"> = (input, kms) => {
  const found = findKeyById(input.KeyId, kms);
  const { key, owner } = found;
  if (key.state !== "Disabled") {
    if (key.state !== "Enabled") checkUsable(found);
    return {};
  }
  resumeRotation(owner.keys.update(key, { state: "Enabled" }), owner);
  return {};
};

export const DisableKey: Operation<"DisableKey"> = (input, kms) => {
  const found = findKeyById(input.KeyId, kms);
  const { key, owner } = found;
  if (key.state === "Disabled") return {};
  checkUsable(found);
  owner.keys.update(key, { state: "Disabled" });
  return {};
};

export const ScheduleKeyDeletion: Operation<"ScheduleKeyDeletion"> = (input, kms) => {
  const found = findKeyById(input.KeyId, kms);
  const { key, owner, arn } = found;
  checkNotDeleting(found);
  const windowDays = input.PendingWindowInDays ?? WINDOW_DAYS.most;
  if (windowDays < WINDOW_DAYS.least || windowDays > WINDOW_DAYS.most) {
    throw ValidationException("PendingWindowInDays must be between 7 and 30 (inclusive).");
  }
  if (hasReplicas(key)) {
    // AWS: a primary waits until its last replica is gone; only then its own days begin.
    owner.keys.update(key, { state: "PendingReplicaDeletion", pendingWindowDays: windowDays });
    const wire = { KeyId: arn, KeyState: "PendingReplicaDeletion" } as const;
    return { ...wire, PendingWindowInDays: windowDays };
  }
  const deletesAt = scheduleDeletion(key, windowDays, owner);
  return {
    KeyId: arn,
    DeletionDate: new Date(deletesAt),
    KeyState: "PendingDeletion",
    PendingWindowInDays: windowDays,
  };
};

const hasReplicas = ({ multiRegion }: Key) => (multiRegion?.replicaRegions.length ?? 0) > 0;

function scheduleDeletion(key: Key, windowDays: number, owner: Kms): number {
  const deletesAt = owner.now + windowDays * DAY_MS;
  const deletionTask = owner.later(deletesAt, "deleteKey", toDelete(key, owner));
  owner.keys.update(key, {
    state: "PendingDeletion",
    pendingWindowDays: windowDays,
    deletesAt,
    deletionTask,
  });
  return deletesAt;
}

function toDelete({ id, multiRegion }: Key, { region }: Kms): DeletedKey {
  const primary = multiRegion?.primaryRegion;
  return primary === undefined || primary === region
    ? { keyId: id }
    : { keyId: id, family: primary };
}

/** The key comes back disabled; one whose material is missing comes back waiting for it. */
export const CancelKeyDeletion: Operation<"CancelKeyDeletion"> = (input, kms) => {
  const { key, owner, arn } = findKeyById(input.KeyId, kms);
  if (!isDeleting(key)) throw KMSInvalidStateException(`${arn} is not pending deletion.`);
  if (key.deletesAt !== undefined && key.deletionTask !== undefined) {
    owner.unschedule(key.deletesAt, key.deletionTask);
  }
  const complete =
    key.materialId !== undefined && materialsOf(key, owner).every(({ secret }) => secret);
  owner.keys.update(key, {
    state: complete ? "Disabled" : "PendingImport",
    pendingWindowDays: undefined,
    deletesAt: undefined,
    deletionTask: undefined,
  });
  return { KeyId: arn };
};

/**
 * Task: the waiting is over. The row of the key has expired by itself; what hung on it goes with
 * it.
 */
export function deleteKey({ keyId, family }: DeletedKey, kms: Kms): void {
  for (const alias of kms.aliases.range("byKey", [keyId])) kms.aliases.remove(alias);
  for (const grant of kms.grants.list([keyId])) kms.grants.remove(grant);
  for (const material of kms.materials.list([keyId])) kms.materials.remove(material);
  if (family !== undefined) leaveFamily(keyId, kms.at({ region: family }), kms.region);
}

export interface DeletedKey {
  readonly keyId: string;
  /** Of a replica: where its primary is. */
  readonly family?: string;
}

function leaveFamily(keyId: string, primary: Kms, region: string): void {
  const key = primary.keys.get(keyId);
  if (key?.multiRegion === undefined) return;
  const replicaRegions = key.multiRegion.replicaRegions.filter((one) => one !== region);
  const left = primary.keys.update(key, { multiRegion: { ...key.multiRegion, replicaRegions } });
  if (left.state === "PendingReplicaDeletion" && replicaRegions.length === 0) {
    scheduleDeletion(left, left.pendingWindowDays ?? WINDOW_DAYS.most, primary);
  }
}
