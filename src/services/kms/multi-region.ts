import { isRegion } from "../../kernel/regions.ts";
import type { Kms, Operation } from "./api.ts";
import {
  AlreadyExistsException,
  UnsupportedOperationException,
  ValidationException,
} from "./errors.ts";
import { checkKeyPolicy } from "./key-policy.ts";
import { materialsOf } from "./key-material.ts";
import { toMetadata } from "./key-metadata.ts";
import { findKeyById, keyArn, type Found } from "./key-reference.ts";
import { checkUsable } from "./key-state.ts";
import { defaultPolicy, toPolicyText } from "./policy-text.ts";
import { cancelRotation, scheduleRotation } from "./rotation-schedule.ts";
import type { Key, MultiRegion } from "./state.ts";
import { toTags } from "./tag.ts";

type Family = Found & { readonly family: MultiRegion };

/**
 * The replica has the primary's id and material: what one encrypts, the other decrypts. Its policy
 * and tags are its own.
 */
export const ReplicateKey: Operation<"ReplicateKey"> = (input, kms) => {
  const { key, owner, family } = findPrimary(input.KeyId, kms);
  const { ReplicaRegion: region } = input;
  const there = owner.at({ region: checkRegion(region) });
  if (region === owner.region || there.keys.has(key.id)) {
    throw AlreadyExistsException(`${keyArn(key.id, there)} already exists.`);
  }
  const bypass = input.BypassPolicyLockoutSafetyCheck === true;
  if (input.Policy !== undefined) {
    checkKeyPolicy(input.Policy, { arn: keyArn(key.id, there), bypass }, kms);
  }
  const primary = owner.keys.update(key, {
    multiRegion: { ...family, replicaRegions: [...family.replicaRegions, region] },
  });
  const external = key.origin === "EXTERNAL";
  const { rotation: _rotation, materialId, ...shared } = primary;
  const replica = there.keys.insert({
    ...shared,
    description: input.Description ?? "",
    createdAt: kms.now,
    state: external ? "PendingImport" : "Enabled",
    policy:
      input.Policy === undefined ? defaultPolicy(there) : toPolicyText(JSON.parse(input.Policy)),
    tags: toTags(input.Tags ?? [], {}),
    multiRegion: { primaryRegion: family.primaryRegion, replicaRegions: [] },
    // AWS: imported material is imported into each key of the family.
    ...(!external && materialId !== undefined && { materialId }),
  });
  if (!external) for (const material of materialsOf(key, owner)) there.materials.insert(material);
  const found = { key: replica, owner: there, arn: keyArn(key.id, there) };
  const ReplicaTags = Object.entries(replica.tags).map(([TagKey, TagValue]) => ({
    TagKey,
    TagValue,
  }));
  return { ReplicaKeyMetadata: toMetadata(found), ReplicaPolicy: replica.policy, ReplicaTags };
};

/**
 * The primary and the replica change places; rotation goes on from the new one, on the day that was
 * planned.
 */
export const UpdatePrimaryRegion: Operation<"UpdatePrimaryRegion"> = (input, kms) => {
  const { key, owner, family } = findPrimary(input.KeyId, kms);
  const { PrimaryRegion: region } = input;
  if (region === owner.region) return {};
  const there = owner.at({ region: checkRegion(region) });
  const replica = there.keys.get(key.id);
  if (replica === undefined) {
    throw UnsupportedOperationException(`${keyArn(key.id, there)} does not exist.`);
  }
  checkUsable({ key: replica, owner: there, arn: keyArn(key.id, there) });
  const { rotation } = key;
  const replicaRegions = [
    owner.region,
    ...family.replicaRegions.filter((one) => one !== region),
  ].toSorted();
  for (const one of replicaRegions) pointTo(region, key, owner.at({ region: one }));
  const primary = there.keys.update(replica, {
    multiRegion: { primaryRegion: region, replicaRegions },
  });
  const before = owner.keys.get(key.id);
  if (rotation !== undefined && before !== undefined) {
    cancelRotation(before, owner);
    scheduleRotation(primary, rotation.periodDays, there, rotation.nextAt);
  }
  return {};
};

function pointTo(primaryRegion: string, { id }: Key, owner: Kms): void {
  const key = owner.keys.get(id);
  if (key !== undefined) {
    owner.keys.update(key, { multiRegion: { primaryRegion, replicaRegions: [] } });
  }
}

function findPrimary(keyId: string, kms: Kms): Family {
  const found = findKeyById(keyId, kms);
  const { key, owner, arn } = found;
  const family = key.multiRegion;
  if (family === undefined) {
    throw UnsupportedOperationException(`${arn} is not a multi-region key.`);
  }
  if (family.primaryRegion !== owner.region) {
    throw UnsupportedOperationException(`${arn} is not a multi-region primary key.`);
  }
  checkUsable(found);
  return { ...found, family };
}

function checkRegion(region: string): string {
  if (isRegion(region)) return region;
  throw ValidationException(`${region} is not a valid region.`);
}
