import type { SigningAlgorithmSpec } from "@aws-sdk/client-kms";
import type { Kms, Operation } from "./api.ts";
import { checkUsage, incompatible } from "./encrypt.ts";
import { checkNotDryRun, KMSInvalidSignatureException } from "./errors.ts";
import { checkGrantTokens } from "./grant-token.ts";
import { currentSecret } from "./key-material.ts";
import { findKey } from "./key-reference.ts";
import { algorithmsOf } from "./key-spec.ts";
import { checkUsable } from "./key-state.ts";
import { isSignature, makeSignature, type Message } from "./signature.ts";

interface Asked {
  readonly KeyId: string;
  readonly SigningAlgorithm: SigningAlgorithmSpec;
  readonly GrantTokens?: readonly string[] | undefined;
}

export const Sign: Operation<"Sign"> = (input, kms) => {
  const { secret, arn } = signingKey(input, "Sign", kms);
  const chance = (count: number) => kms.ids.bytes(count);
  const signature = makeSignature(messageOf(input), secret, chance);
  checkNotDryRun(input.DryRun);
  return { KeyId: arn, Signature: signature, SigningAlgorithm: input.SigningAlgorithm };
};

/** A wrong one is an error, never a `false`. */
export const Verify: Operation<"Verify"> = (input, kms) => {
  const { publicKey, arn } = signingKey(input, "Verify", kms);
  const valid = isSignature(input.Signature, messageOf(input), publicKey);
  if (!valid) throw KMSInvalidSignatureException();
  checkNotDryRun(input.DryRun);
  return { KeyId: arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm };
};

function messageOf(input: Parameters<typeof Sign>[0] | Parameters<typeof Verify>[0]): Message {
  const { Message: bytes, MessageType: type, SigningAlgorithm: algorithm } = input;
  return { bytes, type, algorithm };
}

function signingKey(input: Asked, operation: string, kms: Kms) {
  checkGrantTokens(input.GrantTokens, kms);
  const found = findKey(input.KeyId, kms);
  checkUsable(found);
  checkUsage(found, "SIGN_VERIFY", operation);
  const { SigningAlgorithms = [] } = algorithmsOf(found.key.spec, found.key.usage);
  if (!SigningAlgorithms.includes(input.SigningAlgorithm)) {
    throw incompatible(input.SigningAlgorithm, found.key);
  }
  const { secret, publicKey } = currentSecret(found);
  if (publicKey === undefined) throw new Error(`${found.arn} has no public half`);
  return { secret, publicKey, arn: found.arn };
}
