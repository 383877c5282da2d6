import { createHmac, timingSafeEqual } from "node:crypto";
import type { MacAlgorithmSpec } from "@aws-sdk/client-kms";
import type { Kms, Operation } from "./api.ts";
import { checkUsage, incompatible } from "./encrypt.ts";
import { checkNotDryRun, KMSInvalidMacException } from "./errors.ts";
import { checkGrantTokens } from "./grant-token.ts";
import { currentSecret } from "./key-material.ts";
import { findKey } from "./key-reference.ts";
import { algorithmsOf } from "./key-spec.ts";
import { checkUsable } from "./key-state.ts";

const HASHES: { readonly [Algorithm in MacAlgorithmSpec]: string } = {
  HMAC_SHA_224: "sha224",
  HMAC_SHA_256: "sha256",
  HMAC_SHA_384: "sha384",
  HMAC_SHA_512: "sha512",
};

interface Asked {
  readonly KeyId: string;
  readonly Message: Uint8Array;
  readonly MacAlgorithm: MacAlgorithmSpec;
  readonly GrantTokens?: readonly string[] | undefined;
}

export const GenerateMac: Operation<"GenerateMac"> = (input, kms) => {
  const { mac, arn } = macOf(input, "GenerateMac", kms);
  checkNotDryRun(input.DryRun);
  return { Mac: mac, MacAlgorithm: input.MacAlgorithm, KeyId: arn };
};

/** A wrong one is an error, never a `false`. */
export const VerifyMac: Operation<"VerifyMac"> = (input, kms) => {
  const { mac, arn } = macOf(input, "VerifyMac", kms);
  if (mac.length !== input.Mac.length || !timingSafeEqual(mac, input.Mac)) {
    throw KMSInvalidMacException();
  }
  checkNotDryRun(input.DryRun);
  return { KeyId: arn, MacValid: true, MacAlgorithm: input.MacAlgorithm };
};

function macOf(input: Asked, operation: string, kms: Kms) {
  checkGrantTokens(input.GrantTokens, kms);
  const found = findKey(input.KeyId, kms);
  checkUsable(found);
  checkUsage(found, "GENERATE_VERIFY_MAC", operation);
  const { MacAlgorithms = [] } = algorithmsOf(found.key.spec, found.key.usage);
  if (!MacAlgorithms.includes(input.MacAlgorithm)) {
    throw incompatible(input.MacAlgorithm, found.key);
  }
  const { secret } = currentSecret(found);
  const mac = createHmac(HASHES[input.MacAlgorithm], secret).update(input.Message).digest();
  return { mac, arn: found.arn };
}
