import type { AsyncOperation, Kms, Operation } from "./api.ts";
import { CustomKeyStoreNotFoundException, ValidationException } from "./errors.ts";
import { checkKeyPolicy } from "./key-policy.ts";
import { addMaterial, freshPair, freshSecret, type FreshMaterial } from "./key-material.ts";
import { toMetadata } from "./key-metadata.ts";
import { findKey, findKeyById, keyArn, type Found } from "./key-reference.ts";
import { isPair, usageFor } from "./key-spec.ts";
import { checkGrantTokens } from "./grant-token.ts";
import { checkNotDeleting } from "./key-state.ts";
import { pageFrom } from "./page.ts";
import { defaultPolicy, toPolicyText } from "./policy-text.ts";
import type { Key } from "./state.ts";
import { toTags } from "./tag.ts";

type Input = Parameters<AsyncOperation<"CreateKey">["asynchronous"]>[0];

const KEYS_DEFAULT = 100;

/**
 * Key pairs are made before the transaction: it cannot wait, and making one takes up to seconds.
 */
export const CreateKey: AsyncOperation<"CreateKey"> = {
  asynchronous: async (input, kms) => {
    const facts = readInput(input);
    const external = facts.origin === "EXTERNAL";
    const pair = isPair(facts.spec) && !external ? await freshPair(facts.spec) : undefined;
    return kms.transact((inside) => ({
      KeyMetadata: toMetadata(createKey(input, facts, pair, inside)),
    }));
  },
};

function readInput(input: Input): Pick<Key, "spec" | "usage" | "origin"> {
  const { Origin: origin = "AWS_KMS", KeySpec, CustomerMasterKeySpec } = input;
  if (KeySpec !== undefined && CustomerMasterKeySpec !== undefined) {
    throw ValidationException(
      "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. " +
        "CustomerMasterKeySpec is deprecated.",
    );
  }
  checkNoKeyStore(input);
  if (origin !== "AWS_KMS" && origin !== "EXTERNAL") {
    throw ValidationException(`Origin ${origin} requires a CustomKeyStoreId.`);
  }
  const spec = KeySpec ?? CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
  return { spec, usage: usageFor(spec, input.KeyUsage), origin };
}

/** Nobody has a CloudHSM cluster or an external key manager here. */
function checkNoKeyStore({ CustomKeyStoreId, XksKeyId }: Input): void {
  if (CustomKeyStoreId !== undefined || XksKeyId !== undefined) {
    throw CustomKeyStoreNotFoundException();
  }
}

function createKey(
  input: Input,
  { spec, usage, origin }: Pick<Key, "spec" | "usage" | "origin">,
  pair: FreshMaterial | undefined,
  kms: Kms,
): Found {
  const multiRegion = input.MultiRegion === true;
  const id = multiRegion ? `mrk-${kms.ids.hex(32)}` : kms.newId();
  const arn = keyArn(id, kms);
  const bypass = input.BypassPolicyLockoutSafetyCheck === true;
  if (input.Policy !== undefined) checkKeyPolicy(input.Policy, { arn, bypass }, kms);
  const key = kms.keys.insert({
    id,
    spec,
    usage,
    origin,
    manager: "CUSTOMER",
    description: input.Description ?? "",
    state: origin === "EXTERNAL" ? "PendingImport" : "Enabled",
    createdAt: kms.now,
    policy:
      input.Policy === undefined ? defaultPolicy(kms) : toPolicyText(JSON.parse(input.Policy)),
    tags: toTags(input.Tags ?? [], {}),
    ...(multiRegion && { multiRegion: { primaryRegion: kms.region, replicaRegions: [] } }),
  });
  if (origin === "EXTERNAL") return { key, owner: kms, arn };

  const fresh = pair ?? freshSecret(spec, kms);
  const material = addMaterial(id, fresh, { state: "CURRENT" }, kms);
  return { key: kms.keys.update(key, { materialId: material.id }), owner: kms, arn };
}

export const DescribeKey: Operation<"DescribeKey"> = (input, kms) => {
  checkGrantTokens(input.GrantTokens, kms);
  return { KeyMetadata: toMetadata(findKey(input.KeyId, kms)) };
};

export const ListKeys: Operation<"ListKeys"> = (input, kms) => {
  const { items, rest } = pageFrom(
    (bounds) => kms.keys.list([], bounds),
    input,
    ({ id }) => id,
    KEYS_DEFAULT,
  );
  return { Keys: items.map(({ id }) => ({ KeyId: id, KeyArn: keyArn(id, kms) })), ...rest };
};

export const UpdateKeyDescription: Operation<"UpdateKeyDescription"> = (input, kms) => {
  const found = findKeyById(input.KeyId, kms);
  checkNotDeleting(found);
  found.owner.keys.update(found.key, { description: input.Description });
  return {};
};
