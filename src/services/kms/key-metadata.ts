/** A key as callers see it. */
import type { KeyMetadata } from "@aws-sdk/client-kms";
import type { Given } from "../../kernel/types.ts";
import type { Kms } from "./api.ts";
import type { Found } from "./key-reference.ts";
import { keyArn } from "./key-reference.ts";
import { algorithmsOf, toOldSpec } from "./key-spec.ts";
import type { Key } from "./state.ts";

export function toMetadata({ key, owner, arn }: Found): Given<KeyMetadata> {
  const { id, spec, usage, origin, state, deletesAt, pendingWindowDays } = key;
  const showsMaterial = spec === "SYMMETRIC_DEFAULT" && key.materialId !== undefined;
  return {
    AWSAccountId: owner.accountId,
    KeyId: id,
    Arn: arn,
    CreationDate: new Date(key.createdAt),
    Enabled: state === "Enabled",
    Description: key.description,
    KeyUsage: usage,
    KeyState: state,
    Origin: origin,
    KeyManager: key.manager,
    KeySpec: spec,
    ...toOldSpec(spec),
    ...algorithmsOf(spec, usage),
    MultiRegion: key.multiRegion !== undefined,
    ...(showsMaterial && { CurrentKeyMaterialId: key.materialId }),
    ...(deletesAt !== undefined && { DeletionDate: new Date(deletesAt) }),
    ...(state === "PendingReplicaDeletion" && { PendingDeletionWindowInDays: pendingWindowDays }),
    ...expiration(key, owner),
    ...family(key, owner),
  };
}

/** Of imported material that is there. */
function expiration(key: Key, owner: Kms) {
  if (key.origin !== "EXTERNAL" || key.materialId === undefined) return {};
  const material = owner.materials.get(key.id, key.materialId);
  if (material?.secret === undefined) return {};
  const { validTo } = material;
  return validTo === undefined
    ? ({ ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" } as const)
    : ({ ExpirationModel: "KEY_MATERIAL_EXPIRES", ValidTo: new Date(validTo) } as const);
}

function family({ id, multiRegion }: Key, owner: Kms) {
  if (multiRegion === undefined) return {};
  const { primaryRegion } = multiRegion;
  const primary = owner.at({ region: primaryRegion });
  const regions = primary.keys.get(id)?.multiRegion?.replicaRegions ?? [];
  const member = (region: string) => ({ Arn: keyArn(id, owner.at({ region })), Region: region });
  return {
    MultiRegionConfiguration: {
      MultiRegionKeyType: primaryRegion === owner.region ? "PRIMARY" : "REPLICA",
      PrimaryKey: member(primaryRegion),
      ReplicaKeys: regions.map(member),
    },
  } as const;
}
